"""From an object's declared members to a class and its fields."""

from __future__ import annotations

from typing import Any

from interlock.pointers import escape
from interlock_codegen.code import Code, docstring
from interlock_codegen.layout import Node, argument, call, shown, subscript, union, value
from interlock_codegen.lowering.module import ModuleNames
from interlock_codegen.lowering.place import Bench, Place, samples, text
from interlock_codegen.lowering.shapes import Root
from interlock_codegen.model import Class, Field, Known
from interlock_codegen.naming import ANNOTATING, MODEL_MEMBERS, Scope, pascal, snake


def class_of(bench: Bench, name: Code, place: Place, schema: Any, doc: tuple[str, ...]) -> Class:
    """Return the class of an object."""
    root, names = bench.root, bench.names
    names.use("Model")
    scope, nested = Scope(frozenset({str(name)}), place.scope), list[Class | Known]()
    required, called = root.required(schema), field_names(root, schema)
    fields: list[Field] = []
    for wire, part in root.properties(schema).items():
        if part is False:
            continue  # a member that may never come
        seen = tuple(sample[wire] for sample in place.samples if isinstance(sample, dict) and wire in sample)
        pointer = f"{place.pointer}/properties/{escape(wire)}"
        below = Place(pointer, pascal(wire, "Member"), scope, nested.append, place.depth + 1, seen)
        kind = bench.annotate(part, below)
        facts = _facts(root, part, below, None if wire == called[wire] else wire)
        fields.append(_field(names, called[wire], kind, facts, below.indent, optional=wire not in required))
    ordered = [item for item in fields if not item.optional] + [item for item in fields if item.optional]
    return Class(name, docstring(*doc, indent=place.indent + 4), tuple(ordered), tuple(nested))


def field_names(root: Root, schema: Any) -> dict[str, Code]:
    """Return the Python name of each member; one whose name is Python already keeps it before others."""
    scope, names = Scope(MODEL_MEMBERS | ANNOTATING), dict[str, Code]()
    for wire in sorted(root.properties(schema), key=lambda wire: snake(wire) != wire):
        names[wire] = Code(scope.claim(snake(wire)))
    return names


def _field(names: ModuleNames, name: Code, kind: Node, facts: list[Node], indent: int, *, optional: bool) -> Field:
    """Return a field."""
    if optional:
        kind = union(kind, names.use("MISSING"))
    if facts:
        kind = subscript(names.use("Annotated"), kind, call(names.use("Field"), *facts))
    return Field(name, shown(kind, indent, before=len(name) + 2, after=10 if optional else 0), optional)


def _facts(root: Root, schema: Any, place: Place, alias: str | None) -> list[Node]:
    """Return the arguments that say what a member is besides its type."""
    more = {key: root.first(schema, key) for key in ("x-unit", "deprecated")}
    facts: dict[str, Any] = {
        "description": " ".join((text(schema, "description") or text(schema, "title")).split()),
        "examples": samples(root.first(schema, "examples") or list(place.samples)),
        "json_schema_extra": {key: fact for key, fact in more.items() if isinstance(fact, str) or fact is True},
    }
    named: list[Node] = [] if alias is None else [argument("alias", value(alias))]
    return named + [argument(key, value(fact)) for key, fact in facts.items() if fact]
