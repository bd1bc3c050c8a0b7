"""The quarantine in SQLite: each message durable, with the power cut in mind, before it is acknowledged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from ..handling.entries import UNRESOLVED, Entry, Failing, Held, Placing
from ..handling.outcomes import Origin
from ..messages import RawMessage
from ..violations import Violation
from . import quarantine_rows as rows
from .database import Database, stamp
from .entries import check_discard, check_release, fingerprint


class SqliteQuarantine:
    """Keeps messages aside in a file; several processes may share it."""

    def __init__(self, path: str | PathLike[str]) -> None:
        self._database = Database(path, rows.TABLES, synchronous="FULL")
        with self._database.writing() as connection:
            rows.grown(connection)

    def put(self, message: RawMessage, *, where: Origin, reasons: Sequence[Violation], what: Placing) -> int:
        """Keep a message and return its number; the same delivery again is the same entry."""
        known = fingerprint(message, where, what)
        with self._database.writing() as connection:
            row = connection.execute(rows.PUT_AGAIN, rows.again(reasons, what, known)).fetchone()
            if row is None:
                row = connection.execute(rows.INSERT, rows.row(message, where, reasons, what, known)).fetchone()
                connection.execute("UPDATE interlock_quarantine SET rank = number WHERE number = ?", row)
        return int(row[0])

    def holder(
        self, consumer: str, flow: str, keys: Sequence[str], now: dt.datetime, mine: tuple[str | None, str | None]
    ) -> Entry | None:
        """Return the first unresolved entry that holds one of these keys in a flow."""
        asked = {"consumer": consumer, "flow": flow, "now": stamp(now), "source": mine[0], "id": mine[1]}
        found = None
        with self._database.reading() as connection:
            for key in keys:
                row = connection.execute(rows.HOLDER, {**asked, "key": rows.key(key)}).fetchone()
                if row is not None and (found is None or row[-1] < found[-1]):
                    found = row
        return None if found is None else rows.entry(found[:-1])

    def entries(
        self, *, consumer: str | None = None, status: Sequence[Held] = UNRESOLVED, key: str | None = None
    ) -> Iterator[Entry]:
        """Yield entries in the order of their sequence; read a page at a time, so that the file is free in between."""
        marks = ",".join("?" * len(status))
        statement = (
            f"SELECT {rows.COLUMNS}, rank FROM interlock_quarantine WHERE status IN ({marks}) "  # noqa: S608 - fixed parts
            "AND consumer = coalesce(?, consumer) AND (? IS NULL OR key = ?) AND (rank, number) > (?, ?) "
            "ORDER BY rank, number LIMIT 100"
        )
        after: tuple[int, int] = (-(2**62), 0)
        while True:
            with self._database.reading() as connection:
                page = connection.execute(
                    statement, (*status, consumer, rows.key(key), rows.key(key), *after)
                ).fetchall()
            yield from (rows.entry(row[:-1]) for row in page)
            if not page:
                return
            after = (page[-1][-1], page[-1][0])

    def entry(self, number: int) -> Entry:
        """Return one entry."""
        with self._database.reading() as connection:
            return rows.at(connection, number)

    def release(self, number: int, *, ahead: bool = False) -> None:
        """Let a quarantined message be told again, in its place or ahead of its sequence."""
        with self._database.writing() as connection:
            check_release(rows.at(connection, number), ahead=ahead)
            if ahead:
                connection.execute(
                    "UPDATE interlock_quarantine SET rank = (SELECT min(rank) - 1 FROM interlock_quarantine) "
                    "WHERE number = ?",
                    (number,),
                )
            connection.execute(
                "UPDATE interlock_quarantine SET status = 'released', releases = releases + 1 WHERE number = ?",
                (number,),
            )

    def discard(self, number: int, why: str, now: dt.datetime) -> None:
        """Give a message up, with a reason."""
        with self._database.writing() as connection:
            check_discard(rows.at(connection, number), why)
            connection.execute(
                "UPDATE interlock_quarantine SET status = 'discarded', resolved = ?, why = ?, leased = NULL "
                "WHERE number = ?",
                (stamp(now), why, number),
            )

    def take(self, consumer: str, now: dt.datetime, lease: dt.timedelta) -> Entry | None:
        """Return the first entry whose turn it is, and keep it from others for a while."""
        given = {"consumer": consumer, "now": stamp(now)}
        with self._database.reading() as connection:
            if connection.execute(rows.GOING, given).fetchone() is None:
                return None
        with self._database.writing() as connection:
            row = connection.execute(rows.GOING, given).fetchone()
            if row is None:
                return None
            connection.execute(
                "UPDATE interlock_quarantine SET leased = ? WHERE number = ?", (stamp(now + lease), row[0])
            )
        return rows.entry(row)

    def resolve(self, number: int, now: dt.datetime) -> None:
        """Mark an entry as gone well, or forget one that was tried again; should it come once more, the inbox knows it."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM interlock_quarantine WHERE number = ? AND status = 'retrying'", (number,))
        self._set(number, "status = 'handled', resolved = ?, leased = NULL, fingerprint = NULL", (stamp(now),))

    def refuse(self, number: int, reasons: Sequence[Violation], attempts: int, failing: Failing | None = None) -> None:
        """Put an entry back that failed again; a dead letter is owed of the first time that it is given up."""
        self._set(number, rows.REFUSE, (rows.packed(reasons), attempts, *rows.failed(failing)))

    def tell(self, consumer: str, write: Callable[[Entry, Any], None]) -> None:
        """Have the dead letters written that a consumer owes, each in the transaction that marks it as written."""
        while True:
            with self._database.reading() as connection:
                if connection.execute(rows.OWED, (consumer,)).fetchone() is None:
                    return
            with self._database.writing() as connection:
                row = connection.execute(rows.OWED, (consumer,)).fetchone()
                if row is not None:
                    write(rows.entry(row), connection)
                    connection.execute("UPDATE interlock_quarantine SET owed = 0 WHERE number = ?", (row[0],))

    def reference(self, number: int) -> str | None:
        """Return the URI of the file with the entry's number behind it."""
        return f"{Path(self._database.path).resolve().as_uri()}#{number}"

    def keep(self, number: int, until: dt.datetime) -> None:
        """Prolong a lease."""
        self._set(number, "leased = ?", (stamp(until),))

    def give_back(self, number: int) -> None:
        """End a lease."""
        self._set(number, "leased = NULL", ())

    def _set(self, number: int, changes: str, values: tuple[object, ...]) -> None:
        """Change an entry that is not resolved yet."""
        with self._database.writing() as connection:
            connection.execute(
                f"UPDATE interlock_quarantine SET {changes} WHERE number = ? AND {rows.UNRESOLVED}",  # noqa: S608 - fixed parts
                (*values, number),
            )

    def regroup(self, consumer: str, flows: Mapping[str, str]) -> None:
        """Name the flows of unresolved entries anew."""
        with self._database.writing() as connection:
            connection.executemany(
                "UPDATE interlock_quarantine SET flow = ? "  # noqa: S608 - fixed parts
                f"WHERE consumer = ? AND contract = ? AND flow <> ? AND {rows.UNRESOLVED}",
                [(flow, consumer, name, flow) for name, flow in flows.items()],
            )

    def prune(self, before: dt.datetime) -> int:
        """Delete entries that were resolved before a moment."""
        with self._database.writing() as connection:
            return connection.execute(
                "DELETE FROM interlock_quarantine "
                "WHERE (status IN ('handled', 'discarded') AND resolved < :before) OR (status = 'retrying' AND leased < :before)",
                {"before": stamp(before)},
            ).rowcount

    def close(self) -> None:
        """Close the file."""
        self._database.close()
