"""For which values a branch of a union is meant: those of its kinds with its discriminating constants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .keys import word
from .nodes import Node, entries
from .values import OBJECT, STRING

if TYPE_CHECKING:
    from .atoms import Atoms


@dataclass(frozen=True, slots=True)
class _Guard:
    kinds: int
    constants: dict[str, Node]

    def excludes(self, other: _Guard) -> bool:
        if not self.kinds & other.kinds:
            return True
        shared = self.constants.keys() & other.constants.keys()
        return any(not _words(self.constants[name]) & _words(other.constants[name]) for name in shared)


def separated(atoms: Atoms, branches: list[Node]) -> list[Node | None]:
    """For each branch the values that only it is meant for; None where another branch is meant for some of them."""
    guards = [_guard(branch) for branch in branches]
    return [
        _meant(atoms, guard) if all(other is guard or guard.excludes(other) for other in guards) else None
        for guard in guards
    ]


def _guard(branch: Node) -> _Guard:
    kinds, members = entries(branch)
    constants = {
        next(iter(m.args[0].words)): m.args[1]
        for m in members
        if m.op == "all-members" and m.args[0].is_words and len(m.args[0].words) == 1 and _words(m.args[1])
    }
    return _Guard(kinds, constants if kinds == OBJECT else {})


def _meant(atoms: Atoms, guard: _Guard) -> Node:
    members = [atoms.some_members(word(name), node) for name, node in sorted(guard.constants.items())]
    return atoms.logic.conj([atoms.table.types(guard.kinds), *members])


def _words(node: Node) -> frozenset[str]:
    """The words a proposition allows, where it allows nothing but some words."""
    kinds, members = entries(node)
    listed = [m.args[0] for m in members if m.op == "words"] if kinds == STRING else []
    return frozenset.intersection(*listed) if listed else frozenset()
