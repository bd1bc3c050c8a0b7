"""What handling needs of stores and of telemetry; `stores` implements the one, `observing` the other."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from ..messages import RawMessage
from ..violations import Violation
from .entries import UNRESOLVED, Entry, Failing, Held, Placing
from .outcomes import Origin, Outcome, Receipt

UNUSED = dt.timedelta(days=90)
"""How long a counter is remembered that nothing moves."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A counter: the `sequence` of a source, or the version of an entity."""

    stream: str
    value: int


@dataclass(frozen=True, slots=True)
class Claim:
    """One delivery of a readable event, as the inbox knows it."""

    consumer: str
    source: str
    id: str
    type: str
    now: dt.datetime
    window: dt.timedelta | None = None
    """How long a repetition by source and id is recognised; None: not at all."""
    key: str | None = None
    """The business key, with the contract's name before it."""
    key_window: dt.timedelta | None = None
    digest: bytes = b""
    """Of the data as it came: two events of one type with one id or one business key must say the same."""
    round: int = 0
    """How often the message was released from quarantine; each round has its own attempts."""
    cause: str | None = None
    """The `id` of the event that is said to have caused this one, when this consumer should have seen it."""
    sequence: Mark | None = None
    """Moved on when the event arrives."""
    version: Mark | None = None
    """Moved on when the event is settled."""

    def agrees(self, kind: str, digest: bytes) -> bool:
        """
        Say whether an event of this type and data may be the same fact.

        In another major the same fact has other data; of an event that could not be read the data are not known.
        """
        return kind != self.type or not digest or not self.digest or digest == self.digest


@dataclass(frozen=True, slots=True)
class Standing:
    """What the inbox knows about a claim."""

    attempts: int = 0
    """The attempts so far, with the one that begins now."""
    repeats: Literal["", "same-id", "business-duplicate"] = ""
    """By what the delivery is recognised as one that is settled already."""
    conflict: bool = False
    """Whether the business key is settled for other data."""
    outcome: Outcome | None = None
    """What became of the first delivery."""
    settled: dt.datetime | None = None
    cause_known: bool = True
    sequence: int | None = None
    """Where the source was before."""
    version: int | None = None
    """Where the entity was before."""


class Inbox(Protocol):
    """Remembers what was handled. An attempt is counted, durably, before the handler runs."""

    def look(self, claim: Claim) -> Standing:
        """Return how a delivery stands, and change nothing."""
        ...

    def begin(self, claim: Claim) -> Standing:
        """Count an attempt and move the source on; return how the delivery stands. Of a repetition nothing is counted."""
        ...

    def settle(self, claim: Claim, outcome: Outcome) -> None:
        """Remember that the delivery is settled, its business key is used, and its entity has its version."""
        ...

    def abandon(self, claim: Claim, *, counts: bool) -> None:
        """End an attempt that settled nothing; one that does not count was broken off from outside, and is taken back."""
        ...

    def passed(self, consumer: str, mark: Mark, now: dt.datetime) -> int | None:
        """Move a source on for a message that no handler gets; return where it was. One unused for long is forgotten."""
        ...

    def sharing(self, connection: Any) -> SharedInbox:
        """Return this inbox within the handler's own database; raise Misuse when it can't."""
        ...

    def prune(self, now: dt.datetime) -> int:
        """Forget what lies beyond its window; return how many rows went."""
        ...


class SharedInbox(Inbox, Protocol):
    """An inbox in the handler's own database: its row, the handler's writes and the outbox's rows are one transaction."""

    def open(self) -> None:
        """Begin the transaction of the handler."""
        ...

    def finish(self, claim: Claim, outcome: Outcome) -> None:
        """Mark the delivery in it and commit it; raise Misuse when the handler ended it itself."""
        ...

    def rollback(self) -> None:
        """Undo it."""
        ...


class Quarantine(Protocol):
    """Keeps messages without loss: value, key and headers come out as they went in, after a restart too."""

    def put(self, message: RawMessage, *, where: Origin, reasons: Sequence[Violation], what: Placing) -> int:
        """Keep a message and return its number; the same delivery again is the same entry, in its new status if it was retried."""
        ...

    def holder(
        self, consumer: str, flow: str, keys: Sequence[str], now: dt.datetime, mine: tuple[str | None, str | None]
    ) -> Entry | None:
        """
        Return the first unresolved entry that holds one of these keys in a flow; None when they are free.

        `mine` names the event that asks, by source and id: its own entry of earlier attempts is found in any case.
        """
        ...

    def entries(
        self, *, consumer: str | None = None, status: Sequence[Held] = UNRESOLVED, key: str | None = None
    ) -> Iterator[Entry]:
        """Yield entries in the order of their sequence."""
        ...

    def entry(self, number: int) -> Entry:
        """Return one entry; raise Misuse when there is none."""
        ...

    def release(self, number: int, *, ahead: bool = False) -> None:
        """Let a quarantined message be told again, in its place or `ahead` of its sequence; raise Misuse when it can't."""
        ...

    def discard(self, number: int, why: str, now: dt.datetime) -> None:
        """Give a message up, with a reason; what waits for it may go on."""
        ...

    def take(self, consumer: str, now: dt.datetime, lease: dt.timedelta) -> Entry | None:
        """Return the first entry whose turn it is, and keep it from others for a while; None when there is none."""
        ...

    def resolve(self, number: int, now: dt.datetime) -> None:
        """Mark an entry as gone well, or forget one that was tried again; what waits for it may go on."""
        ...

    def refuse(self, number: int, reasons: Sequence[Violation], attempts: int, failing: Failing | None = None) -> None:
        """Put an entry that was taken back, since it failed again; what waits for it goes on waiting."""
        ...

    def tell(self, consumer: str, write: Callable[[Entry, Any], None]) -> None:
        """
        Have the dead letters written that a consumer owes, the oldest first; what `write` raises leaves its letter owed.

        `write` is given the transaction in which the letter is marked as written, or None where there is none.
        """
        ...

    def reference(self, number: int) -> str | None:
        """Return the URI of an entry, as `interlock replay-quarantine` takes it; None where nobody else can reach it."""
        ...

    def keep(self, number: int, until: dt.datetime) -> None:
        """Prolong the lease of an entry that was taken."""
        ...

    def give_back(self, number: int) -> None:
        """End the lease of an entry that was taken, and change nothing else."""
        ...

    def regroup(self, consumer: str, flows: Mapping[str, str]) -> None:
        """Name the flows of unresolved entries anew, by contract: a newer catalog may have other workflows."""
        ...

    def prune(self, before: dt.datetime) -> int:
        """Delete entries that were resolved before a moment; return how many. Unresolved ones stay."""
        ...


class Receipts(Protocol):
    """Keeps receipts, at least once: two with the same consumer, source, id and outcome say the same."""

    def put(self, receipt: Receipt) -> None:
        """Keep a receipt."""
        ...

    def has(self, consumer: str, source: str, event_id: str, outcome: Outcome) -> bool:
        """Say whether there is a receipt of this outcome; False when this store can't look back."""
        ...


class Telemetry(Protocol):
    """Where counts, durations and spans go; names and labels carry no payload value."""

    def count(self, name: str, labels: Mapping[str, str], amount: int = 1) -> None:
        """Add to a counter."""
        ...

    def measure(self, name: str, labels: Mapping[str, str], value: float) -> None:
        """Add a value to a histogram, in seconds."""
        ...

    def span(self, name: str, labels: Mapping[str, str], link: str | None) -> AbstractContextManager[object]:
        """Return the span of one handling; `link` is the `traceparent` of the event (W3C Trace Context)."""
        ...


class Silent:
    """Telemetry that goes nowhere."""

    def count(self, name: str, labels: Mapping[str, str], amount: int = 1) -> None:
        """Do nothing."""

    def measure(self, name: str, labels: Mapping[str, str], value: float) -> None:
        """Do nothing."""

    def span(self, name: str, labels: Mapping[str, str], link: str | None) -> AbstractContextManager[object]:  # noqa: ARG002 - as the protocol has it
        """Return a block that does nothing."""
        return contextlib.nullcontext()
