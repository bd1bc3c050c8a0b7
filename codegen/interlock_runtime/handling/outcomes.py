"""What became of a delivery: the outcome, the receipt that says so, and where the message came from."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass


class Outcome(enum.StrEnum):
    """How a delivery ended. All but `retrying` and `rejected` are settled: the transport acknowledges."""

    HANDLED = "handled"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    PARKED = "parked"
    DROPPED = "dropped"
    WARNED = "warned"
    """Handled although it breaks its contract, since the policy says so."""
    DISCARDED = "discarded"
    """Let go because its tier says so: it expired, or its last attempt failed."""
    SKIPPED = "skipped"
    """Not read by this consumer."""
    RETRYING = "retrying"
    """The handler failed and will be tried again."""
    REJECTED = "rejected"
    """Turned away to its sender, who was told why."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a message came from, as far as its transport says."""

    transport: str = ""
    channel: str = ""
    """Topic, subject, routing key or path."""
    partition: int | None = None
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The evidence of one settled delivery; it carries no value of the payload."""

    consumer: str
    outcome: Outcome
    received: dt.datetime
    settled: dt.datetime
    source: str | None = None
    id: str | None = None
    type: str | None = None
    contract: str | None = None
    """Name of the event, when it is known."""
    sequence: str | None = None
    subject: str | None = None
    partitionkey: str | None = None
    correlationid: str | None = None
    causationid: str | None = None
    site: str | None = None
    time: dt.datetime | None = None
    """When it happened at the source."""
    recorded: dt.datetime | None = None
    """When the event was created or left the edge buffer."""
    reason: str = ""
    """The reasons of violations, or why it was let go; empty when it was simply handled."""
    facts: tuple[str, ...] = ()
    """What was noticed about a good event: `late`, `sequence-gap`, `cause-unknown` and the like."""
    attempts: int = 0
    late_by: dt.timedelta | None = None
    """How far beyond its SLA it came; None when it was in time or the contract has none."""
    replayed: bool = False
    entry: int | None = None
    """The quarantine's entry that was written or told again."""
    channel: str = ""
