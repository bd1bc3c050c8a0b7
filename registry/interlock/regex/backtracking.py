"""
Patterns on which a backtracking engine takes very long, found by deciding whether the pattern is ambiguous.

A loop which reads some text in two ways tries 2^n ways on n of them; two loops in a row which can share a text try all
n^2 places to part it. Both only if something after them can still fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .algebra import alt, cat, rep, sequence, words
from .compiling import compiled_items, settled
from .meets import conj, neg
from .members import has_member, shortest
from .nodes import ALL, EMPTY, Node
from .quotients import joins_ambiguously, repeats_ambiguously
from .syntax import Choice, Item, Look, Loop, Row, children, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .budget import Budget
    from .syntax import Parsed

_MANY = 25


class Risk(NamedTuple):
    """A place where backtracking explodes, and a text which, repeated, shows it."""

    code: str
    at: int
    pump: str


class _Place(NamedTuple):
    """An item and what a whole text must still match after it."""

    item: Item
    rest: Node


def risks(parsed: Parsed, budget: Budget) -> list[Risk]:
    """Every exponential and polynomial place of a pattern."""
    return _Search(parsed, budget).found()


class _Search:
    """The languages of all items of one pattern, and the questions about them."""

    def __init__(self, parsed: Parsed, budget: Budget) -> None:
        self.parsed = parsed
        self.budget = budget
        self.nodes = compiled_items(parsed)

    def found(self) -> list[Risk]:
        risks: list[Risk] = []
        for place in self._places():
            if isinstance(place.item, Row):
                risks += self._polynomial(place)
            elif isinstance(place.item, Loop) and _is_long(place.item):
                risks += self._exponential(place.item, place.rest)
        return sorted(set(risks), key=lambda risk: risk.at)

    def _node(self, item: Item) -> Node:
        return self.nodes[id(item)]

    def _places(self) -> Iterator[_Place]:
        stack = [_Place(self.parsed.root, ALL)]
        while stack:
            place = stack.pop()
            yield place
            stack += self._inside(place)

    def _inside(self, place: _Place) -> Iterator[_Place]:
        item, rest = place
        if isinstance(item, Row):
            for child in reversed(item.items):
                yield _Place(child, rest)
                rest = cat(self._node(child), rest)
        elif isinstance(item, Loop):
            yield _Place(item.item, cat(self._again(item), rest))
        elif isinstance(item, Look):
            yield _Place(item.item, ALL)
        else:
            yield from (_Place(child, rest) for child in children(item))

    def _again(self, loop: Loop) -> Node:
        body = self._node(loop.item)
        return rep(body, 0, loop.most) if body.pure else self._node(loop)

    def _exponential(self, loop: Loop, rest: Node) -> Iterator[Risk]:
        body = self._node(loop.item)
        if not body.pure or not self._ambiguous_loop(loop):
            return
        text = shortest(conj((body, neg(EMPTY))), self.budget)
        if text and self._fails_after(text, rep(body, 0, None), rest):
            yield Risk("exponential-backtracking", loop.at, text)

    def _ambiguous_loop(self, loop: Loop) -> bool:
        """This loop is ambiguous and no long loop inside it is to blame."""
        inner = fold(loop.item, self._loops_inside)
        if any(self._ambiguous(other.item) or self._repeats(other) for other in inner if _is_long(other)):
            return False
        return self._repeats(loop) or self._ambiguous(loop.item)

    @staticmethod
    def _loops_inside(item: Item, inner: list[list[Loop]]) -> list[Loop]:
        return [*([item] if isinstance(item, Loop) else []), *(loop for loops in inner for loop in loops)]

    def _repeats(self, loop: Loop) -> bool:
        return repeats_ambiguously(self._node(loop.item), self.budget)

    def _ambiguous(self, root: Item) -> bool:
        return fold(root, lambda item, inner: any(inner) or self._ambiguous_here(item))

    def _ambiguous_here(self, item: Item) -> bool:
        if isinstance(item, Choice):
            return self._branches_meet([self._node(branch) for branch in item.branches])
        if isinstance(item, Row):
            return self._row_ambiguous([self._node(part) for part in item.items])
        return isinstance(item, Loop) and (item.most is None or item.most > 1) and self._repeats(item)

    def _branches_meet(self, branches: list[Node]) -> bool:
        before = branches[0]
        for branch in branches[1:]:
            if has_member(conj((before, branch)), self.budget):
                return True
            before = alt((before, branch))
        return False

    def _row_ambiguous(self, parts: list[Node]) -> bool:
        return any(
            joins_ambiguously(sequence(parts[:index]), parts[index], self.budget) for index in range(1, len(parts))
        )

    def _polynomial(self, place: _Place) -> Iterator[Risk]:
        items = _flat(place.item)
        loops = [(i, item) for i, item in enumerate(items) if isinstance(item, Loop) and _is_long(item)]
        for right, second in loops:
            after = self._sequence(items[right + 1 :], place.rest)
            for left, first in loops:
                between = self._sequence(items[left + 1 : right], EMPTY)
                text = self._shared(first, between, second, after) if left < right else None
                if text is not None:
                    yield Risk("polynomial-backtracking", second.at, text)
                    break

    def _sequence(self, items: list[Item], rest: Node) -> Node:
        return sequence([*[self._node(item) for item in items], rest])

    def _shared(self, first: Loop, between: Node, second: Loop, after: Node) -> str | None:
        """A text which either loop can read, and the two of them across, before something which can fail."""
        one, other = self._node(first.item), self._node(second.item)
        if not (one.pure and other.pure and between.pure):
            return None
        across = sequence([rep(one, 0, None), between, rep(other, 0, None)])
        shared = conj((rep(one, 1, None), across, rep(other, 1, None), neg(EMPTY)))
        text = shortest(shared, self.budget)
        return text if text is not None and self._fails_after(text, across, after) else None

    def _fails_after(self, text: str, loops: Node, rest: Node) -> bool:
        """Whether some text which begins with three pumps is not matched in the end."""
        whole = settled(cat(loops, rest))
        if whole.recalls:
            return True
        return has_member(conj((cat(words((text * 3,)), ALL), neg(whole))), self.budget)


def _is_long(loop: Loop) -> bool:
    return loop.most is None or loop.most >= _MANY


def _flat(item: Item) -> list[Item]:
    """The items of a row, those of rows inside included."""
    found: list[Item] = []
    stack = [item]
    while stack:
        top = stack.pop()
        if isinstance(top, Row):
            stack.extend(reversed(top.items))
        else:
            found.append(top)
    return found
