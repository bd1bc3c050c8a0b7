"""What a consumer owes to those who answer for the events that it gave up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .entries import Entry, Failing
from .guarding import guarded
from .letters import event_of

if TYPE_CHECKING:
    from .delivery import Delivery
    from .reading import Reading
    from .services import Services


def failing_of(consumer: Services, delivery: Delivery, reading: Reading) -> Failing:
    """Return when a message failed that is given up now, and whether its letter is owed."""
    first = consumer.failures.since(event_of(reading.seen), delivery.received)
    owed = consumer.letters is not None and consumer.letters.owes(reading.seen)
    return Failing(first, max(first, consumer.clock()), owed)


def tell_owed(consumer: Services) -> None:
    """Write the letters that a consumer owes: of what it has just given up, and of what a crash came between."""
    letters, quarantine = consumer.letters, consumer.quarantine
    if letters is None or quarantine is None:
        return

    def write(entry: Entry, connection: Any) -> None:
        letters.write(entry, quarantine.reference(entry.id), connection)

    with guarded("quarantine or the outbox of its dead letters"):
        quarantine.tell(consumer.name, write)
