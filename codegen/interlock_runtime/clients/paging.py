"""From page to page, by the cursor that each one names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from pydantic import MISSING

from .errors import RepeatedCursor
from .operations import Paging
from .replies import Reply

P = TypeVar("P")
E = TypeVar("E")


class Walk(Generic[P, E]):
    """Where a reader of pages is, and which cursors it followed."""

    def __init__(self, paging: Paging[P, E], values: Sequence[Any]) -> None:
        self._paging = paging
        self.values = tuple(values)
        """The parameters of the next page."""
        self._followed = {self.values[paging.cursor]}

    def goes_on(self, reply: Reply[P]) -> bool:
        """Step to the page after one, if there is any; raise RepeatedCursor when it was read before."""
        cursor = self._paging.next_cursor(reply.value)
        if cursor is None or cursor is MISSING:
            return False
        if cursor in self._followed:
            raise RepeatedCursor(reply.record)
        self._followed.add(cursor)
        at = self._paging.cursor
        self.values = (*self.values[:at], cursor, *self.values[at + 1 :])
        return True
