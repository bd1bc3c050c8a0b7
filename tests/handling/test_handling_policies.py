"""What is read as what, and what happens to what breaks its contract."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from handling_plant import (
    STRICT,
    Clock,
    Handler,
    consumer,
    event,
    hold,
    message,
    moved,
    order,
    state,
    stores,
)

from interlock_runtime import ContractViolation
from interlock_runtime.context import current
from interlock_runtime.handling.outcomes import Origin, Outcome
from interlock_runtime.handling.reading import Flagged


def test_an_older_major_is_brought_to_the_one_that_is_read() -> None:
    """By the function that is registered; both majors of one fact are handled once."""
    handler, service = Handler(), consumer(**stores())
    old = message(event("quality.lot-on-hold", {"holdId": "HD-9", "lot": "L-9"}))
    assert service.handle(old, handler) == Outcome.HANDLED
    assert (handler.seen[0].data, handler.seen[0].contract.major) == ({"holdId": "HD-9", "lotId": "L-9"}, 2)
    assert service.handle(hold("L-9", "HD-9"), handler) == Outcome.DUPLICATE
    assert handler.tried == 1


def test_a_lookup_that_refuses_quarantines_and_one_that_fails_is_repeated() -> None:
    """The one is about the message, the other about the plant's network."""
    old = message(event("quality.lot-on-hold", {"holdId": "HD-9", "lot": "L-9"}, id="o"))
    kept = stores()
    assert consumer(lookup="refuses", **kept).handle(old, Handler()) == Outcome.QUARANTINED
    assert [each.reason for entry in kept["quarantine"].entries() for each in entry.reasons] == ["cannot-cast"]
    outage = iter([OSError("no route"), OSError("no route"), None])

    def lookup() -> None:
        error = next(outage)
        if error:
            raise error

    clock, handler = Clock(), Handler()
    assert consumer(lookup=lookup, clock=clock, **stores()).handle(old, handler) == Outcome.HANDLED
    assert (handler.tried, clock.slept) == (1, [0.75, 1.5])


def test_the_sunset_ends_a_major_and_a_replay_may_still_read_it() -> None:
    """The day itself is the last one; history is told again whenever it is needed."""
    old = message(event("quality.lot-on-hold", {"holdId": "HD-9", "lot": "L-9"}))
    for now, outcome in (("2026-12-31T23:59:59+00:00", "handled"), ("2027-01-01T00:00:00+00:00", "quarantined")):
        kept = stores()
        service = consumer(clock=Clock(dt.datetime.fromisoformat(now)), **kept)
        assert service.handle(old, Handler()) == outcome
    assert [each.reason for entry in kept["quarantine"].entries() for each in entry.reasons] == ["sunset-passed"]
    block = consumer(clock=Clock(dt.datetime.fromisoformat(now)), **stores()).handling(old, replayed=True)
    with block as given:
        assert given is not None
        now_handled = current()
        assert now_handled is not None
        assert now_handled.replayed
    assert block.receipt is not None
    assert block.receipt.replayed


def test_an_event_of_others_is_passed_by() -> None:
    """Skipped with a receipt, without being judged: whoever reads it judges it."""
    kept, handler = stores(), Handler()
    assert consumer(STRICT, **kept).handle(hold(), handler) == Outcome.SKIPPED
    assert (handler.tried, kept["receipts"].kept[0].outcome) == (0, "skipped")


def test_a_strict_reader_refuses_what_the_contract_does_not_declare() -> None:
    """An open one takes it and keeps it."""
    more = order(data={"colour": "red"})
    handler = Handler()
    assert consumer(**stores()).handle(more, handler) == Outcome.HANDLED
    assert dict(handler.seen[0].extra) == {"/data/colour": "red"}
    kept = stores()
    assert consumer(STRICT, **kept).handle(more, handler) == Outcome.QUARANTINED
    assert [(each.reason, each.pointer) for entry in kept["quarantine"].entries() for each in entry.reasons] == [
        ("undeclared-member", "/data/colour")
    ]


def test_what_a_reader_assumes_is_checked_for_it_alone() -> None:
    """The old archive stops at a change that it does not know, so it never gets one (scenario E)."""
    kept = stores()
    assert consumer(STRICT, **kept).handle(order(change="ROUTING_CHANGED"), Handler()) == Outcome.QUARANTINED
    (entry,) = kept["quarantine"].entries()
    assert [(each.reason, each.stage, each.pointer) for each in entry.reasons] == [
        ("assumption-broken", "payload", "/data/change")
    ]
    assert consumer(**stores()).handle(order(change="ROUTING_CHANGED"), Handler()) == Outcome.HANDLED


@pytest.mark.parametrize(
    ("policy", "outcome", "handled"),
    [("quarantine", "quarantined", 0), ("warn", "warned", 1), ("drop", "dropped", 0), ("reject", "quarantined", 0)],
)
def test_policies(policy: Any, outcome: str, handled: int) -> None:
    """A transport that can't turn messages away keeps them instead."""
    kept, handler = stores(), Handler()
    service = consumer(policies={"production.order-changed": policy}, **kept)
    assert service.handle(order(change=5), handler) == outcome
    assert len(handler.seen) == handled
    if handled:
        assert isinstance(handler.seen[0], Flagged)
        assert [each.reason for each in handler.seen[0].violations] == ["payload-invalid"]
        assert handler.seen[0].data == {"orderId": "PO-1", "change": 5}


def test_a_transport_that_can_turns_away() -> None:
    """The sender is told why, without values; the receipt says so, and nothing is kept."""
    kept = stores()
    service = consumer(policies={"production.order-changed": "reject"}, **kept)
    with pytest.raises(ContractViolation) as refused, service.handling(order(change=5), rejects=True):
        pass
    assert [each.pointer for each in refused.value.violations] == ["/data/change"]
    assert [receipt.outcome for receipt in kept["receipts"].kept] == ["rejected"]
    assert list(kept["quarantine"].entries()) == []


def test_the_most_precise_policy_counts_and_the_strictest_of_several_violations() -> None:
    """Contract with reason, then reason, then contract, then the contract's own."""
    late = {"recordedtime": "2026-03-17T07:50:00Z"}
    rows: list[tuple[dict[str, Any], Any, str]] = [
        ({}, state(value=5), "dropped"),
        ({"payload-invalid": "quarantine"}, state(value=5), "quarantined"),
        (
            {"payload-invalid": "quarantine", "equipment.state-changed/payload-invalid": "drop"},
            state(value=5),
            "dropped",
        ),
        ({"late": "quarantine"}, hold(**late), "quarantined"),
        ({"production.order-changed/late": "quarantine"}, hold(**late), "handled"),
        ({"quality.lot-on-hold/late": "warn"}, hold(**late), "warned"),
        ({"payload-invalid": "drop"}, moved(version="x"), "quarantined"),  # T1 is never dropped by a reason's name
        ({"unknown-type": "drop"}, message(event("sales.sold", {})), "dropped"),
        ({}, message(event("sales.sold", {})), "quarantined"),
        ({"malformed": "drop"}, message(b"{"), "quarantined"),  # it may be T1
        ({"malformed": "warn"}, message(b"{"), "quarantined"),  # nothing a handler could be given
        ({"too-large": "drop"}, order(change="x" * 70_000), "dropped"),
    ]
    for policies, given, outcome in rows:
        assert consumer(policies=policies, **stores()).handle(given, Handler()) == outcome, policies


def test_an_event_above_the_limit_goes_by_claim_check() -> None:
    """64 KiB on the wire, headers included (CloudEvents section 6)."""
    kept = stores()
    assert consumer(**kept).handle(order(change="x" * 64_900, idempotencykey="k"), Handler()) == Outcome.HANDLED
    assert consumer(**kept).handle(order(change="x" * 66_000, idempotencykey="l"), Handler()) == Outcome.QUARANTINED
    padded = message(
        event("production.order-changed", {"orderId": "P", "change": "HELD"}), None, [("h", b"x" * 66_000)]
    )
    assert consumer(**kept).handle(padded, Handler()) == Outcome.QUARANTINED
    assert {each.reason for entry in kept["quarantine"].entries() for each in entry.reasons} == {"too-large"}


def test_which_version_is_known_is_said() -> None:
    """Whoever is called at night sees what came, what is read, and what the catalog has."""
    kept = stores()
    consumer(**kept).handle(message(event("quality.lot-on-hold", {"lotId": "L-1"}, major=9)), Handler())
    (entry,) = kept["quarantine"].entries()
    assert (
        entry.reasons[0].text
        == "the event has major version 9, this consumer reads 2, and its catalog knows 1.0.0, 2.0.0"
    )
    assert (entry.contract, entry.holding) == ("quality.lot-on-hold", True)


def test_the_channel_tells_the_contract_of_what_says_nothing() -> None:
    """A broken message in a contract's own channel falls under that contract's policy."""
    origin = Origin("kafka", "muc1.equipment.state-changed.v1", 0, 5)
    kept = stores()
    assert consumer(**kept).handle(message(b"{"), Handler(), origin=origin) == Outcome.DROPPED
    assert kept["receipts"].kept[0].contract == "equipment.state-changed"


def test_a_lookup_that_fails_behind_a_held_key_waits_with_the_others() -> None:
    """It is not tried again and again in front of a partition whose key stands still anyway."""

    def lookup() -> None:
        raise OSError("no route")

    kept, clock = stores(), Clock()
    service = consumer(lookup=lookup, clock=clock, **kept)
    service.handle(moved("L-9", version="x"), Handler())
    old = message(event("quality.lot-on-hold", {"holdId": "HD-9", "lot": "L-9"}))
    assert service.handle(old, Handler()) == Outcome.PARKED
    assert clock.slept == []
