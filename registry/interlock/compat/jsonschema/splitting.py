"""Search for a value of one kind: split a disjunction only when the value found so far falls into none of its ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from .nodes import Node, ordered
from .table import Answer
from .values import FALSE, KINDS, NULL, TRUE

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from .holding import Holding
    from .logic import Logic
    from .table import Found, Work

_CONSTANTS = {NULL: None, FALSE: False, TRUE: True}

MOST_LOOKED_AT = 12
"""How many broken disjunctions are compared before one is split."""


class Theory(Protocol):
    """What is known about values of one kind."""

    def work(self, atoms: list[Node], /) -> Work:
        """A value that has all the atoms."""
        ...

    def first_look(self, atoms: list[Node], /) -> Callable[[Node], Node | None]:
        """For one more atom: a proposition that must have a value for the atom to be possible, if there is one."""
        ...


class Splitting:
    """Turns propositions into conjunctions of atoms, as lazily as it can."""

    def __init__(
        self, logic: Logic, holding: Holding, theories: Mapping[int, Theory], spend: Callable[[], None]
    ) -> None:
        """A search that asks `theories`, by kind, about conjunctions of atoms."""
        self._logic = logic
        self._holding = holding
        self._theories = theories
        self._spend = spend

    def work(self, node: Node) -> Work:
        """A value of any kind that has the proposition."""
        doubtful: Found = None
        for kind in KINDS:
            world = self._logic.world(node, kind)
            if world is self._logic.table.false:
                continue
            found = yield from self._search(kind, world)
            if found is not None and not found.doubts:
                return found
            doubtful = doubtful or found
        return doubtful

    def _search(self, kind: int, world: Node) -> Work:
        doubtful: Found = None
        stack, seen = [world], {world}
        while stack:
            self._spend()
            node = stack.pop()
            atoms, clauses, doubts = _sorted_out(node)
            found = yield from self._conjunction(kind, atoms)
            if found is None:
                continue
            found = Answer(found.value, found.doubts | doubts)
            broken = [c for c in clauses if self._holding.in_world(c, found.value) is not True]
            if broken:
                ways = yield from self._ways(kind, node, atoms, broken)
                stack += [way for way in ways if way not in seen]
                seen.update(ways)
            elif not found.doubts:
                return found
            else:
                doubtful = doubtful or found
        return doubtful

    def _conjunction(self, kind: int, atoms: list[Node]) -> Work:
        if kind in _CONSTANTS:
            return Answer(_CONSTANTS[kind])
        return (yield from self._theories[kind].work(atoms))

    def _ways(
        self, kind: int, node: Node, atoms: list[Node], broken: Sequence[Node]
    ) -> Generator[Node, Found, list[Node]]:
        """The ways of the disjunction with the fewest of them left, each joined to the rest, the first one last."""
        best: list[Node] | None = None
        look = self._theories[kind].first_look(atoms) if kind in self._theories else _no_look
        for clause in sorted(broken, key=_width)[:MOST_LOOKED_AT]:
            ways = yield from self._open_ways(node, look, ordered(clause.args[0]))
            if best is None or len(ways) < len(best):
                best = ways
            if len(best) <= 1:
                break
        return list(reversed(best or ()))

    def _open_ways(
        self, node: Node, look: Callable[[Node], Node | None], ways: Sequence[Node]
    ) -> Generator[Node, Found, list[Node]]:
        joined = []
        for way in ways:
            for part in way.args[0] if way.op == "and" else (way,):
                needed = look(part)
                if needed is not None and (yield needed) is None:
                    break
            else:
                both = self._logic.both(node, way)
                if both is not self._logic.table.false:
                    joined.append(both)
        return joined


def _no_look(_: Node) -> None:
    return None


def _width(clause: Node) -> tuple[int, int]:
    return len(clause.args[0]), clause.ident


def _sorted_out(node: Node) -> tuple[list[Node], list[Node], frozenset[Node]]:
    """A conjunction's atoms, disjunctions and opaque parts."""
    atoms, clauses, doubts = [], [], set[Node]()
    for member in ordered(node.args[0]) if node.op == "and" else (node,):
        if member.op == "or":
            clauses.append(member)
        elif member.op == "opaque":
            doubts.add(member)
        elif member.op != "types":
            atoms.append(member)
    return atoms, clauses, frozenset(doubts)
