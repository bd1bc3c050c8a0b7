"""What stands in quarantine: entries, what is known when one is made, and where one can stand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from ..messages import RawMessage
from ..violations import Violation
from .outcomes import Origin

Held = Literal["retrying", "quarantined", "parked", "released", "handled", "discarded"]
"""
Where an entry stands: tried again by its transport, waiting for somebody, waiting for its turn, free to go, gone well,
given up.
"""
UNRESOLVED: tuple[Held, ...] = ("retrying", "quarantined", "parked", "released")
EVERY_FLOW = "*"
"""The flow of an entry whose contract is unknown: it holds its key in each flow."""


@dataclass(frozen=True, slots=True)
class Failing:
    """When a message failed, and whether somebody is still to be told."""

    first: dt.datetime
    """When it failed for the first time; attempts lie between this and `last`."""
    last: dt.datetime
    """When it was given up."""
    owed: bool = False
    """Whether its dead letter is not written yet."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One message in quarantine, as it came."""

    id: int
    consumer: str
    status: Held
    message: RawMessage
    origin: Origin
    reasons: tuple[Violation, ...]
    at: dt.datetime
    """When it was put there."""
    contract: str | None = None
    """Name of the event, when it is known."""
    type: str | None = None
    source: str | None = None
    event_id: str | None = None
    key: str | None = None
    flow: str | None = None
    holding: bool = False
    """Whether later events with the key wait for it."""
    deliveries: int = 1
    releases: int = 0
    attempts: int = 0
    resolved: dt.datetime | None = None
    why: str = ""
    """Why it was given up, in the words of who did."""
    failing: Failing | None = None
    """Of an entry that was quarantined, however it stands by now."""


@dataclass(frozen=True, slots=True)
class Placing:
    """What is known about a message that is put into quarantine."""

    consumer: str
    now: dt.datetime
    status: Literal["retrying", "quarantined", "parked"] = "quarantined"
    until: dt.datetime | None = None
    """How long an entry that is tried again holds its key without being heard of."""
    contract: str | None = None
    type: str | None = None
    source: str | None = None
    event_id: str | None = None
    key: str | None = None
    flow: str | None = None
    holding: bool = False
    attempts: int = 0
    failing: Failing | None = None
    """Of a message that is quarantined."""
