"""`interlock replay` and `replay-quarantine`: events told again, and what becomes of those that were put aside."""

from __future__ import annotations

import datetime as dt
import json
from types import ModuleType
from typing import Any

from cli.operating_plant import BROKEN, GOOD, HOLD, NOW, SCENARIOS, ask, recorded, stocked
from cli.running import Workspace
from interlock_runtime.stores.sqlite_quarantine import SqliteQuarantine

# Replay


def test_replay_tells_what_was_chosen(workspace: Workspace, acme: ModuleType, told: list[tuple[str, str]]) -> None:
    """To plain and to async functions, to an attribute of a class; a dry run tells nobody."""
    file, hold = str(SCENARIOS / "B.jsonl"), recorded("B")[1]
    chosen = ("replay", file, "--type", "quality.lot-on-hold")
    for name in ("keep", "later", "Shop.keep"):
        answer = ask(workspace, *chosen, "--into", f"shop_handlers:{name}")
        assert (answer.code, answer.out) == (
            0,
            "1 of 15 events told, 14 passed over, 0 refused\n  quality.lot-on-hold@2  1\n",
        )
    assert told == [("quality.lot-on-hold", hold["id"])] * 3
    dry = ask(workspace, *chosen, "--dry-run", "--json")
    assert json.loads(dry.out)["told"] == {"quality.lot-on-hold@2": 1}
    assert len(told) == 3
    assert acme.catalog


def test_replay_by_time_case_and_subject(workspace: Workspace, acme: ModuleType) -> None:
    """Each narrows the choice."""
    file = str(SCENARIOS / "B.jsonl")
    for words, count in (
        (("--since", "2026-03-18"), 3),
        (("--until", "2026-03-17T07:15:01Z"), 1),
        (("--since", "2026-03-17T07:15:01Z", "--until", "2026-03-17T07:15:02Z"), 1),
        (("--correlation", "lot:FG-2200:L260316-01"), 15),
        (("--correlation", "lot:other"), 0),
        (("--subject", "shipments/SH-5550"), 4),
        (("--subject", "shipments/SH-5550", "--type", "logistics.shipment-paused@1"), 1),
    ):
        found = json.loads(ask(workspace, "replay", file, "--dry-run", "--json", *words).out)
        assert sum(found["told"].values()) == count, words
    assert acme.catalog


def test_replay_says_where_a_handler_failed_and_what_was_refused(
    workspace: Workspace, acme: ModuleType, told: list[Any]
) -> None:
    """The place in the recording; an event that breaks its contract is named and not told."""
    answer = ask(workspace, "replay", str(SCENARIOS / "B.jsonl"), "--into", "shop_handlers:fail")
    assert (answer.code, answer.err.split(" of ")[0]) == (1, "interlock: the handler raised OSError at event 1")
    bad = workspace.root / "bad.jsonl"
    bad.write_text('{"specversion": "1.0"}\n' + json.dumps(recorded("B")[1]) + "\nnonsense\n")
    answer = ask(workspace, "replay", str(bad), "--into", "shop_handlers:keep")
    assert (answer.code, answer.out.splitlines()[0]) == (1, "1 of 3 events told, 0 passed over, 2 refused")
    assert [line.split(":")[0] for line in answer.err.splitlines()] == ["event 1", "event 3"]
    assert (len(told), bool(acme.catalog)) == (1, True)


# Quarantine


def test_quarantine_is_listed_with_reasons(workspace: Workspace) -> None:
    """In order, with the first reason; for programs with all of them, and never with a value of the message."""
    path = workspace.root / "q.db"
    stocked(path)
    answer = ask(workspace, "replay-quarantine", str(path))
    lines = answer.out.splitlines()
    assert [line.split()[:2] for line in lines if line[0] != " "] == [
        ["1", "quarantined"],
        ["2", "parked"],
        ["3", "quarantined"],
    ]
    assert lines[1] == "    payload: payload-invalid at /data/scope: the data breaks the contract's"
    data = json.loads(ask(workspace, "replay-quarantine", str(path), "--json").out)
    assert data[0]["reasons"][0]["at"] == "/data/scope"
    assert "FG-2200" not in json.dumps(data).replace(HOLD["source"], "")


def test_release_discard_and_order(workspace: Workspace, acme: ModuleType, told: list[tuple[str, str]]) -> None:
    """What waits behind an entry goes once that is resolved, in order; what fails again goes back; nothing is lost."""
    path, inbox = workspace.root / "q.db", workspace.root / "inbox.db"
    first, parked, other = stocked(path)
    into = ("--into", "shop_handlers:keep", "--inbox", str(inbox))
    answer = ask(workspace, "replay-quarantine", str(path), "--release", str(first), *into)
    assert (answer.code, told) == (1, []), "it breaks its contract still, so what follows waits still"
    assert answer.out == "1 told, 3 left in quarantine\n"
    answer = ask(workspace, "replay-quarantine", str(path), "--discard", str(first), "--why", "sent twice", *into)
    assert (answer.err, answer.out) == ("discarded: 1\n", "1 told, 1 left in quarantine\n")
    assert told == [("quality.lot-on-hold", HOLD["id"])]
    store = SqliteQuarantine(path)
    assert [(store.entry(number).status, store.entry(number).why) for number in (first, parked, other)] == [
        ("discarded", "sent twice"), ("handled", ""), ("quarantined", ""),
    ]  # fmt: skip
    store.close()
    assert ask(workspace, "replay-quarantine", str(path), "--key", "b").err == "released: 3\n"
    assert ask(workspace, "replay-quarantine", str(path), "--all").code == 0
    assert acme.catalog


def test_a_handler_that_fails_leaves_the_entry_released(
    workspace: Workspace, acme: ModuleType, told: list[Any]
) -> None:
    """One sentence, at once: the service's own retries come later."""
    path = workspace.root / "q.db"
    first, parked, _ = stocked(path)
    answer = ask(
        workspace, "replay-quarantine", str(path), "--discard", str(first), "--why", "x", "--into", "shop_handlers:fail"
    )
    assert answer.code == 1
    assert answer.err.splitlines()[-1].startswith(
        f"interlock: the handler failed at entry {parked}, which stays released, after 0 told: attempt 1 of"
    )
    store = SqliteQuarantine(path)
    assert store.take("wms-finished-goods", NOW, dt.timedelta(minutes=1)) is not None, "the lease is given back"
    store.close()
    assert (told, bool(acme.catalog)) == ([], True)


def test_export_keeps_every_byte_and_can_be_replayed(
    workspace: Workspace, acme: ModuleType, told: list[tuple[str, str]]
) -> None:
    """Value, key and headers come back as they were, also through replay; a file that is there is not overwritten."""
    from interlock_cli.recordings import messages

    path, file = workspace.root / "q.db", workspace.root / "out.jsonl"
    stocked(path)
    assert ask(workspace, "replay-quarantine", str(path), "--export", str(file)).code == 0
    assert list(messages(file)) == [BROKEN, GOOD, BROKEN] == list(messages(path))
    again = ask(workspace, "replay-quarantine", str(path), "--export", str(file))
    assert (again.code, again.err) == (1, f"interlock: {file}: the file can't be written: File exists\n")
    for source in (file, path):
        answer = ask(workspace, "replay", str(source), "--into", "shop_handlers:keep")
        assert answer.out.splitlines()[0] == "1 of 3 events told, 0 passed over, 2 refused"
    assert (told, bool(acme.catalog)) == ([("quality.lot-on-hold", HOLD["id"])] * 2, True)
