"""
A plant's repository to try things in: a scratch copy of the shipped catalog, released, pushed, and cut off from here.

`python tools/plant.py FOLDER` makes one to follow the tutorials in; its remote is a folder beside it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TODAY = "2026-11-23"
"""The day on which the commands of a page are run."""
PEOPLE = {
    f"GIT_{role}_{key}": value
    for role in ("AUTHOR", "COMMITTER")
    for key, value in {"NAME": "A. Writer", "EMAIL": "writer@example.com", "DATE": "2026-11-20T09:00:00Z"}.items()
}
SHIM = """#!/bin/sh
# Runs the command line from the sources, on a fixed day where a command asks for the day.
case " {dated} " in *" $1 "*) set -- "$@" --today {today} ;; esac
exec {python} -m interlock_cli "$@"
"""


@dataclass(frozen=True)
class Plant:
    """A repository with the catalog, as a person has it who works on it."""

    root: Path
    environment: dict[str, str]

    def run(self, command: str, after: int = 0) -> tuple[str, int]:
        """Run a shell command here; return what a terminal would show, and how it ended. `$?` is `after` at first."""
        done = subprocess.run(  # noqa: S603 - a line of our own docs
            ["/bin/sh", "-c", f"(exit {after})\n{command}"], cwd=self.root, env=self.environment, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
        )  # fmt: skip
        shown = "\n".join(line.rstrip() for line in done.stdout.splitlines()).strip("\n")
        return shown.replace(str(self.root.parent.resolve()), "~"), done.returncode

    def must(self, command: str) -> None:
        """Run a command that has to succeed."""
        shown, code = self.run(command)
        if code != 0:
            raise RuntimeError(f"{command} ended with {code}:\n{shown}")

    def apply(self, change: str) -> None:
        """Apply a change that a page shows as a diff."""
        path = self.root.parent / "change.diff"
        path.write_text(change, encoding="utf-8")
        self.must(f"git apply --recount {path}")


def plant(folder: Path) -> Plant:
    """Make the repository in an empty folder: the catalog is committed, released as 1.0.0 and pushed to `origin`."""
    made = Plant(folder / "plant", _environment(folder))
    shutil.copytree(ROOT / "contracts", made.root / "contracts")
    made.must("git init --quiet --initial-branch=main && git add --all && git commit --quiet --message 'The catalog'")
    made.must("interlock release")
    made.must("git init --quiet --bare --initial-branch=main ../origin.git && git remote add origin ../origin.git")
    made.must(
        "git push --quiet --set-upstream --tags origin main && git fetch --quiet && git remote set-head origin main"
    )
    return made


def _environment(folder: Path) -> dict[str, str]:
    """Return an environment in which nothing of this machine's settings counts, with `interlock` from the sources."""
    shim = folder / "bin" / "interlock"
    shim.parent.mkdir()
    shim.write_text(SHIM.format(dated=" ".join(_dated()), today=TODAY, python=sys.executable), encoding="utf-8")
    shim.chmod(0o755)
    python = shim.with_name("python")
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT", "INTERLOCK_", "XDG_"))}
    return {
        **kept,
        **PEOPLE,
        "PATH": f"{shim.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(str(ROOT / name) for name in ("registry", "codegen", "cli")),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "INTERLOCK_CACHE_DIR": str(folder / "cache"),
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
    }


def _dated() -> list[str]:
    """Name the commands that take a day."""
    from typer.main import get_command

    from interlock_cli.app import application

    group = get_command(application())
    commands = getattr(group, "commands", {})
    return sorted(name for name, command in commands.items() if any(p.name == "today" for p in command.params))


def main(arguments: list[str]) -> int:
    """Make the repository in the folder that is named, which must be new; say where it is."""
    folder = Path(arguments[0]).absolute() if len(arguments) == 1 else None
    if folder is None or (folder.exists() and any(folder.iterdir())):
        print("name one folder that is new or empty: python tools/plant.py FOLDER", file=sys.stderr)
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    print(f"made it; now: cd {plant(folder).root}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
