"""What a reader assumes beyond the contract, checked before its handler runs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from ..catalog import Assumption, Reads
from ..events import Event
from ..gate import Gate
from ..violations import Violation, pointer
from .documents import document
from .reasons import promise


def broken(event: Event[Any], reads: Reads) -> Iterator[Violation]:
    """Yield a violation for each place where an event breaks what its reader assumes."""
    if reads.assumptions:
        whole = document(event)
        for assumption in reads.assumptions:
            gate = _gate(assumption)
            yield from (
                promise("assumption-broken", place)
                for place, value in places(whole, assumption.at)
                if not gate.fits(value)
            )


@cache
def _gate(assumption: Assumption) -> Gate:
    """Return the gate of an assumption."""
    return Gate(assumption.load_schema())


def places(whole: Any, at: str) -> Iterator[tuple[str, Any]]:
    """
    Yield each place that a JSON Pointer names, where `*` stands for each item, with what is there.

    >>> list(places({"lines": [{"n": 1}, {}]}, "/lines/*/n"))
    [('/lines/0/n', 1)]
    """
    found: list[tuple[str, Any]] = [("", whole)]
    for step in at.split("/")[1:]:
        found = [inner for place, value in found for inner in _below(place, value, step)]
    yield from found


def _below(place: str, value: Any, step: str) -> Iterator[tuple[str, Any]]:
    """Yield what one step of a pointer names below a place."""
    name = step.replace("~1", "/").replace("~0", "~")
    if isinstance(value, dict):
        names = value if step == "*" else (name,)
        yield from ((place + pointer([each]), value[each]) for each in names if each in value)
    elif isinstance(value, list | tuple):
        indexes = range(len(value)) if step == "*" else (int(name),) if name.isdigit() else ()
        yield from ((f"{place}/{index}", value[index]) for index in indexes if index < len(value))
