"""Where a type is being made, and what is said there about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from interlock_codegen.layout import Node
from interlock_codegen.lowering.module import ModuleNames
from interlock_codegen.lowering.shapes import Root
from interlock_codegen.model import Class, Known
from interlock_codegen.naming import Scope

_MOST_SAMPLES = 2
_MOST_SAMPLE_TEXT = 60
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("xes", "x"), ("us", "usItem"), ("ss", "ssItem"), ("s", ""))


@dataclass(frozen=True)
class Place:
    """Where a type is being made: its schema's pointer, the name it would have, the class it stands in, how deep."""

    pointer: str
    hint: str
    scope: Scope
    define: Callable[[Class | Known], None]
    """Takes what is defined on the way, into the class around or to the top of the module."""
    depth: int
    samples: tuple[Any, ...] = ()
    doc: str = ""
    """What is said about the member, for a class that says nothing itself."""
    in_choice: bool = False
    """Whether it is one branch of a choice, where a decimal text stays a text: as a number it would equal other values."""

    @property
    def indent(self) -> int:
        """Columns before what stands here."""
        return 4 * self.depth


@dataclass(frozen=True)
class Bench:
    """What every step of lowering works with: the document, the module's names, and the way from schema to type."""

    root: Root
    names: ModuleNames
    annotate: Callable[[Any, Place], Node]
    """Returns the annotation for a schema at a place."""


def text(schema: Any, keyword: str) -> str:
    """Return a schema's title or description."""
    found = schema.get(keyword) if isinstance(schema, dict) else None
    return found if isinstance(found, str) else ""


def singular(hint: str) -> str:
    """
    Return the name of one item of a list.

    >>> singular("Lines"), singular("Entries"), singular("Addresses"), singular("Status")
    ('Line', 'Entry', 'Address', 'StatusItem')
    """
    for ending, instead in _ENDINGS:
        if hint.endswith(ending) and len(hint) > len(ending) + 1:
            return hint[: -len(ending)] + instead
    return f"{hint}Item"


def samples(values: Any) -> list[Any]:
    """Return the first few plain values that are short enough to show."""
    plain = (
        (value for value in values if isinstance(value, str | int | float | Decimal))
        if isinstance(values, list)
        else ()
    )
    short = [value for value in plain if len(str(value)) <= _MOST_SAMPLE_TEXT]
    return list({repr(value): value for value in short}.values())[:_MOST_SAMPLES]
