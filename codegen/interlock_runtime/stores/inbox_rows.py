"""The inbox's rows in SQLite: the same statements for a file of its own and for the handler's database."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import replace
from typing import Any

from ..handling.outcomes import Outcome
from ..handling.protocols import UNUSED, Claim, Mark, Standing
from .database import moment, stamp

TABLES = """
CREATE TABLE IF NOT EXISTS interlock_deliveries (
    consumer TEXT NOT NULL, source TEXT NOT NULL, id TEXT NOT NULL,
    attempts INTEGER NOT NULL, round INTEGER NOT NULL, outcome TEXT, at INTEGER, until INTEGER NOT NULL, digest BLOB,
    PRIMARY KEY (consumer, source, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS interlock_deliveries_by_id ON interlock_deliveries (consumer, id) WHERE outcome IS NOT NULL;
CREATE INDEX IF NOT EXISTS interlock_deliveries_by_end ON interlock_deliveries (until);
CREATE TABLE IF NOT EXISTS interlock_keys (
    consumer TEXT NOT NULL, key TEXT NOT NULL, type TEXT NOT NULL, digest BLOB NOT NULL,
    outcome TEXT NOT NULL, at INTEGER NOT NULL, until INTEGER NOT NULL,
    PRIMARY KEY (consumer, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS interlock_keys_by_end ON interlock_keys (until);
CREATE TABLE IF NOT EXISTS interlock_marks (
    consumer TEXT NOT NULL, stream TEXT NOT NULL, value INTEGER NOT NULL, used INTEGER NOT NULL,
    PRIMARY KEY (consumer, stream)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS interlock_marks_by_use ON interlock_marks (used)
"""
_HOUR = 3_600_000_000
"""Microseconds."""
_UNSETTLED = dt.timedelta(days=7)
"""How long attempts at an event are remembered that is never settled, nor its tier's repetitions recognised."""


def one(connection: sqlite3.Connection, statement: str, *values: object) -> Any:
    """Return the first row of a query as a tuple, whatever the connection makes of rows; None without any."""
    cursor = connection.cursor()
    cursor.row_factory = None
    return cursor.execute(statement, values).fetchone()


def look(connection: sqlite3.Connection, claim: Claim) -> Standing:
    """Return how a delivery stands."""
    row = one(
        connection,
        "SELECT attempts, round, outcome, at, until, digest FROM interlock_deliveries "
        "WHERE consumer=? AND source=? AND id=?",
        claim.consumer, claim.source, claim.id,
    )  # fmt: skip
    attempts, turn, outcome, at, until, digest = row or (0, claim.round, "", 0, 0, b"")
    seen = bool(outcome) and until >= stamp(claim.now)
    if outcome and seen and claim.agrees(claim.type, digest):
        return Standing(attempts, "same-id", outcome=Outcome(outcome), settled=moment(at))
    used = None if seen else _used(connection, claim)
    if used is not None and claim.agrees(used[0], used[1]):
        return Standing(0, "business-duplicate", outcome=Outcome(used[2]), settled=moment(used[3]))
    return Standing(
        attempts=attempts if turn == claim.round else 0,
        conflict=seen or used is not None,
        cause_known=claim.cause is None or _is_known(connection, claim.consumer, claim.cause),
        sequence=_mark(connection, claim.consumer, claim.sequence),
        version=_mark(connection, claim.consumer, claim.version),
    )


def _used(connection: sqlite3.Connection, claim: Claim) -> Any:
    """Return what is known of a business key: type, digest, outcome and time of its first use; None when it is free."""
    if claim.key is None:
        return None
    return one(
        connection,
        "SELECT type, digest, outcome, at FROM interlock_keys WHERE consumer=? AND key=? AND until>=?",
        claim.consumer, claim.key, stamp(claim.now),
    )  # fmt: skip


def _is_known(connection: sqlite3.Connection, consumer: str, event_id: str) -> bool:
    """Say whether an event of this id was settled."""
    found = one(
        connection,
        "SELECT 1 FROM interlock_deliveries WHERE consumer=? AND id=? AND outcome IS NOT NULL LIMIT 1",
        consumer, event_id,
    )  # fmt: skip
    return found is not None


def _mark(connection: sqlite3.Connection, consumer: str, mark: Mark | None) -> int | None:
    """Return where a counter is."""
    if mark is None:
        return None
    row = one(connection, "SELECT value FROM interlock_marks WHERE consumer=? AND stream=?", consumer, mark.stream)
    return None if row is None else int(row[0])


def begin(connection: sqlite3.Connection, claim: Claim) -> Standing:
    """Count an attempt, move the source on, and return how the delivery stands."""
    standing = look(connection, claim)
    if claim.sequence is not None:
        passed(connection, claim.consumer, claim.sequence, claim.now)
    if standing.repeats or standing.conflict:
        return standing
    attempts = standing.attempts + 1
    until = stamp(claim.now + (claim.window or _UNSETTLED))
    connection.execute(
        "INSERT INTO interlock_deliveries VALUES (?,?,?,?,?,NULL,NULL,?,NULL) ON CONFLICT DO UPDATE "
        "SET attempts=excluded.attempts, round=excluded.round, outcome=NULL, at=NULL, until=excluded.until",
        (claim.consumer, claim.source, claim.id, attempts, claim.round, until),
    )
    return replace(standing, attempts=attempts)


def settle(connection: sqlite3.Connection, claim: Claim, outcome: Outcome) -> None:
    """Remember that a delivery is settled."""
    if claim.version is not None:
        passed(connection, claim.consumer, claim.version, claim.now)
    event, now = (claim.consumer, claim.source, claim.id), stamp(claim.now)
    if claim.window is None:
        connection.execute("DELETE FROM interlock_deliveries WHERE consumer=? AND source=? AND id=?", event)
        return
    said = (outcome.value, now, claim.digest)
    until = stamp(claim.now + claim.window)
    begun = (
        "UPDATE interlock_deliveries SET outcome=?, at=?, digest=? WHERE consumer=? AND source=? AND id=? AND until=?"
    )
    if not connection.execute(begun, (*said, *event, until)).rowcount:
        connection.execute(
            "INSERT INTO interlock_deliveries VALUES (?,?,?,0,?,?,?,?,?) ON CONFLICT DO UPDATE "
            "SET outcome=excluded.outcome, at=excluded.at, until=excluded.until, digest=excluded.digest",
            (*event, claim.round, outcome.value, now, until, claim.digest),
        )
    if claim.key is not None and claim.key_window is not None:
        connection.execute(
            "INSERT INTO interlock_keys VALUES (?,?,?,?,?,?,?) ON CONFLICT DO UPDATE "
            "SET type=excluded.type, digest=excluded.digest, outcome=excluded.outcome, at=excluded.at, until=excluded.until",
            (
                claim.consumer,
                claim.key,
                claim.type,
                claim.digest,
                outcome.value,
                now,
                stamp(claim.now + claim.key_window),
            ),
        )


def abandon(connection: sqlite3.Connection, claim: Claim) -> None:
    """Take back an attempt."""
    connection.execute(
        "UPDATE interlock_deliveries SET attempts=attempts-1 "
        "WHERE consumer=? AND source=? AND id=? AND attempts>0 AND outcome IS NULL",
        (claim.consumer, claim.source, claim.id),
    )


def passed(connection: sqlite3.Connection, consumer: str, mark: Mark, now: dt.datetime) -> int | None:
    """Move a counter on, never back; return where it was. When it was used is noted once an hour: that has an index."""
    at = (consumer, mark.stream)
    row = one(connection, "SELECT value, used FROM interlock_marks WHERE consumer=? AND stream=?", *at)
    before, used = (None, 0) if row is None else (int(row[0]), int(row[1]))
    if before is not None and mark.value <= before:
        return before
    if before is not None and stamp(now) - used < _HOUR:
        connection.execute("UPDATE interlock_marks SET value=? WHERE consumer=? AND stream=?", (mark.value, *at))
        return before
    connection.execute(
        "INSERT INTO interlock_marks VALUES (?,?,?,?) "
        "ON CONFLICT DO UPDATE SET value=max(value, excluded.value), used=excluded.used",
        (*at, mark.value, stamp(now)),
    )
    return before


def prune(connection: sqlite3.Connection, now: dt.datetime) -> int:
    """Forget what lies beyond its window; return how many rows went."""
    ended = (stamp(now),)
    gone = connection.execute("DELETE FROM interlock_deliveries WHERE until<?", ended).rowcount
    gone += connection.execute("DELETE FROM interlock_keys WHERE until<?", ended).rowcount
    return gone + connection.execute("DELETE FROM interlock_marks WHERE used<?", (stamp(now - UNUSED),)).rowcount
