"""What every forwarder does between two sends: take rows in order, remove those that arrived, set aside what never will."""

from __future__ import annotations

import contextlib
import logging
import random
import sqlite3
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

from ..sending import SendFailed
from .box import Outbox
from .failures import worded
from .holding import Hold
from .rows import COLUMNS, Buffer, Row, row_of
from .tables import committed, plain
from .writing import drop_outdated, lose, outdated

LOG = logging.getLogger("interlock.outbox")
_TAKE = f"""
SELECT {COLUMNS} FROM interlock_outbox_rows r WHERE NOT aside AND NOT EXISTS (
    SELECT 1 FROM interlock_outbox_rows held WHERE held.aside AND held.key = r.key AND held.position < r.position)
ORDER BY position LIMIT ?
"""  # noqa: S608 - our own columns


@dataclass
class Backoff:
    """How long to wait after failures: twice as long each time, and never all forwarders at the same moment."""

    first: float = 0.5
    longest: float = 60.0
    random: Callable[[], float] = random.random
    failures: int = 0

    def next(self) -> float:
        """Return how many seconds to wait after one more failure: between half and all of the step."""
        step = min(self.longest, self.first * float(1 << min(self.failures, 32)))
        self.failures += 1
        return step * (0.5 + self.random() / 2)

    def reset(self) -> None:
        """Begin anew after a success."""
        self.failures = 0


@dataclass
class Progress:
    """What a forwarder has done since it began."""

    sent: int = 0
    failures: int = 0
    aside: int = 0
    dropped: int = 0
    last_failure: str = ""
    """Why the last send failed, in words that carry no value; empty once one has succeeded."""


@dataclass
class Rounds:
    """The part of forwarding that waits for no broker."""

    outbox: Outbox
    batch: int = 100
    by_key: bool = True
    """Whether of one key only one message is under way at a time."""
    progress: Progress = field(default_factory=Progress)

    def __post_init__(self) -> None:
        """Nothing is opened before the first round."""
        self._hold = Hold(self.outbox.path)
        self._connection: sqlite3.Connection | None = None
        self._arrived: list[Row] = []

    def begin(self) -> None:
        """Become the one forwarder; raise AlreadyForwarding."""
        self._hold.take()
        if self._connection is None:
            self._connection = self.outbox.reader()

    def end(self) -> None:
        """Let another be the forwarder."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
        self._hold.free()

    def take(self) -> list[Row]:
        """
        Return the next rows in the order in which they were put, without those behind a row of their key that was set aside.

        What has arrived is removed first: while that fails, on a full disk say, nothing more is sent, so that a crash
        then repeats one batch and not all.
        """
        self.begin()
        self._remove_arrived()
        self._drop_outdated()
        with worded(self.outbox.path):
            rows = [row_of(record) for record in self._cursor().execute(_TAKE, (self.batch,))]
        return self._one_per_key(rows) if self.by_key else rows

    def _one_per_key(self, rows: list[Row]) -> list[Row]:
        """Return the first row of each key, and every row without one or of a tier that may drop."""
        first: dict[bytes, int] = {}
        for row in rows:
            if row.key is not None and self._never_drops(row):
                first.setdefault(row.key, row.position)
        return [row for row in rows if row.key is None or not self._never_drops(row) or first[row.key] == row.position]

    def _never_drops(self, row: Row) -> bool:
        """Say whether a row's tier never loses one, and so keeps the order of its keys."""
        return self.outbox.buffers.get(row.tier, Buffer()).when_full == "stop"

    def _cursor(self) -> sqlite3.Cursor:
        """Return a cursor of the forwarder's own connection."""
        assert self._connection is not None  # noqa: S101 - opened by `begin`
        return plain(self._connection)

    @contextlib.contextmanager
    def _writing(self) -> Generator[sqlite3.Cursor]:
        """Give the cursor for one transaction, once it is this one's turn."""
        cursor = self._cursor()
        with self.outbox.turns, committed(cursor.connection, self.outbox.path):
            yield cursor

    def _drop_outdated(self) -> None:
        """Drop what a tier no longer keeps."""
        tiers, now = self.outbox.buffers.items(), self.outbox.clock()
        with worded(self.outbox.path):
            found = [outdated(self._cursor(), tier, buffer, now) for tier, buffer in tiers]
        if any(each is not None for each in found):
            with self._writing() as cursor:
                dropped = sum(drop_outdated(cursor, tier, buffer, now) for tier, buffer in tiers)
            self.progress.dropped += dropped

    def settle(self, rows: list[Row], acknowledged: int) -> None:
        """Remove the first rows, which a broker has acknowledged."""
        self._arrived += rows[:acknowledged]
        self.progress.sent += acknowledged
        if acknowledged:
            self.progress.last_failure = ""
        self._remove_arrived()

    def _remove_arrived(self) -> None:
        """Remove rows that have arrived."""
        if self._arrived:
            with self._writing() as cursor:
                cursor.executemany(
                    "DELETE FROM interlock_outbox_rows WHERE position = ?", [(row.position,) for row in self._arrived]
                )
            self._arrived = []

    def failed(self, head: Row, failure: SendFailed) -> bool:
        """Say whether waiting may help; a row that the broker never takes is set aside, or dropped where its tier may."""
        self.progress.failures += 1
        self.progress.last_failure = failure.why
        if not failure.lasting:
            return True
        if self._never_drops(head):
            self._set_aside(head, failure)
        else:
            with self._writing() as cursor:
                lose(cursor, head.tier, head.position)
            self.progress.dropped += 1
        return False

    def _set_aside(self, head: Row, failure: SendFailed) -> None:
        """Keep a row and what follows of its key from being sent, until somebody retries or discards it."""
        with self._writing() as cursor:
            cursor.execute(
                "UPDATE interlock_outbox_rows SET aside = 1, why = ? WHERE position = ?",
                (failure.why[:500], head.position),
            )
        self.progress.aside += 1
        LOG.error(
            "outbox row set aside position=%d channel=%s tier=%s: %s",
            head.position,
            head.channel,
            head.tier,
            failure.why,
        )
