"""
What the evidence says about one event: when it happened, who was notified, whether what follows ran in time.

Where there is no evidence the answer says so. That a service is declared to read an event is no evidence that it did.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ..handling.outcomes import Outcome, Receipt
from .declared import Declared
from .evidence import Evidence, Occurrence
from .steps import Action, actions_after

Known = Literal["handled", "received", "no evidence"]
"""Whether a service has acted on an event, only has it, or nothing is known."""
ACTED = frozenset({Outcome.HANDLED, Outcome.WARNED, Outcome.DUPLICATE})
"""A duplicate was handled the first time."""


@dataclass(frozen=True, slots=True)
class Notified:
    """What is known about one service and one event."""

    service: str
    system: str
    known: Known
    receipts: tuple[Receipt, ...] = ()
    declared: bool = True
    """Whether the service is among the event's declared readers."""

    @property
    def first(self) -> Receipt | None:
        """The receipt that says most: of acting on it, else of having it."""
        acted = [receipt for receipt in self.receipts if receipt.outcome in ACTED]
        return next(iter(acted or self.receipts), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known about one event."""

    event: Occurrence
    cause: Occurrence | None
    """None when the event names no cause, or one that is not in the evidence: `event.causationid` tells which."""
    effects: tuple[Occurrence, ...]
    notified: tuple[Notified, ...]
    actions: tuple[Action, ...]

    @property
    def systems(self) -> tuple[str, ...]:
        """The systems of which there is evidence that they acted on it."""
        return tuple(dict.fromkeys(one.system for one in self.notified if one.known == "handled" and one.system))


def answer(evidence: Evidence, declared: Declared, event: Occurrence) -> Answer:
    """Return what the evidence says about an event."""
    causes = evidence.by_id(event.causationid) if event.causationid else []
    numbers = evidence.ids(event)
    effects = sorted(
        (one for one in evidence.facts() if one.causationid in numbers), key=lambda one: (one.time is None, one.time)
    )
    return Answer(
        event,
        causes[0] if causes else None,
        tuple(effects),
        tuple(_notified(evidence, declared, event)),
        tuple(actions_after(evidence, declared, event)),
    )


def _notified(evidence: Evidence, declared: Declared, event: Occurrence) -> Iterator[Notified]:
    """Yield each declared reader, then each service that has a receipt without being one."""
    by_service: dict[str, list[Receipt]] = {}
    for receipt in evidence.of(event):
        if receipt.outcome is not Outcome.SKIPPED:
            by_service.setdefault(receipt.consumer, []).append(receipt)
    listeners = declared.listeners.get(event.name, ())
    for one in listeners:
        receipts = by_service.pop(one.service, [])
        yield Notified(one.service, one.system, _known(receipts), tuple(receipts))
    for service, receipts in by_service.items():
        yield Notified(service, "", _known(receipts), tuple(receipts), declared=False)


def _known(receipts: Sequence[Receipt]) -> Known:
    """Return what receipts of one service say."""
    if any(receipt.outcome in ACTED for receipt in receipts):
        return "handled"
    return "received" if receipts else "no evidence"


def find(evidence: Evidence, words: str) -> list[Occurrence]:
    """
    Return the facts that somebody may mean: by number, contract's name, subject, a part of it, correlation or key.

    By number each event alone; by anything else the facts, in the order in which they happened.
    """
    exact = evidence.by_id(words)
    if exact:
        return list(exact)
    meant = [event for event in evidence.facts() if _is_meant(event, words)]
    last = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(meant, key=lambda event: event.time or last)


def _is_meant(event: Occurrence, words: str) -> bool:
    """Say whether words name an event."""
    subject = event.subject or ""
    return words in (event.name, event.type, subject, event.correlationid, event.idempotencykey, *subject.split("/"))
