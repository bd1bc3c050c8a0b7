"""Finding the values at a path at little cost, without saying where each stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..pointers import split

Surely = Callable[[Any], bool]
"""Says whether a value surely keeps a rule."""
Reach = Callable[[Any], list[Any] | None]
"""Returns the values at a path; None where the value has another form than such a look understands."""


def reach(path: str) -> Reach:
    """Return what finds the values at a path, in objects and, for `*`, in arrays."""
    tokens = tuple(split(path))
    return _reach_many(tokens) if "*" in tokens else _reach_one(tokens)


def _reach_one(tokens: tuple[str, ...]) -> Reach:
    """Return what finds the value at a path without `*`."""

    def find(value: Any) -> list[Any] | None:
        for token in tokens:
            if type(value) is not dict:
                return None
            if token not in value:
                return []
            value = value[token]
        return [value]

    return find


def _reach_many(tokens: tuple[str, ...]) -> Reach:
    """Return what finds the values at a path with `*` in it."""

    def find(value: Any) -> list[Any] | None:
        found = [value]
        for token in tokens:
            below: list[Any] = []
            for item in found:
                if type(item) is list and token == "*":  # noqa: S105 - a reference token of a field path
                    below += item
                elif type(item) is dict and token != "*":  # noqa: S105 - as above
                    below += [item[token]] if token in item else []
                else:
                    return None
            found = below
        return found

    return find


def every(path: str, is_fine: Surely) -> Surely:
    """Return the look at each value at a path."""
    if not path:
        return is_fine
    if "*" not in path:
        return _only(tuple(split(path)), is_fine)
    find = reach(path)
    return lambda value: (found := find(value)) is not None and all(map(is_fine, found))


def _only(tokens: tuple[str, ...], is_fine: Surely) -> Surely:
    """Return the look at the value at a path without `*`, which is fine when nothing is there."""

    def look(value: Any) -> bool:
        for token in tokens:
            if type(value) is not dict:
                return False
            if token not in value:
                return True
            value = value[token]
        return is_fine(value)

    return look
