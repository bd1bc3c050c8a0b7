"""Left quotients, and with them whether an expression reads some text in more than one way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .algebra import alt, window
from .derivatives import steps
from .meets import conj
from .members import has_member
from .nodes import NOTHING, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .budget import Budget


def quotient(divisor: Node, dividend: Node, budget: Budget) -> Node:
    """What may follow a member of `divisor` to complete a member of `dividend`."""
    found: list[Node] = []
    stack = [(divisor, dividend)]
    seen = set(stack)
    while stack:
        left, right = stack.pop()
        budget.spend()
        if left.nullable:
            found.append(right)
        for pair in _next_pairs(left, right):
            if pair not in seen:
                seen.add(pair)
                stack.append(pair)
    return alt(found)


def _next_pairs(left: Node, right: Node) -> Iterator[tuple[Node, Node]]:
    one, other = steps(left), steps(right)
    for start in {*one.starts, *other.starts}:
        pair = one.at(start), other.at(start)
        if NOTHING not in pair:
            yield pair


def _some(node: Node) -> Node:
    return conj((node, window(1, None)))


def joins_ambiguously(first: Node, second: Node, budget: Budget) -> bool:
    """Whether some text is a member of `first` then one of `second` in two ways."""
    if first.low == first.high or second.low == second.high:
        return False
    shift = _some(quotient(first, first, budget))
    return has_member(conj((quotient(shift, second, budget), second)), budget)


def repeats_ambiguously(body: Node, budget: Budget) -> bool:
    """Whether some text is a row of members in two ways: the test of Sardinas and Patterson (1953) on languages."""
    body = _some(body)
    if body.low == body.high:
        return False
    dangling = _some(quotient(body, body, budget))
    seen: set[Node] = set()
    while dangling is not NOTHING and dangling not in seen:
        budget.spend()
        seen.add(dangling)
        dangling = alt((quotient(body, dangling, budget), quotient(dangling, body, budget)))
        if dangling.nullable:
            return True
    return False
