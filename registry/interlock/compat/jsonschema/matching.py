"""Pairwise different values for several propositions: enough candidates of each, then a bipartite matching."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .table import Answer
from .values import frozen

if TYPE_CHECKING:
    from collections.abc import Generator

    from .atoms import Atoms
    from .nodes import Node
    from .table import Found, Work


def distinct_choice(atoms: Atoms, nodes: list[Node]) -> Work:
    """A value for each proposition, no two of them equal; by Hall's theorem as many candidates as nodes are enough."""
    candidates: dict[Node, list[Answer]] = {}
    for node in nodes:
        if node not in candidates:
            candidates[node] = yield from _several(atoms, node, len(nodes))
    matched = _match([[(frozen(a.value),) for a in candidates[node]] for node in nodes])
    if matched is None:
        return None
    chosen = [_with_value(candidates[node], key) for node, key in zip(nodes, matched, strict=True)]
    return Answer([a.value for a in chosen], frozenset().union(*(a.doubts for a in chosen)))


def _several(atoms: Atoms, node: Node, number: int) -> Generator[Node, Found, list[Answer]]:
    """So many different values of the proposition, or all there are."""
    found: list[Answer] = []
    while len(found) < number:
        answer = yield node
        if answer is None:
            break
        found.append(answer)
        node = atoms.logic.both(node, atoms.logic.neg(atoms.value(answer.value)))
    return found


def _with_value(answers: list[Answer], key: Any) -> Answer:
    return next(a for a in answers if (frozen(a.value),) == key)


def _match(candidates: list[list[Any]]) -> list[Any] | None:
    """A different candidate for each, by augmenting paths; None when there are too few."""
    owner: dict[Any, int] = {}
    for start in range(len(candidates)):
        if not _augment(candidates, owner, start):
            return None
    chosen = {index: key for key, index in owner.items()}
    return [chosen[index] for index in range(len(candidates))]


def _augment(candidates: list[list[Any]], owner: dict[Any, int], start: int) -> bool:
    """Give the one at the start a candidate, moving others to another of theirs; breadth first."""
    reached: dict[Any, tuple[int, Any]] = {}
    queue: list[tuple[int, Any]] = [(start, None)]
    for index, via in queue:
        for key in candidates[index]:
            if key in reached:
                continue
            reached[key] = (index, via)
            if key not in owner:
                _shift(owner, reached, key)
                return True
            queue.append((owner[key], key))
    return False


def _shift(owner: dict[Any, int], reached: dict[Any, tuple[int, Any]], key: Any) -> None:
    while key is not None:
        index, via = reached[key]
        owner[key] = index
        key = via
