"""A small repository with a catalog, and running commands in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from interlock.authoring.starting import init
from interlock_cli.__main__ import run

PEOPLE = {
    f"GIT_{role}_{key}": value
    for role in ("AUTHOR", "COMMITTER")
    for key, value in {"NAME": "Test", "EMAIL": "test@example.com", "DATE": "2026-03-16T12:00:00Z"}.items()
}
ALONE = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "INTERLOCK_CACHE_DIR": "off", **PEOPLE}
"""An environment in which nothing of the machine's own settings counts."""
TODAY = "2026-06-01"


@dataclass(frozen=True)
class Answer:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Workspace:
    """A repository with the catalog that `interlock init` writes, as the current folder."""

    root: Path
    capture: pytest.CaptureFixture[str]

    @property
    def catalog(self) -> Path:
        """The catalog's folder."""
        return self.root / "contracts"

    def run(self, *arguments: str) -> Answer:
        """Run a command in this process, through the same entry as a shell."""
        self.capture.readouterr()
        code = run(arguments)
        return Answer(code, *self.capture.readouterr())

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text of a catalog file that is there."""
        file = self.catalog / path
        text = file.read_text(encoding="utf-8")
        assert old in text, (path, old)
        file.write_text(text.replace(old, new), encoding="utf-8")

    def git(self, *arguments: str) -> str:
        """Run git here."""
        return git(self.root, *arguments)

    def commit(self, message: str = "A change") -> None:
        """Commit everything."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)


def git(root: Path, *arguments: str) -> str:
    """Run git in a folder, alone with its own settings."""
    command = [shutil.which("git") or "git", *arguments]
    done = subprocess.run(command, cwd=root, env={**os.environ, **ALONE}, check=True, capture_output=True, text=True)  # noqa: S603
    return done.stdout


def shell(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a process of its own, its output through a pipe."""
    paths = os.pathsep.join(str(Path(__file__).parents[2] / name) for name in ("registry", "codegen", "cli"))
    inherited = {
        key: value for key, value in os.environ.items() if not key.startswith(("INTERLOCK", "GITHUB_", "NO_COLOR"))
    }
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "interlock_cli", *arguments],
        cwd=root, env={**inherited, **ALONE, "PYTHONPATH": paths, **environment}, check=False, capture_output=True, text=True,
    )  # fmt: skip


def started(root: Path) -> Path:
    """Start a catalog in a new repository and commit it."""
    init(root, name="acme-plants", prefix="com.acme", team="team-core")
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "Start the catalog")
    return root
