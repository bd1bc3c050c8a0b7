"""The quarantine's rows in SQLite: its tables, its statements, and entries as rows."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec

from ..handling.entries import EVERY_FLOW, Entry, Failing, Placing
from ..handling.errors import Misuse
from ..handling.outcomes import Origin
from ..messages import RawMessage
from ..violations import Stage, Violation
from .database import maybe, moment, stamp

TABLES = """
CREATE TABLE IF NOT EXISTS interlock_quarantine (
    number INTEGER PRIMARY KEY AUTOINCREMENT, rank INTEGER NOT NULL DEFAULT 0, consumer TEXT NOT NULL,
    status TEXT NOT NULL, value BLOB, message_key BLOB, headers BLOB NOT NULL,
    transport TEXT NOT NULL, channel TEXT NOT NULL, part INTEGER, place INTEGER,
    reasons BLOB NOT NULL, at INTEGER NOT NULL, contract TEXT, type TEXT, source TEXT, event_id TEXT,
    key BLOB, flow TEXT, holding INTEGER NOT NULL, fingerprint BLOB UNIQUE,
    deliveries INTEGER NOT NULL DEFAULT 1, releases INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL,
    leased INTEGER, resolved INTEGER, why TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS interlock_quarantine_held ON interlock_quarantine (consumer, key, rank) WHERE holding;
CREATE INDEX IF NOT EXISTS interlock_quarantine_going ON interlock_quarantine (consumer, rank)
    WHERE status IN ('parked', 'released')
"""
ADDED = {"failed": "INTEGER", "aside": "INTEGER", "owed": "INTEGER NOT NULL DEFAULT 0"}
"""Columns that a file of an older version gets: first and last failure, and whether the dead letter is not written yet."""
OWING = "CREATE INDEX IF NOT EXISTS interlock_quarantine_owing ON interlock_quarantine (consumer, number) WHERE owed"
COLUMNS = (
    "number, consumer, status, value, message_key, headers, transport, channel, part, place, reasons, at, contract, "
    "type, source, event_id, key, flow, holding, deliveries, releases, attempts, resolved, why, failed, aside, owed"
)
UNRESOLVED = "status IN ('retrying', 'quarantined', 'parked', 'released')"
_HOLDS = (
    "holding AND (other.status IN ('quarantined', 'parked', 'released') "
    "OR (other.status = 'retrying' AND other.leased >= :now))"
)
HOLDER = f"""
SELECT {COLUMNS}, rank FROM interlock_quarantine AS other
WHERE consumer = :consumer AND key = :key AND flow IN (:flow, '{EVERY_FLOW}')
AND ((other.{_HOLDS}) OR (status = 'retrying' AND source = :source AND event_id = :id))
ORDER BY rank LIMIT 1
"""  # noqa: S608 - fixed parts
PUT_AGAIN = """
UPDATE interlock_quarantine SET deliveries = deliveries + 1,
    reasons = CASE status WHEN 'retrying' THEN :reasons ELSE reasons END,
    attempts = CASE status WHEN 'retrying' THEN :attempts ELSE attempts END,
    leased = CASE status WHEN 'retrying' THEN :until ELSE leased END,
    failed = CASE status WHEN 'retrying' THEN min(at, :failed) ELSE failed END,
    aside = CASE status WHEN 'retrying' THEN :aside ELSE aside END,
    owed = CASE status WHEN 'retrying' THEN :owed ELSE owed END,
    status = CASE status WHEN 'retrying' THEN :status ELSE status END
WHERE fingerprint = :known RETURNING number
"""
GOING = f"""
SELECT {COLUMNS} FROM interlock_quarantine AS mine
WHERE consumer = :consumer AND status IN ('parked', 'released') AND (leased IS NULL OR leased < :now)
AND NOT (holding AND EXISTS (
    SELECT 1 FROM interlock_quarantine AS other
    WHERE other.consumer = mine.consumer AND other.key = mine.key AND other.{_HOLDS} AND other.rank < mine.rank
    AND (other.flow = mine.flow OR other.flow = '{EVERY_FLOW}' OR mine.flow = '{EVERY_FLOW}')
))
ORDER BY rank LIMIT 1
"""  # noqa: S608 - fixed parts
OWED = f"SELECT {COLUMNS} FROM interlock_quarantine WHERE consumer = ? AND owed ORDER BY number LIMIT 1"  # noqa: S608 - fixed parts
REFUSE = (
    "status = 'quarantined', reasons = ?, attempts = ?, leased = NULL, "
    "owed = CASE WHEN aside IS NULL THEN ? ELSE owed END, "
    "failed = coalesce(failed, ?), aside = coalesce(aside, ?)"
)
_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder().decode
INSERT = """
INSERT INTO interlock_quarantine (
    consumer, status, value, message_key, headers, transport, channel, part, place, reasons, at, contract, type, source,
    event_id, key, flow, holding, attempts, leased, fingerprint, owed, failed, aside
) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) RETURNING number
"""


def row(
    message: RawMessage, where: Origin, reasons: Sequence[Violation], what: Placing, known: bytes | None
) -> tuple[object, ...]:
    """Return a message as a row."""
    return (
        what.consumer, what.status, message.value, message.key, _pack(message.headers),
        where.transport, where.channel, where.partition, where.offset,
        packed(reasons), stamp(what.now), what.contract, what.type, what.source, what.event_id,
        key(what.key), what.flow, what.holding, what.attempts, _stamped(what.until), known,
        *failed(what.failing),
    )  # fmt: skip


def failed(failing: Failing | None) -> tuple[bool, int | None, int | None]:
    """Return whether a letter is owed, and the first and last failure, as SQLite keeps them."""
    return (False, None, None) if failing is None else (failing.owed, stamp(failing.first), stamp(failing.last))


def again(reasons: Sequence[Violation], what: Placing, known: bytes | None) -> dict[str, object]:
    """Return what changes at an entry when its delivery comes again."""
    owed, first, last = failed(what.failing)
    return {
        "owed": owed,
        "failed": first,
        "aside": last,
        "reasons": packed(reasons),
        "attempts": what.attempts,
        "until": _stamped(what.until),
        "status": what.status,
        "known": known,
    }


def _stamped(until: dt.datetime | None) -> int | None:
    """Return a moment that may be missing as SQLite keeps it."""
    return None if until is None else stamp(until)


def key(key: str | None) -> bytes | None:
    """Return a key as bytes: a transport's key need not be text."""
    return None if key is None else key.encode(errors="surrogateescape")


def packed(reasons: Sequence[Violation]) -> bytes:
    """Return violations as bytes."""
    return _pack([(each.stage.value, each.reason, each.pointer, each.text, each.rule) for each in reasons])


def grown(connection: sqlite3.Connection) -> None:
    """Give a table the columns that later versions added."""
    known = {str(name) for _, name, *_ in connection.execute("PRAGMA table_info(interlock_quarantine)")}
    for name, kind in ADDED.items():
        if name not in known:
            connection.execute(f"ALTER TABLE interlock_quarantine ADD COLUMN {name} {kind}")
    connection.execute(OWING)


def at(connection: sqlite3.Connection, number: int) -> Entry:
    """Return one entry; raise Misuse when there is none."""
    row = connection.execute(
        f"SELECT {COLUMNS} FROM interlock_quarantine WHERE number = ?",  # noqa: S608 - fixed parts
        (number,),
    ).fetchone()
    if row is None:
        raise Misuse(f"the quarantine has no entry {number}")
    return entry(row)


def entry(row: Any) -> Entry:
    """Return a row as an entry."""
    (
        number, consumer, status, value, message_key, headers, transport, channel, part, place, reasons, at, contract,
        kind, source, event_id, key, flow, holding, deliveries, releases, attempts, resolved, why, failed, aside, owed,
    ) = row  # fmt: skip
    return Entry(
        id=number,
        consumer=consumer,
        status=status,
        message=RawMessage(value, message_key, tuple((name, content) for name, content in _unpack(headers))),
        origin=Origin(transport, channel, part, place),
        reasons=tuple(Violation(Stage(stage), *rest) for stage, *rest in _unpack(reasons)),
        at=moment(at),
        contract=contract,
        type=kind,
        source=source,
        event_id=event_id,
        key=None if key is None else key.decode(errors="surrogateescape"),
        flow=flow,
        holding=bool(holding),
        deliveries=deliveries,
        releases=releases,
        attempts=attempts,
        resolved=maybe(resolved),
        why=why,
        failing=None if aside is None else Failing(moment(at if failed is None else failed), moment(aside), bool(owed)),
    )
