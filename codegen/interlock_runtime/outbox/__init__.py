"""
Store and forward: events stand in a SQLite file from the business transaction until a broker has acknowledged them.

- Outbox to broker: at least once. First arrivals come in the order of their puts, key by key; after a crash between an
  acknowledgement and the removal, one batch comes again.
- A put is durable once it returns (`tables.Synchronous` says against what); in a business transaction, once that commits.
- Bounded by bytes for each tier. A tier that stops raises OutboxFull and never loses a row; a tier that drops loses
  its oldest ones, counts them, and leaves a gap in the sequence.
- A message that the broker will never take is set aside, and what follows of its key waits behind it until somebody
  retries or discards it; a tier that drops loses it, counted.
"""

from __future__ import annotations

from .box import Outbox
from .depth import Depth, State
from .failures import AlreadyForwarding, OutboxError, OutboxFull, OutboxUnusable
from .forwarding import AsyncForwarder, Forwarder
from .rounds import Backoff, Progress
from .rows import BUFFERS, Buffer, Draft, Row

__all__ = [
    "BUFFERS",
    "AlreadyForwarding",
    "AsyncForwarder",
    "Backoff",
    "Buffer",
    "Depth",
    "Draft",
    "Forwarder",
    "Outbox",
    "OutboxError",
    "OutboxFull",
    "OutboxUnusable",
    "Progress",
    "Row",
    "State",
]
