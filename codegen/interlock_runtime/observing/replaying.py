"""Events told again to one handler: chosen by type, subject, time and case, in the order of the recording."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from .. import context
from ..bridges import Lookup
from ..instants import Instant
from ..messages import RawMessage
from ..modes import document_of
from ..violations import ContractViolation
from .evidence import moment

if TYPE_CHECKING:
    from ..catalog import Catalog
    from ..events import Event

Handler = Callable[["Event[Any]"], Any]
MOST = 20
"""Refusals that are kept with their reasons; a file of something else would have as many as it has lines."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which events are told again; what is None chooses all."""

    types: frozenset[str] = frozenset()
    """Names of contracts, or types on the wire; empty chooses all."""
    subject: str | None = None
    """The subject or its beginning, up to a slash."""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    """Moments of `time`: from the first, the moment itself included, to before the second."""
    correlationid: str | None = None

    def takes(self, document: Mapping[str, Any]) -> bool:
        """Say whether an event is chosen; one without a time is not, once a time is asked for."""
        kind = str(document.get("type", ""))
        name = ".".join(kind.rpartition(".v")[0].split(".")[-2:])
        if self.types and not self.types & {kind, name, f"{name}@{kind.rpartition('.v')[2]}"}:
            return False
        subject = str(document.get("subject", ""))
        if self.subject is not None and subject != self.subject and not subject.startswith(f"{self.subject}/"):
            return False
        if self.correlationid is not None and document.get("correlationid") != self.correlationid:
            return False
        return self._in_time(moment(document.get("time")))

    def _in_time(self, time: dt.datetime | None) -> bool:
        """Say whether a moment lies between those that are asked for."""
        if self.since is None and self.until is None:
            return True
        if time is None:
            return False
        return (self.since is None or time >= self.since) and (self.until is None or time < self.until)


@dataclass
class Told:
    """What became of a replay."""

    read: int = 0
    passed_over: int = 0
    """Not chosen."""
    told: Counter[str] = field(default_factory=Counter[str])
    """Told again, by contract."""
    suppressed: int = 0
    """Of those told, how many handlers ended at a command, which was not sent."""
    refused: int = 0
    """Events that break their contract, or that nobody knows; none is told."""
    refusals: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    """The first of them, by their place in the recording, with the reason."""

    def refuse(self, why: str) -> None:
        """Note that the event that was read last is not told."""
        self.refused += 1
        if self.refused <= MOST:
            self.refusals.append((self.read, why))


def replay(
    catalog: Catalog,
    messages: Iterable[RawMessage],
    handler: Handler | None,
    choice: Choice,
    *,
    lookup: Lookup = None,
    consumer: str | None = None,
) -> Told:
    """
    Tell the chosen events again; without a handler only say what would be told.

    While the handler runs, `context.current().replayed` is true: publishers publish nothing then, and generated clients
    raise Suppressed instead of sending a command, with which the handler may end. Whatever else it raises ends
    the replay at that event.
    """
    done = Told()
    for document, message in _read(catalog, messages, done):
        if not choice.takes(document):
            done.passed_over += 1
            continue
        event = _event(catalog, document, message, done, lookup)
        if event is not None:
            if handler is not None:
                _tell(event, handler, done, consumer)
            done.told[f"{event.contract.name}@{event.contract.major}"] += 1
    return done


def _tell(event: Event[Any], handler: Handler, done: Told, consumer: str | None) -> None:
    """Tell one event; a command that is not sent is no failure."""
    with context.entered(_context(event, consumer)):
        try:
            handler(event)
        except context.Suppressed:
            done.suppressed += 1


def _read(
    catalog: Catalog, messages: Iterable[RawMessage], done: Told
) -> Iterator[tuple[Mapping[str, Any], RawMessage]]:
    """Yield each message with its attributes; what has none that can be read is refused."""
    rules = catalog.rows[0].load().envelope
    for message in messages:
        done.read += 1
        try:
            yield document_of(message, rules), message
        except ContractViolation as refused:
            done.refuse(str(refused.violations[0]))


def _event(
    catalog: Catalog, document: Mapping[str, Any], message: RawMessage, done: Told, lookup: Lookup
) -> Event[Any] | None:
    """Return the event of a message under its own major; None when it breaks its contract or nobody knows its type."""
    contract = catalog.of_type(str(document.get("type", "")))
    if contract is None:
        done.refuse("contract: unknown-type at /type: the catalog has no contract of this type")
        return None
    try:
        return contract.parse(message, lookup=lookup)
    except ContractViolation as refused:
        done.refuse(str(refused.violations[0]))
        return None


def _context(event: Event[Any], consumer: str | None) -> context.Context:
    """Return the context of an event that is told again."""
    envelope = event.envelope
    return replace(
        context.Context(envelope.correlationid, envelope.id, envelope.traceparent, consumer=consumer, replayed=True),
        tracestate=str(envelope.get("tracestate")) if envelope.get("tracestate") else None,
    )


def at(text: str) -> dt.datetime:
    """Return the moment of a text, a date meaning its first instant in UTC; raise ValueError."""
    return Instant.of(text if "T" in text or "t" in text else f"{text}T00:00:00Z")
