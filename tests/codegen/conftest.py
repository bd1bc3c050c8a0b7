"""Packages that several tests look at, generated once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from codegen.generated import files_of, hostile_catalog, importable, shipped_files, written


@pytest.fixture(scope="session")
def shipped_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the package of the shipped catalog."""
    return written(shipped_files(), tmp_path_factory.mktemp("shipped"))


@pytest.fixture(scope="session")
def hostile_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the package of the hostile cases."""
    return written(files_of(hostile_catalog(), "hostile_contracts"), tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="session")
def acme(shipped_folder: Path) -> Iterator[ModuleType]:
    """Return the package of the shipped catalog, imported."""
    with importable(shipped_folder) as module:
        yield module


@pytest.fixture(scope="session")
def hostile(hostile_folder: Path) -> Iterator[ModuleType]:
    """Return the package of the hostile cases, imported."""
    with importable(hostile_folder, "hostile_contracts") as module:
        yield module
