"""How full an outbox is: what operators watch."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Depth:
    """What waits of one tier."""

    rows: int = 0
    bytes: int = 0
    oldest: float = 0.0
    """Age in seconds of the row that has waited longest; never below zero, even when the clock was set back."""
    aside: int = 0
    """Rows that the broker will never take as they are."""
    dropped: int = 0
    """Rows that a tier which drops has lost since the file was made."""


@dataclass(frozen=True, slots=True)
class State:
    """What waits in an outbox."""

    tiers: Mapping[str, Depth] = field(default_factory=dict[str, Depth])

    @property
    def rows(self) -> int:
        """How many rows wait."""
        return sum(depth.rows for depth in self.tiers.values())

    @property
    def oldest(self) -> float:
        """Age in seconds of the row that has waited longest."""
        return max((depth.oldest for depth in self.tiers.values()), default=0.0)


_DEPTHS = """
SELECT t.tier, t.rows, t.bytes, t.dropped,
    (SELECT put_at FROM interlock_outbox_rows r WHERE r.tier = t.tier ORDER BY position LIMIT 1),
    (SELECT count(*) FROM interlock_outbox_rows r WHERE r.aside AND r.tier = t.tier)
FROM interlock_outbox_tiers t ORDER BY t.tier
"""


def state_of(connection: sqlite3.Connection, now: float) -> State:
    """Return the state of an outbox."""
    return State(
        {
            tier: Depth(rows, size, 0.0 if oldest is None else max(0.0, now - oldest), aside, dropped)
            for tier, rows, size, dropped, oldest, aside in connection.execute(_DEPTHS)
        }
    )
