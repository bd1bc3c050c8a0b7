"""
A service on SQLite that dies at a chosen step, without a word: `killed_service.py FOLDER shared|own STEP`.

It works off a fixed log from the offset that it has committed. What it does is a row in `effects`.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

from handling_plant import Clock, consumer, decided, hold, moved

from interlock_runtime.stores.sqlite_inbox import InboxWithin, SqliteInbox
from interlock_runtime.stores.sqlite_quarantine import SqliteQuarantine
from interlock_runtime.stores.sqlite_receipts import SqliteReceipts

LOG = (
    hold("L-1", "HD-1", id="a"),
    moved("L-2", "broken", id="b"),
    decided("L-2", "HD-2", id="c"),
    moved("L-1", 2, id="d"),
)


class Steps:
    """Counts steps and ends the process at one of them; what is open stays as the machine leaves it."""

    def __init__(self, last: int) -> None:
        self.left = last

    def step(self) -> None:
        """Go on, or die."""
        self.left -= 1
        if self.left == 0:
            os._exit(9)


class Dying:
    """A store around whose every call the process may die."""

    blocking = True

    def __init__(self, store: Any, steps: Steps) -> None:
        self._store = store
        self._steps = steps

    def __getattr__(self, name: str) -> Any:
        """Return a method that may be the last."""

        def call(*given: Any, **named: Any) -> Any:
            self._steps.step()
            result = getattr(self._store, name)(*given, **named)
            self._steps.step()
            return Dying(result, self._steps) if isinstance(result, InboxWithin) else result

        return call


class Service:
    """The service and its files."""

    def __init__(self, folder: Path, steps: Steps, *, shared: bool) -> None:
        self.steps = steps
        self.database = sqlite3.connect(folder / "business.db", isolation_level=None)
        self.database.execute("CREATE TABLE IF NOT EXISTS effects (number INTEGER PRIMARY KEY, id TEXT)")
        self.database.execute("CREATE TABLE IF NOT EXISTS offsets (next INTEGER)")
        self.connection = self.database if shared else None
        stores = {
            "inbox": SqliteInbox(folder / "inbox.db"),
            "quarantine": SqliteQuarantine(folder / "quarantine.db"),
            "receipts": SqliteReceipts(folder / "receipts.db"),
        }
        self.consumer = consumer(clock=Clock(), **{name: Dying(store, steps) for name, store in stores.items()})

    def work(self) -> None:
        """Work the log off, committing each offset after its message."""
        for place in range(self._next(), len(LOG)):
            self.consumer.handle(LOG[place], self._handler, connection=self.connection)
            self.steps.step()
            self.database.execute("INSERT INTO offsets VALUES (?)", (place + 1,))
        self.consumer.drain(self._handler, connection=self.connection)

    def _next(self) -> int:
        """Return the committed offset."""
        return int(self.database.execute("SELECT coalesce(max(next), 0) FROM offsets").fetchone()[0])

    def _handler(self, event: Any) -> None:
        """Do the work."""
        self.steps.step()
        self.database.execute("INSERT INTO effects (id) VALUES (?)", (event.envelope.id,))
        self.steps.step()


if __name__ == "__main__":
    Service(Path(sys.argv[1]), Steps(int(sys.argv[3])), shared=sys.argv[2] == "shared").work()
