"""One delivery and the quarantine: whether it has to wait, and how it is put aside, held back and resolved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from ..violations import Violation
from .delivery import Delivery, holds, keys_of, placing
from .errors import StopConsuming
from .guarding import guarded
from .owing import failing_of
from .protocols import Quarantine
from .reading import Reading
from .services import Services

LEASE = dt.timedelta(minutes=10)
"""How long an entry is kept from others, and holds its key, from one attempt to the next."""


class Aside:
    """What the quarantine has of one delivery."""

    def __init__(self, consumer: Services, delivery: Delivery) -> None:
        self._consumer = consumer
        self._delivery = delivery
        self.number = delivery.entry.id if delivery.entry else None
        """The entry that receipts name: told again, or written for this delivery."""
        self._kept = self.number
        """The entry that is resolved with this delivery: told again, or held while it was tried again."""

    def is_held(self, reading: Reading) -> bool:
        """Say whether an earlier event with the same key waits here, or is being tried again over another channel."""
        quarantine, row = self._consumer.quarantine, reading.route.row
        if quarantine is None or row is None or not self._keeps_order(reading):
            return False
        mine = (reading.seen.source, reading.seen.id)
        flow = self._consumer.catalog.sequences[row.name]
        keys = keys_of(self._delivery, reading)
        with guarded("quarantine"):
            first = quarantine.holder(self._consumer.name, flow, keys, self._delivery.received, mine)
        if first is not None and first.status == "retrying" and (first.source, first.event_id) == mine:
            self._kept = first.id
            return False
        return first is not None

    def _keeps_order(self, reading: Reading) -> bool:
        """Say whether a delivery has to keep its key's order; an entry that is told again has its turn."""
        return self._delivery.entry is None and holds(self._consumer.catalog, reading.route.row)

    def quarantine(self, reading: Reading, violations: Sequence[Violation], attempts: int) -> None:
        """Keep the message until somebody mends what is wrong, and note whether a dead letter is owed."""
        failing = failing_of(self._consumer, self._delivery, reading)
        if self._kept is None:
            self.number = self._put(reading, violations, "quarantined", attempts=attempts, failing=failing)
            return
        with guarded("quarantine"):
            self._store.refuse(self._kept, violations, attempts, failing)
        self.number = self._kept

    def park(self, reading: Reading, violations: Sequence[Violation]) -> None:
        """Keep the message until its turn."""
        self.number = self._put(reading, violations, "parked")

    def hold(self, reading: Reading, failed: Violation, attempts: int, wait: dt.timedelta) -> None:
        """Let nothing with the same key overtake this event, over whatever channel, while it is tried again."""
        if self._consumer.quarantine is not None and self._keeps_order(reading):
            until = self._consumer.clock() + wait + LEASE
            self._put(reading, [failed], "retrying", attempts=attempts, until=until)

    def resolve(self, now: dt.datetime) -> None:
        """Let what waits for this delivery go on."""
        if self._kept is not None:
            with guarded("quarantine"):
                self._store.resolve(self._kept, now)

    def _put(
        self,
        reading: Reading,
        violations: Sequence[Violation],
        status: Literal["retrying", "quarantined", "parked"],
        **more: Any,
    ) -> int:
        """Write the message into quarantine."""
        delivery, consumer = self._delivery, self._consumer
        what = placing(consumer.catalog, consumer.reader, delivery, reading, delivery.received)
        what = replace(what, status=status, **more)
        with guarded("quarantine"):
            return self._store.put(delivery.message, where=delivery.origin, reasons=violations, what=what)

    @property
    def _store(self) -> Quarantine:
        """The quarantine; without one nothing can be kept."""
        if self._consumer.quarantine is None:
            raise StopConsuming("a message must be kept aside and the consumer has no quarantine: give it one")
        return self._consumer.quarantine
