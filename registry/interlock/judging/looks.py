"""The cheap look at what shared types want: one function for each place, made once, that goes down with the value."""

from __future__ import annotations

from typing import Any

from .places import Place, Places
from .reaching import Surely


def look_at(places: Places, schema: Any) -> Surely:
    """Return what says whether all that a schema leads to surely holds of a value."""
    cells: dict[int, list[Surely]] = {}
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        cell = cells.setdefault(id(part), [])
        if not cell:
            place = places.of(part)
            below = [*(member[2] for member in place.named), *place.items]
            waiting += below
            cell.append(_look(place, [cells.setdefault(id(each), []) for each in below]))
    return cells[id(schema)][0]


def _look(place: Place, below: list[list[Surely]]) -> Surely:
    """Return the look at one place; each cell below holds its own once that is made."""
    if place.asked or place.members or place.elements:  # depends on the value: not decided here
        return lambda _: False
    checks = tuple(check.surely for check in place.checks)
    named = tuple((name, cell) for (name, _, _), cell in zip(place.named, below, strict=False))
    items = tuple(below[len(named) :])
    if len(checks) == 1 and not below:
        return checks[0]

    def look(value: Any) -> bool:
        for surely in checks:
            if not surely(value):
                return False
        if type(value) is dict:
            for name, cell in named:
                if name in value and not cell[0](value[name]):
                    return False
        elif type(value) is list:
            return all(all(map(cell[0], value)) for cell in items)
        return True

    return look
