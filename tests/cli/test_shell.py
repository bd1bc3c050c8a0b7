"""The command line as a process: exit codes, streams, pipes, colour, completion, and how it starts."""

from __future__ import annotations

import os
import pty
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli.running import Workspace, shell
from interlock_cli import __main__ as entry
from interlock_cli.app import SECTIONS

ESCAPE = "\x1b["


def test_data_goes_to_stdout_and_all_else_to_stderr(workspace: Workspace) -> None:
    """So that a pipe gets data only, and a failure leaves it empty."""
    new = shell(workspace.root, "new", "type", "storage-bin")
    assert new.stdout == "contracts/types/storage-bin/v1.yaml\n"
    assert new.stderr.startswith("next: ")
    failed = shell(workspace.root, "show", "nothing")
    assert (failed.returncode, failed.stdout) == (2, "")
    assert failed.stderr == "interlock: there is no contract 'nothing' in the catalog, see interlock list\n"


def test_one_pipe_for_both_keeps_the_order(tmp_path: Path) -> None:
    """Where a log takes both streams, what was said first stands first, though a pipe holds stdout back."""
    code = "from interlock_cli.console import say, tell; say('data'); tell('done')"
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", code], check=True, cwd=tmp_path, env=kept, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert done.stdout == "data\ndone\n"


def test_version_and_help_need_no_catalog(tmp_path: Path) -> None:
    """Anywhere, and each command has its own help."""
    assert shell(tmp_path, "--version").stdout.startswith("interlock")
    for commands in SECTIONS.values():
        for name in commands:
            answer = shell(tmp_path, name, "--help")
            assert (answer.returncode, answer.stdout.startswith(f"Usage: interlock {name}")) == (0, True)
            assert max(map(len, answer.stdout.splitlines())) <= 80


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    """Help is fast because it brings neither the library's values nor git, YAML, validators or rich."""
    code = "import sys; from interlock_cli.__main__ import run; run(['--help']); print(*sys.modules, file=sys.stderr)"
    paths = os.pathsep.join(str(Path(__file__).parents[2] / name) for name in ("registry", "codegen", "cli"))
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )
    heavy = {
        "msgspec",
        "ryaml",
        "yaml",
        "git",
        "jsonschema",
        "rich",
        "interlock.catalog",
        "interlock.findings",
        "interlock.rules",
    }
    assert heavy & set(done.stderr.split()) == set()


@pytest.mark.parametrize("rule", ["compat/type-changed", "invariant/unique"])
def test_a_rule_is_explained_without_the_gate(rule: str) -> None:
    """A page of a rule costs neither git nor the other rules: it is what a finding tells people to read next."""
    paths = os.pathsep.join(str(Path(__file__).parents[2] / name) for name in ("registry", "codegen", "cli"))
    code = f"import sys; from interlock_cli.__main__ import run; run(['explain', {rule!r}]); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(  # noqa: S603 - a script of ours
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": paths},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.startswith(rule)
    assert not {"interlock.rules", "interlock.repository", "interlock.check.gate"} & set(done.stderr.split())


def _on_a_terminal(root: Path, *arguments: str, **environment: str) -> str:
    """Run a command whose stdout is a terminal, and return what it wrote."""
    leader, follower = pty.openpty()
    paths = os.pathsep.join(str(Path(__file__).parents[2] / name) for name in ("registry", "codegen", "cli"))
    inherited = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "GITHUB_ACTIONS")}
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "interlock_cli", *arguments],
        cwd=root, stdout=follower, stderr=subprocess.DEVNULL, env={**inherited, "TERM": "xterm", "PYTHONPATH": paths, **environment},
    )  # fmt: skip
    os.close(follower)
    written = b""
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:  # Linux ends a terminal's stream so
            break
        if not part:
            break
        written += part
    process.wait(timeout=60)
    os.close(leader)
    return written.decode()


def test_colour_on_a_terminal_only(workspace: Workspace) -> None:
    """A terminal gets colour, unless NO_COLOR or a dumb terminal says otherwise; a pipe never does."""
    assert ESCAPE in _on_a_terminal(workspace.root, "lint")
    assert ESCAPE not in _on_a_terminal(workspace.root, "lint", NO_COLOR="1")
    assert ESCAPE not in _on_a_terminal(workspace.root, "lint", TERM="dumb")
    assert ESCAPE not in shell(workspace.root, "lint").stdout


@pytest.mark.parametrize("command", [("schema",), ("schema", "event")], ids=["in the buffer", "beyond the buffer"])
def test_a_closed_pipe_is_quiet(workspace: Workspace, command: tuple[str, ...]) -> None:
    """A reader that has seen enough, as `head` does, causes no noise."""
    paths = os.pathsep.join(str(Path(__file__).parents[2] / name) for name in ("registry", "codegen", "cli"))
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "interlock_cli", *command],
        cwd=workspace.root, env={**os.environ, "PYTHONPATH": paths}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=60) == 141


def test_interrupt_is_130(workspace: Workspace) -> None:
    """Ctrl-C ends a run without a traceback, as shells expect."""
    paths = os.pathsep.join(str(Path(__file__).parents[2] / name) for name in ("registry", "codegen", "cli"))
    process = subprocess.Popen(
        [sys.executable, "-m", "interlock_cli", "compare", "--batch", "-"],
        cwd=workspace.root, env={**os.environ, "PYTHONPATH": paths}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"{}\n")
    process.stdin.flush()
    process.stdout.readline()  # it runs and waits for the next row
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, b"")


def test_a_bug_of_ours_is_70_with_a_file(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The traceback goes to a file that is named, not to the terminal."""

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(entry, "application", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    answer = workspace.run("lint")
    assert answer.code == 70
    assert answer.err.startswith("interlock: this is a bug in Interlock (ZeroDivisionError)")
    [report] = tmp_path.glob("interlock-bug-*.txt")
    assert str(report) in answer.err
    assert "ZeroDivisionError" in report.read_text(encoding="utf-8")


def _completed(root: Path, words: str) -> list[str]:
    """Ask for completions as bash does."""
    count = str(len(words.split(" ")) - 1)
    answer = shell(root, _INTERLOCK_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD=count)
    return answer.stdout.split()


def test_completion_knows_commands_and_contracts(workspace: Workspace) -> None:
    """Contract names come from file names alone, so a broken catalog completes as well; outside one there are none."""
    (workspace.catalog / "catalog.yaml").write_text("[", encoding="utf-8")
    assert "validate" in _completed(workspace.root, "interlock va")
    assert _completed(workspace.root, "interlock show prod") == ["production.batch-completed"]
    assert _completed(workspace.root, "interlock show production.batch-completed@") == ["production.batch-completed@1"]
    assert _completed(workspace.root, "interlock list rea") == ["readers"]
    shutil.rmtree(workspace.catalog)
    assert _completed(workspace.root, "interlock show prod") == []
