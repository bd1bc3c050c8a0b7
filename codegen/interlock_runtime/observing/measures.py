"""
How long things took in each plant, from one event to another, from a fault to its end, from a fact to its reader.

Counted is what the evidence shows. What has not ended yet is told apart, and so never makes a plant look fast.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from statistics import median_high

from ..handling.outcomes import Outcome, Receipt
from .answers import ACTED
from .evidence import UNKNOWN, Evidence, Occurrence

_FARTHEST = 20
"""Causes that are followed upwards; no flow is as long."""
_ENDS = ACTED | {Outcome.DISCARDED}


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch of time."""

    site: str
    begun: dt.datetime
    ended: dt.datetime | None
    """None as long as there is no evidence of its end."""
    correlationid: str | None = None
    consumer: str = ""

    @property
    def took(self) -> dt.timedelta | None:
        """How long it was."""
        return None if self.ended is None else self.ended - self.begun


@dataclass(frozen=True, slots=True)
class Durations:
    """What the spans of one plant come to."""

    ended: int
    open: int
    median: dt.timedelta | None = None
    """Of those that have ended; None without any."""
    longest: dt.timedelta | None = None


def durations(spans: Iterable[Span]) -> dict[str, Durations]:
    """Return what spans come to, by site."""
    found: dict[str, list[Span]] = {}
    for span in spans:
        found.setdefault(span.site, []).append(span)
    return {site: _come_to(of_site) for site, of_site in sorted(found.items())}


def _come_to(spans: list[Span]) -> Durations:
    """Return what the spans of one site come to."""
    took = [span.took for span in spans if span.took is not None]
    if not took:
        return Durations(0, len(spans))
    return Durations(len(took), len(spans) - len(took), median_high(took), max(took))


def between(evidence: Evidence, start: str, ends: Collection[str]) -> Iterator[Span]:
    """
    Yield a span for each fact of a contract, up to the first one of some other contracts that follows from it.

    What follows from what is told by the causes; where those do not lead from one to the other, by the business case.
    """
    first: dict[Occurrence, dt.datetime] = {}
    for event in evidence.facts():
        begun = _begun_by(evidence, event, start) if event.name in ends else None
        if begun is not None and event.time is not None:
            first[begun] = min(event.time, first.get(begun, event.time))
    for event in evidence.facts():
        if event.name == start and event.time is not None:
            yield Span(event.site or UNKNOWN, event.time, first.get(event), event.correlationid)


def _begun_by(evidence: Evidence, event: Occurrence, start: str) -> Occurrence | None:
    """Return the fact of a contract from which an event follows."""
    cause: Occurrence | None = event
    for _ in range(_FARTHEST):
        cause = next(iter(evidence.by_id(cause.causationid)), None) if cause and cause.causationid else None
        if cause is None:
            break
        if cause.name == start:
            return evidence.index.told(cause)[0]
    if event.correlationid is None or event.time is None:
        return None
    case = [one for one in evidence.case(event.correlationid) if one.name == start and one.time is not None]
    return next((one for one in reversed(case) if one.time is not None and one.time <= event.time), None)


def put_aside(evidence: Evidence) -> Iterator[Span]:
    """
    Yield a span for each message that a consumer put into quarantine, up to when it was handled or let go.

    That somebody gave an entry up stands in the quarantine alone: of this there is no receipt, and the span stays open.
    """
    open_since: dict[tuple[object, ...], Receipt] = {}
    for receipt in sorted(evidence.receipts, key=lambda one: one.settled):
        message = _message_of(receipt)
        if receipt.outcome is Outcome.QUARANTINED and message is not None:
            open_since.setdefault(message, receipt)
        elif receipt.outcome in _ENDS and message in open_since:
            yield _aside(open_since.pop(message), receipt.settled)
    for receipt in open_since.values():
        yield _aside(receipt, None)


def _message_of(receipt: Receipt) -> tuple[object, ...] | None:
    """Return what names the message of a receipt: its event, else its entry; None when nothing does."""
    if receipt.source is not None and receipt.id is not None:
        return (receipt.consumer, receipt.source, receipt.id)
    return None if receipt.entry is None else (receipt.consumer, receipt.entry)


def _aside(receipt: Receipt, ended: dt.datetime | None) -> Span:
    """Return the span of one message."""
    return Span(receipt.site or UNKNOWN, receipt.settled, ended, receipt.correlationid, receipt.consumer)


def reached(evidence: Evidence, domain: str) -> Iterator[Span]:
    """Yield a span from each fact of a domain to when each of its readers had acted on it for the first time."""
    for event in evidence.facts():
        if event.time is None or event.name.partition(".")[0] != domain:
            continue
        first: dict[str, Receipt] = {}
        for receipt in evidence.of(event):
            if receipt.outcome in ACTED and not receipt.replayed:
                first.setdefault(receipt.consumer, receipt)
        for consumer, receipt in first.items():
            yield Span(event.site or UNKNOWN, event.time, receipt.settled, event.correlationid, consumer)
