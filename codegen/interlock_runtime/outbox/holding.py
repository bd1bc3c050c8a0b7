"""One forwarder at a time: a lock that the operating system frees, whatever becomes of its holder."""

from __future__ import annotations

import sqlite3
from types import TracebackType
from typing import Self

from .failures import AlreadyForwarding, worded


class Hold:
    """
    The right to forward, held by one open transaction on a file beside the outbox.

    A lease that ends at a time would be at the mercy of the clock. This one ends with the connection: kill -9 frees it at
    once, a clock set back can't lengthen it, and it needs nothing that SQLite does not bring on every platform.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None

    def take(self) -> None:
        """Take the right; raise AlreadyForwarding when somebody else has it."""
        if self._connection is not None:
            return
        with worded(f"{self.path}-forwarder"):
            connection = sqlite3.connect(
                f"{self.path}-forwarder", timeout=0, isolation_level=None, check_same_thread=False
            )
            try:
                connection.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                connection.close()
                if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                    raise AlreadyForwarding(self.path) from None
                raise
        self._connection = connection

    def free(self) -> None:
        """Give it up."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def __enter__(self) -> Self:
        """Take the right."""
        self.take()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give it up."""
        self.free()
