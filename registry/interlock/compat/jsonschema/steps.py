"""The way from a document's root to the place where a reader's keyword refuses, as a proposition about the root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .documents import escaped
from .keys import Keys, word
from .values import ARRAY

if TYPE_CHECKING:
    from .atoms import Atoms
    from .holding import Holding
    from .nodes import Node


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what must hold where it starts for something to hold where it ends."""

    wrap: Callable[[Node], Node]
    tokens: Callable[[Any], list[str | int]] | None = None
    """The members or items of a value it may lead to; None when it stays at the same value."""


def at_key(atoms: Atoms, name: str) -> Step:
    """To the member of that name."""
    return at_keys(atoms, word(name))


def at_keys(atoms: Atoms, keys: Keys) -> Step:
    """To some member among the keys."""
    return Step(lambda node: atoms.with_member(keys, node), lambda value: _keys(value, keys))


def at_item(atoms: Atoms, place: int) -> Step:
    """To the item at the place."""

    def wrap(node: Node) -> Node:
        there = atoms.some_items(0, atoms.table.true, place + 1)
        return atoms.logic.conj([atoms.table.types(ARRAY), there, atoms.item(place, node)])

    return Step(wrap, lambda value: _places(value, place)[:1])


def at_items(atoms: Atoms, start: int) -> Step:
    """To some item from the place on."""

    def wrap(node: Node) -> Node:
        return atoms.logic.both(atoms.table.types(ARRAY), atoms.some_items(start, node, 1))

    return Step(wrap, lambda value: _places(value, start))


def _keys(value: Any, keys: Keys) -> list[str | int]:
    return [name for name in value if name in keys] if isinstance(value, dict) else []


def _places(value: Any, start: int) -> list[str | int]:
    return list(range(start, len(value))) if isinstance(value, list) else []


def given(atoms: Atoms, condition: Node) -> Step:
    """To the same value, where the condition holds."""
    return Step(lambda node: atoms.logic.both(condition, node))


@dataclass(frozen=True, slots=True)
class Way:
    """Steps from the root."""

    steps: tuple[Step, ...] = ()

    def then(self, step: Step) -> Way:
        """One step further."""
        return Way((*self.steps, step))

    def lift(self, node: Node) -> Node:
        """What must hold at the root for the proposition to hold at the end of the way."""
        for step in reversed(self.steps):
            node = step.wrap(node)
        return node

    def follow(self, holding: Holding, node: Node, value: Any) -> list[str | int]:
        """Members and items from the root of a value to where the proposition holds in it."""
        tokens: list[str | int] = []
        for index, step in enumerate(self.steps):
            if step.tokens is None:
                continue
            rest = Way(self.steps[index + 1 :]).lift(node)
            token = next((t for t in step.tokens(value) if holding.holds(rest, value[t]) is not False), None)
            if token is None:
                break
            tokens.append(token)
            value = value[token]
        return tokens


def pointer(tokens: list[str | int]) -> str:
    """The JSON Pointer of some tokens."""
    return "".join(f"/{escaped(token)}" for token in tokens)
