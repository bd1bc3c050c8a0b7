"""A service that is killed at any step of its stores, in a process of its own, on files: what is there afterwards."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from handling_plant import NOW
from killed_service import LOG, Service, Steps

from interlock_runtime.stores.sqlite_quarantine import SqliteQuarantine
from interlock_runtime.stores.sqlite_receipts import SqliteReceipts
from support.tables import TABLES

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
KILLED = 9
NEVER = 10**9


def killed(folder: Path, mode: str, step: int) -> int:
    """Run the service until it is killed, and return how it ended."""
    folders = os.pathsep.join(str(ROOT / name) for name in ("registry", "codegen", "cli", "tests", "tests/handling"))
    run = subprocess.run(  # noqa: S603 - a fixed program
        [sys.executable, str(HERE / "killed_service.py"), str(folder), mode, str(step)],
        env={**os.environ, "PYTHONPATH": folders},
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode in (0, KILLED), run.stderr
    return run.returncode


def effects(folder: Path) -> list[str]:
    """Return what was done, in order."""
    connection = sqlite3.connect(folder / "business.db")
    found = [name for (name,) in connection.execute("SELECT id FROM effects ORDER BY number")]
    connection.close()
    return found


@pytest.mark.parametrize("mode", ["own", "shared"])
def test_killed_at_any_step_nothing_is_lost(mode: str, tmp_path: Path) -> None:
    """
    Killed once, then started again: each event's effect is there, the broken one and what waits for it are kept.

    With a shared transaction each effect is there once; with the inbox beside it, at most the one event at which the
    process died is there twice.
    """
    step, repeated = 0, 0
    while True:
        step += 3 if mode == "own" else 5
        folder = tmp_path / str(step)
        folder.mkdir()
        ended = killed(folder, mode, step)
        before = effects(folder)
        Service(folder, Steps(NEVER), shared=mode == "shared").work()
        done = effects(folder)
        assert list(dict.fromkeys(done)) == ["a", "d"]
        assert done[: len(before)] == before
        assert len(done) - len(set(done)) <= (0 if mode == "shared" else 1)
        repeated += len(done) - len(set(done))
        _is_kept(folder)
        TABLES.counts[f"handling: processes killed at a step ({mode})"] += 1
        if ended == 0:
            break
    assert step > 20
    assert (repeated > 0) == (mode == "own")  # where at least once is promised, it was also seen


def _is_kept(folder: Path) -> None:
    """Broken and waiting messages are as they came; each has a receipt; the wait ends when somebody decides."""
    quarantine = SqliteQuarantine(folder / "quarantine.db")
    assert [(entry.event_id, entry.status, entry.message) for entry in quarantine.entries()] == [
        ("b", "quarantined", LOG[1]),
        ("c", "parked", LOG[2]),
    ]
    quarantine.discard(1, "a test", NOW)
    quarantine.close()
    receipts = SqliteReceipts(folder / "receipts.db")
    told = {(receipt.id, str(receipt.outcome)) for receipt in receipts.each()}
    assert told >= {("a", "handled"), ("b", "quarantined"), ("c", "parked"), ("d", "handled")}
    receipts.close()
    service = Service(folder, Steps(NEVER), shared=False)
    service.work()
    assert effects(folder)[-1] == "c"
    service.database.close()
