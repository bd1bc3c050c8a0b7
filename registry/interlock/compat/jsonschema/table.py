"""
Whether a proposition has a value, as a least fixpoint over all propositions met on the way.

Each proposition is worked on by a generator that yields the propositions it needs to know about. The driver keeps the
stack, so nesting costs no recursion. A proposition that is met again below itself counts as empty until it is known
better; whatever relied on that is forgotten when it proves wrong. Every success stores its value, so what is still
empty at the end is empty, and what is not has a witness.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from .budget import Budget
    from .nodes import Node


@dataclass(frozen=True, slots=True)
class Answer:
    """A value that has a proposition; `doubts` are the opaque parts that were taken on trust."""

    value: Any
    doubts: frozenset[Node] = frozenset()


Found: TypeAlias = Answer | None
"""None: no value has the proposition."""

Work: TypeAlias = Generator["Node", Found, Found]
"""Yields propositions, is sent what was found, returns what it found itself."""


@dataclass(slots=True, eq=False)
class _Frame:
    node: Node
    work: Work
    relies: int = 0
    """Bit set of the stack depths that were taken to be empty."""


@dataclass(slots=True)
class Solver:
    """Answers for every proposition asked so far."""

    start: Callable[[Node], Work]
    budget: Budget
    _final: dict[Node, Found] = field(default_factory=dict)
    _open: dict[Node, tuple[Found, int]] = field(default_factory=dict)
    """Answers that rely on frames still on the stack."""

    def find(self, node: Node) -> Found:
        """A value that has the proposition, or None when there is none."""
        if node in self._final:
            return self._final[node]
        self._open.clear()
        stack, depths = [_Frame(node, self.start(node))], {node: 0}
        sent: Found = None
        while stack:
            self.budget.spend()
            frame = stack[-1]
            try:
                wanted = frame.work.send(sent)
            except StopIteration as done:
                stack.pop()
                del depths[frame.node]
                sent = done.value
                self._finish(frame, sent, len(stack))
                if stack and (kept := self._open.get(frame.node)):
                    stack[-1].relies |= kept[1]
            else:
                sent = self._look_up(wanted, frame, depths)
                if sent is _UNKNOWN:
                    depths[wanted] = len(stack)
                    stack.append(_Frame(wanted, self.start(wanted)))
                    sent = None
        return self._final[node]

    def _look_up(self, wanted: Node, frame: _Frame, depths: dict[Node, int]) -> Found:
        if wanted in self._final:
            return self._final[wanted]
        if wanted in depths:
            frame.relies |= 1 << depths[wanted]
            return None
        if wanted in self._open:
            found, relies = self._open[wanted]
            frame.relies |= relies
            return found
        return _UNKNOWN

    def _finish(self, frame: _Frame, found: Found, depth: int) -> None:
        """Settle the frame that was at this depth, and what relied on it."""
        own = 1 << depth
        relies = frame.relies & ~own
        users = [node for node, (_, bits) in self._open.items() if bits & own]
        if found is not None:
            for node in users:
                del self._open[node]
        else:
            self._settle(users, own, relies)
        if relies and (found is None or found.doubts):
            self._open[frame.node] = (found, relies)
        else:
            self._final[frame.node] = found

    def _settle(self, users: list[Node], own: int, relies: int) -> None:
        """The assumption held: hand on what the frame itself relied on."""
        for node in users:
            found, bits = self._open[node]
            left = bits & ~own | relies
            if left:
                self._open[node] = (found, left)
            else:
                del self._open[node]
                self._final[node] = found


_UNKNOWN = Answer("not asked yet")
