"""Whether one JSON value has a proposition: the meaning of every node, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .values import frozen, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .atoms import Atoms
    from .keys import Keys
    from .nodes import Node


class Holding:
    """Evaluates nodes on values; None means that an opaque part decides."""

    def __init__(self, atoms: Atoms, spend: Callable[[], None]) -> None:
        """Evaluation in one table, whose references are resolved by the atoms; every value looked at is paid for."""
        self._atoms = atoms
        self._spend = spend
        self._known: dict[tuple[Node, int], tuple[bool | None, Any]] = {}
        """Answers by node and identity of the value, which is kept so that the identity stays its own."""

    def holds(self, node: Node, value: Any) -> bool | None:
        """Whether the value has the proposition; witnesses share most of their parts, so answers are remembered."""
        key = (node, id(value))
        known = self._known.get(key)
        if known is None:
            self._spend()
            answer = self.in_world(self._atoms.logic.world(node, kind_of(value)), value)
            self._known[key] = known = (answer, value)
        return known[0]

    def in_world(self, node: Node, value: Any) -> bool | None:
        """Whether the value has a proposition that speaks of its kind only."""
        if node.op == "types":
            return node.kind != 0
        if node.op == "and":
            return _all(self.in_world(m, value) for m in node.args[0])
        if node.op == "or":
            return _any(self.in_world(m, value) for m in node.args[0])
        if node.op == "opaque":
            return None
        return _MEANING[node.op](self, node, value)

    def count(self, node: Node, values: Iterable[Any]) -> tuple[int, int]:
        """How many of the values certainly have the proposition, and how many possibly."""
        sure = possible = 0
        for value in values:
            answer = self.holds(node, value)
            sure += answer is True
            possible += answer is not False
        return sure, possible

    def at_least(self, node: Node, values: Iterable[Any], least: int) -> bool | None:
        """Whether so many of the values have the proposition."""
        sure, possible = self.count(node, values)
        return True if sure >= least else None if possible >= least else False

    def at_most(self, node: Node, values: Iterable[Any], most: int) -> bool | None:
        """Whether no more of the values have the proposition."""
        sure, possible = self.count(node, values)
        return True if possible <= most else None if sure <= most else False


def _all(answers: Iterable[bool | None]) -> bool | None:
    unsure = False
    for answer in answers:
        if answer is False:
            return False
        unsure |= answer is None
    return None if unsure else True


def _any(answers: Iterable[bool | None]) -> bool | None:
    unsure = False
    for answer in answers:
        if answer is True:
            return True
        unsure |= answer is None
    return None if unsure else False


def _among(node: Node, value: dict[str, Any]) -> list[Any]:
    keys: Keys = node.args[0]
    if keys.is_words:
        return [value[key] for key in keys.words if key in value]
    return [member for key, member in value.items() if key in keys]


def _repeats(value: list[Any]) -> bool:
    return len({frozen(item) for item in value}) < len(value)


def _item(engine: Holding, node: Node, value: list[Any]) -> bool | None:
    position, rest = node.args
    return engine.holds(rest, value[position]) if position < len(value) else node.op == "item"


_MEANING: dict[str, Callable[[Holding, Node, Any], bool | None]] = {
    "lower": lambda _, n, v: v > n.args[0] or (v == n.args[0] and not n.args[1]),
    "upper": lambda _, n, v: v < n.args[0] or (v == n.args[0] and not n.args[1]),
    "multiple": lambda _, n, v: v % n.args[0] == 0,
    "not-multiple": lambda _, n, v: v % n.args[0] != 0,
    "numbers": lambda _, n, v: v in n.args[0],
    "not-numbers": lambda _, n, v: v not in n.args[0],
    "language": lambda _, n, v: n.args[0].matches(v),
    "words": lambda _, n, v: v in n.args[0],
    "not-words": lambda _, n, v: v not in n.args[0],
    "all-items": lambda e, n, v: _all(e.holds(n.args[1], item) for item in v[n.args[0] :]),
    "some-items": lambda e, n, v: e.at_least(n.args[1], v[n.args[0] :], n.args[2]),
    "few-items": lambda e, n, v: e.at_most(n.args[1], v[n.args[0] :], n.args[2]),
    "item": _item,
    "item-fails": _item,
    "unique": lambda _e, _n, v: not _repeats(v),
    "repeats": lambda _e, _n, v: _repeats(v),
    "all-members": lambda e, n, v: _all(e.holds(n.args[1], member) for member in _among(n, v)),
    "some-members": lambda e, n, v: e.at_least(n.args[1], _among(n, v), n.args[2]),
    "few-members": lambda e, n, v: e.at_most(n.args[1], _among(n, v), n.args[2]),
}
"""What each atom says of a value of its kind."""
