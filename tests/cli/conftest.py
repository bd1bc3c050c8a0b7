"""A repository of its own for every test, copied from one that is made once."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from cli.operating_plant import HANDLERS
from cli.running import ALONE, Workspace, started
from codegen.generated import importable, shipped_files, written


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the repository that `interlock init` and one commit give."""
    return started(tmp_path_factory.mktemp("template") / "acme")


@pytest.fixture
def workspace(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Workspace:
    """Return a copy of it, as the current folder."""
    root = tmp_path / "acme"
    shutil.copytree(template, root, symlinks=True)
    monkeypatch.chdir(root)
    for name in ("GITHUB_ACTIONS", "INTERLOCK_CATALOG", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ALONE.items():
        monkeypatch.setenv(name, value)
    return Workspace(root, capsys)


@pytest.fixture(scope="session")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """Return the package of the shipped catalog, importable as a service would have it."""
    with importable(written(shipped_files(), tmp_path_factory.mktemp("operated"))) as module:
        yield module


@pytest.fixture
def told(workspace: Workspace) -> Iterator[list[tuple[str, str]]]:
    """Write a service's handlers into the current folder, and return what they are told."""
    (workspace.root / "shop_handlers.py").write_text(HANDLERS)
    sys.path.insert(0, str(workspace.root))
    import shop_handlers  # type: ignore[import-not-found]

    yield shop_handlers.TOLD
    del sys.modules["shop_handlers"]
    sys.path.remove(str(workspace.root))
