"""Functions from code points to nodes which are constant on ranges: where one more character leads."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from .nodes import EMPTY, NOTHING, Node

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .charsets import Ranges

    Join = Callable[[Sequence[Node]], Node]


class Steps(NamedTuple):
    """`targets[i]` is the value from code point `starts[i]` up to the next start; the first start is 0."""

    starts: tuple[int, ...]
    targets: tuple[Node, ...]

    def at(self, point: int) -> Node:
        """Where this code point leads."""
        return self.targets[bisect_right(self.starts, point) - 1]


def constant(node: Node) -> Steps:
    """Every code point leads to `node`."""
    return Steps((0,), (node,))


def one_of(ranges: Ranges, last: int) -> Steps:
    """The code points of a set lead to the empty string, all others nowhere."""
    starts: list[int] = [] if ranges[0][0] == 0 else [0]
    targets: list[Node] = [] if ranges[0][0] == 0 else [NOTHING]
    for low, high in ranges:
        starts.append(low)
        targets.append(EMPTY)
        if high < last:
            starts.append(high + 1)
            targets.append(NOTHING)
    return Steps(tuple(starts), tuple(targets))


def mapped(steps: Steps, change: Callable[[Node], Node]) -> Steps:
    """The same ranges with other targets."""
    made: dict[Node, Node] = {}
    for target in steps.targets:
        if target not in made:
            made[target] = change(target)
    return _joined(steps.starts, [made[target] for target in steps.targets])


def merged(several: Sequence[Steps], join: Join) -> Steps:
    """The coarsest ranges on which all of them are constant, with their targets joined."""
    if len(several) == 1:
        return mapped(several[0], lambda node: join((node,)))
    changes: dict[int, list[tuple[int, Node]]] = {}
    for index, steps in enumerate(several):
        for start, target in zip(steps.starts, steps.targets, strict=True):
            changes.setdefault(start, []).append((index, target))
    current: list[Node] = [NOTHING] * len(several)
    made: dict[tuple[Node, ...], Node] = {}
    starts, targets = sorted(changes), list[Node]()
    for start in starts:
        for index, target in changes[start]:
            current[index] = target
        key = tuple(current)
        node = made.get(key)
        if node is None:
            node = made[key] = join(key)
        targets.append(node)
    return _joined(starts, targets)


def _joined(starts: Sequence[int], targets: Sequence[Node]) -> Steps:
    """Neighbours with one target are one range."""
    kept = [i for i in range(len(starts)) if i == 0 or targets[i] is not targets[i - 1]]
    return Steps(tuple([starts[i] for i in kept]), tuple([targets[i] for i in kept]))
