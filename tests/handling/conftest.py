"""Stores of every kind, and the package of the shipped catalog."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from codegen.generated import files_of, importable, shipped, written
from interlock_runtime.stores.memory import MemoryInbox, MemoryQuarantine
from interlock_runtime.stores.redis import RedisInbox
from interlock_runtime.stores.sqlite_inbox import InboxWithin, SqliteInbox
from interlock_runtime.stores.sqlite_quarantine import SqliteQuarantine
from support.brokers.fixtures import redis_server

__all__ = ["redis_server"]


KINDS = ("memory", "sqlite", "shared")
"""Inboxes that go by the consumer's clock."""


def _clocked(kind: str, folder: Path) -> Iterator[Any]:
    """Yield an empty inbox of a kind."""
    if kind == "memory":
        yield MemoryInbox()
    elif kind == "sqlite":
        made = SqliteInbox(folder / "inbox.db")
        yield made
        made.close()
    else:
        connection = sqlite3.connect(folder / "business.db")
        yield InboxWithin(connection)
        connection.close()


@pytest.fixture(params=KINDS)
def clocked_inbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """Return an empty inbox of each kind that goes by the consumer's clock."""
    yield from _clocked(str(request.param), tmp_path)


@pytest.fixture(params=[*KINDS, "after", "before"])
def inbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """Return an empty inbox of each kind, Redis with its mark on either side."""
    if request.param in KINDS:
        yield from _clocked(str(request.param), tmp_path)
        return
    import redis

    client = redis.Redis(port=request.getfixturevalue("redis_server").port)
    yield RedisInbox(client, mark=request.param, prefix=str(tmp_path))
    client.close()


@pytest.fixture(params=["memory", "sqlite"])
def quarantine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """Return an empty quarantine of each kind."""
    made: Any = MemoryQuarantine() if request.param == "memory" else SqliteQuarantine(tmp_path / "quarantine.db")
    yield made
    if isinstance(made, SqliteQuarantine):
        made.close()


@pytest.fixture(scope="session")
def handled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """Return the package of the shipped catalog's events, under a name of its own and without upcasters."""
    catalog = shipped()
    events = {key: entry for key, entry in catalog.contracts.items() if key not in catalog.products}
    made = files_of(replace(catalog, contracts=events), "handled_contracts")
    folder = written(made, tmp_path_factory.mktemp("handled"))
    with importable(folder, "handled_contracts") as module:
        yield module


@pytest.fixture
def member(handled: ModuleType) -> Callable[[str, str], Any]:
    """Return a function that gives a name of a module of that package's runtime."""
    import importlib

    return lambda module, name: getattr(importlib.import_module(f"{handled.__name__}._runtime.{module}"), name)
