"""What kinds of value a parameter's schema names, which decides how its text is taken apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from ..schemas import Schema, pointed

ANY = frozenset({"string", "number", "integer", "boolean", "null", "array", "object"})
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Shapes:
    """The types that a schema leaves possible, and those of its items and members."""

    types: frozenset[str] = ANY
    items: frozenset[str] = ANY
    members: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    is_map: bool = False
    """Whether the object has members that the schema does not name."""

    @property
    def is_array(self) -> bool:
        """Whether a list is meant."""
        return "array" in self.types and self.types != ANY

    @property
    def is_object(self) -> bool:
        """Whether an object is meant."""
        return "object" in self.types and self.types != ANY

    @property
    def is_scalar(self) -> bool:
        """Whether a single text may be meant."""
        return bool(self.types - {"array", "object"})


def shapes(schema: Any) -> Shapes:
    """
    Return what a schema names.

    >>> sorted(shapes({"type": "array", "items": {"type": "integer"}}).items)
    ['integer']
    """
    parts = list(_together(schema, schema))
    items = next((part["items"] for part in parts if "items" in part), True)
    members = {name: member for part in parts for name, member in part.get("properties", {}).items()}
    return Shapes(
        _types(schema, schema, 0),
        _types(schema, items, 0),
        MappingProxyType({name: _types(schema, member, 0) for name, member in members.items()}),
        any(isinstance(part.get("additionalProperties"), dict) or part.get("patternProperties") for part in parts),
    )


def _types(root: Any, schema: Any, depth: int) -> frozenset[str]:
    """Return the types that a schema leaves possible, as far as it names them."""
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return ANY
    possible = ANY
    for named in _named(root, schema, depth):
        possible &= named | ({"integer"} if "number" in named else frozenset())
    return possible


def _named(root: Any, schema: Schema, depth: int) -> Iterator[frozenset[str]]:
    """Yield the types that each keyword of a schema leaves possible."""
    if "type" in schema:
        yield frozenset([schema["type"]] if isinstance(schema["type"], str) else schema["type"])
    listed = [schema["const"]] if "const" in schema else schema.get("enum")
    if isinstance(listed, list):
        yield frozenset(_type(value) for value in listed)
    if isinstance(schema.get("$ref"), str):
        yield _types(root, pointed(root, schema["$ref"]), depth + 1)
    for part in schema.get("allOf", ()):
        yield _types(root, part, depth + 1)
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            yield frozenset().union(*(_types(root, part, depth + 1) for part in schema[keyword]))


def _type(value: Any) -> str:
    """Name the JSON type of a value."""
    names = {bool: "boolean", int: "integer", str: "string", list: "array", dict: "object", type(None): "null"}
    return names.get(type(value), "number")


def _together(root: Any, schema: Any) -> Iterator[Schema]:
    """Yield a schema and all that may judge the same value with it, each once."""
    waiting, seen = [schema], set[int]()
    while waiting:
        node = waiting.pop(0)
        if not isinstance(node, dict) or id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        waiting.extend(part for keyword in ("allOf", "anyOf", "oneOf") for part in node.get(keyword, ()))
        if isinstance(node.get("$ref"), str):
            waiting.append(pointed(root, node["$ref"]))
