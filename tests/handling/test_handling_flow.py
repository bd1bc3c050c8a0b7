"""What becomes of one message: attempts, waits, and when nothing is acknowledged."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from handling_plant import (
    CATALOG,
    NOW,
    READER,
    TIERS,
    Clock,
    Handler,
    asn,
    catalog,
    consumer,
    decided,
    hold,
    moved,
    order,
    state,
    stores,
)

from interlock_runtime import ContractViolation, Stage, Violation
from interlock_runtime.catalog import Dedupe
from interlock_runtime.context import Suppressed, current
from interlock_runtime.handling.errors import CannotHandle, OutOfOrder, RetryLater, StopConsuming
from interlock_runtime.handling.outcomes import Origin, Outcome


def test_a_good_event_reaches_its_handler_once() -> None:
    """The handler gets a typed event in its context; a second delivery is settled without it."""
    kept, handler = stores(), Handler()
    service = consumer(**kept)
    good = hold(
        id="e-good", correlationid="lot:7", traceparent="00-4002a6f493126e44457117047b731cb0-2651e7dd70ff9ed3-01"
    )
    with service.handling(good, origin=Origin("kafka", "holds", 0, 7)) as given:
        assert given is not None
        handler(given)
        now = current()
        assert now is not None
        assert (now.causationid, now.correlationid, now.consumer, now.replayed) == (
            "e-good",
            "lot:7",
            "warehouse",
            False,
        )
        assert now.traceparent == "00-4002a6f493126e44457117047b731cb0-2651e7dd70ff9ed3-01"
    assert current() is None
    again = service.handling(good)
    with again as given:
        assert given is None
    assert (again.outcome, handler.ids) == (Outcome.DUPLICATE, ["e-good"])
    first, second = kept["receipts"].kept
    assert (first.outcome, first.id, first.contract, first.channel) == (
        "handled",
        "e-good",
        "quality.lot-on-hold",
        "holds",
    )
    assert (second.outcome, second.reason) == ("duplicate", "same-id")


def test_a_failed_handler_is_tried_again_with_growing_waits_and_then_quarantined() -> None:
    """Two repeats for T1 of this plant; waits double, with half of them at random."""
    clock, kept = Clock(), stores()
    handler = Handler(lambda _: RuntimeError("no database"))
    assert consumer(clock=clock, **kept).handle(hold(), handler) == Outcome.QUARANTINED
    assert handler.tried == 3
    assert clock.slept == [0.75, 1.5]
    (entry,) = kept["quarantine"].entries()
    assert [reason.reason for reason in entry.reasons] == ["handler-failed"]
    assert "no database" not in str(entry.reasons)
    assert "RuntimeError" in entry.reasons[0].text
    assert (entry.attempts, entry.holding, entry.key) == (3, True, "L-1")
    (receipt,) = kept["receipts"].kept
    assert (receipt.outcome, receipt.reason, receipt.attempts, receipt.entry) == ("quarantined", "handler-failed", 3, 1)


def test_one_block_is_one_attempt() -> None:
    """An exception of the handler becomes RetryLater, which says how long to wait."""
    service = consumer(**stores())
    with pytest.raises(RetryLater) as later, service.handling(hold(id="x")):
        raise RuntimeError
    assert later.value.delay == dt.timedelta(seconds=0.75)
    assert str(later.value) == "attempt 1 of 3 failed: deliver the message again in 0.8 s"
    assert isinstance(later.value.__cause__, RuntimeError)
    assert current() is None


@pytest.mark.parametrize(
    ("made", "tries", "outcome"), [(order, 2, "quarantined"), (state, 2, "discarded"), (hold, 3, "quarantined")]
)
def test_the_tier_says_how_often_and_what_then(made: Any, tries: int, outcome: str) -> None:
    """T1 and T2 put aside, T3 lets go; only T1 holds its key."""
    kept, handler = stores(), Handler(lambda _: RuntimeError())
    assert consumer(**kept).handle(made(), handler) == outcome
    assert handler.tried == tries
    assert [entry.holding for entry in kept["quarantine"].entries()] == (
        {"hold": [True], "order": [False], "state": []}[made.__name__]
    )


def test_an_event_that_was_let_go_does_not_come_back() -> None:
    """Where repetitions are recognised, what was discarded is one as well; where they are not, it is tried anew."""
    knowing = {**TIERS, "T3": replace(TIERS["T3"], dedupe=Dedupe(dt.timedelta(days=1)))}
    for tiers, tries in ((knowing, 1), (TIERS, 2)):
        service, handler = consumer(where=catalog(tiers=tiers), **stores()), Handler(lambda _: CannotHandle("not ours"))
        given = state(id="s-1")
        assert service.handle(given, handler) == Outcome.DISCARDED
        service.handle(given, handler)
        assert handler.tried == tries


def test_what_no_repetition_mends_is_not_repeated() -> None:
    """A handler says so by CannotHandle."""
    kept, handler = stores(), Handler(lambda _: CannotHandle("the lot belongs to another plant"))
    assert consumer(**kept).handle(hold(), handler) == Outcome.QUARANTINED
    assert handler.tried == 1
    (entry,) = kept["quarantine"].entries()
    assert [(each.reason, each.text) for each in entry.reasons] == [
        ("cannot-handle", "the lot belongs to another plant")
    ]


def test_a_handler_that_would_publish_nonsense_is_not_asked_again() -> None:
    """What breaks a contract is named by contract, reason and place, and trying again is of no use."""
    kept = stores()
    broken = ContractViolation([Violation(Stage.PAYLOAD, "payload-invalid", "/data/toLocation", "")], "inventory.moved")
    handler = Handler(lambda _: broken)
    assert consumer(**kept).handle(hold(), handler) == Outcome.QUARANTINED
    assert handler.tried == 1
    (entry,) = kept["quarantine"].entries()
    assert [(each.reason, each.text) for each in entry.reasons] == [
        ("breaks-contract", "what the handler makes breaks inventory.moved: payload-invalid at /data/toLocation")
    ]


def test_what_comes_too_early_is_repeated_and_then_named_so() -> None:
    """OutOfOrder waits like any failure, since what is missing may come over another channel."""
    kept, handler = stores(), Handler(lambda _: OutOfOrder("the decision has not come"))
    assert consumer(**kept).handle(moved(), handler) == Outcome.QUARANTINED
    assert handler.tried == 3
    (entry,) = kept["quarantine"].entries()
    assert [each.reason for each in entry.reasons] == ["out-of-order"]


def test_being_stopped_is_no_failure() -> None:
    """A deploy in the middle of a handler neither settles nor counts."""
    kept = stores()
    service = consumer(**kept)
    for _ in range(5):
        with pytest.raises(KeyboardInterrupt), service.handling(hold(id="k")):
            raise KeyboardInterrupt
    handler = Handler(lambda _: RuntimeError())
    service.handle(hold(id="k"), handler)
    assert handler.tried == 3
    assert [receipt.outcome for receipt in kept["receipts"].kept] == ["quarantined"]


def test_attempts_count_before_the_handler_runs() -> None:
    """A message that kills its process is put aside after as many attempts, although none ever came back."""
    kept = stores()
    for _ in range(3):
        block = consumer(**kept).handling(hold(id="killer"))
        assert block.__enter__() is not None  # and never left: the process died
    handler = Handler()
    assert consumer(**kept).handle(hold(id="killer"), handler) == Outcome.QUARANTINED
    assert handler.tried == 0
    (entry,) = kept["quarantine"].entries()
    assert entry.reasons[0].reason == "handler-failed"


def test_what_is_told_again_touches_no_store() -> None:
    """A replay neither waits nor is put aside: what the handler or the contract says goes through to who replays."""
    kept, handler = stores(), Handler()
    service = consumer(**kept)
    service.handle(hold(id="x"), handler)
    for _ in range(2):
        with service.handling(hold(id="x"), replayed=True) as given:
            assert given is not None
            handler(given)
    with pytest.raises(ZeroDivisionError), service.handling(hold(id="x"), replayed=True):
        raise ZeroDivisionError
    with service.handling(hold(id="x"), replayed=True):
        raise Suppressed
    with pytest.raises(ContractViolation), service.handling(moved(version="x"), replayed=True):
        pass
    assert kept["receipts"].kept[3].reason == "suppressed"
    assert service.handle(hold(id="x"), handler) == Outcome.DUPLICATE
    assert (handler.tried, list(kept["quarantine"].entries())) == (3, [])
    assert [(str(each.outcome), each.replayed) for each in kept["receipts"].kept] == [
        ("handled", False), ("handled", True), ("handled", True), ("handled", True), ("rejected", True), ("duplicate", False),
    ]  # fmt: skip


def test_what_the_handler_must_not_expire_is_only_tier_three() -> None:
    """An expired state is let go; an expired hold is a hold."""
    past = "2026-03-17T07:59:59Z"
    assert consumer(**stores()).handle(state(expirytime=past), Handler()) == Outcome.DISCARDED
    assert consumer(**stores()).handle(state(expirytime="2026-03-17T08:00:01Z"), Handler()) == Outcome.HANDLED
    assert consumer(**stores()).handle(hold(expirytime=past), Handler()) == Outcome.HANDLED


@pytest.mark.parametrize("store", ["inbox", "quarantine", "receipts"])
@pytest.mark.parametrize("given", [hold(id="down"), order(id="down-2")])
def test_a_store_that_is_down_stops_the_consumer(store: str, given: Any) -> None:
    """Nothing is acknowledged: StopConsuming says which store, and once it is up again the event is handled once."""

    class Down:
        def __getattr__(self, name: str) -> Any:
            def fails(*_: Any, **__: Any) -> Any:
                if name == "regroup":
                    return None
                raise OSError(28, "No space left on device")

            return fails

    kept = stores()
    bad = hold(id="bad", datacontenttype=5)
    broken = consumer(**{**kept, store: Down()})
    with (
        pytest.raises(StopConsuming, match=store.removesuffix("s")),
        broken.handling(bad if store == "quarantine" else given),
    ):
        pass
    handler = Handler()
    assert consumer(**kept).handle(given, handler) in ("handled", "duplicate")
    assert given.value is not None


def test_without_a_quarantine_nothing_is_lost_either() -> None:
    """The consumer stops at the first message that it would have to keep."""
    service = consumer()
    with pytest.raises(StopConsuming, match="has no quarantine: give it one"), service.handling(moved(version="x")):
        pass


def test_events_of_one_key_in_another_flow_go_on() -> None:
    """Only contracts that share a workflow wait for each other."""
    kept, handler = stores(), Handler()
    service = consumer(**kept)
    assert service.handle(moved(version="x"), handler) == Outcome.QUARANTINED
    assert service.handle(asn(), handler) == Outcome.HANDLED
    assert service.handle(decided(), handler) == Outcome.PARKED
    assert service.handle(hold("L-2", "HD-2"), handler) == Outcome.HANDLED
    assert service.handle(order("L-1"), handler) == Outcome.HANDLED


def test_the_reader_is_found_by_its_name() -> None:
    """As the catalog has it."""
    assert CATALOG.consumer("warehouse").reader is READER
    assert CATALOG.consumer("warehouse", clock=lambda: NOW).services.clock() == NOW


def test_stores_are_pruned_by_the_hour() -> None:
    """Without anybody having to think of it; what is unresolved stays."""
    clock, kept = Clock(), stores()
    service, handler = consumer(clock=clock, **kept), Handler()
    service.handle(hold(id="old", number="HD-1"), handler)
    service.handle(moved("L-2", version="x", id="bad"), handler)
    clock.now += dt.timedelta(days=40)
    service.handle(hold(id="new", number="HD-2"), handler)
    assert service.prune() == 0
    assert [entry.event_id for entry in kept["quarantine"].entries()] == ["bad"]
