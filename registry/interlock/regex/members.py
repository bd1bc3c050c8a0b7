"""Members of a language: the shortest, the first few, how many, how long."""

from __future__ import annotations

from functools import lru_cache
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING

from .charsets import ranked
from .clauses import Clause, clauses
from .derivatives import steps, trim
from .errors import BudgetExceeded
from .exploring import Arc, Graph, Layers, nearest
from .nodes import NOTHING, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .budget import Budget

_MAX_TEXT = 2_000_000
_TRIM_EVERY = 4096


def has_member(node: Node, budget: Budget) -> bool:
    """Whether there is any member."""
    if node is NOTHING or node.plain or node.nullable:
        return node is not NOTHING
    return any(_least_length(clause, budget) is not None for clause in clauses(node))


def _least_length(clause: Clause, budget: Budget) -> int | None:
    graph = Graph(clause.node, budget)
    found = nearest(graph, clause.high)
    if found is None or len(found) >= clause.low:
        return None if found is None else len(found)
    return next(Layers(graph).lengths(clause.low, clause.high), None)


def shortest(node: Node, budget: Budget) -> str | None:
    """The first of the shortest members by plausibility."""
    found = [text for clause in clauses(node) if (text := _shortest(clause, budget)) is not None]
    return min(found, key=_order, default=None) if len(found) > 1 else next(iter(found), None)


def _shortest(clause: Clause, budget: Budget) -> str | None:
    found = nearest(Graph(clause.node, budget), clause.high)
    if found is None or len(found) >= clause.low:
        return found
    graph = Graph(clause.node, budget)
    layers = Layers(graph)
    length = next(layers.lengths(clause.low, clause.high), None)
    return None if length is None else _first(graph, _useful(graph, layers, length))


def samples(node: Node, count: int, budget: Budget) -> list[str]:
    """The first members by length and plausibility."""
    found = [((_order(text), text) for text in _members(clause, budget)) for clause in clauses(node)]
    if len(found) == 1:
        return list(islice(_members(clauses(node)[0], budget), count))
    return [text for text, _ in islice(groupby(map(itemgetter(1), merge(*found))), count)]


def _order(text: str) -> tuple[int, list[int]]:
    return len(text), [_rank(character) for character in text]


@lru_cache(maxsize=4096)
def _rank(character: str) -> int:
    return next(ranked(((ord(character), ord(character)),)))[0]


def _members(clause: Clause, budget: Budget) -> Iterator[str]:
    """All members by length and plausibility."""
    graph = Graph(clause.node, budget)
    layers = Layers(graph)
    for length in layers.lengths(clause.low, clause.high):
        yield from _of_length(graph, _useful(graph, layers, length))


def _useful(graph: Graph, layers: Layers, length: int) -> list[frozenset[int]]:
    """For each place the states which lie on a path to a member of this length."""
    if length > _MAX_TEXT:
        raise BudgetExceeded("characters", _MAX_TEXT)
    useful = frozenset([state for state in layers.at(length) if graph.accepts(state)])
    found = [useful]
    known: dict[tuple[frozenset[int], frozenset[int]], frozenset[int]] = {}
    for place in range(length - 1, -1, -1):
        key = (layers.at(place), useful)
        if key not in known:
            known[key] = frozenset([s for s in key[0] if any(arc.target in useful for arc in graph.arcs(s))])
        graph.visit(1)
        useful = known[key]
        found.append(useful)
    found.reverse()
    return found


def _first(graph: Graph, useful: list[frozenset[int]]) -> str:
    """The most plausible text along useful states."""
    text: list[str] = []
    state = graph.root
    known: dict[tuple[int, frozenset[int]], Arc] = {}
    for key in useful[1:]:
        if (state, key) not in known:
            known[state, key] = next(arc for arc in graph.arcs(state) if arc.target in key)
        arc = known[state, key]
        text.append(chr(arc.best))
        state = arc.target
    return "".join(text)


def _of_length(graph: Graph, useful: list[frozenset[int]]) -> Iterator[str]:
    """All texts along useful states, in order, without recursion."""
    length = len(useful) - 1
    text: list[str] = []
    if length == 0:
        yield ""
        return
    ways = [_choices(graph, graph.root, useful[1])]
    while ways:
        way = next(ways[-1], None)
        del text[len(ways) - 1 :]
        if way is None:
            ways.pop()
            continue
        _, point, target = way
        text.append(chr(point))
        if len(text) == length:
            graph.visit(1)
            yield "".join(text)
        else:
            ways.append(_choices(graph, target, useful[len(text) + 1]))


def _choices(graph: Graph, state: int, useful: frozenset[int]) -> Iterator[tuple[int, int, int]]:
    """Rank, code point and target of every way on, the most plausible first."""
    arcs = [arc for arc in graph.arcs(state) if arc.target in useful]
    yield arcs[0].rank, arcs[0].best, arcs[0].target
    rest = merge(*[_all_of(arc) for arc in arcs])
    next(rest)
    yield from rest


def _all_of(arc: Arc) -> Iterator[tuple[int, int, int]]:
    return ((rank, point, arc.target) for rank, point in ranked(arc.ranges))


def lengths(node: Node, budget: Budget) -> tuple[int, int | None]:
    """The lengths of the shortest and the longest member; (0, -1) if there is no member."""
    if node.plain and node is not NOTHING:
        return node.low, node.high
    least: list[int] = []
    most: list[int | None] = []
    for clause in clauses(node):
        low = _least_length(clause, budget)
        if low is not None:
            least.append(low)
            most.append(Layers(Graph(clause.node, budget)).longest(low, clause.high))
    known = [length for length in most if length is not None]
    return min(least, default=0), max(known, default=-1) if len(known) == len(most) else None


def member(node: Node, text: str) -> bool:
    """Whether the text belongs to the language, by derivatives alone."""
    return any(
        clause.low <= len(text) and (clause.high is None or len(text) <= clause.high) and _runs(clause.node, text)
        for clause in clauses(node)
    )


def _runs(node: Node, text: str) -> bool:
    for place, character in enumerate(text):
        if place % _TRIM_EVERY == 0:
            trim()
        node = steps(node).at(ord(character))
        if node is NOTHING:
            return False
    return node.nullable
