"""A quarantine that lasts as long as the process: for tests, since a restart loses what it keeps."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from ..handling.entries import EVERY_FLOW, UNRESOLVED, Entry, Failing, Held, Placing
from ..handling.errors import Misuse
from ..handling.outcomes import Origin
from ..messages import RawMessage
from ..violations import Violation
from .entries import check_discard, check_release, fingerprint


@dataclass
class _Kept:
    """An entry, where it stands in its sequence, and who has it."""

    entry: Entry
    rank: int
    leased: dt.datetime | None = None

    def is_tried(self, event: tuple[str | None, str | None]) -> bool:
        """Say whether it is the entry of an event that is tried again."""
        return self.entry.status == "retrying" and (self.entry.source, self.entry.event_id) == event

    def is_over(self, before: dt.datetime) -> bool:
        """Say whether it was resolved, or heard of for the last time, before a moment."""
        last = self.leased if self.entry.status == "retrying" else self.entry.resolved
        return last is not None and last < before

    def holds(self, now: dt.datetime) -> bool:
        """Say whether later events wait for it; one that is tried again does so while it is heard of."""
        if self.entry.status == "retrying":
            return self.leased is not None and self.leased >= now
        return self.entry.holding and self.entry.status in UNRESOLVED


def _since(at: dt.datetime, failing: Failing | None) -> Failing | None:
    """Return when an entry failed that was being tried again: the first time is when it was put there, at the latest."""
    return replace(failing, first=min(at, failing.first)) if failing is not None else None


class MemoryQuarantine:
    """Keeps messages aside as long as the process lives; for tests, since a restart loses them."""

    blocking: ClassVar = False

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._kept: dict[int, _Kept] = {}
        self._known: dict[bytes, int] = {}
        self._next = 1

    def put(self, message: RawMessage, *, where: Origin, reasons: Sequence[Violation], what: Placing) -> int:
        """Keep a message and return its number; the same delivery again is the same entry."""
        with self._lock:
            mark = fingerprint(message, where, what)
            known = self._known.get(mark) if mark else None
            if known is not None and self._kept[known].entry.status != "handled":
                kept = self._kept[known]
                kept.entry = replace(kept.entry, deliveries=kept.entry.deliveries + 1)
                if kept.entry.status == "retrying":
                    kept.entry = replace(kept.entry, status=what.status, reasons=tuple(reasons), attempts=what.attempts)
                    kept.entry = replace(kept.entry, failing=_since(kept.entry.at, what.failing))
                    kept.leased = what.until
                return known
            number = self._next
            self._next += 1
            entry = Entry(
                number, what.consumer, what.status, message, where, tuple(reasons), what.now, what.contract, what.type,
                what.source, what.event_id, what.key, what.flow, what.holding, attempts=what.attempts, failing=what.failing,
            )  # fmt: skip
            self._kept[number] = _Kept(entry, number, what.until)
            if mark:
                self._known[mark] = number
            return number

    def holder(
        self, consumer: str, flow: str, keys: Sequence[str], now: dt.datetime, mine: tuple[str | None, str | None]
    ) -> Entry | None:
        """Return the first unresolved entry that holds one of these keys in a flow."""
        with self._lock:
            found = (
                kept
                for kept in self._kept.values()
                if (kept.holds(now) or kept.is_tried(mine))
                and kept.entry.consumer == consumer
                and kept.entry.key in keys
                and kept.entry.flow in (flow, EVERY_FLOW)
            )
            first = min(found, key=lambda kept: kept.rank, default=None)
            return first.entry if first else None

    def entries(
        self, *, consumer: str | None = None, status: Sequence[Held] = UNRESOLVED, key: str | None = None
    ) -> Iterator[Entry]:
        """Yield entries in the order of their sequence."""
        with self._lock:
            found = [
                kept.entry
                for kept in sorted(self._kept.values(), key=lambda kept: kept.rank)
                if kept.entry.status in status
                and consumer in (None, kept.entry.consumer)
                and key in (None, kept.entry.key)
            ]
        yield from found

    def entry(self, number: int) -> Entry:
        """Return one entry."""
        return self._at(number).entry

    def _at(self, number: int) -> _Kept:
        """Return one entry with its place."""
        if number not in self._kept:
            raise Misuse(f"the quarantine has no entry {number}")
        return self._kept[number]

    def release(self, number: int, *, ahead: bool = False) -> None:
        """Let a quarantined message be told again, in its place or ahead of its sequence."""
        with self._lock:
            kept = self._at(number)
            check_release(kept.entry, ahead=ahead)
            if ahead:
                kept.rank = min((each.rank for each in self._kept.values()), default=0) - 1
            kept.entry = replace(kept.entry, status="released", releases=kept.entry.releases + 1)

    def discard(self, number: int, why: str, now: dt.datetime) -> None:
        """Give a message up, with a reason."""
        with self._lock:
            kept = self._at(number)
            check_discard(kept.entry, why)
            kept.entry = replace(kept.entry, status="discarded", resolved=now, why=why)

    def take(self, consumer: str, now: dt.datetime, lease: dt.timedelta) -> Entry | None:
        """Return the first entry whose turn it is, and keep it from others for a while."""
        with self._lock:
            for kept in sorted(self._kept.values(), key=lambda kept: kept.rank):
                free = kept.leased is None or kept.leased < now
                going = kept.entry.status in ("released", "parked") and kept.entry.consumer == consumer
                if free and going and not self._waits(kept, now):
                    kept.leased = now + lease
                    return kept.entry
            return None

    def _waits(self, kept: _Kept, now: dt.datetime) -> bool:
        """Say whether something stands before an entry in its sequence."""
        mine = kept.entry
        return mine.holding and any(
            other.rank < kept.rank
            and other.holds(now)
            and (other.entry.consumer, other.entry.key) == (mine.consumer, mine.key)
            and (other.entry.flow == mine.flow or EVERY_FLOW in (other.entry.flow, mine.flow))
            for other in self._kept.values()
        )

    def resolve(self, number: int, now: dt.datetime) -> None:
        """Mark an entry as gone well."""
        with self._lock:
            kept = self._at(number)
            if kept.entry.status == "retrying":
                del self._kept[number]
                self._known = {mark: known for mark, known in self._known.items() if known != number}
            kept.entry, kept.leased = replace(kept.entry, status="handled", resolved=now), None

    def refuse(self, number: int, reasons: Sequence[Violation], attempts: int, failing: Failing | None = None) -> None:
        """Put an entry back that failed again; a dead letter is owed of the first time that it is given up."""
        with self._lock:
            kept = self._at(number)
            kept.leased = None
            kept.entry = replace(kept.entry, status="quarantined", reasons=tuple(reasons), attempts=attempts)
            kept.entry = replace(kept.entry, failing=kept.entry.failing or failing)

    def tell(self, consumer: str, write: Callable[[Entry, Any], None]) -> None:
        """Have the dead letters written that a consumer owes, the oldest first."""
        with self._lock:
            for kept in sorted(self._kept.values(), key=lambda kept: kept.entry.id):
                entry, failing = kept.entry, kept.entry.failing
                if entry.consumer == consumer and failing is not None and failing.owed:
                    write(entry, None)
                    kept.entry = replace(entry, failing=replace(failing, owed=False))

    def reference(self, number: int) -> str | None:  # noqa: ARG002 - as the protocol has it
        """Return None: nobody else reaches what this process keeps."""
        return None

    def keep(self, number: int, until: dt.datetime) -> None:
        """Prolong a lease."""
        with self._lock:
            self._at(number).leased = until

    def give_back(self, number: int) -> None:
        """End a lease."""
        with self._lock:
            self._at(number).leased = None

    def regroup(self, consumer: str, flows: Mapping[str, str]) -> None:
        """Name the flows of unresolved entries anew."""
        with self._lock:
            for kept in self._kept.values():
                entry = kept.entry
                if entry.consumer == consumer and entry.contract is not None:
                    kept.entry = replace(entry, flow=flows.get(entry.contract, entry.flow))

    def prune(self, before: dt.datetime) -> int:
        """Delete entries that were resolved before a moment."""
        with self._lock:
            gone = [number for number, kept in self._kept.items() if kept.is_over(before)]
            for number in gone:
                del self._kept[number]
            self._known = {known: number for known, number in self._known.items() if number in self._kept}
            return len(gone)
