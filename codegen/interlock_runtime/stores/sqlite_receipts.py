"""Receipts in SQLite."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import fields
from operator import attrgetter
from os import PathLike
from typing import Any

from ..handling.outcomes import Outcome, Receipt
from .database import Database, maybe, stamp

_MOMENTS = ("received", "settled", "time", "recorded")
_NAMES = tuple(field.name for field in fields(Receipt))
_members = attrgetter(*_NAMES)
_MOMENTS_AT = tuple(map(_NAMES.index, _MOMENTS))
_LATE_AT, _FACTS_AT = _NAMES.index("late_by"), _NAMES.index("facts")
_COLUMNS = ", ".join(f'"{name}"' for name in _NAMES)
TABLES = f"""
CREATE TABLE IF NOT EXISTS interlock_receipts (
    number INTEGER PRIMARY KEY, {_COLUMNS}
);
CREATE INDEX IF NOT EXISTS interlock_receipts_by_event ON interlock_receipts (source, id);
CREATE INDEX IF NOT EXISTS interlock_receipts_by_case ON interlock_receipts (correlationid);
CREATE INDEX IF NOT EXISTS interlock_receipts_by_time ON interlock_receipts (settled)
"""
_PAGE = f"""
SELECT number, {_COLUMNS} FROM interlock_receipts
WHERE number > ? AND (? IS NULL OR correlationid = ?) AND (? IS NULL OR settled >= ?) ORDER BY number LIMIT 500
"""  # noqa: S608 - names of fields
_INSERT = f"INSERT INTO interlock_receipts ({_COLUMNS}) VALUES ({','.join('?' * len(_NAMES))})"  # noqa: S608 - names of fields


class SqliteReceipts:
    """Keeps receipts in a file."""

    def __init__(self, path: str | PathLike[str]) -> None:
        self._database = Database(path, TABLES, synchronous="NORMAL")

    def put(self, receipt: Receipt) -> None:
        """Keep a receipt."""
        row = _row(receipt)
        with self._database.writing() as connection:
            connection.execute(_INSERT, row)

    def has(self, consumer: str, source: str, event_id: str, outcome: Outcome) -> bool:
        """Say whether there is a receipt of this outcome."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT 1 FROM interlock_receipts WHERE source = ? AND id = ? AND consumer = ? AND outcome = ? LIMIT 1",
                (source, event_id, consumer, outcome.value),
            ).fetchone()
        return found is not None

    def each(self, *, correlationid: str | None = None, since: dt.datetime | None = None) -> Iterator[Receipt]:
        """Yield receipts in the order in which they were written, of one business case or since a moment."""
        start = None if since is None else stamp(since)
        last = 0
        while True:
            with self._database.reading() as connection:
                page = connection.execute(_PAGE, (last, correlationid, correlationid, start, start)).fetchall()
            yield from (_receipt(row[1:]) for row in page)
            if not page:
                return
            last = page[-1][0]

    def prune(self, before: dt.datetime) -> int:
        """Delete receipts of deliveries that were settled before a moment; return how many."""
        with self._database.writing() as connection:
            return connection.execute("DELETE FROM interlock_receipts WHERE settled < ?", (stamp(before),)).rowcount

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def _row(receipt: Receipt) -> list[Any]:
    """Return a receipt as SQLite keeps it."""
    row = list(_members(receipt))
    for at in _MOMENTS_AT:
        row[at] = None if row[at] is None else stamp(row[at])
    row[_LATE_AT] = None if receipt.late_by is None else receipt.late_by // dt.timedelta(microseconds=1)
    row[_FACTS_AT] = " ".join(receipt.facts)
    return row


def _receipt(row: Any) -> Receipt:
    """Return a row as a receipt."""
    given: dict[str, Any] = dict(zip(_NAMES, row, strict=True))
    given |= {name: maybe(given[name]) for name in _MOMENTS}
    late = given["late_by"]
    given["late_by"] = None if late is None else dt.timedelta(microseconds=late)
    given["outcome"] = Outcome(given["outcome"])
    given["facts"] = tuple(given["facts"].split())
    given["replayed"] = bool(given["replayed"])
    return Receipt(**given)
