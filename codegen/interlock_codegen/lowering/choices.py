"""Choices between schemas: a union where the branches can be told apart, else what they have in common."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from interlock_codegen.code import Code, literal
from interlock_codegen.layout import Node, argument, call, subscript, union
from interlock_codegen.lowering.members import field_names
from interlock_codegen.lowering.module import ModuleNames
from interlock_codegen.lowering.place import Bench, Place
from interlock_codegen.lowering.shapes import OPEN_UNION
from interlock_codegen.naming import pascal

_PLAIN = {"string": "str", "boolean": "bool", "integer": "int", "null": "None"}


def choice(bench: Bench, schema: Any, place: Place) -> Node | None:
    """Return the annotation of `oneOf` or `anyOf`; None where there is no choice that shapes the type."""
    if bench.root.old and isinstance(schema, dict) and "$ref" in schema:
        return None
    for keyword in ("oneOf", "anyOf"):
        branches = schema.get(keyword) if isinstance(schema, dict) else None
        if isinstance(branches, list) and branches and not bench.root.properties(schema):
            around = bench.root.types({name: part for name, part in schema.items() if name != keyword})
            below = [replace(place, pointer=f"{place.pointer}/{keyword}/{n}", samples=()) for n in range(len(branches))]
            chosen = _of_branches(bench, branches, below, around)
            return _growing(bench.names, chosen) if OPEN_UNION in schema else chosen
    return None


def _growing(names: ModuleNames, known: Node) -> Node:
    """Return a union that keeps what is none of its known classes as the members that came."""
    if known == mapping(names):
        return known
    first = call(names.use("Field"), argument("union_mode", literal("left_to_right")))
    return subscript(names.use("Annotated"), union(known, mapping(names)), first)


def _of_branches(bench: Bench, branches: list[Any], places: list[Place], around: frozenset[str]) -> Node:
    """Return a tagged union, a union of types that differ in JSON, or the widest type of all."""
    tag = bench.root.discriminator(branches)
    if tag is not None:
        return _tagged(bench, tag, branches, places)
    kinds = [bench.root.types(branch) & around for branch in branches]
    if not _apart(kinds):
        return common(bench.names, frozenset[str]().union(*kinds))
    hinted = [
        replace(place, hint=f"{place.hint}Option{number}", in_choice=True) for number, place in enumerate(places, 1)
    ]
    parts = [bench.annotate(branch, place) for branch, place in zip(branches, hinted, strict=True)]
    return bench.names.use("Any") if "Any" in parts else union(*parts)


def _tagged(bench: Bench, tag: str, branches: list[Any], places: list[Place]) -> Node:
    """Return a union of classes that a constant member tells apart."""
    root, names = bench.root, bench.names
    fields = {field_names(root, branch)[tag] for branch in branches}
    if len(fields) > 1:
        return mapping(names)
    parts: list[Node] = []
    for branch, place in zip(branches, places, strict=True):
        values = root.values(root.properties(branch)[tag]) or [""]
        parts.append(bench.annotate(branch, replace(place, hint=pascal(f"{place.hint}-{values[0]}"))))
    if len(set(parts)) < len(parts):
        return mapping(names)
    chosen = call(names.use("Field"), argument("discriminator", literal(fields.pop())))
    return subscript(names.use("Annotated"), union(*parts), chosen)


def common(names: ModuleNames, types: frozenset[str]) -> Node:
    """Return the widest type of some JSON types, for branches that can't be told apart."""
    if len(types) == 1 and next(iter(types)) in _PLAIN:
        return Code(_PLAIN[next(iter(types))])
    if types and types <= {"integer", "number"}:
        return names.use("Decimal")
    return mapping(names) if types == frozenset({"object"}) else names.use("Any")


def mapping(names: ModuleNames, item: Node | None = None) -> Node:
    """Return the type of an object without declared members."""
    return subscript(names.use("Mapping"), Code("str"), item or names.use("Any"))


def _apart(kinds: list[frozenset[str]]) -> bool:
    """Say whether no JSON type is in two branches."""
    wide = [kind | {"number"} if "integer" in kind else kind for kind in kinds]
    return sum(map(len, wide)) == len(frozenset[str]().union(*wide))
