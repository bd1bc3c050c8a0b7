"""How long things took in each plant, by events and receipts alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from interlock_runtime.handling.outcomes import Outcome, Receipt
from interlock_runtime.observing.evidence import Evidence
from interlock_runtime.observing.measures import Durations, Span, between, durations, put_aside, reached
from observing.observing_plant import evidence_of, recorded

NOON = dt.datetime(2026, 3, 17, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def receipt(number: str | None, outcome: Outcome, after: int, **settings: Any) -> Receipt:
    """Return a receipt of a hold, so many seconds after noon."""
    chosen = {"consumer": "wms", "site": "muc1", "source": "https://x/qms", "entry": None, **settings}
    return Receipt(
        outcome=outcome, received=NOON, settled=NOON + after * SECOND, id=number, time=NOON, recorded=NOON,
        type="com.example.mfg.quality.lot-on-hold.v2", subject=f"holds/{number}", **chosen,
    )  # fmt: skip


def of(*receipts: Receipt) -> Evidence:
    """Return receipts as evidence."""
    made = Evidence()
    for one in receipts:
        made.add_receipt(one)
    return made


@pytest.mark.parametrize(
    ("scenario", "start", "end", "seconds"),
    [
        ("A", "production.work-order-released", "production.operation-started", 1870),
        ("B", "quality.lot-on-hold", "quality.lot-disposition-decided", 25499),
        ("C", "equipment.machine-downtime-detected", "equipment.machine-downtime-ended", 10339),
    ],
)
def test_recorded_scenarios_give_their_numbers(scenario: str, start: str, end: str, seconds: int) -> None:
    """From order to production, from a hold to its disposition, from a downtime to its end."""
    took = dt.timedelta(seconds=seconds)
    assert durations(between(evidence_of(recorded(scenario)), start, {end})) == {"muc1": Durations(1, 0, took, took)}


def event(number: str, name: str, after: int, **settings: Any) -> dict[str, Any]:
    """Return an event of one case, so many seconds after noon."""
    time = (NOON + after * SECOND).strftime("%Y-%m-%dT%H:%M:%SZ")
    kind = f"com.example.mfg.production.{name}.v1"
    return {
        "specversion": "1.0",
        "id": number,
        "source": "https://x/mes",
        "type": kind,
        "time": time,
        "correlationid": "po:1",
        **settings,
    }


def test_causes_tell_two_orders_of_one_case_apart() -> None:
    """The second order's start is not the first one's, although it comes earlier; a third one has not begun."""
    evidence = evidence_of(
        [
            event("w1", "released", 0),
            event("w2", "released", 1),
            event("o2", "started", 5, causationid="w2"),
            event("o1", "started", 9, causationid="w1"),
            event("w3", "released", 20),
        ]
    )
    found = list(between(evidence, "production.released", {"production.started"}))
    assert [span.took for span in found] == [9 * SECOND, 4 * SECOND, None]


def test_without_causes_the_case_decides() -> None:
    """An event follows from the last one before it; of an event outside of any case nothing is said."""
    evidence = evidence_of(
        [
            event("w1", "released", 0),
            event("w2", "released", 4),
            event("o", "started", 6),
            event("w3", "released", 7, correlationid=None),
            event("o3", "started", 8, correlationid=None),
        ]
    )
    found = list(between(evidence, "production.released", {"production.started"}))
    assert [span.took for span in found] == [None, 2 * SECOND, None]


def test_causes_that_go_in_circles_end() -> None:
    """Events that name each other as their cause lead nowhere."""
    evidence = evidence_of([event("a", "started", 1, causationid="b"), event("b", "started", 2, causationid="a")])
    assert list(between(evidence, "production.released", {"production.started"})) == []


def test_what_was_put_aside_is_open_until_it_is_handled() -> None:
    """The first time counts, however often it failed; each consumer has its own; unreadable messages go by their entry."""
    found = put_aside(
        of(
            receipt("1", Outcome.QUARANTINED, 10),
            receipt("1", Outcome.QUARANTINED, 40),
            receipt("1", Outcome.HANDLED, 70),
            receipt("1", Outcome.HANDLED, 5, consumer="erp"),
            receipt(None, Outcome.QUARANTINED, 20, source=None, site=None, entry=7),
            receipt(None, Outcome.QUARANTINED, 20, source=None, site=None),
            receipt("2", Outcome.PARKED, 3),
        )
    )
    assert durations(found) == {"muc1": Durations(1, 0, 60 * SECOND, 60 * SECOND), "unknown": Durations(0, 1)}


def test_a_fact_reaches_each_reader_once() -> None:
    """Counted is its first handling; a replay, a duplicate that follows, and other domains are not."""
    evidence = of(
        receipt("1", Outcome.HANDLED, 2),
        receipt("1", Outcome.DUPLICATE, 9),
        receipt("1", Outcome.HANDLED, 4, consumer="erp"),
        receipt("1", Outcome.HANDLED, 4, consumer="tms", replayed=True),
        receipt("1", Outcome.QUARANTINED, 4, consumer="mes"),
    )
    spans = list(reached(evidence, "quality"))
    assert [(span.consumer, span.took) for span in spans] == [("wms", 2 * SECOND), ("erp", 4 * SECOND)]
    assert list(reached(evidence, "production")) == []


def test_the_median_is_one_that_was_measured() -> None:
    """Of an even number the larger of the two in the middle: no plant looks faster than it was."""
    spans = [Span("muc1", NOON, NOON + number * SECOND) for number in (1, 2, 4, 8)]
    assert durations(spans) == {"muc1": Durations(4, 0, 4 * SECOND, 8 * SECOND)}
