"""
Turns at a file's write lock, for all outboxes and forwarders of a process that have the file open.

SQLite knows no queue: whoever finds a file locked sleeps up to 100 ms and looks again, and among many that write all the
time some never find it free (SQLite documentation, `sqlite3_busy_timeout`).
"""

from __future__ import annotations

import os
import threading
from collections import deque
from weakref import WeakValueDictionary


class Turns:
    """A lock that is handed on in the order in which it was asked for."""

    def __init__(self) -> None:
        self._own = threading.Lock()
        self._is_taken = False
        self._waiting: deque[threading.Lock] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for the turn that somebody has."""
        return len(self._waiting)

    def __enter__(self) -> None:
        """Wait for the turn."""
        turn = threading.Lock()
        turn.acquire()
        with self._own:
            if not self._is_taken:
                self._is_taken = True
                return
            self._waiting.append(turn)
        try:
            turn.acquire()
        except BaseException:
            self._leave(turn)
            raise

    def _leave(self, turn: threading.Lock) -> None:
        """Wait no longer; a turn that was given meanwhile goes to the next."""
        with self._own:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return
        self.__exit__()

    def __exit__(self, *_: object) -> None:
        """Hand the turn on."""
        with self._own:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False


_TURNS: WeakValueDictionary[tuple[int, int], Turns] = WeakValueDictionary()
_LOCK = threading.Lock()


def turns_at(path: str) -> Turns:
    """Return the turns at a file, the same for all who have it open, under whatever name; of one in memory its own."""
    try:
        found = os.stat(path)  # noqa: PTH116 - a path of SQLite's, which need not be one of the file system
    except OSError:
        return Turns()
    with _LOCK:
        return _TURNS.setdefault((found.st_dev, found.st_ino), Turns())
