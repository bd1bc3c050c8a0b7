"""Whatever a user gets wrong costs one sentence at its place, and the right exit code; all else is still checked."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from cli.running import Workspace

CASES = sorted((Path(__file__).parent / "wrong_input").glob("*.json"))


def _spoil(workspace: Workspace, case: dict[str, Any]) -> None:
    """Make the fault."""
    for path, (old, new) in case.get("edit", {}).items():
        workspace.edit(path, old, new)
    for path, text in case.get("write", {}).items():
        (workspace.catalog / path).parent.mkdir(parents=True, exist_ok=True)
        (workspace.catalog / path).write_text(text, encoding="utf-8")
    for path, content in case.get("bytes", {}).items():
        (workspace.catalog / path).write_bytes(bytes.fromhex(content))
    for path, target in case.get("link", {}).items():
        (workspace.catalog / path).unlink(missing_ok=True)
        (workspace.catalog / path).symlink_to(target)
    for path in case.get("remove", []):
        (workspace.catalog / path).unlink()
    for command in case.get("git", []):
        workspace.git(*command)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_wrong_input_is_one_sentence(workspace: Workspace, path: Path) -> None:
    """Each fault gives the first line and the exit code that its file states, and never a traceback."""
    case = json.loads(path.read_text(encoding="utf-8"))
    _spoil(workspace, case)
    answer = workspace.run(*case["run"])
    said = (answer.err if case["exit"] > 1 else answer.out).replace(str(workspace.root), "ROOT").splitlines()
    assert (answer.code, "Traceback" in answer.out + answer.err) == (case["exit"], False)
    assert any(line.startswith(case["says"]) for line in said), said
    if case["exit"] == 1:
        report = json.loads(workspace.run(*case["run"], "--json").out)
        found = [
            f"{f['rule']} {f['place']['path']}:{f['place']['line']}"
            for f in report["findings"]
            if f["level"] == "error"
        ]
        assert found == [*case["finds"], *case.get("also", [])], "the fault, and what follows from it"
        assert report["totals"]["contracts"] >= 5, "the other files are still read"


def test_unreadable_file_is_a_finding(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that the system does not let us read is named, and the others are still checked."""
    read = Path.read_bytes

    def refusing(path: Path) -> bytes:
        if path.name == "sites.yaml":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refusing)
    answer = workspace.run("lint")
    assert answer.code == 1
    assert (
        "error file/is-readable catalog contracts/sites.yaml: the file can't be read: Permission denied" in answer.out
    )
    assert "checked 6 contracts" in answer.out


def test_without_a_repository_there_is_no_baseline(workspace: Workspace) -> None:
    """Outside git `check` ends with 3, while `lint` works."""
    shutil.rmtree(workspace.root / ".git")
    answer = workspace.run("check")
    assert answer.code == 3
    assert answer.err.startswith(f"interlock: {workspace.catalog} is not inside a git repository")
    assert workspace.run("lint").code == 0


def test_shallow_clone_names_the_command_that_mends_it(workspace: Workspace) -> None:
    """What was released can't be known from a cut history, so the answer is 3 and an exact git command."""
    workspace.commit("Another")
    workspace.git("clone", "--quiet", "--depth", "1", workspace.root.as_uri(), str(workspace.root.parent / "shallow"))
    answer = workspace.run("--catalog", str(workspace.root.parent / "shallow"), "check")
    assert answer.code == 3
    assert answer.err.rstrip().endswith("run git fetch --unshallow --tags origin")
