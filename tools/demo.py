"""
Run the gate on the shipped catalog: a safe change passes, a rename without notice is blocked, recorded events hold.

Everything happens in a temporary folder that is removed again; the exit code is 1 when a step does not end as it should.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SAFE = "events/production/operation-started/v1.yaml"
BROKEN = "events/quality/lot-on-hold"
ADDED = """\
    tooling:
      $ref: ../../../types/id/v1.yaml
      description: Tool set that was mounted when the operation began, as the tool crib numbers it.
"""
RENAMED = ("scope", "holdScope")


@dataclass(frozen=True)
class Plant:
    """A scratch repository with a copy of the catalog."""

    root: Path
    environment: dict[str, str]

    @property
    def catalog(self) -> Path:
        """The catalog's folder."""
        return self.root / "contracts"

    def git(self, *arguments: str) -> None:
        """Run git and stop on failure."""
        command = [shutil.which("git") or "git", *arguments]
        subprocess.run(command, cwd=self.root, env=self.environment, check=True, capture_output=True)  # noqa: S603 - ours

    def interlock(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command line as a person would."""
        print(f"\n$ interlock {' '.join(arguments)}", flush=True)
        command = [sys.executable, "-m", "interlock_cli", *arguments]
        return subprocess.run(  # noqa: S603 - ours
            command, cwd=self.root, env=self.environment, check=False, capture_output=True, text=True
        )


def plant(root: Path) -> Plant:
    """Copy the catalog into a new repository and commit it."""
    name = {"NAME": "Demo", "EMAIL": "demo@example.com"}
    who = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in name.items()}
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "INTERLOCK_CACHE_DIR": str(root / ".cache")}
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "INTERLOCK_", "GITHUB_"))}
    made = Plant(root / "plant", {**kept, **who, **own})
    shutil.copytree(ROOT / "contracts", made.catalog)
    made.git("init", "--quiet", "--initial-branch=main")
    made.git("add", "--all")
    made.git("commit", "--quiet", "--message", "The catalog as it ships")
    return made


def step(number: int, text: str) -> None:
    """Say what comes next, in one line."""
    print(f"\n=== {number}. {text}", flush=True)


def expect(fact: bool, text: str) -> None:  # noqa: FBT001 - reads as a sentence: expect(x, "...")
    """Stop when a step did not end as it should."""
    if not fact:
        raise SystemExit(f"demo: expected that {text}")
    print(f"--- as expected: {text}")


def show(run: subprocess.CompletedProcess[str], most: int = 60) -> None:
    """Print what a command printed, shortened where it is long."""
    lines = run.stdout.splitlines()
    print(
        "\n".join(lines if len(lines) <= most else [*lines[:most], f"... {len(lines) - most} more lines", *lines[-3:]])
    )
    if run.stderr:
        print(run.stderr.rstrip())


def safe_change(here: Plant) -> None:
    """Add an optional member, raise the version as the gate asks, and pass."""
    here.git("switch", "--quiet", "--create", "safe-change")
    path = here.catalog / SAFE
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("    operator:\n", f"{ADDED}    operator:\n", 1), encoding="utf-8")
    bumped = here.interlock("bump")
    show(bumped)
    expect("1.0.0 -> 1.1.0" in bumped.stdout, "an optional member is a minor bump")
    check = here.interlock("check", "--against", "main")
    show(check)
    expect(check.returncode == 0 and "COMPATIBLE" in check.stdout, "the gate passes it, proved in both directions")
    here.git("commit", "--quiet", "--all", "--message", "Say which tooling was mounted")


def breaking_change(here: Plant) -> None:
    """Rename a required member without notice, and be stopped with a counterexample."""
    here.git("switch", "--quiet", "--create", "rename-without-notice", "main")
    for path in (here.catalog / BROKEN).rglob("*.*"):
        if path.name == "v2.yaml" or "v2" in path.parts:
            text = path.read_text(encoding="utf-8")
            path.write_text(re.sub(rf"\b{RENAMED[0]}\b", RENAMED[1], text), encoding="utf-8")
    here.git("commit", "--quiet", "--all", "--message", "A better name")
    report = here.root.parent / "report.json"
    check = here.interlock("check", "--against", "main", "--report", "text", "--report", f"json={report}")
    show(check, 110)
    expect(check.returncode == 1, "the gate stops it")
    found: Any = json.loads(report.read_text(encoding="utf-8"))
    witnesses = [finding for finding in found["findings"] if finding["witness"]]
    broken = {reader["service"] for finding in witnesses for reader in finding["readers"] if reader["breaks"]}
    expect(len(witnesses) > 1, f"{len(witnesses)} counterexample events prove it, one a direction")
    expect(bool(broken), f"it names the readers that break: {', '.join(sorted(broken))}")


def recorded_events(here: Plant) -> None:
    """Validate the recorded scenarios against the catalog as it ships."""
    here.git("switch", "--quiet", "main")
    scenarios = sorted((ROOT / "tests" / "cases" / "scenarios").glob("*.jsonl"))
    for path in scenarios:
        shutil.copy(path, here.root / path.name)
    run = here.interlock("validate", *(path.name for path in scenarios))
    show(run)
    records = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in scenarios)
    expect(run.returncode == 0 and f"{records} documents" in run.stdout, f"all {records} recorded events hold")


def main() -> None:
    """Run every step in a folder that is removed again."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="interlock-demo-") as folder:
        here = plant(Path(folder))
        step(1, "The catalog that ships, copied into a scratch repository.")
        listed = here.interlock("list")
        show(listed, 2)
        expect(listed.returncode == 0, "the catalog is read")
        step(2, "A safe change: production.operation-started gains an optional member.")
        safe_change(here)
        step(3, f"A breaking change: {RENAMED[0]} of quality.lot-on-hold becomes {RENAMED[1]}, without notice.")
        breaking_change(here)
        step(4, "The recorded scenarios A to E against the catalog.")
        recorded_events(here)
    print(f"\nThe demo ran in {time.perf_counter() - started:.1f} s and left nothing behind.")


if __name__ == "__main__":
    main()
