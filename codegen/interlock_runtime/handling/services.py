"""All that handling a message depends on besides the message; a consumer makes it once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from ..catalog import Catalog, Reader
from .guarding import guarded
from .letters import DeadLetters, Failures
from .policies import Policies
from .protocols import Inbox, Quarantine, Receipts, Telemetry
from .reading import Eyes
from .retries import Random

HOUR = dt.timedelta(hours=1)


class Pruning:
    """Forgets what stores need no more: once an hour, whenever a message comes."""

    def __init__(self, inbox: Inbox, quarantine: Quarantine | None, now: dt.datetime) -> None:
        self._inbox = inbox
        self._quarantine = quarantine
        self._last = now

    def in_time(self, now: dt.datetime, keep: dt.timedelta) -> None:
        """Prune when the last time is long enough ago."""
        if now - self._last >= HOUR:
            self._last = now
            self.all(now, keep)

    def all(self, now: dt.datetime, keep: dt.timedelta) -> int:
        """Forget what lies beyond its window, and entries that were resolved longer ago than `keep`; return how many."""
        with guarded("inbox"):
            gone = self._inbox.prune(now)
        if self._quarantine is not None:
            with guarded("quarantine"):
                gone += self._quarantine.prune(now - keep)
        return gone


@dataclass(frozen=True, slots=True)
class Services:
    """What one consumer is made of."""

    catalog: Catalog
    reader: Reader
    policies: Policies
    eyes: Eyes
    inbox: Inbox
    quarantine: Quarantine | None
    receipts: Receipts | None
    telemetry: Telemetry
    clock: Callable[[], dt.datetime]
    random: Random
    pruning: Pruning
    letters: DeadLetters | None
    failures: Failures

    @property
    def name(self) -> str:
        """The consuming service."""
        return self.reader.name

    @property
    def blocking(self) -> bool:
        """Whether a store may make its thread wait."""
        stores = (self.inbox, self.quarantine, self.receipts, self.letters)
        return any(getattr(store, "blocking", True) for store in stores if store is not None)
