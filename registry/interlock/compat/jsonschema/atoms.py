"""The atoms: what a keyword can say of one kind of value, each with its exact dual, trivial ones folded away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from interlock.regex import EVERYTHING, NOTHING, Language

from .keys import Keys, word
from .logic import Logic
from .naming import name_keys
from .nodes import HOLDS, Node, Table, pair
from .values import ANY, ARRAY, NUMBER, OBJECT, STRING, Number, exact, is_number, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


class Atoms:
    """Builds atoms in one table."""

    def __init__(self, table: Table, logic: Logic) -> None:
        """Atoms of the table, and their boolean operations."""
        self.table = table
        self.logic = logic
        self.targets: dict[Any, Node] = {}
        """What each recursive reference stands for."""
        logic.atoms = self

    def target(self, key: Any) -> Node:
        """The proposition behind a recursive reference."""
        return self.targets[key]

    def ref(self, key: Any) -> Node:
        """A proposition that is still being built, by name."""
        return self.table.node("ref", ANY, key, HOLDS)

    def opaque(self, code: str, *args: Any) -> Node:
        """A proposition the engine knows nothing about, except that it is the same wherever its arguments are."""
        return self.table.node("opaque", ANY, code, *args, HOLDS)

    # -- numbers

    def lower(self, bound: Number, *, strict: bool) -> Node:
        """Numbers from the bound on; above it when strict."""
        return self._twins(NUMBER, ("lower", bound, strict), ("upper", bound, not strict))

    def upper(self, bound: Number, *, strict: bool) -> Node:
        """Numbers up to the bound; below it when strict."""
        return self._twins(NUMBER, ("upper", bound, strict), ("lower", bound, not strict))

    def multiple(self, step: Number) -> Node:
        """Numbers divisible by the step."""
        return self._twins(NUMBER, ("multiple", step), ("not-multiple", step))

    def numbers(self, values: frozenset[Number]) -> Node:
        """These numbers and no others."""
        return self._twins(NUMBER, ("numbers", values), ("not-numbers", values))

    # -- strings

    def language(self, language: Language) -> Node:
        """Strings of the language."""
        if language is EVERYTHING:
            return self.table.true
        if language is NOTHING:
            return self.table.types(ANY & ~STRING)
        return self._twins(STRING, ("language", language), ("language", ~language))

    def words(self, words: frozenset[str]) -> Node:
        """These strings and no others."""
        return self._twins(STRING, ("words", words), ("not-words", words))

    # -- arrays

    def all_items(self, start: int, node: Node) -> Node:
        """Every item from the position on is so."""
        if node is self.table.true:
            return node
        return self.table.node("all-items", ARRAY, start, node)

    def some_items(self, start: int, node: Node, least: int) -> Node:
        """At least so many items from the position on are so."""
        if least <= 0:
            return self.table.true
        if node is self.table.false:
            return self.table.types(ANY & ~ARRAY)
        return self.table.node("some-items", ARRAY, start, node, least)

    def few_items(self, start: int, node: Node, most: int) -> Node:
        """At most so many items from the position on are so."""
        if most < 0:
            return self.table.types(ANY & ~ARRAY)
        if node is self.table.false:
            return self.table.true
        if most == 0:
            return self.all_items(start, self.logic.neg(node))
        return self.table.node("few-items", ARRAY, start, node, most)

    def item(self, position: int, node: Node) -> Node:
        """The item at the position, where there is one, is so."""
        if node is self.table.true:
            return node
        return self.table.node("item", ARRAY, position, node)

    def unique(self) -> Node:
        """No two items are equal."""
        return self._twins(ARRAY, ("unique",), ("repeats",))

    # -- objects

    def all_members(self, keys: Keys, node: Node) -> Node:
        """Every member whose name is among the keys is so."""
        if node is self.table.true or keys.is_none:
            return self.table.true
        return self.table.node("all-members", OBJECT, keys, node)

    def some_members(self, keys: Keys, node: Node, least: int = 1) -> Node:
        """At least so many members whose names are among the keys are so."""
        if least <= 0:
            return self.table.true
        if node is self.table.false or keys.is_none or (keys.is_words and len(keys.words) < least):
            return self.table.types(ANY & ~OBJECT)
        return self.table.node("some-members", OBJECT, keys, node, least)

    def with_member(self, keys: Keys, node: Node) -> Node:
        """Objects with such a member among the keys, and nothing but objects."""
        return self.logic.both(self.table.types(OBJECT), self.some_members(keys, node))

    def few_members(self, keys: Keys, node: Node, most: int) -> Node:
        """At most so many members whose names are among the keys are so."""
        if most < 0:
            return self.table.types(ANY & ~OBJECT)
        if node is self.table.false or keys.is_none or (keys.is_words and len(keys.words) <= most):
            return self.table.true
        if most == 0:
            return self.all_members(keys, self.logic.neg(node))
        return self.table.node("few-members", OBJECT, keys, node, most)

    def named(self, node: Node) -> Node:
        """Every member's name, as a string, is so; told later where that needs a reference still being built."""
        try:
            return self.names_told(node)
        except KeyError:
            return self.table.node("named", ANY, node, HOLDS)

    def names_told(self, node: Node) -> Node:
        """Every member's name is so, as a set of names."""
        keys = name_keys(self.logic.world(node, STRING))
        if keys is None:
            return self.opaque("opaque-names", node)
        return self.all_members(keys.complement(), self.table.false)

    # -- duals

    def dual(self, node: Node) -> Node:
        """The atom that holds for exactly the other values of the kind."""
        found = node.dual
        if found is None:
            found = _DUALS[node.op](self, node.args)
            pair(node, found)
        return found

    def _twins(self, kind: int, this: tuple[Any, ...], that: tuple[Any, ...]) -> Node:
        node = self.table.node(this[0], kind, *this[1:])
        if node.dual is None:
            pair(node, self.table.node(that[0], kind, *that[1:]))
        return node

    # -- values

    def values(self, values: Iterable[Any]) -> Node:
        """Exactly the given JSON values."""
        mask, numbers, words, deep = 0, set[Number](), set[str](), list[Node]()
        for value in values:
            if is_number(value):
                numbers.add(exact(value))
            elif isinstance(value, str):
                words.add(value)
            elif isinstance(value, (dict, list)):
                deep.append(self._deep_value(value))
            else:
                mask |= kind_of(value)
        parts = [self.table.types(mask), *deep]
        if numbers:
            parts.append(self._only(NUMBER, self.numbers(frozenset(numbers))))
        if words:
            parts.append(self._only(STRING, self.words(frozenset(words))))
        return self.logic.disj(parts)

    def value(self, value: Any) -> Node:
        """Exactly one JSON value."""
        return self.values((value,))

    def _deep_value(self, value: dict[str, Any] | list[Any]) -> Node:
        if isinstance(value, dict):
            return self._only(OBJECT, *self._object_value(value))
        return self._only(ARRAY, *self._array_value(value))

    def _object_value(self, value: dict[str, Any]) -> Sequence[Node]:
        members = [self.some_members(word(key), self.value(member)) for key, member in value.items()]
        return [*members, self.all_members(Keys(frozenset(value), inverted=True), self.table.false)]

    def _array_value(self, value: list[Any]) -> Sequence[Node]:
        items = [self.item(position, self.value(item)) for position, item in enumerate(value)]
        count = len(value)
        return [*items, self.some_items(0, self.table.true, count), self.few_items(0, self.table.true, count)]

    def _only(self, kind: int, *atoms: Node) -> Node:
        return self.logic.conj([self.table.types(kind), *atoms])


def _dual_of_item(atoms: Atoms, args: tuple[Any, ...]) -> Node:
    position, node = args
    return atoms.table.node("item-fails", ARRAY, position, atoms.logic.neg(node))


_DUALS: dict[str, Callable[[Atoms, tuple[Any, ...]], Node]] = {
    "all-items": lambda atoms, args: atoms.some_items(args[0], atoms.logic.neg(args[1]), 1),
    "some-items": lambda atoms, args: atoms.few_items(args[0], args[1], args[2] - 1),
    "few-items": lambda atoms, args: atoms.some_items(args[0], args[1], args[2] + 1),
    "item": _dual_of_item,
    "all-members": lambda atoms, args: atoms.some_members(args[0], atoms.logic.neg(args[1]), 1),
    "some-members": lambda atoms, args: atoms.few_members(args[0], args[1], args[2] - 1),
    "few-members": lambda atoms, args: atoms.some_members(args[0], args[1], args[2] + 1),
}
"""How each atom that holds a proposition is turned round; the others get their dual when they are built."""
