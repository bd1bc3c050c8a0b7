"""
What is left of a language after one character (Brzozowski 1964), for all characters at once.

Look-around needs no special machine: a `Peek` at the front becomes an intersection with the rest of the text, and each
character read moves every `Recall` still ahead one character on (compare Moseley et al., Derivative Based Nonbacktracking
Real-World Regex Matching, PLDI 2023). No function here calls itself: depth costs no Python stack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .algebra import alt, cat, heads, peek, recall, rep, split
from .charsets import LAST
from .meets import conj, neg
from .nodes import ALL, EMPTY, NOTHING, Cat, Chars, Complement, Meet, Node, Peek, Recall, Repeat, Union, once
from .steps import Steps, constant, mapped, merged, one_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from .budget import Budget

_KEPT = 30_000
_memo: dict[Node, Steps] = {}
_shifted: dict[Node, Steps] = {}


def trim() -> None:
    """Forget what was computed once it is much: between questions, never inside one."""
    if len(_memo) + len(_shifted) > _KEPT:
        _memo.clear()
        _shifted.clear()


def steps(node: Node, budget: Budget | None = None) -> Steps:
    """Where each character leads from `node`, taken as all that is left of the text."""
    return _worked_out(node, _memo, _needs, _combined, budget)


def _shifts(node: Node, budget: Budget | None = None) -> Steps:
    """What `node` becomes, still to be met, once each character was read before it."""
    return _worked_out(node, _shifted, _shift_needs, _shift_combined, budget)


def _worked_out(
    node: Node,
    memo: dict[Node, Steps],
    needs: Callable[[Node], list[Node]],
    combine: Callable[[Node], Steps],
    budget: Budget | None,
) -> Steps:
    """A memoised recursion on an explicit stack."""
    found = memo.get(node)
    if found is not None:
        return found
    stack = [node]
    while stack:
        top = stack[-1]
        missing = [part for part in needs(top) if part not in memo] if top not in memo else None
        if missing:
            stack.extend(missing)
            continue
        stack.pop()
        if missing is not None:
            memo[top] = combine(top)
            if budget is not None:
                budget.tick()
    return memo[node]


def _needs(node: Node) -> list[Node]:
    if isinstance(node, Union | Meet):
        return list(node.parts)
    if isinstance(node, Complement):
        return [node.inner]
    head, rest = split(node)
    if not head.pure:
        return _ways(head, rest)
    if isinstance(node, Cat):
        return [head, rest] if head.nullable else [head]
    return [node.body] if isinstance(node, Repeat) else []


def _ways(head: Node, rest: Node) -> list[Node]:
    """What a sequence which begins with a looking part comes down to, one step simpler."""
    if isinstance(head, Peek):
        ahead = cat(head.inner, ALL)
        return [neg(ahead) if head.negated else ahead, rest]
    if isinstance(head, Recall):
        return [rest] if head.nullable else [NOTHING]
    if isinstance(head, Union):
        return [cat(part, rest) for part in head.parts]
    if isinstance(head, Repeat):
        fewer = rep(head.body, max(head.least - 1, 0), None if head.most is None else head.most - 1)
        again = _unmerged(head.body, cat(fewer, rest))
        return [again] if head.least else [again, rest]
    raise AssertionError(head)


def _unmerged(body: Node, rest: Node) -> Node:
    """`cat`, but one turn of a loop stays outside of the loop."""
    for part in reversed(heads(body)):
        rest = NOTHING if rest is NOTHING else part if rest is EMPTY else once(Cat, part, rest)
    return rest


def _combined(node: Node) -> Steps:  # noqa: PLR0911 (one return a shape)
    if isinstance(node, Union):
        return merged([_memo[part] for part in node.parts], alt)
    if isinstance(node, Meet):
        return merged([_memo[part] for part in node.parts], conj)
    if isinstance(node, Complement):
        return mapped(_memo[node.inner], neg)
    head, rest = split(node)
    if not head.pure:
        return merged([_memo[part] for part in _ways(head, rest)], conj if isinstance(head, Peek) else alt)
    if isinstance(node, Cat):
        return _cat_steps(head, rest)
    if isinstance(node, Repeat):
        fewer = rep(node.body, max(node.least - 1, 0), None if node.most is None else node.most - 1)
        return mapped(_memo[node.body], lambda left: cat(left, fewer))
    return one_of(node.ranges, LAST) if isinstance(node, Chars) else constant(NOTHING)


def _cat_steps(head: Node, rest: Node) -> Steps:
    if rest.recalls:
        first = merged([_memo[head], _shifts(rest)], lambda both: cat(*both))
    else:
        first = mapped(_memo[head], lambda left: cat(left, rest))
    return merged([first, _memo[rest]], alt) if head.nullable else first


def _shift_needs(node: Node) -> list[Node]:
    if not node.recalls or isinstance(node, Recall):
        return []
    if isinstance(node, Cat):
        return [node.left, node.right]
    if isinstance(node, Union | Meet):
        return list(node.parts)
    if isinstance(node, Repeat):
        return [node.body]
    return [node.inner] if isinstance(node, Complement | Peek) else []


def _shift_combined(node: Node) -> Steps:  # noqa: PLR0911 (one return a shape)
    if not node.recalls:
        return constant(node)
    if isinstance(node, Recall):
        return mapped(steps(node.inner), lambda inner: recall(inner, negated=node.negated))
    if isinstance(node, Cat):
        return merged([_shifted[node.left], _shifted[node.right]], lambda both: cat(*both))
    if isinstance(node, Union | Meet):
        return merged([_shifted[part] for part in node.parts], alt if isinstance(node, Union) else conj)
    if isinstance(node, Repeat):
        return mapped(_shifted[node.body], lambda body: rep(body, node.least, node.most))
    if isinstance(node, Peek):
        return mapped(_shifted[node.inner], lambda inner: peek(inner, negated=node.negated))
    if isinstance(node, Complement):
        return mapped(_shifted[node.inner], neg)
    raise AssertionError(node)
