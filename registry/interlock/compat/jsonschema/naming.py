"""The member names that a proposition about strings allows."""

from __future__ import annotations

from interlock.regex import EVERYTHING, NOTHING, Language

from .keys import Keys
from .nodes import Node, entries, ordered


def name_keys(world: Node) -> Keys | None:
    """The names that a proposition about strings allows; None where a part is opaque."""
    parts = entries(world)[1]
    only = next(iter(parts), None)
    if len(parts) == 1 and only is not None and only.op == "words":
        return Keys(only.args[0])
    language = string_language(world)
    return None if language is None else Keys(patterns=frozenset((language,)))


def string_language(world: Node) -> Language | None:
    """Everything a proposition about strings says, as one language; None where a part is opaque."""
    if world.op == "types":
        return EVERYTHING if world.kind else NOTHING
    if world.op in {"and", "or"}:
        parts = [string_language(member) for member in ordered(world.args[0])]
        whole = parts[0]
        for part in parts[1:]:
            if whole is None or part is None:
                return None
            whole = whole & part if world.op == "and" else whole | part
        return whole
    if world.op in {"words", "not-words"}:
        listed = Language.words(sorted(world.args[0]))
        return listed if world.op == "words" else ~listed
    return world.args[0] if world.op == "language" else None
