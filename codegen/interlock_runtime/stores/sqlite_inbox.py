"""
The inbox in SQLite.

In a file of its own it marks after the handler: a crash between the two repeats the event, so handling is *at least
once*. In the handler's database (`handling(message, connection=...)`) the mark, what the handler writes over that
connection and what it puts into an outbox there are one transaction: after any crash either all of it is there or
nothing, so the *effects in that database* happen *once* within the windows of the tier. What the handler does elsewhere
(mails, calls, other databases) may still be repeated.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Generator
from os import PathLike
from typing import Any

from ..handling.errors import Misuse
from ..handling.outcomes import Outcome
from ..handling.protocols import Claim, Mark, SharedInbox, Standing
from . import inbox_rows
from .database import Database

_POINT = "interlock_handler"
_FULL = 2
"""PRAGMA synchronous = FULL."""


class SqliteInbox:
    """Remembers in a file of its own; with a `connection`, in the handler's database instead."""

    def __init__(self, path: str | PathLike[str]) -> None:
        self._database = Database(path, inbox_rows.TABLES, synchronous="NORMAL")

    def look(self, claim: Claim) -> Standing:
        """Return how a delivery stands, and change nothing."""
        with self._database.reading() as connection:
            return inbox_rows.look(connection, claim)

    def begin(self, claim: Claim) -> Standing:
        """Count an attempt and move the source on; return how the delivery stands."""
        with self._database.writing() as connection:
            return inbox_rows.begin(connection, claim)

    def settle(self, claim: Claim, outcome: Outcome) -> None:
        """Remember that the delivery is settled, its business key is used, and its entity has its version."""
        with self._database.writing() as connection:
            inbox_rows.settle(connection, claim, outcome)

    def abandon(self, claim: Claim, *, counts: bool) -> None:
        """Take back an attempt that does not count."""
        if not counts:
            with self._database.writing() as connection:
                inbox_rows.abandon(connection, claim)

    def passed(self, consumer: str, mark: Mark, now: dt.datetime) -> int | None:
        """Move a counter on; return where it was."""
        with self._database.writing() as connection:
            return inbox_rows.passed(connection, consumer, mark, now)

    def sharing(self, connection: Any) -> SharedInbox:
        """Return the inbox within the handler's database."""
        return InboxWithin(connection)

    def prune(self, now: dt.datetime) -> int:
        """Forget what lies beyond its window."""
        with self._database.writing() as connection:
            return inbox_rows.prune(connection, now)

    def close(self) -> None:
        """Close the file."""
        self._database.close()


class InboxWithin:
    """The inbox in the handler's own database, over the handler's own connection."""

    def __init__(self, connection: Any) -> None:
        if not isinstance(connection, sqlite3.Connection):
            raise Misuse(
                f"an inbox shares the transaction of an sqlite3.Connection, not of a {type(connection).__name__}"
            )
        if connection.in_transaction:
            raise Misuse(
                "the handler's connection has an open transaction: commit it before handling, and open the connection "
                "without autocommit=False"
            )
        self._connection = connection
        self._is_open = False
        self._prepare()

    def _prepare(self) -> None:
        """Make the tables, and sync every commit: what is acknowledged must survive a power cut."""
        (synchronous,) = inbox_rows.one(self._connection, "PRAGMA synchronous")
        if synchronous < _FULL:
            self._connection.execute("PRAGMA synchronous = FULL")
        if inbox_rows.one(self._connection, "SELECT 1 FROM sqlite_master WHERE name='interlock_marks'") is None:
            with self._writing():
                for statement in inbox_rows.TABLES.split(";"):
                    self._connection.execute(statement)

    @contextlib.contextmanager
    def _writing(self) -> Generator[None, None, None]:
        """Write in a transaction of its own, or within the handler's while that is open."""
        if self._is_open:
            yield
            return
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            self._undo()
            raise

    def _undo(self) -> None:
        """Roll back what is open."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def look(self, claim: Claim) -> Standing:
        """Return how a delivery stands, and change nothing."""
        return inbox_rows.look(self._connection, claim)

    def begin(self, claim: Claim) -> Standing:
        """Count an attempt, in a transaction of its own, so that a crash of the handler does not undo the count."""
        with self._writing():
            return inbox_rows.begin(self._connection, claim)

    def open(self) -> None:
        """Begin the transaction of the handler, which holds the write lock from its start."""
        self._is_open = True
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute(f"SAVEPOINT {_POINT}")

    def settle(self, claim: Claim, outcome: Outcome) -> None:
        """Remember a delivery that is settled without the handler."""
        with self._writing():
            inbox_rows.settle(self._connection, claim, outcome)

    def finish(self, claim: Claim, outcome: Outcome) -> None:
        """Mark the delivery in the handler's transaction and commit it; it must still be the one that was begun."""
        try:
            self._connection.execute(f"RELEASE {_POINT}")
        except sqlite3.OperationalError as error:
            if "no such savepoint" not in str(error):
                raise
            raise Misuse(
                "the handler committed or rolled back the transaction that it shares with the inbox: leave that to handling"
            ) from error
        inbox_rows.settle(self._connection, claim, outcome)
        self._connection.execute("COMMIT")
        self._is_open = False

    def rollback(self) -> None:
        """Undo the handler's transaction."""
        if self._is_open:
            self._is_open = False
            self._undo()

    def abandon(self, claim: Claim, *, counts: bool) -> None:
        """Take back an attempt that does not count."""
        if not counts:
            with self._writing():
                inbox_rows.abandon(self._connection, claim)

    def passed(self, consumer: str, mark: Mark, now: dt.datetime) -> int | None:
        """Move a counter on; return where it was."""
        with self._writing():
            return inbox_rows.passed(self._connection, consumer, mark, now)

    def sharing(self, connection: Any) -> SharedInbox:
        """Return the inbox within another database."""
        return InboxWithin(connection)

    def prune(self, now: dt.datetime) -> int:
        """Forget what lies beyond its window."""
        with self._writing():
            return inbox_rows.prune(self._connection, now)
