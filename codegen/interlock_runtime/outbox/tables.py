"""The tables of an outbox in a SQLite file, and which files are refused."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Generator
from pathlib import Path
from typing import Literal

from ..write_ahead import write_ahead
from .failures import OutboxUnusable, worded

Synchronous = Literal["FULL", "NORMAL"]
"""
What a put survives once it has returned. Both survive the process's end, kill -9 included.

`FULL`: each commit is on the disk (fsync) before it returns, so it also survives the loss of power, on a disk that keeps
its word. `NORMAL`: after a loss of power the database is whole, and the last commits may be missing, among them events
that have already left: their sequences are then given a second time, to other events.
"""
VERSION = 1
OLDEST_SQLITE = (3, 37, 0)
"""The first with STRICT tables."""
MEMORY = ":memory:"

_SCHEMA = """
CREATE TABLE interlock_outbox_rows (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL, value BLOB, message_key BLOB, headers BLOB, tier TEXT NOT NULL,
    source TEXT, sequence INTEGER, key BLOB, put_at REAL NOT NULL, size INTEGER NOT NULL,
    aside INTEGER NOT NULL DEFAULT 0, why TEXT
) STRICT;
CREATE INDEX interlock_outbox_by_tier ON interlock_outbox_rows (tier, position);
CREATE INDEX interlock_outbox_aside ON interlock_outbox_rows (key) WHERE aside;
CREATE TABLE interlock_outbox_sequences (source TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE interlock_outbox_tiers (
    tier TEXT PRIMARY KEY, rows INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0,
    dropped INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TRIGGER interlock_outbox_added AFTER INSERT ON interlock_outbox_rows BEGIN
    INSERT INTO interlock_outbox_tiers (tier, rows, bytes) VALUES (new.tier, 1, new.size)
    ON CONFLICT (tier) DO UPDATE SET rows = rows + 1, bytes = bytes + new.size;
END;
CREATE TRIGGER interlock_outbox_removed AFTER DELETE ON interlock_outbox_rows BEGIN
    UPDATE interlock_outbox_tiers SET rows = rows - 1, bytes = bytes - old.size WHERE tier = old.tier;
END;
CREATE TABLE interlock_outbox_version (version INTEGER NOT NULL) STRICT;
"""


def connected(path: str, synchronous: str, busy: float) -> sqlite3.Connection:
    """Return a connection without implicit transactions; raise OutboxUnusable."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise OutboxUnusable(path, f"it needs SQLite 3.37 or newer, and this Python has {sqlite3.sqlite_version}")
    with worded(path):
        connection = sqlite3.connect(path, timeout=busy, isolation_level=None, check_same_thread=False)
    try:
        _set_up(connection, path, synchronous, busy)
    except BaseException:
        connection.close()
        raise
    return connection


def _set_up(connection: sqlite3.Connection, path: str, synchronous: str, busy: float) -> None:
    """Choose the write-ahead log and what a commit waits for."""
    with worded(path):
        mode = write_ahead(connection, busy)
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute("PRAGMA journal_size_limit = 67108864")
    if mode != ("memory" if path == MEMORY else "wal"):
        raise OutboxUnusable(path, "its file system has no shared memory, which the write-ahead log needs")


def prepared(connection: sqlite3.Connection, path: str, *, shared: bool) -> None:
    """Make the tables where there are none; raise OutboxUnusable for a database that is not this outbox's."""
    with committed(connection, path):
        version = _version(connection, path, shared=shared)
        if version is None:
            for statement in _statements():
                connection.execute(statement)
            connection.execute("INSERT INTO interlock_outbox_version VALUES (?)", (VERSION,))


@contextlib.contextmanager
def committed(connection: sqlite3.Connection, path: str) -> Generator[None]:
    """Write all that is written meanwhile in one transaction, or nothing of it."""
    with worded(path):
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _version(connection: sqlite3.Connection, path: str, *, shared: bool) -> int | None:
    """Return the version of the tables, None when there are none yet; raise OutboxUnusable."""
    names = {str(name) for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if "interlock_outbox_version" in names:
        found = connection.execute("SELECT version FROM interlock_outbox_version").fetchone()
        if found is None or found[0] != VERSION:
            raise OutboxUnusable(
                path, f"its tables have version {found and found[0]}, and this package knows version {VERSION}"
            )
        return VERSION
    if names - {"sqlite_sequence"} and not shared:
        raise OutboxUnusable(
            path, "it holds another program's tables; for an outbox in a business database use Outbox.within"
        )
    return None


def _statements() -> list[str]:
    """Return the statements of the schema; those of a trigger stay together."""
    made: list[str] = []
    waiting = ""
    for line in _SCHEMA.splitlines(keepends=True):
        waiting += line
        if sqlite3.complete_statement(waiting):
            made.append(waiting)
            waiting = ""
    return made


def same_file(connection: sqlite3.Connection, path: str) -> bool:
    """Say whether a connection's main database is this file."""
    file = next((str(row[2]) for row in plain(connection).execute("PRAGMA database_list") if row[1] == "main"), "")
    return bool(file) and path != MEMORY and Path(file).exists() and Path(file).samefile(path)


def plain(connection: sqlite3.Connection) -> sqlite3.Cursor:
    """Return a cursor that gives tuples, whatever a service has made of its connection's rows."""
    cursor = connection.cursor()
    cursor.row_factory = None
    return cursor
