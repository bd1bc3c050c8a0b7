"""What a tier promises: how often a delivery is tried, how long repetitions are recognised, how long a plant buffers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .facts import Tier

Afterwards = Literal["stop-partition", "park", "discard"]
"""What becomes of a message when its last attempt failed: its key stands still, it is put aside, or it is let go."""


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a handler is tried, and the waits between: they double from the first to the longest."""

    attempts: int
    first: dt.timedelta
    longest: dt.timedelta
    then: Afterwards


@dataclass(frozen=True, slots=True)
class Dedupe:
    """How long a repetition is recognised: by `source` and `id`, and by the contract's business key."""

    event: dt.timedelta
    business_key: dt.timedelta | None = None


@dataclass(frozen=True, slots=True)
class EdgeBuffer:
    """How long a plant without its network keeps events, on what, and what it does when there is no more room."""

    keep: dt.timedelta
    storage: Literal["disk", "memory"]
    when_full: Literal["stop", "drop-oldest"]


@dataclass(frozen=True, slots=True)
class TierPolicy:
    """What a tier promises for its events; a tier that says nothing about repetitions recognises none."""

    name: Tier
    retry: Retry
    dedupe: Dedupe | None = None
    edge_buffer: EdgeBuffer | None = None
    ordered: bool = True
    replay_window: dt.timedelta | None = None
    expiry: dt.timedelta | None = None
    """Age after which an event is of no use any more."""


_WEEK = dt.timedelta(days=7)
_SECOND, _MINUTES = dt.timedelta(seconds=1), dt.timedelta(minutes=5)
PLAIN: Mapping[Tier, TierPolicy] = {
    "T1": TierPolicy("T1", Retry(8, _SECOND, _MINUTES, "stop-partition"), Dedupe(_WEEK, dt.timedelta(days=30))),
    "T2": TierPolicy("T2", Retry(8, _SECOND, _MINUTES, "park"), Dedupe(_WEEK, dt.timedelta(days=14))),
    "T3": TierPolicy("T3", Retry(3, _SECOND, _MINUTES, "discard")),
}
"""What holds for a tier about which the catalog says nothing."""
