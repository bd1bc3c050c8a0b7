"""The package of the shipped catalog, generated once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from codegen.generated import importable, shipped_files, written
from outbox.publishing_plant import Shop


@pytest.fixture(scope="session")
def acme_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the package."""
    return written(shipped_files(), tmp_path_factory.mktemp("published"))


@pytest.fixture(scope="session")
def acme(acme_folder: Path) -> Iterator[ModuleType]:
    """Return the package, imported."""
    with importable(acme_folder) as module:
        yield module


@pytest.fixture
def shop(acme: ModuleType, tmp_path: Path) -> Iterator[Shop]:
    """Return a shop."""
    made = Shop(acme, tmp_path / "shop.db")
    yield made
    made.outbox.close()
