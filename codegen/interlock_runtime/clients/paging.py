"""From page to page: by the cursor that each one names, by number, or by links in headers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from pydantic import MISSING

from .errors import BadLink, RepeatedCursor
from .links import asked, next_of
from .parameters import Parameter
from .replies import Reply

P = TypeVar("P")
E = TypeVar("E")
Values = tuple[Any, ...]
"""The parameters of one page."""
Step = tuple[Values, Any]
"""The parameters of the next page, and what tells it from the others."""


@dataclass(frozen=True)
class Paging(Generic[P, E]):
    """Pages that name the cursor of the next: `P` is a page, `E` what is in it."""

    cursor: int
    """Which parameter takes the cursor, counted from 0."""
    next_cursor: Callable[[P], Any]
    """Returns a page's cursor of the next one; MISSING or None on the last."""
    entries: Callable[[P], Iterable[E]]
    """Returns what is in a page."""

    def start(self, values: Values) -> Step:
        """Return the first page."""
        return values, values[self.cursor]

    def onward(self, reply: Reply[P], values: Values) -> Step | None:
        """Return the page after one; None when that was the last."""
        cursor = self.next_cursor(reply.value)
        return None if cursor is None or cursor is MISSING else (_with(values, self.cursor, cursor), cursor)


@dataclass(frozen=True)
class NumberedPaging(Generic[P, E]):
    """Pages by number; the one after the last has nothing in it."""

    cursor: int
    """Which parameter takes the number, counted from 0."""
    first: int
    entries: Callable[[P], Iterable[E]]
    """Returns what is in a page."""

    def start(self, values: Values) -> Step:
        """Return the first page."""
        given = values[self.cursor]
        number = self.first if given is None or given is MISSING else given
        return _with(values, self.cursor, number), number

    def onward(self, reply: Reply[P], values: Values) -> Step | None:
        """Return the page after one; None when that was the last."""
        if not any(True for _ in self.entries(reply.value)):
            return None
        number = values[self.cursor] + 1
        return _with(values, self.cursor, number), number


@dataclass(frozen=True)
class LinkedPaging(Generic[P, E]):
    """
    Pages that link to the next in a header (RFC 8288, relation `next`).

    Of the link only the query is taken, and of that only declared parameters: a page never leads to another host, or
    to another resource.
    """

    path: str
    """The path's template: where a link may lead."""
    parameters: tuple[Parameter, ...]
    entries: Callable[[P], Iterable[E]]
    """Returns what is in a page."""

    def start(self, values: Values) -> Step:
        """Return the first page."""
        return values, None

    def onward(self, reply: Reply[P], values: Values) -> Step | None:
        """Return the page after one; None when that was the last."""
        target = next_of(reply.headers)
        if target is None:
            return None
        found = asked(target, self.path, self.parameters)
        if found is None:
            raise BadLink(reply.record)
        pairs = zip(self.parameters, values, strict=True)
        return tuple(found.get(each.name) if each.place == "query" else value for each, value in pairs), target


Pages: TypeAlias = Paging[P, E] | NumberedPaging[P, E] | LinkedPaging[P, E]
"""How the pages of an operation hang together."""


class Walk(Generic[P, E]):
    """Where a reader of pages is, and which ones it read."""

    def __init__(self, paging: Pages[P, E], values: Sequence[Any]) -> None:
        self._paging = paging
        self.values, first = paging.start(tuple(values))
        self._read = {first}
        self._last = b""

    def goes_on(self, reply: Reply[P]) -> bool:
        """Step to the page after one, if there is any; raise RepeatedCursor when it was read before."""
        step = self._paging.onward(reply, self.values)
        if step is None:
            return False
        self.values, mark = step
        if mark in self._read or reply.body == self._last:
            raise RepeatedCursor(reply.record)
        self._read.add(mark)
        self._last = reply.body
        return True


def _with(values: Values, at: int, value: Any) -> Values:
    """Return parameters with one of them changed."""
    return (*values[:at], value, *values[at + 1 :])
