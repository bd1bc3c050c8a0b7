"""References that come back to the same value without looking at a member or item: they mean nothing, or anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interlock.compat.answers import Spot, Undecided

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .scopes import Here
    from .translating import Translator

IN_PLACE = frozenset({"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "dependencies"})
"""Keywords whose schemas are applied to the same value."""


def cycle(t: Translator) -> Undecided | None:
    """Why nothing foreign should judge by the side's schemas: a reference that leads to itself in place."""
    if not t.recursive:
        return None
    done: set[Here] = set()
    for start in _reached(t):
        found = _cycle_from(t, start, done)
        if found is not None:
            spot = Spot(found.place.pointer, found.place.document)
            message = "the schema refers to itself without looking at a member or an item in between"
            return Undecided("reference-cycle", message, spot, t.sources.side)
    return None


def _reached(t: Translator) -> list[Here]:
    """Every schema below the root, whatever leads to it."""
    found, todo = {t.root()}, [t.root()]
    while todo:
        here = todo.pop()
        for below in (*t.referred(here), *(t.entering(here, place) for place in here.place.subschemas())):
            if below not in found:
                found.add(below)
                todo.append(below)
    return sorted(found, key=lambda here: here.place.pointer)


def _cycle_from(t: Translator, start: Here, done: set[Here]) -> Here | None:
    if start in done:
        return None
    stack, active = [(start, _in_place(t, start))], {start}
    while stack:
        here, following = stack[-1]
        below = next(following, None)
        if below is None:
            stack.pop()
            active.discard(here)
            done.add(here)
        elif below in active:
            return below
        elif below not in done:
            active.add(below)
            stack.append((below, _in_place(t, below)))
    return None


def _in_place(t: Translator, here: Here) -> Iterator[Here]:
    yield from t.referred(here)
    skip = len(here.place.pointer) + 1
    for place in here.place.subschemas():
        if place.pointer[skip:].partition("/")[0] in IN_PLACE:
            yield t.entering(here, place)
