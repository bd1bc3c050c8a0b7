"""What a contract promises beside its schema, as values that policies read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Classification = Literal["public", "internal", "confidential", "restricted"]
"""Who may see the data, lowest first."""
Tier = Literal["T1", "T2", "T3"]
"""How critical the event is, the most critical first."""
OnInvalid = Literal["reject", "quarantine", "warn", "drop"]
"""What happens to a message that breaks the contract."""
Status = Literal["draft", "released", "deprecated", "retired"]
"""Where a contract stands in its life."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Which members order, route and identify an event: JSON Pointers into the event in its JSON format."""

    partition: tuple[str, ...] = ()
    idempotency: tuple[str, ...] = ()
    order: str | None = None


@dataclass(frozen=True, slots=True)
class Sla:
    """How fast an event travels, as ISO 8601 durations: from the fact to the broker, from there to each reader."""

    publish: str | None = None
    deliver: str | None = None


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Where the major version stands, and once deprecated since when, until when and in favour of what."""

    status: Status = "released"
    since: str | None = None
    sunset: str | None = None
    successor: str | None = None
    migration: str | None = None
