"""Writing one message into an outbox: its sequence, its room, its row."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from .failures import OutboxFull
from .rows import Buffer, Draft, Row, packed_headers, size_of

_NEXT = """
INSERT INTO interlock_outbox_sequences VALUES (?, 1)
ON CONFLICT (source) DO UPDATE SET last = last + 1 RETURNING last
"""
_PUT = """
INSERT INTO interlock_outbox_rows
    (channel, value, message_key, headers, tier, source, sequence, key, put_at, size)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_OLDEST = "SELECT position, size FROM interlock_outbox_rows WHERE tier = ? ORDER BY position"
_DROP = "DELETE FROM interlock_outbox_rows WHERE tier = ? AND position <= ?"
_OUTDATED = """
SELECT max(position) FROM interlock_outbox_rows WHERE tier = ? AND put_at < ? AND position < (
    SELECT coalesce(min(position), 9223372036854775807) FROM interlock_outbox_rows WHERE tier = ? AND put_at >= ?)
"""
_LOST = """
INSERT INTO interlock_outbox_tiers (tier, dropped) VALUES (?, ?)
ON CONFLICT (tier) DO UPDATE SET dropped = dropped + excluded.dropped
"""


def written(cursor: sqlite3.Cursor, draft: Draft, buffers: Mapping[str, Buffer], now: float) -> Row:
    """Give a draft its sequence, make room for it and store it; raise OutboxFull, or what its `write` raises."""
    sequence: int | None = None
    if draft.source is not None:
        sequence = int(cursor.execute(_NEXT, (draft.source,)).fetchone()[0])
    message = draft.write("" if sequence is None else f"{sequence:012d}")
    headers = packed_headers(message.headers)
    size = size_of(message, headers)
    make_room(cursor, draft.tier, buffers.get(draft.tier, Buffer()), size, now)
    key = message.key if draft.key is None else draft.key
    values = (draft.channel, message.value, message.key, headers, draft.tier, draft.source, sequence, key, now, size)
    position = cursor.execute(_PUT, values).lastrowid or 0
    return Row(position, draft.channel, message, draft.tier, draft.source, sequence, key, now)


def make_room(cursor: sqlite3.Cursor, tier: str, buffer: Buffer, size: int, now: float) -> None:
    """Drop what a tier may drop until there is room; raise OutboxFull when there is none."""
    if size > buffer.most_bytes:
        raise OutboxFull(tier, f"its {size} bytes are more than the whole buffer of {buffer.most_bytes}")
    drop_outdated(cursor, tier, buffer, now)
    found = cursor.execute("SELECT bytes FROM interlock_outbox_tiers WHERE tier = ?", (tier,)).fetchone()
    over = (found[0] if found else 0) + size - buffer.most_bytes
    if over <= 0:
        return
    if buffer.when_full == "stop":
        raise OutboxFull(tier, f"its buffer holds {found[0]} of {buffer.most_bytes} bytes, and this tier never drops")
    _drop_oldest(cursor, tier, over)


def drop_outdated(cursor: sqlite3.Cursor, tier: str, buffer: Buffer, now: float) -> int:
    """Drop the rows at the head that are older than a tier keeps, where it may drop; return how many."""
    last = outdated(cursor, tier, buffer, now)
    return 0 if last is None else _dropped(cursor, tier, last)


def outdated(cursor: sqlite3.Cursor, tier: str, buffer: Buffer, now: float) -> int | None:
    """Return up to which position the rows at the head are older than a tier keeps, where it may drop; None for none."""
    if buffer.when_full == "stop" or buffer.keep is None:
        return None
    before = now - buffer.keep.total_seconds()
    found: int | None = cursor.execute(_OUTDATED, (tier, before, tier, before)).fetchone()[0]
    return found


def _drop_oldest(cursor: sqlite3.Cursor, tier: str, over: int) -> None:
    """Drop the oldest rows until so many bytes are free."""
    last = 0
    for position, size in cursor.execute(_OLDEST, (tier,)):
        last, over = position, over - size
        if over <= 0:
            break
    _dropped(cursor, tier, last)


def _dropped(cursor: sqlite3.Cursor, tier: str, last: int) -> int:
    """Drop the rows up to a position, and count them."""
    lost = cursor.execute(_DROP, (tier, last)).rowcount
    cursor.execute(_LOST, (tier, lost))
    return lost


def lose(cursor: sqlite3.Cursor, tier: str, position: int) -> None:
    """Drop one row that no broker takes, and count it."""
    lost = cursor.execute("DELETE FROM interlock_outbox_rows WHERE position = ?", (position,)).rowcount
    cursor.execute(_LOST, (tier, lost))
