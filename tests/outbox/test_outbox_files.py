"""The files of outboxes: opened by many at once, and those of others refused."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import interlock_runtime
from interlock_runtime.outbox import Outbox, OutboxError, OutboxUnusable


def test_many_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    """Whoever comes first makes the tables; the switch to the write-ahead log is waited for."""
    failures: list[str] = []

    def opened(path: Path, together: threading.Barrier) -> None:
        together.wait()
        try:
            Outbox(path).close()
        except OutboxError as error:
            failures.append(str(error))

    for number in range(100):
        together = threading.Barrier(6)
        threads = [threading.Thread(target=opened, args=(tmp_path / f"{number}", together)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []


def test_files_of_others_are_refused_in_a_sentence(tmp_path: Path) -> None:
    """No SQLite file, another program's tables, a newer version, a folder: none is touched."""
    (tmp_path / "text").write_text("no database " * 100)
    with sqlite3.connect(tmp_path / "theirs") as theirs:
        theirs.execute("CREATE TABLE orders (number TEXT)")
    theirs.close()
    Outbox(tmp_path / "newer").close()
    with sqlite3.connect(tmp_path / "newer") as newer:
        newer.execute("UPDATE interlock_outbox_version SET version = 7")
    newer.close()
    cases = {
        "text": "it is no SQLite database",
        "theirs": "it holds another program's tables; for an outbox in a business database use Outbox.within",
        "newer": "its tables have version 7, and this package knows version 1",
        "missing/box": "it can't be opened: check that its folder exists and can be written",
        ".": "it can't be opened",
    }
    for name, sentence in cases.items():
        with pytest.raises(OutboxUnusable, match=sentence):
            Outbox(tmp_path / name)
    assert (tmp_path / "text").read_text().startswith("no database")


READ_ONLY = """
import os, sys
sys.path.insert(0, sys.argv[1])
from interlock_runtime.outbox import Outbox
if os.geteuid() == 0:
    os.setuid(65534)  # root may write everywhere
try:
    Outbox(sys.argv[2])
except Exception as error:
    print(type(error).__name__, error)
"""


def test_read_only_folder_is_a_sentence(tmp_path: Path) -> None:
    """For a user without the right to write, be it a new file or one that is there."""
    folder = tmp_path / "shut"
    folder.mkdir()
    Outbox(folder / "old").close()
    (folder / "old").chmod(0o444)
    for parent in tmp_path.parents[:3]:  # pytest's own folders are shut to others
        parent.chmod(parent.stat().st_mode | 0o011)
    tmp_path.chmod(0o755)
    folder.chmod(0o555)
    home = str(Path(interlock_runtime.__file__).parents[1])
    for name, sentence in (("new", "it can't be opened"), ("old", "it can't be written: check the permissions")):
        command = [sys.executable, "-c", READ_ONLY, home, str(folder / name)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - a fixed program
        assert (done.stdout.startswith("OutboxUnusable"), sentence in done.stdout) == (True, True), done
