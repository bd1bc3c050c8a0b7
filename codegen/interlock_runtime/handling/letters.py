"""Dead letters: who answers for an event is told, once, when a consumer gives it up; until then the letter is owed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .entries import Entry
    from .routing import Glance

EventName = tuple[str | None, str | None]
"""Source and id."""
_MOST = 10_000
"""Events whose first failure is remembered at a time; there are as many as are being tried again."""


class DeadLetters(Protocol):
    """Writes dead letters; `publishing` implements it."""

    def owes(self, seen: Glance) -> bool:
        """Say whether somebody is to be told that an event was given up; why not, is logged."""
        ...

    def write(self, entry: Entry, place: str | None, connection: Any) -> None:
        """Write the letter of an entry durably, in the transaction of a connection if it can; raise StopConsuming."""
        ...


class Failures:
    """When events that are being tried again failed for the first time, as far as this process knows."""

    def __init__(self) -> None:
        self._since: dict[EventName, dt.datetime] = {}

    def since(self, event: EventName, now: dt.datetime) -> dt.datetime:
        """Return when an event failed for the first time, which is now unless it did before."""
        if len(self._since) >= _MOST:
            self._since.pop(next(iter(self._since)))
        return self._since.setdefault(event, now)

    def forget(self, event: EventName) -> None:
        """Forget an event that is settled."""
        self._since.pop(event, None)


def event_of(seen: Glance) -> EventName:
    """Return what names an event."""
    return seen.source, seen.id
