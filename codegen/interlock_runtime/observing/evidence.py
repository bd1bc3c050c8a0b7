"""What is known to have happened: events that were recorded, and receipts of their deliveries. Nothing is inferred."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..handling.outcomes import Receipt
from ..instants import Instant

UNKNOWN = "unknown"
"""The site of a message whose envelope could not be read."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One event, as far as the evidence names it."""

    source: str
    id: str
    type: str = ""
    time: dt.datetime | None = None
    recorded: dt.datetime | None = None
    subject: str | None = None
    correlationid: str | None = None
    causationid: str | None = None
    site: str | None = None
    idempotencykey: str | None = None
    stated: bool = True
    """Whether the event itself is in the evidence; False when only receipts tell of it."""

    @property
    def name(self) -> str:
        """
        The contract's name, which is the type without its prefix and major.

        >>> Occurrence("s", "1", "com.example.mfg.quality.lot-on-hold.v2").name
        'quality.lot-on-hold'
        """
        return ".".join(self.type.rpartition(".v")[0].split(".")[-2:])

    @property
    def system(self) -> str:
        """
        The system that the source names, by the form that the envelope asks for: `https://<site>.<enterprise>/<system>`.

        >>> Occurrence("https://muc1.exc.example/qms/quality.lot-on-hold.v2", "1").system
        'qms'
        """
        return self.source.partition("://")[2].partition("/")[2].partition("/")[0]

    @property
    def fact(self) -> Hashable:
        """
        What it tells, the same for the event in another major: the business key, else all that the two share.

        Receipts carry no business key, so two events of which only receipts tell count as one fact only when subject,
        time, case and cause are the same.
        """
        if self.idempotencykey:
            return (self.name, self.idempotencykey)
        if self.time is None or not self.subject:
            return (self.source, self.id)
        return self.circumstances

    @property
    def circumstances(self) -> Hashable:
        """What two majors of one fact share beside the business key."""
        return (self.name, self.system, self.subject, self.time, self.correlationid, self.causationid)


@dataclass(frozen=True, slots=True)
class Command:
    """One command that a system took, as the audit record of an API product has it."""

    name: str
    """`<product>.<operationId>`."""
    time: dt.datetime
    correlationid: str | None = None
    results: tuple[str, ...] = ()
    """The ids of the events that it resulted in, as far as they were told."""


class Evidence:
    """Events by source and id, receipts and commands, in the order in which they were read."""

    def __init__(self) -> None:
        self.events: dict[tuple[str, str], Occurrence] = {}
        self.receipts: list[Receipt] = []
        self.commands: list[Command] = []
        self._index: _Index | None = None

    def add_event(self, document: Mapping[str, Any]) -> None:
        """Add an event in CloudEvents' JSON format; the first delivery counts, a repeat changes nothing."""
        found = occurrence_of(document)
        known = self.events.get((found.source, found.id))
        if known is None or not known.stated:
            self.events[found.source, found.id] = found
            self._index = None

    def add_receipt(self, receipt: Receipt) -> None:
        """Add a receipt, which also tells of its event."""
        self.receipts.append(receipt)
        if receipt.source is not None and receipt.id is not None:
            self.events.setdefault((receipt.source, receipt.id), _told(receipt, receipt.source, receipt.id))
        self._index = None

    @property
    def index(self) -> _Index:
        """The evidence by what is asked for, made anew after something was added."""
        if self._index is None:
            self._index = _Index(self)
        return self._index

    def by_id(self, number: str) -> Sequence[Occurrence]:
        """Return the events of this number, of whatever source."""
        return self.index.numbers.get(number, ())

    def of(self, event: Occurrence) -> list[Receipt]:
        """Return the receipts of a fact, whichever major was delivered, by the time they were received."""
        found = [
            receipt for one in self.index.told(event) for receipt in self.index.receipts.get((one.source, one.id), ())
        ]
        return sorted(found, key=lambda receipt: receipt.received)

    def ids(self, event: Occurrence) -> tuple[str, ...]:
        """Return the ids of all events that tell a fact: what follows may name any of its majors as its cause."""
        return tuple(one.id for one in self.index.told(event))

    def facts(self) -> Sequence[Occurrence]:
        """Return each fact once: of an event in two majors the one that was read first."""
        return self.index.facts

    def case(self, correlationid: str | None) -> Sequence[Occurrence]:
        """Return the facts of one business case, by the time they happened."""
        return self.index.cases.get(correlationid, ())


class _Index:
    """Evidence by number, by fact and by case."""

    def __init__(self, evidence: Evidence) -> None:
        self.numbers: dict[str, list[Occurrence]] = {}
        self.receipts: dict[tuple[str | None, str | None], list[Receipt]] = {}
        self.cases: dict[str | None, list[Occurrence]] = {}
        self._tellings: dict[Hashable, list[Occurrence]] = {}
        self._place = {key: place for place, key in enumerate(evidence.events)}
        for event in evidence.events.values():
            self.numbers.setdefault(event.id, []).append(event)
            for key in {event.fact, event.circumstances} if event.time else {event.fact}:
                self._tellings.setdefault(key, []).append(event)
        for receipt in evidence.receipts:
            self.receipts.setdefault((receipt.source, receipt.id), []).append(receipt)
        self.facts = [event for event in evidence.events.values() if self.told(event)[0] is event]
        for event in sorted(self.facts, key=lambda one: one.time or _NEVER):
            self.cases.setdefault(event.correlationid, []).append(event)

    def told(self, event: Occurrence) -> list[Occurrence]:
        """Return the events that tell one fact, those that are in the evidence themselves first."""
        own = (event.source, event.id)
        same = {self._place[one.source, one.id]: one for one in self._tellings.get(event.fact, ())}
        if event.time and event.subject:
            for one in self._tellings.get(event.circumstances, ()):
                if one.type != event.type and not (one.idempotencykey and event.idempotencykey):
                    same[self._place[one.source, one.id]] = one
        if not event.idempotencykey:
            same = {at: one for at, one in same.items() if one.type != event.type or (one.source, one.id) == own}
        return [one for _, one in sorted(same.items(), key=lambda item: (not item[1].stated, item[0]))] or [event]


_NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)
"""Sorts what has no time behind all else."""


def occurrence_of(document: Mapping[str, Any]) -> Occurrence:
    """Return what evidence keeps of an event; a member of another form than the envelope's counts as absent."""
    return Occurrence(
        str(document.get("source", "")),
        str(document.get("id", "")),
        str(document.get("type", "")),
        moment(document.get("time")),
        moment(document.get("recordedtime")),
        _text(document, "subject"),
        _text(document, "correlationid"),
        _text(document, "causationid"),
        _text(document, "site"),
        _text(document, "idempotencykey"),
    )


def _told(receipt: Receipt, source: str, number: str) -> Occurrence:
    """Return the event that a receipt tells of."""
    return Occurrence(
        source, number, receipt.type or "", receipt.time, receipt.recorded, receipt.subject, receipt.correlationid,
        receipt.causationid, receipt.site, stated=False,
    )  # fmt: skip


def moment(value: object) -> dt.datetime | None:
    """Return the moment that a text of RFC 3339 says, None for anything else."""
    try:
        return Instant.of(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _text(document: Mapping[str, Any], name: str) -> str | None:
    """Return a text attribute."""
    value = document.get(name)
    return value if isinstance(value, str) else None
