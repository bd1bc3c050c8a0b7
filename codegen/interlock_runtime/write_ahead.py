"""SQLite's write-ahead log, in which readers and one writer do not wait for each other (SQLite documentation, WAL)."""

from __future__ import annotations

import sqlite3
import time


def write_ahead(connection: sqlite3.Connection, patience: float) -> str:
    """
    Switch to the write-ahead log and return the mode that the file has then; raise sqlite3.Error.

    For this one step SQLite does not wait while others open the file too, so it is waited here, for `patience` seconds.
    """
    end = time.monotonic() + patience
    while True:
        try:
            return str(connection.execute("PRAGMA journal_mode = WAL").fetchone()[0])
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.01)
