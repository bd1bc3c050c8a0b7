"""
How long whole commands take, as ratios to starting Python and to `git status` in the same run.

`python tests/benchmarks/cli/commands.py`: ten runs of each in turn on the shipped catalog in a scratch repository; the
medians are printed, and what `check` spends its time on.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
RUNS = 10
INTERLOCK = [sys.executable, "-m", "interlock_cli"]
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "git status": ["git", "status", "--short"],
    "interlock --help": [*INTERLOCK, "--help"],
    "interlock list": [*INTERLOCK, "list"],
    "interlock explain L34": [*INTERLOCK, "explain", "L34"],
    "interlock check (unchanged)": [*INTERLOCK, "check", "--against", "main"],
    "interlock check (one event)": [*INTERLOCK, "check", "--against", "before"],
}


def _git(folder: Path, *arguments: str) -> None:
    """Run git quietly."""
    command = ["git", "-c", "user.name=b", "-c", "user.email=b@example.com", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)  # noqa: S603 - our own words


def _prepare(folder: Path) -> None:
    """Commit the shipped catalog as `before`, and one safe change on main."""
    shutil.copytree(ROOT / "contracts", folder / "contracts")
    _git(folder, "init", "-q", "-b", "main")
    _git(folder, "add", "-A")
    _git(folder, "commit", "-q", "-m", "the catalog")
    _git(folder, "branch", "before")
    path = folder / "contracts" / "events" / "production" / "operation-started" / "v1.yaml"
    text = path.read_text(encoding="utf-8").replace("version: 1.0.0", "version: 1.1.0", 1)
    member = "    crewId:\n      $ref: ../../../types/id/v1.yaml\n      description: Crew on the shift.\n"
    path.write_text(text.replace("    startedAt:\n", member + "    startedAt:\n", 1), encoding="utf-8")
    _git(folder, "commit", "-q", "-am", "one member more")


def _timed(command: list[str], folder: Path) -> float:
    """Run one command and return its seconds."""
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, check=False, capture_output=True)  # noqa: S603 - our own words
    return time.perf_counter() - started


def _dominating(folder: Path) -> str:
    """Return where an unchanged check spends its time, by the library's own parts."""
    code = (
        "import cProfile, pstats, io, pathlib, interlock.check as c\n"
        "p = cProfile.Profile(); p.enable(); c.check(pathlib.Path('contracts'), c.Options(against='main')); p.disable()\n"
        "s = io.StringIO(); pstats.Stats(p, stream=s).sort_stats('cumtime').print_stats('check/__init__|baseline.py|table.py|loading.py|repository.py')\n"
        "print(s.getvalue())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, check=True, capture_output=True, text=True)  # noqa: S603
    return "\n".join(line.replace(str(ROOT), "") for line in done.stdout.splitlines() if "(" in line)[:1500]


def main() -> None:
    """Print the medians as ratios, and the profile."""
    with tempfile.TemporaryDirectory(prefix="interlock-bench-") as name:
        folder = Path(name)
        _prepare(folder)
        os.environ["INTERLOCK_CACHE_DIR"] = str(folder / "cache")
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")  # compiled once, as for an installed package
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        for command in COMMANDS.values():
            _timed(command, folder)
        taken = {what: [_timed(command, folder) for _ in range(RUNS)] for what, command in COMMANDS.items()}
        base = statistics.median(taken["python -c pass"])
        for what, seconds in taken.items():
            median = statistics.median(seconds)
            print(
                f"{what:30} median {median:6.3f} s of {RUNS}  (min {min(seconds):.3f}, {median / base:5.1f} x python -c pass)"
            )
        print("\nwhat dominates an unchanged check (profiled, so slower):")
        print(_dominating(folder))


if __name__ == "__main__":
    main()
