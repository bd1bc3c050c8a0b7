"""Walking the states of a language: derivatives as a lazily built deterministic automaton."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from .charsets import LAST, Ranges, ranked
from .derivatives import steps, trim
from .nodes import NOTHING, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .budget import Budget

_WEIGHT = 8
_WEIGHT_SQUARED = 4096
_VISITS = 64


class Arc(NamedTuple):
    """Characters which lead to a state; `best` is the most plausible of them, with its rank."""

    rank: int
    best: int
    ranges: Ranges
    target: int


class Graph:
    """The states reachable from a node, numbered as they are met."""

    def __init__(self, root: Node, budget: Budget) -> None:
        self.budget = budget
        self.nodes: list[Node] = []
        self._numbers: dict[Node, int] = {}
        self._arcs: list[list[Arc] | None] = []
        self._visits = 0
        trim()
        self.root = self._number(root)

    def accepts(self, state: int) -> bool:
        """Whether the text may end here."""
        return self.nodes[state].nullable

    def arcs(self, state: int) -> list[Arc]:
        """Ways on, the most plausible first; ways which surely lead nowhere are left out."""
        found = self._arcs[state]
        if found is None:
            node = self.nodes[state]
            self.budget.spend(1 + node.weight // _WEIGHT + node.weight**2 // _WEIGHT_SQUARED)
            found = self._arcs[state] = self._built(node)
        return found

    def visit(self, states: int) -> None:
        """Pay for going again over known states."""
        self._visits += states
        if self._visits >= _VISITS:
            self.budget.spend(self._visits // _VISITS)
            self._visits %= _VISITS

    def _number(self, node: Node) -> int:
        number = self._numbers.get(node)
        if number is None:
            number = self._numbers[node] = len(self.nodes)
            self.nodes.append(node)
            self._arcs.append(None)
        return number

    def _built(self, node: Node) -> list[Arc]:
        where = steps(node, self.budget)
        ends = (*where.starts[1:], LAST + 1)
        grouped: dict[Node, list[tuple[int, int]]] = {}
        for start, end, target in zip(where.starts, ends, where.targets, strict=True):
            if target is not NOTHING:
                grouped.setdefault(target, []).append((start, end - 1))
        arcs = [Arc(*next(ranked(tuple(r))), tuple(r), self._number(target)) for target, r in grouped.items()]
        return sorted(arcs)


def nearest(graph: Graph, most: int | None = None) -> str | None:
    """
    A shortest member, or None if there is none (of at most `most` characters).

    Best first by the length so far and `low`, which never overstates what is still to come (Hart, Nilsson and Raphael
    1968); among equals the deepest, then the most plausible. A state is looked at again when a shorter way to it appears.
    """
    came: dict[int, tuple[int, int]] = {graph.root: (-1, 0)}
    reached = {graph.root: 0}
    order = count()
    heap = [(graph.nodes[graph.root].low, 0, next(order), graph.root)]
    while heap:
        total, deeper, _, state = heappop(heap)
        if most is not None and total > most:
            return None
        if graph.accepts(state):
            return _path(came, state)
        length = 1 - deeper
        for arc in graph.arcs(state) if reached[state] < length else ():
            if reached.get(arc.target, length + 1) > length:
                reached[arc.target], came[arc.target] = length, (state, arc.best)
                heappush(heap, (length + graph.nodes[arc.target].low, -length, next(order), arc.target))
    return None


def _path(came: dict[int, tuple[int, int]], state: int) -> str:
    found: list[str] = []
    before, point = came[state]
    while before >= 0:
        found.append(chr(point))
        before, point = came[before]
    return "".join(reversed(found))


class Layers:
    """
    The states reachable in exactly n characters, for any n.

    The sequence of these sets repeats sooner or later; from then on a length is found by its remainder.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._sets = [frozenset((graph.root,))]
        self._seen = {self._sets[0]: 0}
        self._first: int | None = None

    def at(self, length: int) -> frozenset[int]:
        """The states reachable in exactly `length` characters."""
        while self._first is None and len(self._sets) <= length:
            self._grow()
        if self._first is not None and length >= len(self._sets):
            length = self._first + (length - self._first) % (len(self._sets) - self._first)
        return self._sets[length]

    def lengths(self, low: int, high: int | None) -> Iterator[int]:
        """The lengths of members from `low` to `high`, ascending."""
        length, silent = low, 0
        while high is None or length <= high:
            if self._accepts(length):
                silent = 0
                yield length
            else:
                silent += 1
            if self._first is not None and length >= self._first and silent > len(self._sets) - self._first:
                return
            length += 1

    def longest(self, low: int, high: int | None) -> int | None:
        """The length of the longest member of this range; None if there is no longest; -1 if there is no member."""
        while self._first is None and (high is None or len(self._sets) <= high):
            self._grow()
        if self._first is None:
            return self._last(low, len(self._sets) - 1 if high is None else high)
        if high is None and self._last(self._first, len(self._sets) - 1) >= 0:
            return None
        end = self._first - 1 if high is None else high
        repeated = self._last(max(low, self._first, end + 1 - len(self._sets) + self._first), end)
        return repeated if repeated >= 0 else self._last(low, min(end, self._first - 1))

    def _last(self, low: int, high: int) -> int:
        return next((length for length in range(high, low - 1, -1) if self._accepts(length)), -1)

    def _accepts(self, length: int) -> bool:
        return any(self.graph.accepts(state) for state in self.at(length))

    def _grow(self) -> None:
        last = self._sets[-1]
        self.graph.visit(1 + len(last))
        grown = frozenset([arc.target for state in last for arc in self.graph.arcs(state)])
        if grown in self._seen:
            self._first = self._seen[grown]
        else:
            self._seen[grown] = len(self._sets)
            self._sets.append(grown)
