"""What is recognised, noticed, counted and written down about an event."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from handling_plant import (
    Clock,
    Counts,
    Handler,
    consumer,
    decided,
    event,
    hold,
    message,
    moved,
    order,
    stores,
)

from interlock_runtime.handling.outcomes import Outcome
from interlock_runtime.stores.memory import MemoryReceipts


@pytest.mark.parametrize("changes", [{"data": {"remark": "other"}}, {"id": "e-other", "data": {"remark": "other"}}])
def test_one_number_for_two_facts_is_a_conflict(changes: dict[str, Any]) -> None:
    """Under the same id or the same business key other data came: nobody may choose silently which one is true."""
    kept, handler = stores(), Handler()
    service = consumer(**kept)
    assert service.handle(moved(id="e-one"), handler) == Outcome.HANDLED
    assert service.handle(moved(**{"id": "e-one", **changes}), handler) == Outcome.QUARANTINED
    assert [each.reason for entry in kept["quarantine"].entries() for each in entry.reasons] == ["key-reused"]
    assert handler.tried == 1


def test_the_same_data_in_other_words_are_a_repetition() -> None:
    """Members in another order, a number with more zeros, another id: the business key knows the fact."""
    service, handler = consumer(**stores()), Handler()
    one = event("quality.lot-on-hold", {"holdId": "H", "lotId": "L", "quantity": 206.25}, major=2)
    two = json.dumps({**one, "id": "other", "data": {"quantity": 0, "lotId": "L", "holdId": "H"}})
    assert service.handle(message(one), handler) == Outcome.HANDLED
    again = message(two.replace('"quantity": 0', '"quantity": 206.2500').encode())
    assert service.handle(again, handler) == Outcome.DUPLICATE


def test_windows_end() -> None:
    """After its window a repetition is an event again."""
    clock = Clock()
    service, handler = consumer(clock=clock, **stores()), Handler()
    one = moved(id="e-w", idempotencykey="moved:w")
    for days, outcome in ((0, "handled"), (7, "duplicate"), (23, "duplicate"), (1, "handled")):
        clock.now += dt.timedelta(days=days)
        assert service.handle(one, handler) == outcome, days


def test_facts_are_noticed_and_counted_and_refuse_nothing() -> None:
    """Late, from the future, missing and going back numbers, unknown values, an unknown cause: each a fact."""
    counts = Counts()
    service = consumer(telemetry=counts, **stores())
    rows: list[tuple[Any, set[str]]] = [
        (moved("L-1", 2, sequence="000000000001"), set()),
        (moved("L-1", 3, sequence="000000000004", data={"status": "LOST"}), {"sequence-gap", "unknown-value"}),
        (moved("L-1", 1, sequence="000000000003"), {"sequence-went-back", "version-went-back"}),
        (hold(time="2026-03-17T08:00:06Z", recordedtime=None), {"from-the-future"}),
        (hold("L-2", "HD-2", recordedtime="2026-03-17T07:59:28Z"), {"late"}),
        (hold("L-2", "HD-3", time="2026-03-17T07:59:28Z", recordedtime="2026-03-17T07:59:34Z"), {"late"}),
        (decided(causationid="never-seen"), {"cause-unknown"}),
    ]
    for given, expected in rows:
        block = service.handling(given)
        with block as found:
            assert found is not None
        assert {fact.name for fact in block.facts} == expected, expected
        assert block.receipt is not None
        assert set(block.receipt.facts) == expected
    assert sorted(labels["fact"] for name, labels in counts.counted if name == "interlock.facts") == sorted(
        fact for _, facts in rows for fact in facts
    )


def test_a_cause_that_was_handled_is_known() -> None:
    """By its id alone, since that is all that an effect says."""
    service = consumer(**stores())
    service.handle(hold(id="cause"), Handler())
    block = service.handling(decided(causationid="cause"))
    with block:
        pass
    assert block.facts == ()


def test_a_receipt_that_a_crash_prevented_is_written_at_the_next_delivery() -> None:
    """The inbox knows that the event was handled, so the evidence is completed."""
    kept = stores()
    given = hold(id="half")
    lost = MemoryReceipts()
    consumer(**{**kept, "receipts": lost}).handle(given, Handler())
    assert consumer(**kept).handle(given, Handler()) == Outcome.DUPLICATE
    assert [(receipt.outcome, receipt.reason) for receipt in kept["receipts"].kept] == [
        ("handled", "recovered"),
        ("duplicate", "same-id"),
    ]


def test_what_can_be_read_of_a_broken_message_is_on_its_receipt() -> None:
    """Source, id and type help to find it; a message that is nothing at all has a receipt as well."""
    kept = stores()
    service = consumer(**kept)
    service.handle(moved(version="x", id="bad"), Handler())
    service.handle(message(b"\xff\xfe"), Handler())
    service.handle(message(None, b"L-5"), Handler())
    found = [(receipt.id, receipt.contract, receipt.reason) for receipt in kept["receipts"].kept]
    assert found == [
        ("bad", "inventory.moved", "payload-invalid"),
        (None, None, "byte-order-mark"),
        (None, None, "no-value"),
    ]


def test_telemetry_has_bounded_labels() -> None:
    """Labels come from the catalog: a sender can't add a series."""
    counts = Counts()
    service = consumer(telemetry=counts, **stores())
    for number in range(20):
        service.handle(message(event(f"spam.number-{number}", {}, source=f"https://x/{number}")), Handler())
    assert {tuple(sorted(labels.items())) for _, labels in counts.counted} == {
        (("consumer", "warehouse"), ("contract", "unknown"), ("outcome", "quarantined")),
        (("consumer", "warehouse"), ("contract", "unknown"), ("reason", "unknown-type"), ("stage", "contract")),
    }


def test_a_span_is_around_the_handler() -> None:
    """Linked to where the event was made."""
    counts = Counts()
    trace = "00-4002a6f493126e44457117047b731cb0-2651e7dd70ff9ed3-01"
    consumer(telemetry=counts, **stores()).handle(hold(traceparent=trace), Handler())
    assert counts.spans == [("process", trace)]
    assert {name for name, _, _ in counts.measured} == {"interlock.handling.duration"}


def test_telemetry_that_fails_does_not_stand_in_the_way(caplog: pytest.LogCaptureFixture) -> None:
    """It is logged, the event is handled, and the handler's own failure is still its failure."""

    class Broken(Counts):
        def count(self, name: str, labels: Any, amount: int = 1) -> None:
            raise OSError(name, labels, amount)

        def span(self, name: str, labels: Any, link: str | None) -> Any:
            raise OSError(name, labels, link)

    kept = stores()
    service = consumer(telemetry=Broken(), **kept)
    assert service.handle(hold(), Handler()) == Outcome.HANDLED
    assert service.handle(order(), Handler(lambda _: RuntimeError())) == Outcome.QUARANTINED
    assert "telemetry failed: OSError at test_handling_facts.py" in caplog.text
