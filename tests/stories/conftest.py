"""The generated package that stories are told with, and a plant that serves its API products on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from codegen.generated import importable, shipped_files, written
from stories.story_plant import Plant, running


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """Return the package of the shipped catalog, imported."""
    folder: Path = written(shipped_files(), tmp_path_factory.mktemp("stories"))
    with importable(folder) as module:
        yield module


@pytest.fixture
def plant(package: ModuleType) -> Iterator[Plant]:
    """Return a plant whose products answer on loopback."""
    with running(Plant(package)) as found:
        yield found
