"""A pattern as written: what the parser returns, the compiler turns into a language and `lint` looks at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from .charsets import Ranges

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class One:
    """One character out of a set."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Row:
    """Items one after the other."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Alternatives, in the order an engine tries them."""

    branches: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """A quantified item; lazy and greedy ones have the same language. `at` is the place of the quantifier."""

    item: Item
    least: int
    most: int | None
    at: int


@dataclass(frozen=True, slots=True)
class Look:
    """A lookahead or lookbehind group."""

    item: Item
    behind: bool
    negated: bool
    at: int


@dataclass(frozen=True, slots=True)
class Edge:
    r"""`^`, `$`, `\b` or `\B`."""

    sign: str
    at: int


Item = One | Row | Choice | Loop | Look | Edge


@dataclass(frozen=True, slots=True)
class Note:
    """A construct which other engines read otherwise, and where it stands."""

    code: str
    at: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """A pattern and what was noticed while reading it."""

    pattern: str
    root: Item
    notes: tuple[Note, ...]


def children(item: Item) -> tuple[Item, ...]:
    """The items directly inside."""
    if isinstance(item, Row):
        return item.items
    if isinstance(item, Choice):
        return item.branches
    return (item.item,) if isinstance(item, Loop | Look) else ()


def fold(root: Item, combine: Callable[[Item, list[T]], T]) -> T:
    """Bottom-up, without recursion: `combine` gets an item and the results of its children."""
    order, stack = list[Item](), [root]
    while stack:
        order.append(stack.pop())
        stack.extend(children(order[-1]))
    results: list[T] = []
    for item in reversed(order):
        first = len(results) - len(children(item))
        inner = results[first:]
        del results[first:]
        results.append(combine(item, inner))
    return results[0]
