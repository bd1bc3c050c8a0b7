"""Intersection and complement of languages; negation is pushed inwards so that De Morgan's twins are one node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .algebra import alt, cat, chars, rep, split, window
from .charsets import common, covers
from .nodes import ALL, ANY_CHAR, EMPTY, NOTHING, Chars, Complement, Meet, Node, Repeat, Union, once

if TYPE_CHECKING:
    from collections.abc import Iterable

_EFFORT = 48
_PAIRS = 36
_COMPARED = 4


def neg(node: Node) -> Node:  # noqa: PLR0911 (one return a shape)
    """Every string which is not a member."""
    if node is NOTHING:
        return ALL
    if node is EMPTY:
        return window(1, None)
    if isinstance(node, Complement):
        return node.inner
    if isinstance(node, Union):
        return conj(neg(part) for part in node.parts)
    if isinstance(node, Meet):
        return alt(neg(part) for part in node.parts)
    if isinstance(node, Repeat) and node.body is ANY_CHAR:
        above = NOTHING if node.most is None else window(node.most + 1, None)
        return alt((window(0, node.least - 1), above)) if node.least else above
    return once(Complement, node)


def conj(parts: Iterable[Node]) -> Node:
    """A member of every part."""
    flat: set[Node] = set()
    for part in parts:
        if isinstance(part, Meet):
            flat |= part.parts
        elif part is not ALL:
            flat.add(part)
    if len(flat) > 1:
        return _conj(flat)
    return flat.pop() if flat else ALL


def _conj(flat: set[Node]) -> Node:
    if NOTHING in flat or any(isinstance(part, Complement) and part.inner in flat for part in flat):
        return NOTHING
    if EMPTY in flat and not any(part.recalls for part in flat):
        return EMPTY if all(part.nullable for part in flat) else NOTHING
    flat = _one_set(flat)
    if NOTHING in flat:
        return NOTHING
    fitted = _fit_lengths(flat)
    if fitted is None or _refuted(fitted):
        return NOTHING
    kept = _without_wider(fitted)
    return kept.pop() if len(kept) == 1 else once(Meet, frozenset(kept)) if kept else ALL


def _one_set(flat: set[Node]) -> set[Node]:
    """Single characters meet in a single character."""
    sets = [part for part in flat if isinstance(part, Chars)]
    if len(sets) <= 1:
        return flat
    ranges = sets[0].ranges
    for other in sets[1:]:
        ranges = common(ranges, other.ranges)
    return flat.difference(sets) | {chars(ranges)}


def _fit_lengths(flat: set[Node]) -> set[Node] | None:
    """One window for all lengths, and none where the other parts keep it anyway; None if no length is left."""
    windows = {part for part in flat if isinstance(part, Repeat) and part.body is ANY_CHAR}
    rest = flat - windows
    low = max([part.low for part in flat])
    high = min([part.high for part in flat if part.high is not None], default=None)
    if high is not None and low > high:
        return None
    least = max([part.low for part in rest], default=0)
    most = min([part.high for part in rest if part.high is not None], default=None)
    if windows and (low, high) != (least, most):
        rest.add(window(low if low > least else 0, high if high != most else None))
    return rest


def _refuted(parts: set[Node]) -> bool:
    """Whether one part is surely inside another which is forbidden."""
    forbidden = [part.inner for part in parts if isinstance(part, Complement)]
    others = [part for part in parts if not isinstance(part, Complement)]
    if not forbidden or len(forbidden) * len(others) > _PAIRS:
        return False
    return any(surely_within(one, bad) for bad in forbidden for one in others)


def _without_wider(parts: set[Node]) -> set[Node]:
    """Parts inside another part say it all."""
    kept = set(parts)
    if len(parts) > _COMPARED:
        return kept
    for wide in parts:
        if any(narrow is not wide and surely_within(narrow, wide) for narrow in kept):
            kept.discard(wide)
    return kept


def surely_within(one: Node, other: Node) -> bool:
    """Whether the shapes alone show that every member of `one` is a member of `other`; False when unsure."""
    return _Inclusion().holds(one, other)


class _Inclusion:
    """A bounded search for a proof by structure."""

    __slots__ = ("effort",)

    def __init__(self) -> None:
        self.effort = _EFFORT

    def holds(self, one: Node, other: Node) -> bool:
        """Whether a proof that `one` is within `other` was found."""
        if one is other or other is ALL or one is NOTHING:
            return True
        self.effort -= 1
        if self.effort < 0 or (one.low < other.low and other.plain and not isinstance(one, Union)):
            return False
        if isinstance(other, Repeat) and other.body is ANY_CHAR:
            return other.least <= one.low and (other.most is None or (one.high is not None and one.high <= other.most))
        return self._boolean(one, other)

    def _boolean(self, one: Node, other: Node) -> bool:  # noqa: PLR0911 (one return a law)
        if isinstance(one, Union):
            return all(self.holds(part, other) for part in one.parts)
        if isinstance(other, Meet):
            return all(self.holds(one, part) for part in other.parts)
        if isinstance(one, Complement) and isinstance(other, Complement):
            return self.holds(other.inner, one.inner)
        if isinstance(one, Meet) and any(self.holds(part, other) for part in one.parts):
            return True
        if isinstance(other, Union) and any(self.holds(one, part) for part in other.parts):
            return True
        if isinstance(one, Complement | Meet) or isinstance(other, Complement | Union):
            return False
        if one is EMPTY:
            return other.nullable and other.pure
        return self._in_order(one, other)

    def _in_order(self, one: Node, other: Node) -> bool:
        first, rest = split(one)
        head, tail = split(other)
        if isinstance(first, Chars) and isinstance(head, Chars):
            return covers(head.ranges, first.ranges) and self.holds(rest, tail)
        if first is head:
            return self.holds(rest, tail)
        if not isinstance(head, Repeat):
            return False
        if isinstance(first, Repeat) and _counts_within(first, head) and self.holds(first.body, head.body):
            return self.holds(rest, tail)
        if self.holds(first, head.body):
            fewer = rep(head.body, max(head.least - 1, 0), None if head.most is None else head.most - 1)
            if self.holds(rest, cat(fewer, tail)):
                return True
        return head.least == 0 and self.holds(one, tail)


def _counts_within(one: Repeat, other: Repeat) -> bool:
    return one.least >= other.least and (other.most is None or (one.most is not None and one.most <= other.most))
