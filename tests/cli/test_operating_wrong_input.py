"""Wrong input to the operators' commands."""

from __future__ import annotations

import sqlite3
from types import ModuleType
from typing import Any

import pytest

from cli.operating_plant import SCENARIOS, ask, stocked
from cli.running import Workspace

WRONG: dict[str, tuple[list[str], int, str]] = {
    "evidence that is not there": (["lineage", "HD-1", "--observed", "no.jsonl"], 1, "no.jsonl: the file can't be read: No such file or directory"),
    "evidence that is a folder": (["lineage", "HD-1", "--observed", "."], 1, ".: the file can't be read: Is a directory"),
    "evidence that is none": (["lineage", "HD-1", "--observed", "notes.txt"], 1, "notes.txt:2: the text is no JSON"),
    "evidence of something else": (["lineage", "HD-1", "--observed", "other.db"], 1, "other.db: the database holds no receipts"),
    "an event that nobody saw": (["lineage", "HD-9", "--observed", "events.jsonl"], 1, "no evidence of 'HD-9': no event here has it as id, contract, subject, case or key"),
    "a recording that is not there": (["replay", "no.jsonl", "--dry-run"], 1, "no.jsonl: the file can't be read: No such file or directory"),
    "a recording of something else": (["replay", "other.db", "--dry-run"], 1, "other.db: the database holds no messages: replay a recording or a quarantine"),
    "an event that is not in the package": (["replay", "events.jsonl", "--dry-run", "--type", "quality.lot-on-hld"], 2, "there is no contract 'quality.lot-on-hld' in the catalog; did you mean 'quality.lot-on-hold'?"),
    "a handler without a function": (["replay", "events.jsonl", "--into", "shop_handlers"], 2, "--into 'shop_handlers' is not understood: write module:function, for example shop.handlers:on_event"),
    "a handler that is not there": (["replay", "events.jsonl", "--into", "shop_handlers:nobody"], 2, "--into 'shop_handlers:nobody' is not understood: the module shop_handlers has no function nobody"),
    "a handler that is no function": (["replay", "events.jsonl", "--into", "shop_handlers:TOLD"], 2, "--into 'shop_handlers:TOLD' is not understood: the module shop_handlers has no function TOLD"),
    "a module that raises": (["replay", "events.jsonl", "--into", "broken:f"], 2, "--into 'broken' is not understood: importing it raised ZeroDivisionError: division by zero"),
    "a quarantine that is not there": (["replay-quarantine", "no.db"], 1, "no.db: the file can't be read: No such file or directory"),
    "a quarantine that is a text": (["replay-quarantine", "notes.txt"], 1, "notes.txt: the file is no quarantine: name the SQLite file that the service's consumer was given"),
    "a quarantine of another program": (["replay-quarantine", "other.db"], 1, "other.db: the file is no quarantine"),
    "a database that is damaged": (["replay-quarantine", "damaged.db"], 1, "damaged.db: the database can't be read: file is not a database"),
    "an entry that is not there": (["replay-quarantine", "q.db", "--release", "99"], 2, "the quarantine has no entry 99"),
    "an entry that waits its turn": (["replay-quarantine", "q.db", "--release", "2"], 2, "entry 2 is parked and goes by itself once what stands before it is resolved"),
    "a key that nobody has": (["replay-quarantine", "q.db", "--key", "zz"], 2, "nothing in quarantine has the key 'zz'"),
    "an export into no folder": (["replay-quarantine", "q.db", "--export", "no/out.jsonl"], 1, "no/out.jsonl: the file can't be written: No such file or directory"),
    "an entry with a word for a number": (["replay-quarantine", "q.db", "--release", "first"], 2, "invalid value for '--release'"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG, ids=lambda name: name.replace(" ", "-"))
def test_wrong_input_is_one_sentence(workspace: Workspace, acme: ModuleType, told: list[Any], name: str) -> None:
    """Each fault of a user gets its sentence and its exit code, never a traceback; no file appears that was not there."""
    (workspace.root / "notes.txt").write_text("\nnothing of this is evidence\n")
    (workspace.root / "events.jsonl").write_text((SCENARIOS / "B.jsonl").read_text())
    (workspace.root / "broken.py").write_text("1 / 0\n")
    (workspace.root / "damaged.db").write_bytes(b"SQLite format 3\x00" + b"\xff" * 200)
    with sqlite3.connect(workspace.root / "other.db") as other:
        other.execute("CREATE TABLE orders (number TEXT)")
    other.close()
    stocked(workspace.root / "q.db")
    before = {path.name for path in workspace.root.iterdir() if not path.name.startswith(("q.db", "__pycache__"))}
    words, code, sentence = WRONG[name]
    answer = ask(workspace, *words)
    assert (answer.code, answer.out) == (code, "")
    assert answer.err.startswith(f"interlock: {sentence}"), answer.err
    assert (len(answer.err.splitlines()), told) == (1, [])
    assert {
        path.name for path in workspace.root.iterdir() if not path.name.startswith(("q.db", "__pycache__"))
    } == before
    assert acme.catalog
