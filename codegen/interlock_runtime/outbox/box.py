"""The outbox: events stand in it from the moment the business transaction commits until a broker has them."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from typing import Self

from .depth import State, state_of
from .failures import OutboxError, worded
from .grouping import Group, Ticket
from .rows import BUFFERS, COLUMNS, Buffer, Draft, Row, row_of
from .tables import Synchronous, committed, connected, plain, prepared, same_file
from .turns import turns_at
from .writing import written

Puts = tuple[Draft, ...]
Rows = tuple[Row, ...]


class Outbox:
    """
    A SQLite file that events are put into and a forwarder takes them from; any number of threads and processes may put.

    Sequences count within each source without a gap, in the order of the transactions that committed.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        synchronous: Synchronous = "FULL",
        buffers: Mapping[str, Buffer] | None = None,
        shared: bool = False,
        busy: float = 10.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Open the file, or make it; raise OutboxUnusable. `busy` is how many seconds to wait for others' locks."""
        self.path = os.fspath(path)
        self.buffers = {**BUFFERS, **(buffers or {})}
        self.clock = clock
        self.arrived = threading.Event()
        """Set by each put of this process, so that its forwarder need not wait for its next look."""
        self._busy = busy
        self._lock = threading.Lock()
        self._connection = connected(self.path, synchronous, busy)
        self._group: Group[Puts, Rows] = Group(self._commit)
        try:
            prepared(self._connection, self.path, shared=shared)
            self.turns = turns_at(self.path)
        except BaseException:
            self._connection.close()
            raise

    @classmethod
    def within(
        cls,
        path: str | os.PathLike[str],
        *,
        synchronous: Synchronous = "FULL",
        buffers: Mapping[str, Buffer] | None = None,
    ) -> Self:
        """Open an outbox whose tables stand beside a service's own, so that one transaction can write both."""
        return cls(path, synchronous=synchronous, buffers=buffers, shared=True)

    # Putting

    def put(self, *drafts: Draft, connection: sqlite3.Connection | None = None) -> Rows:
        """
        Store messages, all or none, and return them as they stand; raise OutboxFull, or what writing one of them raises.

        Without a connection they are durable once this returns; threads that put at the same time share one commit. With
        the connection of a business transaction they become durable, and visible to the forwarder, when it commits.
        """
        if connection is not None:
            return self._put_in(connection, drafts)
        rows = self._group.run(drafts)
        self.arrived.set()
        return rows

    async def aput(self, *drafts: Draft) -> Rows:
        """Store messages from a task, without blocking the event loop."""
        return await asyncio.to_thread(self.put, *drafts)

    def _put_in(self, connection: sqlite3.Connection, drafts: Puts) -> Rows:
        """Store messages in somebody's transaction."""
        with worded(self.path):
            if not same_file(connection, self.path):
                raise OutboxError(f"the connection is not to {self.path}, so one transaction can't hold both")
            if not connection.in_transaction:
                if connection.isolation_level is None:
                    raise OutboxError("the connection is in no transaction: begin one, and put inside it")
                connection.execute("BEGIN IMMEDIATE")
            rows = self._saved(connection, drafts)
        self.arrived.set()
        return rows

    def _saved(self, connection: sqlite3.Connection, drafts: Puts) -> Rows:
        """Write inside a savepoint, so that what fails leaves the transaction as it was."""
        connection.execute("SAVEPOINT interlock_outbox")
        cursor = plain(connection)
        try:
            rows = tuple(written(cursor, draft, self.buffers, self.clock()) for draft in drafts)
        except BaseException:
            if connection.in_transaction:  # a full disk may have undone the whole transaction
                connection.execute("ROLLBACK TO interlock_outbox")
                connection.execute("RELEASE interlock_outbox")
            raise
        connection.execute("RELEASE interlock_outbox")
        return rows

    def _commit(self, group: list[Ticket[Puts, Rows]]) -> None:
        """Write for several threads in one transaction; what one of them can't write is its own affair."""
        with self.turns, self._lock, committed(self._connection, self.path):
            for ticket in group:
                self._settle(ticket)

    def _settle(self, ticket: Ticket[Puts, Rows]) -> None:
        """Write for one thread; only what SQLite raises ends the transaction of all."""
        try:
            ticket.result = self._saved(self._connection, ticket.work)
        except sqlite3.Error:
            raise
        except Exception as error:  # noqa: BLE001 - a message that can't be written, raised again in its own thread
            ticket.error = error

    # Looking

    def state(self) -> State:
        """Return how much waits, how old it is, and what was dropped, by tier."""
        with self._lock, worded(self.path):
            return state_of(self._connection, self.clock())

    def aside(self) -> Rows:
        """Return the rows that no broker will ever take as they are; they hold back what follows of their key."""
        with self._lock, worded(self.path):
            found = self._connection.execute(
                f"SELECT {COLUMNS} FROM interlock_outbox_rows WHERE aside ORDER BY position"  # noqa: S608 - our own columns
            )
            return tuple(map(row_of, found))

    # Resolving

    def retry(self, position: int) -> None:
        """Send a row again that was set aside, such as after the broker's limit was raised."""
        self._resolved("UPDATE interlock_outbox_rows SET aside = 0, why = NULL WHERE aside AND position = ?", position)

    def discard(self, position: int) -> None:
        """Give a row up that was set aside; what follows of its key is sent then."""
        self._resolved("DELETE FROM interlock_outbox_rows WHERE aside AND position = ?", position)

    def _resolved(self, statement: str, position: int) -> None:
        """Change one row that was set aside; raise OutboxError when there is none."""
        with self.turns, self._lock, worded(self.path):
            if not self._connection.execute(statement, (position,)).rowcount:
                raise OutboxError(f"no row at position {position} was set aside")
        self.arrived.set()

    def holds(self, connection: sqlite3.Connection) -> bool:
        """Say whether a connection's transaction can put into this outbox: both have one file."""
        return same_file(connection, self.path)

    # Ending

    def reader(self) -> sqlite3.Connection:
        """Return a connection for a forwarder; it need not wait for the disk, since a removal undone is only a repeat."""
        return connected(self.path, "NORMAL", self._busy)

    def close(self) -> None:
        """Close the file; what waits stays in it."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Self:
        """Return the outbox."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()
