"""
The negation normal form: hash-consed nodes, each with an exact dual.

An atom speaks of one kind of value and holds for every value of another kind, as JSON Schema's keywords do. A
conjunction carries the mask of kinds it allows. Equal structure is the same object, so equality costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .values import ANY

if TYPE_CHECKING:
    from collections.abc import Mapping


class Node:
    """One proposition about a JSON value; made only by `Nodes`."""

    __slots__ = ("args", "depth", "dual", "ident", "kind", "negation", "op", "worlds")

    def __init__(self, ident: int, op: str, kind: int, args: tuple[Any, ...]) -> None:
        """A new node; its dual, negation and projections are found when they are asked for."""
        self.ident = ident
        self.op = op
        self.kind = kind
        """The one kind an atom speaks of; the allowed kinds of `and` and `types`; `ANY` otherwise."""
        self.args = args
        self.dual: Node | None = None
        """For an atom: the atom that holds for exactly the other values of its kind."""
        self.negation: Node | None = None
        self.depth = 0
        """How deep `and` and `or` alternate below this node."""
        self.worlds: dict[int, Node] = {}
        """What is left of the node for values of one kind, by kind."""

    def __repr__(self) -> str:
        """For people who debug."""
        return f"{self.op}#{self.ident}"


HOLDS = True
"""The last argument of a `ref`, `named` or `opaque` node; the negated node has the opposite."""

MAX_ALTERNATION = 150
"""How deep conjunctions and disjunctions may alternate in place."""


class TooDeepError(Exception):
    """Schemas nest deeper than the engine follows."""


class Table:
    """Every node of one question, by structure."""

    def __init__(self) -> None:
        """An empty table with the two constants."""
        self._nodes: dict[tuple[Any, ...], Node] = {}
        self.false = self.node("types", 0)
        self.true = self.node("types", ANY)
        self.false.negation, self.true.negation = self.true, self.false

    def node(self, op: str, kind: int, *args: Any) -> Node:
        """The one node of this structure."""
        key = (op, kind, *args)
        found = self._nodes.get(key)
        if found is None:
            found = self._nodes[key] = Node(len(self._nodes), op, kind, args)
        return found

    def compound(self, op: str, kind: int, members: frozenset[Node]) -> Node:
        """The one `and` or `or` of these members."""
        found = self._nodes.get((op, kind, members))
        if found is None:
            found = self.node(op, kind, members)
            found.depth = 1 + max(member.depth for member in members)
            if found.depth > MAX_ALTERNATION:
                raise TooDeepError
        return found

    def types(self, mask: int) -> Node:
        """Values of the kinds in the mask."""
        return self.node("types", mask)

    def __len__(self) -> int:
        """How many nodes there are."""
        return len(self._nodes)


def pair(left: Node, right: Node) -> None:
    """Make two atoms each other's dual; a dual that is already known stays."""
    left.dual = right
    right.dual = right.dual or left


def ordered(members: frozenset[Node]) -> list[Node]:
    """The members in the order they were first built, so that answers are the same on every run."""
    return sorted(members, key=_ident)


def _ident(node: Node) -> int:
    return node.ident


def entries(node: Node) -> tuple[int, frozenset[Node]]:
    """A node as a conjunction: its mask and its members."""
    if node.op == "and":
        return node.kind, node.args[0]
    if node.op == "types":
        return node.kind, frozenset()
    return ANY, frozenset((node,))


SPEAKS_OF_ONE_KIND: Mapping[str, bool] = dict.fromkeys(
    (
        "lower",
        "upper",
        "multiple",
        "not-multiple",
        "numbers",
        "not-numbers",
        "language",
        "words",
        "not-words",
        "all-items",
        "some-items",
        "few-items",
        "item",
        "item-fails",
        "unique",
        "repeats",
        "all-members",
        "some-members",
        "few-members",
    ),
    True,
)
"""The atoms; `and`, `or`, `types`, `ref` and `opaque` are no atoms."""


def is_atom(node: Node) -> bool:
    """Whether the node is an atom of one kind."""
    return node.op in SPEAKS_OF_ONE_KIND
