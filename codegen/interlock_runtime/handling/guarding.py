"""Stores that fail stop the consumer: what can't be written down is not acknowledged."""

from __future__ import annotations

import contextlib
from collections.abc import Generator

from ..violations import InterlockError
from .errors import StopConsuming

_PLAIN = ("sqlite3", "redis", "builtins")
"""Modules whose errors speak of files, locks and connections, never of what is stored."""


@contextlib.contextmanager
def guarded(store: str) -> Generator[None, None, None]:
    """Turn any failure of a store into StopConsuming."""
    try:
        yield
    except InterlockError:
        raise
    except Exception as error:
        kind = type(error)
        said = f" ({error})" if kind.__module__.partition(".")[0] in _PLAIN and isinstance(error, _spoken()) else ""
        raise StopConsuming(f"the {store} can't be used: {kind.__name__}{said}") from error


def _spoken() -> tuple[type[Exception], ...]:
    """Return the kinds of errors whose text may be said."""
    import sqlite3

    return (sqlite3.OperationalError, sqlite3.DatabaseError, OSError)
