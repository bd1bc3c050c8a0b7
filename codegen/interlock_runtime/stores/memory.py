"""Stores that last as long as the process: for tests, and for consumers whose work may be done twice after a restart."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from ..handling.errors import Misuse
from ..handling.outcomes import Outcome, Receipt
from ..handling.protocols import Claim, Mark, SharedInbox, Standing
from .memory_quarantine import MemoryQuarantine

__all__ = ["MemoryInbox", "MemoryQuarantine", "MemoryReceipts"]

_Event = tuple[str, str, str]
"""Consumer, source and id."""


@dataclass
class _Seen:
    """What is known of one event."""

    attempts: int = 0
    round: int = 0
    outcome: Outcome | None = None
    at: dt.datetime | None = None
    until: dt.datetime | None = None
    digest: bytes = b""


@dataclass(frozen=True)
class _Used:
    """A business key that was used."""

    type: str
    digest: bytes
    at: dt.datetime
    until: dt.datetime
    outcome: Outcome


class MemoryInbox:
    """Remembers what was handled, up to so many events; the oldest are forgotten first."""

    blocking: ClassVar = False

    def __init__(self, most: int = 100_000) -> None:
        self._most = most
        self._lock = threading.RLock()
        self._seen: dict[_Event, _Seen] = {}
        self._ids: dict[tuple[str, str], int] = {}
        self._keys: dict[tuple[str, str], _Used] = {}
        self._marks: dict[tuple[str, str], int] = {}

    def look(self, claim: Claim) -> Standing:
        """Return how a delivery stands, and change nothing."""
        with self._lock:
            seen = self._seen.get((claim.consumer, claim.source, claim.id))
            if seen and seen.outcome and seen.until and seen.until >= claim.now:
                if claim.agrees(claim.type, seen.digest):
                    return Standing(seen.attempts, "same-id", outcome=seen.outcome, settled=seen.at)
                return self._standing(claim, seen, conflict=True)
            used = self._keys.get((claim.consumer, claim.key)) if claim.key else None
            if used is None or used.until < claim.now:
                return self._standing(claim, seen)
            if claim.agrees(used.type, used.digest):
                return Standing(0, "business-duplicate", outcome=used.outcome, settled=used.at)
            return self._standing(claim, seen, conflict=True)

    def _standing(self, claim: Claim, seen: _Seen | None, *, conflict: bool = False) -> Standing:
        """Return how a delivery stands that is not settled yet."""
        return Standing(
            attempts=seen.attempts if seen and seen.round == claim.round else 0,
            conflict=conflict,
            cause_known=claim.cause is None or (claim.consumer, claim.cause) in self._ids,
            sequence=self._marks.get((claim.consumer, claim.sequence.stream)) if claim.sequence else None,
            version=self._marks.get((claim.consumer, claim.version.stream)) if claim.version else None,
        )

    def begin(self, claim: Claim) -> Standing:
        """Count an attempt and move the source on; return how the delivery stands."""
        with self._lock:
            standing = self.look(claim)
            if claim.sequence:
                self.passed(claim.consumer, claim.sequence, claim.now)
            if standing.repeats or standing.conflict:
                return standing
            seen = self._seen.setdefault((claim.consumer, claim.source, claim.id), _Seen())
            seen.attempts, seen.round, seen.outcome = standing.attempts + 1, claim.round, None
            self._forget_oldest()
            return replace(standing, attempts=seen.attempts)

    def settle(self, claim: Claim, outcome: Outcome) -> None:
        """Remember that the delivery is settled, its business key is used, and its entity has its version."""
        with self._lock:
            event = (claim.consumer, claim.source, claim.id)
            if claim.version:
                self.passed(claim.consumer, claim.version, claim.now)
            if claim.window is None:
                self._seen.pop(event, None)
                return
            seen = self._seen.setdefault(event, _Seen())
            if seen.outcome is None:
                self._ids[claim.consumer, claim.id] = self._ids.get((claim.consumer, claim.id), 0) + 1
            seen.outcome, seen.at, seen.until, seen.digest = outcome, claim.now, claim.now + claim.window, claim.digest
            if claim.key and claim.key_window:
                until = claim.now + claim.key_window
                self._keys[claim.consumer, claim.key] = _Used(claim.type, claim.digest, claim.now, until, outcome)

    def abandon(self, claim: Claim, *, counts: bool) -> None:
        """Take back an attempt that does not count."""
        if counts:
            return
        with self._lock:
            seen = self._seen.get((claim.consumer, claim.source, claim.id))
            if seen and seen.attempts:
                seen.attempts -= 1

    def passed(self, consumer: str, mark: Mark, now: dt.datetime) -> int | None:  # noqa: ARG002 - the oldest go first
        """Move a counter on; return where it was."""
        with self._lock:
            before = self._marks.pop((consumer, mark.stream), None)
            self._marks[consumer, mark.stream] = max(mark.value, before or 0)
            return before

    def sharing(self, connection: Any) -> SharedInbox:  # noqa: ARG002 - as the protocol has it
        """Refuse: memory takes part in no transaction."""
        raise Misuse("an inbox in memory can't share the handler's transaction: give the consumer an SqliteInbox")

    def prune(self, now: dt.datetime) -> int:
        """Forget what lies beyond its window."""
        with self._lock:
            gone = [event for event, seen in self._seen.items() if seen.until and seen.until < now]
            for event in gone:
                self._drop(event)
            keys = [key for key, used in self._keys.items() if used.until < now]
            for key in keys:
                del self._keys[key]
            return len(gone) + len(keys)

    def _forget_oldest(self) -> None:
        """Keep within the limit."""
        while len(self._seen) > self._most:
            self._drop(next(iter(self._seen)))
        for kept in (self._keys, self._marks):
            while len(kept) > self._most:
                del kept[next(iter(kept))]

    def _drop(self, event: _Event) -> None:
        """Forget one event."""
        seen = self._seen.pop(event)
        name = (event[0], event[2])
        if seen.outcome is not None:
            self._ids[name] -= 1
            if not self._ids[name]:
                del self._ids[name]


@dataclass
class MemoryReceipts:
    """Keeps receipts as long as the process lives."""

    blocking: ClassVar = False
    kept: list[Receipt] = field(default_factory=list[Receipt])
    _known: set[tuple[str, str | None, str | None, Outcome]] = field(
        default_factory=set[tuple[str, str | None, str | None, Outcome]], init=False, repr=False
    )

    def put(self, receipt: Receipt) -> None:
        """Keep a receipt."""
        self.kept.append(receipt)
        self._known.add((receipt.consumer, receipt.source, receipt.id, receipt.outcome))

    def has(self, consumer: str, source: str, event_id: str, outcome: Outcome) -> bool:
        """Say whether there is a receipt of this outcome."""
        return (consumer, source, event_id, outcome) in self._known
