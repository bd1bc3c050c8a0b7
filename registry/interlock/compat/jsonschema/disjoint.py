"""Branches that exclude each other at first sight: by kind, or by a required member with different constants."""

from __future__ import annotations

from .nodes import Node, entries, is_atom
from .values import OBJECT


def obviously_disjoint(left: Node, right: Node) -> bool:
    """Whether no value has both, as far as a look at kinds and discriminating members tells."""
    kinds = entries(left)[0] & entries(right)[0]
    if not kinds:
        return True
    if kinds != OBJECT:
        return _clash(left, right)
    ours, theirs = _constants(left), _constants(right)
    needed = _required(left) | _required(right)
    return any(_clash(ours[name], theirs[name]) for name in sorted(needed & ours.keys() & theirs.keys()))


def _required(node: Node) -> set[str]:
    return {
        next(iter(m.args[0].words))
        for m in entries(node)[1]
        if m.op == "some-members" and m.args[0].is_words and len(m.args[0].words) == 1
    }


def _constants(node: Node) -> dict[str, Node]:
    return {
        next(iter(m.args[0].words)): m.args[1]
        for m in entries(node)[1]
        if m.op == "all-members" and m.args[0].is_words and len(m.args[0].words) == 1
    }


def _clash(left: Node, right: Node) -> bool:
    """Whether two finite lists of words or numbers have nothing in common, or kinds differ."""
    kinds = entries(left)[0] & entries(right)[0]
    if not kinds:
        return True
    ours, theirs = _finite(left, kinds), _finite(right, kinds)
    return ours is not None and theirs is not None and not ours & theirs


def _finite(node: Node, kinds: int) -> frozenset[object] | None:
    """The values, where the node lists them and only one kind is left."""
    for member in entries(node)[1]:
        if is_atom(member) and member.op in {"words", "numbers"} and member.kind == kinds:
            return frozenset(member.args[0])
    return None
