"""Whoever answers for an event is told, once, that a consumer gave it up; nobody is told a value of it."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlock_cli.commands.replay_quarantine import placed
from outbox.publishing_plant import NOW, SITE, event_of, recorded

HOLD = event_of("B", "lot-on-hold")
LETTER = "com.example.mfg.platform.event-dead-lettered.v1"


def changed(event: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return an event with other members in its data, or with `envelope` other attributes."""
    envelope = changes.pop("envelope", {})
    made = {**event, **envelope, "data": {**event["data"], **changes}}
    return {name: value for name, value in made.items() if value is not None}


class Desk:
    """A consumer with a quarantine and an outbox in one file or in two, and what stands in that outbox."""

    def __init__(self, acme: ModuleType, folder: Path, *, together: bool = True, **outbox: Any) -> None:
        self.catalog, self.folder = acme.catalog, folder
        self.services = import_module("acme_contracts.services")
        self.message = acme.RawMessage
        self.now = NOW
        self._file = folder / "service.db"
        self.services.SqliteQuarantine(self._file).close()  # its mark comes first in a shared file
        self.outbox = self.services.Outbox.within(self._file if together else folder / "outbox.db", **outbox)
        self._stores: list[Any] = []
        self.given = self._opened()

    def _opened(self) -> dict[str, Any]:
        """Open the stores; the quarantine is in the file that the outbox may share."""
        stores = {
            "inbox": self.services.SqliteInbox(self.folder / "inbox.db"),
            "receipts": self.services.SqliteReceipts(self.folder / "receipts.db"),
        }
        self._stores += stores.values()
        return stores

    def consumer(self, name: str = "wms-finished-goods", **more: Any) -> Any:
        """Return a consumer as a process would make it."""
        store = more.pop("quarantine", None) or self.quarantine()
        given = {"dead_letters": self.publisher(), "quarantine": store, "clock": lambda: self.now, **more}
        return self.catalog.consumer(name, sleep=lambda _: None, **{**self.given, **given})

    def quarantine(self) -> Any:
        """Open the quarantine."""
        store = self.services.SqliteQuarantine(self._file)
        self._stores.append(store)
        return store

    def publisher(self, system: str = "middleware", **more: Any) -> Any:
        """Return the publisher of letters."""
        given = {"outbox": self.outbox, "clock": lambda: self.now, **more}
        return self.catalog.publisher(system, site="muc1", source=f"{SITE}/{system}", **given)

    def raw(self, event: dict[str, Any] | bytes) -> Any:
        """Return a message."""
        return self.message(event if isinstance(event, bytes) else json.dumps(event).encode())

    def letters(self) -> list[dict[str, Any]]:
        """Return the events in the outbox."""
        connection = sqlite3.connect(self.outbox.path)
        rows = connection.execute("SELECT value FROM interlock_outbox_rows ORDER BY position").fetchall()
        connection.close()
        return [json.loads(value) for (value,) in rows]

    def close(self) -> None:
        """Close all files."""
        for store in (self.outbox, *self._stores):
            store.close()


@pytest.fixture(params=[True, False], ids=["one-file", "two-files"])
def desk(acme: ModuleType, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """Return a desk, with the outbox in the quarantine's file and beside it."""
    made = Desk(acme, tmp_path, together=request.param)
    yield made
    made.close()


def fails(error: Exception) -> Callable[[Any], None]:
    """Return a handler that fails."""

    def handler(_: Any) -> None:
        raise error

    return handler


def unused(event: Any) -> None:
    """Handle what must not come."""
    raise AssertionError(event)


# What a letter says


def test_the_owner_is_told_by_rule_and_place(desk: Desk) -> None:
    """Every member by its source; the contract's gate takes it; no value of the event stands in it."""
    secret = changed(HOLD, stockStatus="very secret", envelope={"id": "e-1"})
    assert desk.consumer().handle(desk.raw(secret), unused) == "quarantined"
    (letter,) = desk.letters()
    contract = desk.catalog.of_type(LETTER)
    assert contract.errors(json.dumps(letter).encode()) == []
    number = letter["data"].pop("deadLetterId")
    problem = letter["data"].pop("problem")
    place = letter["data"].pop("payloadRef")
    assert letter["data"] == {
        "originalEventId": "e-1",
        "originalSource": HOLD["source"],
        "originalType": HOLD["type"],
        "originalDataschema": HOLD["dataschema"],
        "originalClassification": "CONFIDENTIAL",
        "consumerId": "wms-finished-goods",
        "failureClass": "SCHEMA_INVALID",
        "attempts": 0,
        "ownerTeamId": "team-quality",
        "firstFailedAt": "2026-11-23T12:00:00Z",
        "deadLetteredAt": "2026-11-23T12:00:00Z",
    }
    assert problem["type"] == "https://contracts.example.com/problems/schema-invalid"
    assert problem["detail"].startswith("payload: payload-invalid at /data/stockStatus: must match")
    assert "secret" not in json.dumps(letter)
    assert (letter["subject"], letter["site"]) == (f"dead-letters/{number}", "muc1")
    assert (letter["correlationid"], letter["causationid"]) == (HOLD["correlationid"], "e-1")
    assert letter["traceparent"] == HOLD["traceparent"]
    assert letter["idempotencykey"] == f"event-dead-lettered:wms-finished-goods:{HOLD['source']}:e-1"
    file, entry = placed(place)
    assert desk.quarantine().entry(entry).event_id == "e-1"
    assert (file, entry) == ((desk.folder / "service.db").resolve(), 1)


HANDLER_FAILURES = {
    "can't": ("CannotHandle", ("the place is closed",), "BUSINESS_REJECTED", 0),
    "too early": ("OutOfOrder", ("the lot is unknown",), "OUT_OF_ORDER", 10),
}


@pytest.mark.parametrize("case", HANDLER_FAILURES)
def test_a_handler_says_what_kind_of_failure_it_is(desk: Desk, case: str) -> None:
    """What no repetition mends was not tried again; what came too early was, ten times."""
    name, words, kind, attempts = HANDLER_FAILURES[case]
    desk.consumer().handle(desk.raw(HOLD), fails(getattr(desk.services, name)(*words)))
    (letter,) = desk.letters()
    assert (letter["data"]["failureClass"], letter["data"]["attempts"]) == (kind, attempts)
    assert letter["data"]["problem"]["detail"].endswith(words[0])


def test_retries_lie_between_first_failure_and_letter(desk: Desk) -> None:
    """A handler that always fails: as many repetitions as the tier has, over the time that they took; no word of its own."""
    consumer = desk.consumer()

    def handler(_: Any) -> None:
        desk.now += dt.timedelta(minutes=1)
        raise OSError("password=hunter2")

    for event in (HOLD, event_of("D", "asn-received")):
        desk.now = NOW
        name = "wms-finished-goods" if event is HOLD else "wms-receiving"
        (consumer if event is HOLD else desk.consumer(name)).handle(desk.raw(event), handler)
    for letter, tries in zip(desk.letters(), (11, 11), strict=True):
        data = letter["data"]
        assert (data["failureClass"], data["attempts"]) == ("TIMEOUT", tries - 1)
        assert data["firstFailedAt"] == "2026-11-23T12:00:00Z"
        assert data["deadLetteredAt"] == f"2026-11-23T12:{tries:02}:00Z" == letter["time"]
        assert "hunter2" not in json.dumps(letter)


@pytest.mark.parametrize(
    ("envelope", "kind", "owner", "label"),
    [
        ({"type": "com.example.mfg.quality.never-heard-of.v1"}, "UNKNOWN_TYPE", "team-warehouse", "RESTRICTED"),
        ({"type": "com.example.mfg.quality.lot-on-hold.v9"}, "UNKNOWN_TYPE", "team-quality", "CONFIDENTIAL"),
        ({"dataclassification": "cosmic"}, "CLASSIFICATION_UNSUPPORTED", "team-quality", "CONFIDENTIAL"),
        ({"dataclassification": "restricted", "time": "noon"}, "SCHEMA_INVALID", "team-quality", "RESTRICTED"),
    ],
)
def test_what_can_t_be_read_is_told_as_far_as_it_names_itself(
    desk: Desk, envelope: dict[str, Any], kind: str, owner: str, label: str
) -> None:
    """Of an unknown event the consumer's own team hears, and its label is taken for the highest."""
    desk.consumer().handle(desk.raw(changed(HOLD, envelope=envelope)), unused)
    (letter,) = desk.letters()
    told = letter["data"]
    assert (told["failureClass"], told["ownerTeamId"], told["originalClassification"]) == (kind, owner, label)


@pytest.mark.parametrize(
    "envelope",
    [
        {"correlationid": None},
        {"correlationid": "x" * 400},
        {"traceparent": "mine"},
        {"dataschema": "not a uri"},
        {"correlationid": 7, "dataschema": ["x"], "tracestate": ""},
    ],
)
def test_attributes_that_break_their_own_rules_do_not_stop_the_letter(desk: Desk, envelope: dict[str, Any]) -> None:
    """What the letter can't repeat it leaves out; a business case that nobody named begins with it."""
    desk.consumer().handle(desk.raw(changed(HOLD, envelope=envelope)), unused)
    (letter,) = desk.letters()
    assert letter["causationid"] == HOLD["id"]
    assert desk.catalog.of_type(LETTER).errors(json.dumps(letter).encode()) == []
    if "correlationid" in envelope:
        assert letter["correlationid"] == f"dead-letter:{letter['data']['deadLetterId']}"


# Of what none is written


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (b"no json", "the message names no event"),
        (json.dumps({**HOLD, "id": ""}).encode(), "the message names no event"),
        (json.dumps({**event_of("C", "machine-state-changed"), "time": "noon"}).encode(), "tier T3 lets events go"),
    ],
    ids=["framing", "no-id", "T3"],
)
def test_of_some_messages_none_is_written_and_this_is_said(
    desk: Desk, caplog: pytest.LogCaptureFixture, value: bytes, why: str
) -> None:
    """The message is in quarantine all the same."""
    with caplog.at_level(logging.WARNING, "interlock.publishing"):
        consumer = desk.consumer(
            "oee-reports" if b"machine-state" in value else "wms-finished-goods",
            policies={"equipment.machine-state-changed": "quarantine"},
        )
        consumer.handle(desk.raw(value), unused)
    assert (desk.letters(), len(list(desk.quarantine().entries()))) == ([], 1)
    assert f'dead-letter=none why="{why}"' in caplog.text


def test_a_dead_letter_about_a_dead_letter_is_never_written(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Neither of a known major nor of one that nobody knows."""
    letter = next(event for event in recorded("E") if event["type"] == LETTER)
    consumer = desk.consumer("operations-desk")
    consumer.handle(desk.raw(letter), fails(desk.services.CannotHandle("the desk is closed")))
    consumer.handle(desk.raw(changed(letter, envelope={"type": LETTER.replace(".v1", ".v7")})), unused)
    assert (desk.letters(), len(list(desk.quarantine().entries()))) == ([], 2)
    assert caplog.text.count("it is a dead letter itself") == 2


def test_what_waits_its_turn_has_not_failed(desk: Desk) -> None:
    """A parked event owes nothing; once it has its turn and fails, its owner is told, and told again never."""
    desk.now = dt.datetime(2026, 3, 18, 14, tzinfo=dt.UTC)
    consumer = desk.consumer()
    decision = event_of("B", "lot-disposition-decided")
    broken = changed(HOLD, stockStatus="no", envelope={"id": "e-1", "partitionkey": decision["partitionkey"]})
    outcomes = [consumer.handle(desk.raw(event), unused) for event in (broken, decision)]
    assert outcomes == ["quarantined", "parked"]
    assert [letter["causationid"] for letter in desk.letters()] == ["e-1"]
    store = desk.quarantine()
    store.discard(1, "withdrawn", desk.now)
    consumer.drain(fails(desk.services.CannotHandle("no such lot")))
    assert [letter["causationid"] for letter in desk.letters()] == ["e-1", decision["id"]]
    store.release(2)
    consumer.drain(fails(desk.services.CannotHandle("no such lot still")))
    assert (store.entry(2).status, len(desk.letters())) == ("quarantined", 2)


# Faults


def test_a_redelivery_is_no_second_letter(desk: Desk) -> None:
    """Whether it comes to the same process or to another."""
    broken = desk.raw(changed(HOLD, stockStatus="no"))
    consumer = desk.consumer()
    for each in (consumer, consumer, desk.consumer()):
        assert each.handle(broken, unused) == "quarantined"
    assert len(desk.letters()) == 1


def test_a_full_outbox_stops_the_consumer_and_the_letter_stays_owed(acme: ModuleType, tmp_path: Path) -> None:
    """Nothing is acknowledged; the entry is safe; with room again the letter goes first, once, and says the same time."""
    services = import_module("acme_contracts.services")
    desk = Desk(acme, tmp_path, buffers={"T1": services.Buffer("stop", None, 100)})
    broken = desk.raw(changed(HOLD, stockStatus="no"))
    with pytest.raises(
        services.StopConsuming, match="the dead letter of entry 1 can't be written: the outbox has no room"
    ):
        desk.consumer().handle(broken, unused)
    assert [(entry.status, entry.failing.owed) for entry in desk.quarantine().entries()] == [("quarantined", True)]
    desk.now += dt.timedelta(hours=1)
    with pytest.raises(services.StopConsuming, match="no room"):
        desk.consumer()
    desk.outbox.buffers["T1"] = services.Buffer("stop")
    consumer = desk.consumer()
    (letter,) = desk.letters()
    assert letter["data"]["deadLetteredAt"] == "2026-11-23T12:00:00Z"
    assert consumer.handle(broken, unused) == "quarantined"
    assert len(desk.letters()) == 1
    desk.close()


CRASHES = """
import json, os, signal, sys
from acme_contracts import RawMessage, catalog
from acme_contracts.services import Outbox, SqliteInbox, SqliteQuarantine
folder, together, when, value = sys.argv[1:]
quarantine = SqliteQuarantine(f"{folder}/service.db")
outbox = Outbox.within(f"{folder}/{'service' if together == 'one' else 'outbox'}.db")
put = outbox.put
def dying(*drafts, connection=None):
    if when == "before the letter":
        os.kill(os.getpid(), signal.SIGKILL)
    put(*drafts, connection=connection)
    os.kill(os.getpid(), signal.SIGKILL)
outbox.put = dying
middleware = catalog.publisher("middleware", site="muc1", source="https://muc1.exc.example/middleware", outbox=outbox)
consumer = catalog.consumer("wms-finished-goods", inbox=SqliteInbox(f"{folder}/inbox.db"), quarantine=quarantine,
                            dead_letters=middleware)
consumer.handle(RawMessage(value.encode()), print)
"""


KILLS = {
    ("one", "before the letter"): 1,
    ("one", "after the letter"): 1,
    ("two", "before the letter"): 1,
    ("two", "after the letter"): 2,
}
"""How many letters there are in the end, by how many files there are and when the consumer is killed."""


@pytest.mark.parametrize("case", KILLS, ids=": ".join)
def test_killed_between_entry_and_letter(
    acme: ModuleType, acme_folder: Path, tmp_path: Path, case: tuple[str, str]
) -> None:
    """Kill -9: with one file exactly one letter; with two at least one, and a second says the same to the desk's inbox."""
    import_module("acme_contracts.services").SqliteQuarantine(tmp_path / "service.db").close()
    broken, (together, when) = changed(HOLD, stockStatus="no"), case
    command = [sys.executable, "-c", CRASHES, str(tmp_path), together, when, json.dumps(broken)]
    done = subprocess.run(command, env={"PYTHONPATH": str(acme_folder)}, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert done.returncode == -9, done.stderr
    desk = Desk(acme, tmp_path, together=together == "one")
    assert [entry.status for entry in desk.quarantine().entries()] == ["quarantined"]
    consumer = desk.consumer()
    assert consumer.handle(desk.raw(broken), unused) == "quarantined"
    found = desk.letters()
    assert len(found) == KILLS[case]
    assert len({json.dumps([letter["data"], letter["idempotencykey"]]) for letter in found}) == 1
    handled: list[Any] = []
    reader = desk.catalog.consumer("operations-desk", clock=lambda: NOW)
    assert {reader.handle(desk.raw(letter), handled.append) for letter in found} <= {"handled", "duplicate"}
    assert len(handled) == 1
    desk.close()


def test_from_tasks(desk: Desk) -> None:
    """The letter is written in a thread, as the stores are."""

    async def main() -> Any:
        return await desk.consumer().ahandle(desk.raw(changed(HOLD, stockStatus="no")), None)

    assert asyncio.run(main()) == "quarantined"
    assert len(desk.letters()) == 1


def test_a_quarantine_of_the_process_alone_points_nowhere(desk: Desk) -> None:
    """Then the letter has no `payloadRef`."""
    store = desk.services.MemoryQuarantine()
    consumer = desk.consumer(quarantine=store)
    for _ in range(2):
        consumer.handle(desk.raw(changed(HOLD, stockStatus="no")), unused)
    (letter,) = desk.letters()
    assert "payloadRef" not in letter["data"]
    assert [entry.failing.owed for entry in store.entries()] == [False]


def test_a_file_of_an_older_version_is_read_on(desk: Desk) -> None:
    """Its entries owe no letter until they are told again and fail; new ones do."""
    file = desk.folder / "old.db"
    store = desk.services.SqliteQuarantine(file)
    plain = desk.catalog.consumer("wms-finished-goods", quarantine=store, clock=lambda: NOW)
    plain.handle(desk.raw(changed(HOLD, stockStatus="no")), unused)
    store.close()
    connection = sqlite3.connect(file)
    connection.execute("DROP INDEX interlock_quarantine_owing")
    for column in ("failed", "aside", "owed"):
        connection.execute(f"ALTER TABLE interlock_quarantine DROP COLUMN {column}")
    connection.commit()
    connection.close()
    store = desk.services.SqliteQuarantine(file)
    consumer = desk.consumer(quarantine=store)
    assert (desk.letters(), store.entry(1).failing) == ([], None)
    store.release(1)
    consumer.drain(unused)
    assert [letter["data"]["deadLetterId"][:9] for letter in desk.letters()] == ["DL-000001"]
    store.close()


# Settings


def test_what_could_write_no_letter_is_refused_at_once(desk: Desk, acme: ModuleType) -> None:
    """A catalog that names no event for it, a publisher without an outbox or without the right, no quarantine."""
    from dataclasses import replace

    services, misuse = desk.services, import_module("acme_contracts._runtime.handling.errors").Misuse
    for catalog, system, given_, sentence in (
        (replace(acme.catalog, dead_letters=None), "middleware", {}, "the catalog names no event for dead letters"),
        (acme.catalog, "middleware", {"outbox": None, "sender": object()}, "give the publisher of dead letters an outbox"),
        (acme.catalog, "qms", {}, "qms is no producer of platform.event-dead-lettered"),
        (replace(acme.catalog, dead_letters=replace(acme.catalog.dead_letters, event="quality.lot-on-hold")), "qms", {},
         "quality.lot-on-hold, which catalog.yaml names for dead letters, takes none: payload: "),
    ):  # fmt: skip
        with pytest.raises((misuse, services.NotPublished), match=sentence):
            catalog.consumer("wms-finished-goods", dead_letters=desk.publisher(system, **given_))
    with pytest.raises(misuse, match="give the consumer a quarantine too"):
        desk.catalog.consumer("wms-finished-goods", dead_letters=desk.publisher())


def test_a_catalog_without_the_role_is_free_of_it(acme: ModuleType) -> None:
    """The name stands in the catalog's settings alone: the runtime has none of its own."""
    runtime = Path(str(acme.__file__)).parent / "_runtime"
    assert not [file for file in runtime.rglob("*.py") if "event-dead-lettered" in file.read_text(encoding="utf-8")]
    assert acme.catalog.dead_letters.event == "platform.event-dead-lettered"


def test_how_long_until_it_was_resolved_is_in_the_receipts(desk: Desk) -> None:
    """Dead-lettered and handled are two receipts of one event at one consumer, and name the same entry."""
    desk.now = dt.datetime(2026, 3, 17, 8, tzinfo=dt.UTC)
    consumer = desk.consumer()
    consumer.handle(desk.raw(HOLD), fails(desk.services.CannotHandle("no such place")))
    desk.now += dt.timedelta(hours=2)
    desk.quarantine().release(1)
    consumer.drain(lambda _: None)
    given_up, handled = [one for one in desk.given["receipts"].each() if one.id == HOLD["id"]]
    assert [given_up.outcome.value, handled.outcome.value] == ["quarantined", "handled"]
    assert (given_up.entry, handled.entry) == (1, 1)
    assert handled.settled - given_up.settled == dt.timedelta(hours=2)


# Whatever comes

NASTY = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=40), st.sampled_from(["x" * 250, "x" * 600, "\ud800", "a\nb", "{}"]),
    st.lists(st.text(max_size=3), max_size=2), st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)  # fmt: skip
NAMES = (
    "type",
    "source",
    "id",
    "dataschema",
    "correlationid",
    "traceparent",
    "tracestate",
    "dataclassification",
    "time",
)


@settings(max_examples=40)
@given(changes=st.dictionaries(st.sampled_from(NAMES), NASTY, max_size=4), number=st.integers(0, 10**9))
def test_no_message_keeps_a_consumer_from_going_on(acme: ModuleType, changes: dict[str, Any], number: int) -> None:
    """Hostile attributes end in a letter that its contract takes, or in none: never in a consumer that can't start again."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(acme, Path(folder))
        secret = changed(HOLD, holdId="!", reason={"text": "very secret"}, envelope={"id": f"e-{number}"})
        assert desk.consumer().handle(desk.raw({**secret, **changes}), unused) in {"quarantined", "skipped"}
        desk.consumer()
        contract = desk.catalog.of_type(LETTER)
        for letter in desk.letters():
            assert contract.errors(json.dumps(letter).encode()) == []
            assert "very secret" not in json.dumps(letter)
        desk.close()


def test_the_reference_is_what_the_command_takes(desk: Desk) -> None:
    """The operations desk copies it out of the letter; one of another machine or without a number is one sentence."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "interlock_cli", "replay-quarantine", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own

    consumer = desk.consumer()
    for name in ("e-1", "e-2"):
        broken = changed(HOLD, stockStatus="no", envelope={"id": name, "partitionkey": name})
        consumer.handle(desk.raw(broken), unused)
    place = desk.letters()[1]["data"]["payloadRef"]
    shown = json.loads(run(place, "--json").stdout)
    assert [(entry["entry"], entry["id"]) for entry in shown] == [(2, "e-2")]
    assert run(place, "--release", "2").returncode == 0
    assert desk.quarantine().entry(2).status == "released"
    for wrong in (place.replace("file:///", "file://elsewhere/"), place.replace("#2", "#two")):
        refused = run(wrong)
        assert (refused.returncode, "is no file of this machine with the number of an entry" in refused.stderr) == (
            2,
            True,
        )
