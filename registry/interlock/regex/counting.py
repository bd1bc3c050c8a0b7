"""How many members a language has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .charsets import count
from .clauses import Clause, clauses
from .exploring import Graph
from .nodes import NOTHING, Node

if TYPE_CHECKING:
    from .budget import Budget


def size(node: Node, limit: int, budget: Budget) -> int | None:
    """The number of members, or None if it is more than `limit`."""
    if node is NOTHING:
        return 0
    several = clauses(node)
    return _Count(several[0] if len(several) == 1 else Clause(node), limit, budget).result()


class _Count:
    """A walk over all texts of one length at a time, as how many of them lead to each state."""

    def __init__(self, clause: Clause, limit: int, budget: Budget) -> None:
        self.clause = clause
        self.limit = limit
        self.graph = Graph(clause.node, budget)
        self.texts = {self.graph.root: 1}
        self.live: frozenset[int] | None = None
        self.total = 0

    def result(self) -> int | None:
        length = 0
        while self.texts and (self.clause.high is None or length <= self.clause.high):
            if length >= self.clause.low:
                self.total += sum(number for state, number in self.texts.items() if self.graph.accepts(state))
            if self.total > self.limit or not self._grow():
                return None
            length += 1
        return self.total

    def _grow(self) -> bool:
        """One character more; False if there is no end to it."""
        known = len(self.graph.nodes)
        grown: dict[int, int] = {}
        for state, number in self.texts.items():
            for arc in self.graph.arcs(state):
                if self.live is None or arc.target in self.live:
                    grown[arc.target] = min(grown.get(arc.target, 0) + number * count(arc.ranges), self.limit + 1)
        self.graph.visit(1 + len(grown))
        if self.live is None and len(self.graph.nodes) == known:
            self.live = _live(self.graph)
            grown = {state: number for state, number in grown.items() if state in self.live}
            if self.clause.high is None and _has_cycle(self.graph, self.live):
                return False
        self.texts = grown
        return True


def _live(graph: Graph) -> frozenset[int]:
    """The states of a wholly explored graph from which a member can still be reached."""
    sources: dict[int, list[int]] = {}
    for state in range(len(graph.nodes)):
        for arc in graph.arcs(state):
            sources.setdefault(arc.target, []).append(state)
    stack = [state for state in range(len(graph.nodes)) if graph.accepts(state)]
    live = set(stack)
    while stack:
        fresh = [state for state in sources.get(stack.pop(), ()) if state not in live]
        live.update(fresh)
        stack.extend(fresh)
    return frozenset(live)


def _has_cycle(graph: Graph, live: frozenset[int]) -> bool:
    """Whether live states lead back to themselves: take away what nothing leads to until nothing or a cycle is left."""
    entries = dict.fromkeys(live, 0)
    for state in live:
        for arc in graph.arcs(state):
            if arc.target in live:
                entries[arc.target] += 1
    stack = [state for state, number in entries.items() if number == 0]
    left = len(live)
    while stack:
        left -= 1
        for arc in graph.arcs(stack.pop()):
            if arc.target in live:
                entries[arc.target] -= 1
                if entries[arc.target] == 0:
                    stack.append(arc.target)
    return left > 0
