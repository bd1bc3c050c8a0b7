"""Stores that fail stop the consumer: what can't be written down is not acknowledged."""

from __future__ import annotations

from types import TracebackType

from ..violations import InterlockError
from .errors import StopConsuming

_PLAIN = ("sqlite3", "redis", "builtins")
"""Modules whose errors speak of files, locks and connections, never of what is stored."""


class guarded:  # noqa: N801 - it reads as what it does, and as a class costs a tenth of a generator
    """Turns any failure of a store within its block into StopConsuming."""

    __slots__ = ("_store",)

    def __init__(self, store: str) -> None:
        self._store = store

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say which store failed, and with what kind of error."""
        if not isinstance(error, Exception) or isinstance(error, InterlockError):
            return
        name = type(error)
        said = f" ({error})" if name.__module__.partition(".")[0] in _PLAIN and isinstance(error, _spoken()) else ""
        raise StopConsuming(f"the {self._store} can't be used: {name.__name__}{said}") from error


def _spoken() -> tuple[type[Exception], ...]:
    """Return the kinds of errors whose text may be said."""
    import sqlite3

    return (sqlite3.OperationalError, sqlite3.DatabaseError, OSError)
