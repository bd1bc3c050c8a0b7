"""Group commit: whichever thread writes next also writes for all that wait, so that they share one fsync."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from .failures import OutboxError

T = TypeVar("T")
R = TypeVar("R")


@dataclass(slots=True)
class Ticket(Generic[T, R]):
    """One thread's work and what became of it."""

    work: T
    result: R | None = None
    error: Exception | None = None
    done: bool = False


class Group(Generic[T, R]):
    """Work of many threads in few transactions; `commit` settles every ticket that it is given."""

    def __init__(self, commit: Callable[[list[Ticket[T, R]]], None], most: int = 256) -> None:
        self._commit = commit
        self._most = most
        self._waiting: list[Ticket[T, R]] = []
        self._queue = threading.Lock()
        self._writing = threading.Lock()

    def run(self, work: T) -> R:
        """Return the result once it is committed; raise what went wrong with this work."""
        ticket: Ticket[T, R] = Ticket(work)
        with self._queue:
            self._waiting.append(ticket)
        while not ticket.done:
            with self._writing:
                if not ticket.done:
                    self._lead()
        if ticket.error is not None:
            raise ticket.error
        assert ticket.result is not None  # noqa: S101 - for the type checker: done without an error has a result
        return ticket.result

    def _lead(self) -> None:
        """Commit the first that wait, in the order in which they came."""
        with self._queue:
            group, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        try:
            self._commit(group)
        except Exception as error:  # noqa: BLE001 - raised again in each thread whose work it was
            _fail(group, error)
        except BaseException:
            _fail(group, OutboxError("the commit was interrupted: nothing was put"))
            raise
        finally:
            for ticket in group:
                ticket.done = True


def _fail(group: list[Ticket[T, R]], error: Exception) -> None:
    """Tell every thread of a group that nothing of it was committed."""
    for ticket in group:
        ticket.error = ticket.error or error
