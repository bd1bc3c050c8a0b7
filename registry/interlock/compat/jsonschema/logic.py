"""And, or, not: the boolean operations, each of which keeps the normal form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from .nodes import Node, Table, entries, is_atom, ordered
from .values import ANY

if TYPE_CHECKING:
    from collections.abc import Iterable


WIDEST = 24
"""Disjunctions with more ways are not shortened in passing; the search looks into them when it has to."""


class Meanings(Protocol):
    """What the operations ask of the atoms that they join."""

    def dual(self, node: Node) -> Node:
        """The atom that holds for exactly the other values of the kind."""
        ...

    def names_told(self, node: Node) -> Node:
        """Every member's name is so, as a set of names; KeyError while a reference in it is being built."""
        ...

    def target(self, key: Any) -> Node:
        """The proposition behind a recursive reference."""
        ...


class Logic:
    """Boolean operations over one table of nodes."""

    def __init__(self, table: Table) -> None:
        """Operations on the nodes of a table."""
        self.table = table
        self.atoms: Meanings
        """Set by the atoms of the table, which are built upon these operations."""

    # -- and

    def conj(self, parts: Iterable[Node]) -> Node:
        """All of them."""
        mask, members = ANY, set[Node]()
        for part in sorted(parts, key=_size, reverse=True):
            mask, fresh = _joined(mask, members, part)
            if members or mask != part.kind:
                mask = _without_clashes(mask, members, fresh)
            else:
                members |= fresh
        while mask and (unit := self._propagate(mask, members)) is not None:
            mask, fresh = _joined(mask, members, unit)
            mask = _without_clashes(mask, members, fresh)
        return self._and(mask, members) if mask else self.table.false

    def both(self, left: Node, right: Node) -> Node:
        """Both of two."""
        if left is right or right is self.table.true:
            return left
        return right if left is self.table.true else self.conj((left, right))

    def _and(self, mask: int, members: set[Node]) -> Node:
        if not members:
            return self.table.types(mask)
        if mask == ANY and len(members) == 1:
            return next(iter(members))
        return self.table.compound("and", mask, frozenset(members))

    def _propagate(self, mask: int, members: set[Node]) -> Node | None:
        """Shorten the disjunctions by what already holds; the first one with a single way left is returned, or None."""
        for clause in [m for m in members if m.op == "or" and len(m.args[0]) <= WIDEST]:
            ways, held = [], False
            for way in clause.args[0]:
                state = _standing(way, mask, members)
                if state is True:
                    held = True
                    break
                if state is None:
                    ways.append(way)
            if held:
                members.discard(clause)
            elif len(ways) < len(clause.args[0]):
                members.discard(clause)
                return self.disj(ways)
        return None

    # -- or

    def disj(self, parts: Iterable[Node]) -> Node:
        """Any of them."""
        covered, ways = 0, set[Node]()
        for part in parts:
            if part.op == "or":
                ways |= part.args[0]
            elif part.op == "types":
                covered |= part.kind
            else:
                ways.add(part)
        while True:
            covered, wider = self._widened(covered, ways)
            if covered == ANY or wider is None:
                return self.table.true
            if wider == ways:
                return self._or(covered, ways)
            ways = wider

    def either(self, left: Node, right: Node) -> Node:
        """Either of two."""
        return left if left is right else self.disj((left, right))

    def _widened(self, covered: int, ways: set[Node]) -> tuple[int, set[Node] | None]:
        """Let each way allow what the others cover anyway; None when two ways are each other's dual."""
        for way in ways:
            if is_atom(way):
                if way.dual is not None and way.dual in ways:
                    return ANY, None
                covered |= ANY & ~way.kind
        if covered == ANY:
            return ANY, None
        wider = set[Node]()
        for way in ways:
            wide = self._widen(way, covered)
            if wide.op == "types":
                covered |= wide.kind
            elif wide.op == "or":
                wider |= wide.args[0]
            else:
                wider.add(wide)
        return covered, wider

    def _widen(self, way: Node, covered: int) -> Node:
        if is_atom(way):
            return self.table.types(ANY & ~way.kind) if not way.kind & ~covered else way
        if way.op != "and":
            return way
        mask: int = way.kind
        if not mask & ~covered:
            return self.table.types(mask)
        members = {m for m in way.args[0] if not is_atom(m) or m.kind & ~covered}
        return self._and(mask | covered, members)

    def _or(self, covered: int, ways: set[Node]) -> Node:
        if not ways:
            return self.table.types(covered)
        if covered and not any(_allows(way, covered) for way in ways):
            ways = ways | {self.table.types(covered)}
        if len(ways) == 1:
            return next(iter(ways))
        return self.table.compound("or", ANY, frozenset(ways))

    # -- not

    def neg(self, node: Node) -> Node:
        """The exact complement."""
        if node.negation is None:
            negation = self._negated(node)
            node.negation = negation
            if negation.negation is None:
                negation.negation = node
        return node.negation

    def _negated(self, node: Node) -> Node:
        if node.op == "types":
            return self.table.types(ANY & ~node.kind)
        if node.op == "and":
            outside = self.table.types(ANY & ~node.kind)
            return self.disj([outside, *(self.neg(m) for m in ordered(node.args[0]))])
        if node.op == "or":
            return self.conj([self.neg(m) for m in ordered(node.args[0])])
        if node.op in {"ref", "named", "opaque"}:
            return self.table.node(node.op, ANY, *node.args[:-1], not node.args[-1])
        return self.both(self.table.types(node.kind), self.atoms.dual(node))

    # -- one kind of value

    def world(self, node: Node, kind: int) -> Node:
        """The values of one kind that have the proposition, with nothing left about other kinds."""
        found = node.worlds.get(kind)
        if found is None:
            found = node.worlds[kind] = self._world(node, kind)
        return found

    def _world(self, node: Node, kind: int) -> Node:
        only = self.table.types(kind)
        if node.op == "and":
            return self._and_world(node, kind)
        if node.op == "or":
            return self.both(only, self.disj([self.world(m, kind) for m in ordered(node.args[0])]))
        if node.op == "ref":
            return self._ref_world(node, kind)
        if node.op == "named":
            told = self.atoms.names_told(node.args[0])
            return self.world(told if node.args[-1] else self.neg(told), kind)
        speaks_of_it = node.op in {"types", "opaque"} or node.kind == kind
        return self.both(only, node) if speaks_of_it else only

    def _and_world(self, node: Node, kind: int) -> Node:
        if not node.kind & kind:
            return self.table.false
        atoms = {m for m in node.args[0] if m.kind == kind and is_atom(m)}
        rest = [m for m in ordered(node.args[0]) if not is_atom(m)] if len(atoms) < len(node.args[0]) else []
        plain = self._and(kind, atoms)
        return self.conj([plain, *(self.world(m, kind) for m in rest)]) if rest else plain

    def _ref_world(self, node: Node, kind: int) -> Node:
        """A reference's target; one that needs itself to say anything about the same value says nothing."""
        positive = self.atoms.target(node.args[0])
        node.worlds[kind] = self.table.node("opaque", ANY, "reference-cycle", *node.args)
        try:
            return self.world(positive if node.args[-1] else self.neg(positive), kind)
        finally:
            del node.worlds[kind]


def _size(part: Node) -> int:
    return len(part.args[0]) if part.op == "and" else 0


def _joined(mask: int, members: set[Node], part: Node) -> tuple[int, frozenset[Node]]:
    """The mask with one more part, and its members, which are not yet among the others."""
    kinds, fresh = entries(part)
    if mask & ~kinds:
        mask &= kinds
        members -= {m for m in members if is_atom(m) and not m.kind & mask}
    return mask, fresh


def _without_clashes(mask: int, members: set[Node], fresh: frozenset[Node]) -> int:
    """Add fresh members to those that do not clash among each other; a clash takes a kind from the mask, or all."""
    clashing = 0
    for member in fresh:
        if member.dual is not None and (member.dual in members or member.dual in fresh):
            clashing |= member.kind
        elif member.negation is not None and member.negation in members:
            return 0
    left = mask & ~clashing
    members |= {m for m in fresh if not is_atom(m) or m.kind & left}
    if clashing:
        members -= {m for m in members if is_atom(m) and not m.kind & left}
    return left


def _standing(way: Node, mask: int, members: set[Node]) -> bool | None:
    """True when a way certainly holds beside the members, False when it cannot, None when that is open."""
    if way in members:
        return True
    if way.op in {"and", "types"}:
        return _standing_of_all(way, mask, members)
    if not is_atom(way):
        return False if way.negation is not None and way.negation in members else None
    if not mask & way.kind:
        return True
    return False if mask == way.kind and way.dual is not None and way.dual in members else None


def _standing_of_all(way: Node, mask: int, members: set[Node]) -> bool | None:
    kinds, parts = entries(way)
    if mask & ~kinds == 0 and parts <= members:
        return True
    left = kinds & mask
    for part in parts:
        if is_atom(part):
            if part.dual is not None and part.dual in members:
                left &= ~part.kind
        elif part.negation is not None and part.negation in members:
            return False
    return None if left else False


def _allows(way: Node, covered: int) -> bool:
    """Whether a way certainly holds for every value of the covered kinds."""
    if is_atom(way):
        return not covered & way.kind
    if way.op != "and":
        return False
    return not covered & ~way.kind and all(is_atom(m) and not m.kind & covered for m in way.args[0])
