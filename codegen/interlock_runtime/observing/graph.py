"""The declared graph of events held against the one that causes and receipts show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from .declared import Declared
from .evidence import Evidence, Occurrence

Kind = Literal["undeclared cause", "unknown cause", "unseen cause", "undeclared reader", "silent reader"]
"""
What differs: an event followed one that it isn't declared to follow; it names a cause that is not in the evidence; a
declared way never showed; a service took an event without declaring so; a declared reader left no receipt of an event,
while others did.
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which what is declared and what is known differ."""

    kind: Kind
    event: str
    other: str
    """The cause, or the service."""
    times: int = 0
    """How many events or receipts show it."""


def differences(evidence: Evidence, declared: Declared) -> list[Difference]:
    """
    Return where the evidence differs from what is declared.

    Only events of which there is evidence are looked at; a way or a reader that never showed proves nothing wrong.
    """
    names = {event.name for event in evidence.facts()}
    found = [*_causes(evidence, declared, names), *_readers(evidence, declared, names)]
    return sorted(found, key=lambda one: (one.kind, one.event, one.other))


def edges(evidence: Evidence) -> Counter[tuple[str, str]]:
    """Return how often an event followed another: `(cause, effect)`, by names of contracts."""
    return Counter(
        (cause.name, event.name) for event in evidence.facts() for cause in _cause(evidence, event) if cause.name
    )


def _cause(evidence: Evidence, event: Occurrence) -> Sequence[Occurrence]:
    """Return the event that an event names as its cause, when it is in the evidence."""
    return evidence.by_id(event.causationid)[:1] if event.causationid else ()


def _causes(evidence: Evidence, declared: Declared, names: set[str]) -> Iterator[Difference]:
    """Yield differences in what leads to what."""
    seen = edges(evidence)
    for (cause, event), times in seen.items():
        if cause not in declared.causes.get(event, frozenset()):
            yield Difference("undeclared cause", event, cause, times)
    lost = Counter(
        (event.name, event.causationid)
        for event in evidence.facts()
        if event.causationid and not _cause(evidence, event)
    )
    for (event, number), times in lost.items():
        yield Difference("unknown cause", event, number or "", times)
    for event in names:
        for cause in declared.causes.get(event, frozenset()) & names:
            if (cause, event) not in seen:
                yield Difference("unseen cause", event, cause)


def _readers(evidence: Evidence, declared: Declared, names: set[str]) -> Iterator[Difference]:
    """Yield differences in who reads what."""
    taken: Counter[tuple[str, str]] = Counter()
    for receipt in evidence.receipts:
        event = evidence.events.get((receipt.source or "", receipt.id or ""))
        if event is not None and event.name and receipt.outcome != "skipped":
            taken[event.name, receipt.consumer] += 1
    for name in names & {of for of, _ in taken}:
        services = {one.service for one in declared.listeners.get(name, ())}
        for service in services - {service for of, service in taken if of == name}:
            yield Difference("silent reader", name, service)
    for (name, service), times in taken.items():
        if service not in {one.service for one in declared.listeners.get(name, ())}:
            yield Difference("undeclared reader", name, service, times)
