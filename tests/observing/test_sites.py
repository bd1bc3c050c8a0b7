"""What receipts tell about each plant."""

from __future__ import annotations

import datetime as dt
from typing import Any

from interlock_runtime.handling.outcomes import Outcome, Receipt
from interlock_runtime.observing.declared import Declared, Listener
from interlock_runtime.observing.evidence import UNKNOWN, Evidence
from interlock_runtime.observing.sites import by_site, missing, tell

NOW = dt.datetime(2026, 3, 17, 12, tzinfo=dt.UTC)
KIND = "com.example.mfg.quality.lot-on-hold.v2"
DECLARED = Declared(
    listeners={"quality.lot-on-hold": (Listener("wms", "wms"), Listener("erp", "erp"), Listener("tms", "tms"))},
    deliver={"quality.lot-on-hold": dt.timedelta(seconds=60)},
)


def receipt(number: str, consumer: str = "wms", site: str | None = "muc1", **settings: Any) -> Receipt:
    """Return a receipt of a hold, an hour ago."""
    time = NOW - dt.timedelta(hours=1)
    chosen = {"outcome": Outcome.HANDLED, "attempts": 1, "time": time, "recorded": time, **settings}
    return Receipt(
        consumer,
        received=time,
        settled=time,
        source="https://x/qms",
        id=number,
        type=KIND,
        subject=f"holds/{number}",
        site=site,
        **chosen,
    )


def evidence_of(*receipts: Receipt) -> Evidence:
    """Return receipts as evidence."""
    made = Evidence()
    for one in receipts:
        made.add_receipt(one)
    return made


def test_each_site_has_its_numbers() -> None:
    """Delays, retries and gaps count where they happened; what could not be read has no site."""
    found = by_site(
        evidence_of(
            receipt("1", late_by=dt.timedelta(seconds=840), attempts=4),
            receipt("2", late_by=dt.timedelta(seconds=2), facts=("late", "sequence-gap")),
            receipt("3", site="leipzig", outcome=Outcome.QUARANTINED, attempts=2),
            receipt("4", site=None, outcome=Outcome.QUARANTINED, attempts=0),
        ),
        DECLARED,
        NOW,
    )
    assert list(found) == ["leipzig", "muc1", UNKNOWN]
    munich = found["muc1"]
    assert (munich.deliveries, munich.delayed, munich.longest_delay.total_seconds()) == (2, 2, 840.0)
    assert (munich.retried, munich.retries, munich.gaps, munich.outcomes) == (1, 3, 1, {"handled": 2})
    assert (found["leipzig"].retries, found["leipzig"].outcomes) == (1, {"quarantined": 1})
    assert [found[site].waiting for site in ("leipzig", "muc1", UNKNOWN)] == [1, 0, 1]


def test_a_reader_that_has_others_and_not_this_one_is_missing_it() -> None:
    """Once its time is over; a reader without any receipt is no evidence, and neither is a promise that isn't made."""
    evidence = evidence_of(receipt("1"), receipt("2"), receipt("2", "erp"))
    assert [(event.id, service) for event, service in missing(evidence, DECLARED, NOW)] == [("1", "erp")]
    early = NOW - dt.timedelta(hours=1) + dt.timedelta(seconds=60)
    assert list(missing(evidence, DECLARED, early)) == []
    assert list(missing(evidence, Declared(listeners=DECLARED.listeners), NOW)) == []
    assert by_site(evidence, DECLARED, NOW)["muc1"].missing == 1


def test_a_fact_in_two_majors_is_missing_for_nobody_who_has_either() -> None:
    """A reader that took version 1 has the fact."""
    old = Receipt(
        "erp", Outcome.HANDLED, NOW, NOW, source="https://x/qms", id="twin", type=KIND.replace("v2", "v1"),
        subject="holds/1", site="muc1", time=NOW - dt.timedelta(hours=1), recorded=NOW - dt.timedelta(hours=1),
    )  # fmt: skip
    assert list(missing(evidence_of(receipt("1"), old), DECLARED, NOW)) == []


def test_what_came_late_is_lost_no_more() -> None:
    """Numbers 1, 2, 5 and then 3 of one source: 4 is missing still, for the one reader that has more than one of them."""
    numbers = [receipt(str(number), sequence=f"{number:012d}") for number in (1, 2, 5, 3)]
    found = by_site(evidence_of(*numbers, receipt("5", "erp", sequence="000000000005")), DECLARED, NOW)
    assert (found["muc1"].lost, found["muc1"].gaps) == (1, 0)


def test_numbers_become_metrics_by_site() -> None:
    """Under one name each, with the site as label; nothing is counted where nothing is."""
    told: list[tuple[str, dict[str, str], float]] = []

    class Gauge:
        def count(self, name: str, labels: dict[str, str], amount: int = 1) -> None:
            told.append((name, dict(labels), amount))

        def measure(self, name: str, labels: dict[str, str], value: float) -> None:
            told.append((name, dict(labels), value))

    found = by_site(evidence_of(receipt("1", late_by=dt.timedelta(seconds=8), attempts=3)), DECLARED, NOW)
    tell(found, Gauge())  # type: ignore[arg-type]
    site = {"site": "muc1"}
    assert told == [
        ("interlock.site.deliveries", site, 1),
        ("interlock.site.delayed", site, 1),
        ("interlock.site.retried", site, 1),
        ("interlock.site.retries", site, 2),
        ("interlock.site.longest_delay", site, 8.0),
    ]
