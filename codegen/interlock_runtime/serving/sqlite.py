"""Claims, answers and audit records in SQLite files: durable, and shared by the processes of one machine."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Self, TypeVar

import msgspec

from ..write_ahead import write_ahead
from .audits import AuditRecord
from .idempotency import Answer, Claim, Entry, Key, Terms, Unavailable, decided

T = TypeVar("T")
_PATIENCE = 5.0
"""Seconds that one process waits for another."""

_ANSWERS = """
CREATE TABLE IF NOT EXISTS answers (
    product TEXT NOT NULL, client TEXT NOT NULL, key TEXT NOT NULL,
    fingerprint BLOB NOT NULL, token TEXT NOT NULL, attempt INTEGER NOT NULL, leased REAL NOT NULL,
    expires REAL NOT NULL, status INTEGER, headers BLOB, body BLOB,
    PRIMARY KEY (product, client, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answers_by_expiry ON answers (expires);
"""
_CLAIM = """
INSERT OR REPLACE INTO answers (product, client, key, fingerprint, token, attempt, leased, expires)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_FORGET = """
DELETE FROM answers WHERE (product, client, key) IN
    (SELECT product, client, key FROM answers WHERE expires <= ? ORDER BY expires LIMIT 64)
"""
_OF = "WHERE product = ? AND client = ? AND key = ?"
_AUDIT = """
CREATE TABLE IF NOT EXISTS audit (
    at TEXT NOT NULL, product TEXT NOT NULL, operation TEXT NOT NULL, client TEXT NOT NULL, outcome TEXT NOT NULL,
    record TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS audit_by_time ON audit (at);
"""


class _File:
    """One SQLite file, used by one thread of its own, so that the event loop never waits for a disk."""

    def __init__(self, path: str | Path, schema: str) -> None:
        """Take the file's path and the statements that make its tables."""
        self._path = str(path)
        self._schema = schema
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="interlock-serving")
        self._connection: sqlite3.Connection | None = None

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do some work in one transaction that nobody else writes in; raise Unavailable when it fails."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._transact, work)

    def _transact(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do some work between BEGIN and COMMIT."""
        try:
            connection = self._open()
            connection.execute("BEGIN IMMEDIATE")
            try:
                result = work(connection)
            except BaseException:
                connection.rollback()
                raise
            connection.commit()
        except (sqlite3.Error, OSError) as error:
            raise Unavailable(f"the file {self._path} can't be used: {error}") from error
        return result

    def _open(self) -> sqlite3.Connection:
        """Return the connection, made when first needed: a file that was missing may be there by then."""
        if self._connection is None:
            os.close(os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600))  # answers are as confidential as the product
            connection = sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None)
            try:
                write_ahead(connection, _PATIENCE)
                connection.execute("PRAGMA synchronous = FULL")
                connection.executescript(self._schema)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def close(self) -> None:
        """Close the file; what was written stays."""
        self._thread.submit(self._close).result()
        self._thread.shutdown()

    def _close(self) -> None:
        """Close the connection in the thread that uses it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _Closing:
    """Closes its file at the end of a `with` block."""

    _file: _File

    def close(self) -> None:
        """Close the file; what was written stays."""
        self._file.close()

    def __enter__(self) -> Self:
        """Use it in a `with` block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()


class SqliteIdempotency(_Closing):
    """Claims and answers in a SQLite file; a claim is durable before the service runs, an answer before it is sent."""

    def __init__(self, path: str | Path) -> None:
        self._file = _File(path, _ANSWERS)

    async def claim(self, key: Key, fingerprint: bytes, terms: Terms) -> Claim:
        """Claim a key in one transaction, so that of several processes one runs."""

        def work(connection: sqlite3.Connection) -> Claim:
            claim = decided(_held(connection, key), fingerprint, terms.now)
            if claim.state == "run":
                connection.execute(_FORGET, (terms.now,))
                row = (*_of(key), fingerprint, claim.token, claim.attempt, terms.leased, terms.expires)
                connection.execute(_CLAIM, row)
            return claim

        return await self._file.run(work)

    async def finish(self, key: Key, token: str, answer: Answer) -> bool:
        """Store the answer of a claim."""
        headers = json.dumps([[name.decode("latin-1"), value.decode("latin-1")] for name, value in answer.headers])
        set_answer = f"UPDATE answers SET status = ?, headers = ?, body = ? {_OF} AND token = ?"  # noqa: S608 - our own text
        values = (answer.status, headers, answer.body, *_of(key), token)
        return await self._file.run(lambda connection: connection.execute(set_answer, values).rowcount == 1)

    async def release(self, key: Key, token: str) -> None:
        """Give a claim back; how often it was begun is remembered."""
        give_back = f"UPDATE answers SET leased = 0 {_OF} AND token = ? AND status IS NULL"  # noqa: S608 - our own text
        await self._file.run(lambda connection: connection.execute(give_back, (*_of(key), token)))


def _of(key: Key) -> tuple[str, str, str]:
    """Return the columns of a key."""
    return key.product, key.client, key.text


def _held(connection: sqlite3.Connection, key: Key) -> Entry | None:
    """Return what the file holds for a key."""
    columns = "fingerprint, token, attempt, leased, expires, status, headers, body"
    row = connection.execute(f"SELECT {columns} FROM answers {_OF}", _of(key)).fetchone()  # noqa: S608 - our own text
    if row is None:
        return None
    fingerprint, token, attempt, leased, expires, status, headers, body = row
    answer = None if status is None else Answer(status, _pairs(headers), body)
    return Entry(fingerprint, token, attempt, leased, expires, answer)


def _pairs(text: str) -> tuple[tuple[bytes, bytes], ...]:
    """Return headers as they were stored."""
    return tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in json.loads(text))


class SqliteAudit(_Closing):
    """Audit records in a SQLite file."""

    def __init__(self, path: str | Path) -> None:
        self._file = _File(path, _AUDIT)

    async def write(self, record: AuditRecord) -> None:
        """Append a record."""
        facts = asdict(record)
        row = [facts[name] for name in ("time", "product", "operation", "client", "outcome")]
        text = msgspec.json.encode(facts).decode()
        insert = "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?)"
        await self._file.run(lambda connection: connection.execute(insert, (*row, text)))
