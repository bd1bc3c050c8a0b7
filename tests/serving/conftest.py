"""Stores of keys of every kind, and the generated package."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from serving_stores import RedisByCall

from codegen.generated import importable, shipped_files, written
from interlock_runtime.serving import IdempotencyStore, MemoryIdempotency, SqliteIdempotency
from support.brokers.fixtures import redis_server

__all__ = ["redis_server"]


@pytest.fixture(params=["memory", "sqlite", "redis"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[IdempotencyStore]:
    """Return an empty store of each kind."""
    if request.param == "memory":
        yield MemoryIdempotency()
    elif request.param == "sqlite":
        with SqliteIdempotency(tmp_path / "answers.db") as opened:
            yield opened
    else:
        yield RedisByCall(request.getfixturevalue("redis_server").port, str(tmp_path))


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """Return the package of the shipped catalog, imported."""
    with importable(written(shipped_files(), tmp_path_factory.mktemp("serving"))) as module:
        yield module
