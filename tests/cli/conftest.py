"""A repository of its own for every test, copied from one that is made once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cli.running import ALONE, Workspace, started


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
