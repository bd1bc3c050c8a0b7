"""
A language as a union of clauses: a small language and a range of lengths.

`[a-z]{0,10000}` is `[a-z]*` within a range of lengths, and so is every sequence with one counter between parts of fixed
length. Counted this way a length costs arithmetic instead of states.
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

from .algebra import heads, rep, sequence
from .meets import conj, neg
from .nodes import ALL, ANY_CHAR, LARGE, NOTHING, Complement, Meet, Node, Repeat, Union

_MOST = 32


class Clause(NamedTuple):
    """The members of `node` of at least `low` and at most `high` characters."""

    node: Node
    low: int = 0
    high: int | None = None

    @property
    def free(self) -> bool:
        """Whether every length is in range anyway."""
        return self.low <= self.node.low and (
            self.high is None or (self.node.high is not None and self.node.high <= self.high)
        )


def clauses(node: Node) -> list[Clause]:
    """Clauses whose union is the language."""
    if not node.counts:
        return [Clause(node)]
    found = [_clause(parts) for parts in _branches(node)]
    return [clause for clause in found if clause.node is not NOTHING and not _no_length(clause)]


def _no_length(clause: Clause) -> bool:
    return clause.high is not None and clause.low > clause.high


def _branches(node: Node) -> list[list[Clause]]:
    """A disjunction of conjunctions."""
    if isinstance(node, Union):
        return [branch for part in node.parts for branch in _branches(part)]
    if isinstance(node, Meet):
        return _product(node)
    if isinstance(node, Complement):
        loose = _loosened(node.inner)
        outside = neg(loose.node)
        if loose.node is node.inner:
            return [[Clause(node)]]
        above = [] if loose.high is None else [[Clause(ALL, loose.high + 1)]]
        below = [[Clause(ALL, 0, loose.low - 1)]] if loose.low else []
        return [[Clause(outside)], *above, *below]
    return [[_loosened(node)]]


def _product(node: Meet) -> list[list[Clause]]:
    choices = [_branches(part) if part.counts else [[Clause(part)]] for part in node.parts]
    total = 1
    for choice in choices:
        total *= len(choice)
    if total > _MOST:
        return [[Clause(node)]]
    return [[clause for branch in picked for clause in branch] for picked in product(*choices)]


def _clause(parts: list[Clause]) -> Clause:
    low = max([part.low for part in parts])
    high = min([part.high for part in parts if part.high is not None], default=None)
    return Clause(conj(part.node for part in parts), low, high)


def _loosened(node: Node) -> Clause:
    """One large counter in a sequence of parts of fixed length, given up for a range of lengths."""
    if isinstance(node, Repeat) and node.body is ANY_CHAR:
        return Clause(ALL, node.least, node.most)
    parts = heads(node)
    loose = _loose_place(parts)
    if loose is None:
        return Clause(node)
    place, body = loose
    parts[place] = rep(body, 0, None)
    return Clause(sequence(parts), node.low, node.high)


def _loose_place(parts: list[Node]) -> tuple[int, Node] | None:
    """Where, and of what, the only part of varying length stands, or else the largest counter, if it is a large one."""
    varying = [i for i, part in enumerate(parts) if part.low != part.high]
    places = varying or [i for i, part in enumerate(parts) if isinstance(part, Repeat)]
    counters = {i: part for i in places if isinstance(part := parts[i], Repeat)}
    if len(varying) > 1 or not counters:
        return None
    place, counter = max(counters.items(), key=lambda row: row[1].least)
    body = counter.body
    large = counter.least > LARGE or (counter.most or 0) > LARGE
    return (place, body) if large and body.pure and body.low == body.high and body.low > 0 else None
