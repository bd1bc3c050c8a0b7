"""One SQLite file with our tables: opened carefully, written in whole transactions, by any thread and several processes."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
import threading
from collections.abc import Generator
from os import PathLike, fspath
from typing import Literal

from ..handling.errors import StoreFault
from ..write_ahead import write_ahead

APPLICATION = 0x49_4C_4F_43
"""What SQLite calls an application id: our mark in the file."""
_PAGES = 4_000
"""Pages of 4 KB that the log may hold before it is moved into the file: few syncs, and no long start after a crash."""
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICRO = dt.timedelta(microseconds=1)


def stamp(moment: dt.datetime) -> int:
    """Return a moment as microseconds since 1970, exactly."""
    return (moment - _EPOCH) // _MICRO


def moment(stamped: int) -> dt.datetime:
    """Return the moment of a stamp."""
    return _EPOCH + stamped * _MICRO


def maybe(stamped: int | None) -> dt.datetime | None:
    """Return the moment of a stamp that may be missing."""
    return None if stamped is None else moment(stamped)


class Database:
    """
    A file with our tables.

    Write-ahead log; `FULL` syncs each commit and so survives a power cut, `NORMAL` survives the death of the process
    and may lose the last commits with the power (SQLite documentation, PRAGMA synchronous).
    """

    def __init__(
        self, path: str | PathLike[str], tables: str, *, synchronous: Literal["NORMAL", "FULL"], patience: float = 30.0
    ) -> None:
        self.path = fspath(path)
        self._lock = threading.RLock()
        try:
            self._connection = sqlite3.connect(
                self.path, timeout=patience, isolation_level=None, check_same_thread=False
            )
            self._prepare(tables, synchronous, patience)
        except sqlite3.Error as error:
            raise StoreFault(
                f"the store {self.path!r} can't be opened ({error}): "
                "give the path of a file of its own, in a folder that exists and can be written"
            ) from error

    def _prepare(self, tables: str, synchronous: str, patience: float) -> None:
        """Make our tables, unless the file is another program's."""
        self._refuse_others()
        write_ahead(self._connection, patience)
        self._connection.execute(f"PRAGMA synchronous = {synchronous}")
        self._connection.execute(f"PRAGMA wal_autocheckpoint = {_PAGES}")
        with self.writing() as connection:
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            for statement in tables.split(";"):
                connection.execute(statement)

    def _refuse_others(self) -> None:
        """Raise StoreFault for a file that is not ours."""
        mark, tables = self._connection.execute(
            "SELECT application_id, (SELECT count(*) FROM sqlite_master) FROM pragma_application_id"
        ).fetchone()
        if mark != APPLICATION and (mark or tables):
            self._connection.close()
            raise StoreFault(f"the file {self.path!r} belongs to another program: give the store a file of its own")

    @contextlib.contextmanager
    def writing(self) -> Generator[sqlite3.Connection, None, None]:
        """Give the connection for one transaction, which is written whole or not at all."""
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def reading(self) -> Generator[sqlite3.Connection, None, None]:
        """Give the connection for a query."""
        with self._lock:
            yield self._connection

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()
