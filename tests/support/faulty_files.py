"""SQLite connections whose process dies, or whose disk fails, before or after any one statement."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, Literal
from unittest import mock

How = Literal["dies", "fails", "is interrupted"]


class Crash(BaseException):
    """The process died."""


class Life:
    """How many steps a process has before something happens to it; once it is dead it does nothing more."""

    def __init__(self, how: How) -> None:
        self.left: int | None = None
        """None as long as nothing is going to happen."""
        self.how = how
        self.happened = 0
        self.interrupt: Callable[[], None] = lambda: None

    def step(self, statement: str = "") -> None:
        """Go on, or let happen what happens here; a full disk is no reason for a rollback to fail."""
        if self.left is None or (statement == "ROLLBACK" and self.how != "dies"):
            return
        self.left -= 1
        if self.left >= 0:
            return
        self.happened = 1
        if self.how == "dies":
            raise Crash
        self.left = None
        if self.how == "fails":
            raise _full()
        self.interrupt()


def _full() -> sqlite3.OperationalError:
    """Return what SQLite raises when the disk is full."""
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error


class _Cursor(sqlite3.Cursor):
    """A cursor that takes its connection's steps."""

    def execute(self, statement: str, *values: Any) -> Any:
        """Run a statement, which may be the last."""
        life: Life = self.connection.life  # type: ignore[attr-defined]  # the connection below
        life.step(statement)
        super().execute(statement, *values)
        life.step()
        return self


class _Connection(sqlite3.Connection):
    """A connection that goes with the life of a process."""

    life: Life

    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        """Run a statement, which may be the last."""
        self.life.step(statement)
        cursor = super().execute(statement, *values)
        self.life.step()
        return cursor

    def executemany(self, statement: str, rows: Iterable[Any], /) -> sqlite3.Cursor:
        """Run a statement for many rows, which may be the last."""
        self.life.step()
        return super().executemany(statement, rows)

    def cursor(self, factory: Any = _Cursor) -> Any:
        """Return a cursor that takes steps too."""
        return super().cursor(factory)


@contextmanager
def living(life: Life) -> Iterator[list[sqlite3.Connection]]:
    """Let each connection that is opened meanwhile go with a life; close them all as the end of a process does."""
    opened: list[sqlite3.Connection] = []
    factory: Any = type("Connection", (_Connection,), {"life": life})
    connect = partial(sqlite3.connect, factory=factory)

    def connected(*given: Any, **named: Any) -> sqlite3.Connection:
        connection = connect(*given, **named)
        opened.append(connection)
        return connection

    try:
        with mock.patch.object(sqlite3, "connect", connected):
            yield opened
    finally:
        for connection in opened:
            with suppress(sqlite3.ProgrammingError):  # it was closed already
                connection.rollback()  # a statement that a traceback still holds would keep a closed file locked
            connection.close()
