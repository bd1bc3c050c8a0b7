"""What a consumer and its quarantine do together: keys stand still, and what waited follows in order."""

from __future__ import annotations

import json
from typing import Any

import pytest
from handling_plant import NOW, Handler, consumer, decided, hold, message, moved
from quarantine_entries import NOBODY, put

from interlock_runtime import RawMessage
from interlock_runtime.handling.errors import RetryLater
from interlock_runtime.stores.memory import MemoryInbox


def test_a_disposition_does_not_overtake_a_hold_that_is_tried_again(quarantine: Any) -> None:
    """They come over two channels, so the wait of the one does not stop the other; its order does."""
    handler, inbox = Handler(), MemoryInbox()
    service = consumer(quarantine=quarantine, inbox=inbox)
    with pytest.raises(RetryLater), service.handling(hold(id="hold")):
        raise RuntimeError
    assert service.handle(decided(id="decided"), handler) == "parked"
    assert service.handle(decided("L-2", "HD-2", id="other"), handler) == "handled"
    assert service.drain(handler) == 0
    block = service.handling(hold(id="hold"))
    with block as found:
        handler(found)
    assert (block.outcome, block.receipt.entry if block.receipt else 0) == ("handled", None)
    assert service.drain(handler) == 1
    assert handler.ids == ["other", "hold", "decided"]
    assert list(quarantine.entries()) == []


def test_a_newer_catalog_with_other_flows_keeps_the_holds(quarantine: Any) -> None:
    """A deploy that joins two flows must not let a disposition overtake its hold."""
    put(quarantine, flow="an old name")
    assert not quarantine.holder("warehouse", "inventory.moved", ("L-1",), NOW, NOBODY)
    service = consumer(quarantine=quarantine)
    assert service.handle(decided(), Handler()) == "parked"


def test_a_broken_message_holds_by_the_key_of_its_transport(quarantine: Any) -> None:
    """Truncated, or of a type that nobody can read: what comes with the same Kafka key and is T1 waits."""
    for broken in (hold("L-1").value, hold("L-2").value):
        assert broken is not None
    service, handler = consumer(quarantine=quarantine), Handler()
    assert service.handle(RawMessage((hold("L-1").value or b"")[:40], b"L-1"), handler) == "quarantined"
    assert service.handle(decided("L-1"), handler) == "parked"
    assert service.handle(decided("L-1", partitionkey="other"), handler) == "parked"
    assert service.handle(decided("L-2"), handler) == "handled"
    assert service.handle(RawMessage(b"\x00\xff", b"\xff\xfe"), handler) == "quarantined"
    assert service.handle(RawMessage(decided("L-3").value, b"\xff\xfe"), handler) == "parked"


def test_a_message_of_an_unknown_type_holds_nothing(quarantine: Any) -> None:
    """It is no contract's, so no contract's order depends on it."""
    service = consumer(quarantine=quarantine)
    stranger = json.loads(decided().value or b"")
    assert (
        service.handle(message({**stranger, "type": "com.example.plant.sales.sold.v1"}, b"L-1"), Handler())
        == "quarantined"
    )
    assert service.handle(decided(), Handler()) == "handled"


def test_release_mends_and_what_waited_follows_in_order(quarantine: Any) -> None:
    """The hold fails, later events of the lot wait; released, all are handled in the order in which they came."""
    broken = True
    handler = Handler(lambda found: RuntimeError() if broken and found.envelope.id == "hold" else None)
    inbox = MemoryInbox()
    service = consumer(quarantine=quarantine, inbox=inbox)
    sent = [
        hold(id="hold"),
        decided(id="decided"),
        moved(id="m-1"),
        moved("L-2", id="free"),
        moved(version=2, id="m-2"),
    ]
    outcomes = [service.handle(each, handler) for each in sent]
    assert outcomes == ["quarantined", "parked", "parked", "handled", "parked"]
    assert service.drain(handler) == 0
    broken = False
    quarantine.release(1)
    assert service.handle(moved(version=3, id="m-3"), handler) == "parked"
    assert service.drain(handler) == 5
    assert handler.ids == ["free", "hold", "decided", "m-1", "m-2", "m-3"]
    assert service.handle(moved(version=4, id="m-4"), handler) == "handled"
    assert list(quarantine.entries()) == []


def test_an_entry_that_fails_again_holds_again(quarantine: Any) -> None:
    """With its new attempts and reasons; its deliveries in between are the same entry."""
    handler = Handler(lambda _: RuntimeError())
    service = consumer(quarantine=quarantine, inbox=MemoryInbox())
    service.handle(hold(id="hold"), handler)
    service.handle(decided(), handler)
    quarantine.release(1)
    assert service.drain(handler) == 1
    assert handler.tried == 6
    assert [(entry.status, entry.attempts) for entry in quarantine.entries()] == [("quarantined", 3), ("parked", 0)]
    assert service.handle(hold(id="hold"), handler) == "parked"
    assert len(list(quarantine.entries())) == 2


def test_giving_up_the_first_frees_the_others(quarantine: Any) -> None:
    """With a reason, by a person."""
    service, handler = consumer(quarantine=quarantine), Handler()
    service.handle(hold(id="bad", time=5), handler)
    service.handle(decided(id="later"), handler)
    quarantine.discard(1, "the lot was scrapped", NOW)
    service.drain(handler)
    assert handler.ids == ["later"]


def test_what_was_handled_meanwhile_resolves_its_entry(quarantine: Any) -> None:
    """A crash between inbox and quarantine: told again, the entry is a repetition, and the sequence goes on."""
    inbox = MemoryInbox()
    handler = Handler(lambda found: RuntimeError() if found.envelope.id == "hold" and handler.tried <= 3 else None)
    service = consumer(quarantine=quarantine, inbox=inbox)
    service.handle(hold(id="hold"), handler)
    service.handle(decided(id="decided"), handler)
    quarantine.release(1)
    entry = service.take()
    assert entry is not None
    block = service.telling(entry)
    quarantine_resolve, quarantine.resolve = quarantine.resolve, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt), block as found:
        handler(found)
    quarantine.resolve = quarantine_resolve
    service.give_back(entry)
    assert service.drain(handler) == 2
    assert handler.ids == ["hold", "decided"]
    assert list(quarantine.entries()) == []
