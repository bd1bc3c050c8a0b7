"""
What keeps an outbox from taking or giving a message, each as one sentence.

    OutboxError             base; an InterlockError
    ├── OutboxFull          there is no room, in the tier's buffer or on the disk: nothing was put
    ├── OutboxUnusable      the file can't be used: not ours, of a newer version, not writable
    └── AlreadyForwarding   another forwarder works on the same outbox
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Generator

from ..violations import InterlockError


class OutboxError(InterlockError):
    """An outbox can't do what it was asked."""


class OutboxFull(OutboxError):  # noqa: N818 - the name says what happened
    """There is no room, and the tier never drops: nothing was put, and the producer has to stop or wait."""

    def __init__(self, tier: str, why: str) -> None:
        self.tier = tier
        self.why = why
        super().__init__(tier, why)

    def __str__(self) -> str:
        """Say it in a sentence."""
        return f"the outbox has no room for an event of tier {self.tier}: {self.why}; nothing was put"


class OutboxUnusable(OutboxError):  # noqa: N818 - the name says what happened
    """The file can't be used as an outbox."""

    def __init__(self, path: str, why: str) -> None:
        self.path = path
        self.why = why
        super().__init__(path, why)

    def __str__(self) -> str:
        """Say it in a sentence."""
        return f"{self.path} can't be used as an outbox: {self.why}"


class AlreadyForwarding(OutboxError):  # noqa: N818 - the name says what happened
    """Another forwarder works on the same outbox; two would send in no order."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(path)

    def __str__(self) -> str:
        """Say it in a sentence."""
        return f"another forwarder works on {self.path}: stop it, or let `run` wait until it ends"


_NO_ROOM = {sqlite3.SQLITE_FULL}
_TEXTS = {
    sqlite3.SQLITE_NOTADB: "it is no SQLite database",
    sqlite3.SQLITE_CORRUPT: "the database is damaged; move it away, and mend it with SQLite's recovery",
    sqlite3.SQLITE_READONLY: "it can't be written: check the permissions of the file and of its folder",
    sqlite3.SQLITE_CANTOPEN: "it can't be opened: check that its folder exists and can be written",
    sqlite3.SQLITE_BUSY: "another transaction has held its lock for too long",
    sqlite3.SQLITE_IOERR: "the disk can't be read or written",
}


@contextlib.contextmanager
def worded(path: str, tier: str = "") -> Generator[None]:
    """Turn what SQLite raises into the outbox's own sentences."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte is the primary result code
        if code in _NO_ROOM:
            raise OutboxFull(tier or "any", "the disk or the database is full") from error
        raise OutboxUnusable(path, _TEXTS.get(code, str(error))) from error
