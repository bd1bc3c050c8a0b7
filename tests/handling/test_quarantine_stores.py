"""What every quarantine promises: nothing is lost or changed, and sequences keep their order."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from handling_plant import NOW
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from quarantine_entries import LEASE, NOBODY, WHY, put

from interlock_runtime import RawMessage
from interlock_runtime.handling.entries import EVERY_FLOW, Placing
from interlock_runtime.handling.errors import Misuse
from interlock_runtime.handling.outcomes import Origin
from interlock_runtime.stores.sqlite_quarantine import SqliteQuarantine

HEADERS = st.lists(
    st.tuples(
        st.one_of(st.binary(max_size=6), st.text(st.characters(exclude_categories=("Cs",)), max_size=6)),
        st.one_of(st.none(), st.binary(max_size=300)),
    ),
    max_size=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    st.one_of(st.none(), st.binary(max_size=200)),
    st.one_of(st.none(), st.binary(max_size=40)),
    HEADERS.map(tuple),
    st.builds(
        Origin,
        st.just("kafka"),
        st.text(st.characters(exclude_categories=("Cs",)), max_size=8),
        st.none() | st.integers(0, 99),
        st.none(),
    ),
)
def test_a_message_comes_out_as_it_went_in(quarantine: Any, value: Any, key: Any, headers: Any, origin: Origin) -> None:
    """Value, key and headers, with their order, doubles, nulls and bytes; where it came from and why it is here."""
    whole = RawMessage(value, key, headers)
    text = None if key is None else key.decode(errors="surrogateescape")
    number = quarantine.put(whole, where=origin, reasons=WHY, what=Placing("warehouse", NOW, key=text, flow="f"))
    entry = quarantine.entry(number)
    assert (entry.message, entry.origin, entry.reasons, entry.at, entry.key) == (whole, origin, WHY, NOW, text)
    assert [type(name) for name, _ in entry.message.headers] == [type(name) for name, _ in headers]


def test_entries_survive_a_restart(tmp_path: Path) -> None:
    """With their order, status and holds."""
    first = SqliteQuarantine(tmp_path / "q.db")
    numbers = [put(first), put(first, status="parked"), put(first, "L-2")]
    first.release(numbers[2])
    first.close()
    second = SqliteQuarantine(tmp_path / "q.db")
    assert [(entry.id, entry.status) for entry in second.entries()] == [
        (1, "quarantined"),
        (2, "parked"),
        (3, "released"),
    ]
    assert second.holder("warehouse", "holds", ("L-1",), NOW, NOBODY)
    taken = second.take("warehouse", NOW, LEASE)
    assert taken is not None
    assert taken.id == 3
    second.close()


def test_the_same_delivery_is_one_entry(quarantine: Any) -> None:
    """By its event, or by its place in a log, and always by its bytes; what has neither is an entry each time."""
    event = {"source": "mes", "event_id": "e-1"}
    assert put(quarantine, **event) == put(quarantine, **event) == 1
    assert quarantine.entry(1).deliveries == 2
    assert put(quarantine, **event, value=b"mended") == 2
    place = {"where": Origin("kafka", "t", 0, 7)}
    assert put(quarantine, **place) == put(quarantine, **place) == 3
    assert put(quarantine, where=Origin("kafka", "t", 0, 8)) == 4
    assert put(quarantine, value=None, **place) == 5
    assert put(quarantine, value=b"", **place) == 6
    assert put(quarantine, **place, consumer="office") == 7
    assert [put(quarantine), put(quarantine)] == [8, 9]


@pytest.mark.parametrize(
    ("headers", "entries"),
    [
        ((("ce_specversion", b"1.0"), ("ce_type", b"a")), 2),
        (((b"cloudEvents:specversion", b"1.0"), ("x-death", None)), 2),
        ((("content-type", b"application/cloudevents+json"), ("x-death", b"1")), 1),
    ],
)
def test_headers_that_are_the_event_make_another_entry(quarantine: Any, headers: Any, entries: int) -> None:
    """In binary mode; in structured mode a broker may have added one underway."""
    event = Placing("warehouse", NOW, source="mes", event_id="e-1")
    for held in (headers, headers[:1]):
        quarantine.put(RawMessage(b"{}", None, held), where=Origin(), reasons=WHY, what=event)
    assert len(list(quarantine.entries())) == entries


def test_what_was_given_up_stays_so_when_it_comes_again(quarantine: Any) -> None:
    """And what went well may be put aside anew."""
    event = {"source": "mes", "event_id": "e-1"}
    put(quarantine, **event)
    quarantine.discard(1, "a test event of the supplier", NOW)
    assert put(quarantine, **event) == 1
    assert (quarantine.entry(1).status, quarantine.entry(1).why) == ("discarded", "a test event of the supplier")
    put(quarantine, value=b"2", **event)
    quarantine.release(2)
    quarantine.resolve(2, NOW)
    assert put(quarantine, value=b"2", **event) == 3


def test_who_holds_whom(quarantine: Any) -> None:
    """The same consumer, key and flow; an entry of unknown flow holds its key in each; a resolved one holds nothing."""
    put(quarantine)
    put(quarantine, "L-2", EVERY_FLOW, contract=None)
    put(quarantine, "L-3", holding=False)
    held = [
        (name, flow, key)
        for name in ("warehouse", "office")
        for flow in ("holds", "other")
        for key in ("L-1", "L-2", "L-3")
        if quarantine.holder(name, flow, (key,), NOW, NOBODY)
    ]
    assert held == [("warehouse", "holds", "L-1"), ("warehouse", "holds", "L-2"), ("warehouse", "other", "L-2")]
    assert quarantine.holder("warehouse", "holds", ("?", "L-1"), NOW, NOBODY)
    quarantine.discard(1, "known", NOW)
    assert not quarantine.holder("warehouse", "holds", ("L-1",), NOW, NOBODY)


def test_turns(quarantine: Any) -> None:
    """Parked entries go after what they wait for, in order, one at a time; other keys do not wait."""
    put(quarantine)
    for status, key in (("parked", "L-1"), ("parked", "L-1"), ("quarantined", "L-2"), ("parked", "L-2")):
        put(quarantine, key, status=status)
    assert quarantine.take("warehouse", NOW, LEASE) is None
    quarantine.release(1)
    assert _taken(quarantine) == [1]
    assert _taken(quarantine) == []
    quarantine.resolve(1, NOW)
    assert _taken(quarantine) == [2]
    quarantine.refuse(2, WHY, 3)
    assert _taken(quarantine) == []
    quarantine.discard(2, "known", NOW)
    quarantine.discard(4, "known", NOW)
    assert _taken(quarantine) == [3, 5]
    assert quarantine.take("office", NOW, LEASE) is None


def _taken(quarantine: Any) -> list[int]:
    """Take whatever has its turn."""
    found = []
    while (entry := quarantine.take("warehouse", NOW, LEASE)) is not None:
        found.append(entry.id)
    return found


def test_a_lease_ends(quarantine: Any) -> None:
    """By giving back, or when whoever took the entry has died; it can be prolonged."""
    put(quarantine, None)
    quarantine.release(1)
    assert _taken(quarantine) == [1]
    quarantine.give_back(1)
    assert _taken(quarantine) == [1]
    quarantine.keep(1, NOW + 2 * LEASE)
    assert quarantine.take("warehouse", NOW + LEASE + LEASE / 2, LEASE) is None
    assert quarantine.take("warehouse", NOW + 3 * LEASE, LEASE) is not None


def test_what_is_tried_again_holds_its_key_while_it_is_heard_of(quarantine: Any) -> None:
    """A retry in one channel holds the other channels of the flow; a delivery that never comes back does so no more."""
    more = {"source": "mes", "event_id": "e-1", "status": "retrying"}
    put(quarantine, until=NOW + LEASE, **more)
    put(quarantine, status="parked")
    assert quarantine.holder("warehouse", "holds", ("L-1",), NOW + LEASE, NOBODY).id == 1
    assert quarantine.take("warehouse", NOW + LEASE, LEASE) is None
    assert put(quarantine, until=NOW + 2 * LEASE, **more) == 1
    later = NOW + 3 * LEASE
    assert quarantine.holder("warehouse", "holds", ("L-1",), later, NOBODY).id == 2
    assert quarantine.holder("warehouse", "holds", ("L-1",), later, ("mes", "e-1")).id == 1
    for step in (lambda: quarantine.release(1), lambda: quarantine.discard(1, "known", NOW)):
        with pytest.raises(Misuse, match="entry 1 is being tried again by its transport: wait until"):
            step()
    assert put(quarantine, **{**more, "status": "quarantined"}, attempts=3) == 1
    assert (quarantine.entry(1).status, quarantine.entry(1).attempts, quarantine.entry(1).deliveries) == (
        "quarantined",
        3,
        3,
    )
    assert quarantine.take("warehouse", later, LEASE) is None


def test_what_was_tried_again_and_went_well_leaves_no_trace(quarantine: Any) -> None:
    """Nor does one that was not heard of for long."""
    put(quarantine, until=NOW + LEASE, status="retrying", source="mes", event_id="e-1")
    put(quarantine, until=NOW + LEASE, status="retrying", source="mes", event_id="e-2")
    quarantine.resolve(1, NOW)
    assert [entry.id for entry in quarantine.entries()] == [2]
    assert (quarantine.prune(NOW), quarantine.prune(NOW + 2 * LEASE)) == (0, 1)


def test_one_can_be_told_ahead(quarantine: Any) -> None:
    """A decision that came after what needs it goes first when somebody says so."""
    put(quarantine)
    put(quarantine, status="parked")
    with pytest.raises(Misuse, match="entry 2 is parked and goes by itself once what stands before it is resolved"):
        quarantine.release(2)
    quarantine.release(2, ahead=True)
    quarantine.release(1)
    assert _taken(quarantine) == [2]
    assert [entry.id for entry in quarantine.entries()] == [2, 1]
    quarantine.resolve(2, NOW)
    assert _taken(quarantine) == [1]


def test_steps_that_are_not_possible_say_why(quarantine: Any) -> None:
    """One clear sentence each."""
    put(quarantine)
    for step, words in (
        (lambda: quarantine.entry(99), "has no entry 99"),
        (lambda: quarantine.release(99), "has no entry 99"),
        (lambda: quarantine.discard(1, "  ", NOW), "discarding entry 1 needs a reason"),
    ):
        with pytest.raises(Misuse, match=words):
            step()
    quarantine.discard(1, "known", NOW)
    for step, words in (
        (lambda: quarantine.release(1), "entry 1 is discarded already, so there is nothing to release"),
        (lambda: quarantine.discard(1, "again", NOW), "entry 1 is discarded already, so there is nothing to discard"),
    ):
        with pytest.raises(Misuse, match=words):
            step()


def test_entries_can_be_looked_for(quarantine: Any) -> None:
    """By consumer, status and key; more than a page of them, while others are written."""
    for number in range(250):
        put(quarantine, f"L-{number % 5}", consumer="warehouse" if number % 2 else "office")
    quarantine.release(1)
    assert [entry.id for entry in quarantine.entries(status=("released",))] == [1]
    assert len(list(quarantine.entries(consumer="office"))) == 125
    assert {entry.key for entry in quarantine.entries(key="L-3")} == {"L-3"}
    pages = quarantine.entries()
    assert next(pages).id == 1
    put(quarantine)
    assert len(list(pages)) >= 249


def test_pruning_never_touches_what_is_unresolved(quarantine: Any) -> None:
    """However old it is."""
    for _ in range(4):
        put(quarantine)
    quarantine.discard(2, "known", NOW)
    quarantine.release(3)
    quarantine.resolve(1, NOW + dt.timedelta(days=1))
    assert quarantine.prune(NOW + dt.timedelta(hours=1)) == 1
    assert quarantine.prune(NOW + dt.timedelta(days=365)) == 1
    assert [
        entry.id for entry in quarantine.entries(status=("quarantined", "parked", "released", "handled", "discarded"))
    ] == [3, 4]


def test_only_one_of_many_takes_an_entry(tmp_path: Path) -> None:
    """Two processes with threads drain one file: each entry is taken once, and the order of a key is kept."""
    boxes = [SqliteQuarantine(tmp_path / "q.db") for _ in range(2)]
    for number in range(40):
        put(boxes[0], f"L-{number % 4}", status="parked")
    taken: list[tuple[str, int]] = []
    lock = threading.Lock()

    def work(box: SqliteQuarantine) -> None:
        while any(box.entries()):
            entry = box.take("warehouse", NOW, LEASE)
            if entry is not None:
                with lock:
                    taken.append((str(entry.key), entry.id))
                box.resolve(entry.id, NOW)

    threads = [threading.Thread(target=work, args=(box,)) for box in boxes for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(number for _, number in taken) == list(range(1, 41))
    for key in ("L-0", "L-1", "L-2", "L-3"):
        numbers = [number for name, number in taken if name == key]
        assert numbers == sorted(numbers)
    for box in boxes:
        box.close()


def test_the_file_is_readable_sql(tmp_path: Path) -> None:
    """An operator without our tools finds the bytes."""
    store = SqliteQuarantine(tmp_path / "q.db")
    put(store, value=b"\x00\x01")
    store.close()
    connection = sqlite3.connect(tmp_path / "q.db")
    assert connection.execute("SELECT value, status FROM interlock_quarantine").fetchall() == [
        (b"\x00\x01", "quarantined")
    ]
    connection.close()
