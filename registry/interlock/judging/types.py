"""Invariants of shared types, which hold wherever a type is used: schema and instance are walked together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..pointers import escape
from .containers import is_array, is_object
from .looks import look_at
from .places import LISTS, Places
from .table import Check

Accepts = Callable[[Any, Any], bool]
"""Says whether a part of the schema (or a schema of its own) accepts a value."""

_Step = tuple[Any, str, Any]
"""A schema, the pointer to an instance, and the instance."""


class TypeChecks:
    """
    The invariants of every type that a bundled schema uses.

    `checks` has those of each type by its name among `$defs`. A type under `anyOf`, `oneOf`, `if`, `dependentSchemas`
    or `contains` holds only where that branch accepts the value, which `accepts` says. `not` and the `unevaluated...`
    keywords are not followed.
    """

    def __init__(self, schema: Any, checks: Mapping[str, tuple[Check, ...]], accepts: Accepts) -> None:
        by_reference = {f"#/$defs/{escape(name)}": found for name, found in checks.items() if found}
        self._places = Places(schema, by_reference)
        self._accepts = accepts
        self._patterns: dict[str, dict[str, str]] = {}

        self.surely = look_at(self._places, schema) if self._places.leads(schema) else _nothing
        """Says whether a value keeps all of them for sure, at little cost; when not, it must be judged."""

    def __call__(self, value: Any, at: str = "") -> Iterator[tuple[str, Check, str]]:
        """Yield pointer, check and sentence for each violation in a value that stands at a pointer."""
        root = self._places.root
        waiting: list[_Step] = [(root, at, value)] if self._places.leads(root) else []
        seen: set[tuple[int, str]] = set()
        while waiting:
            schema, here, instance = waiting.pop()
            place = self._places.of(schema)
            for check in place.checks:
                yield from ((here + below, check, sentence) for below, sentence in check(instance))
            if place.asked and (id(schema), here) not in seen:
                seen.add((id(schema), here))
                waiting += self._leading(step for node in place.asked for step in self._in_place(node, here, instance))
            if is_object(instance):
                waiting += [(part, here + end, instance[name]) for name, end, part in place.named if name in instance]
                if place.members:
                    waiting += self._leading(self._members(place.members, here, instance))
            elif is_array(instance):
                waiting += [(part, f"{here}/{i}", item) for part in place.items for i, item in enumerate(instance)]
                if place.elements:
                    waiting += self._leading(self._elements(place.elements, here, instance))

    def _leading(self, steps: Iterator[_Step]) -> list[_Step]:
        """Return the steps that lead further, the first on top."""
        return [step for step in steps if self._places.leads(step[0])][::-1]

    def _in_place(self, schema: dict[str, Any], at: str, value: Any) -> Iterator[_Step]:
        """Yield the schemas that apply to the same value because of what it is."""
        for keyword in LISTS:
            yield from ((part, at, value) for part in schema.get(keyword, ()) if self._accepts(part, value))
        if "if" in schema:
            branch = ("if", "then") if self._accepts(schema["if"], value) else ("else",)
            yield from ((schema[part], at, value) for part in branch if part in schema)
        if is_object(value):
            yield from ((part, at, value) for name, part in schema.get("dependentSchemas", {}).items() if name in value)

    def _members(self, schemas: tuple[dict[str, Any], ...], at: str, value: dict[str, Any]) -> Iterator[_Step]:
        """Yield the schemas of an object's members, and of their names."""
        for schema in schemas:
            named, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
            for name, member in value.items():
                found = [named[name]] if name in named else []
                found += [part for pattern, part in patterns.items() if self._matches(pattern, name)]
                if not found and "additionalProperties" in schema:
                    found = [schema["additionalProperties"]]
                place = f"{at}/{escape(name)}"
                yield from ((part, place, member) for part in found)
                if "propertyNames" in schema:
                    yield schema["propertyNames"], place, name

    def _matches(self, pattern: str, name: str) -> bool:
        """Say whether a name matches a pattern, as the validator reads it."""
        return self._accepts(self._patterns.setdefault(pattern, {"pattern": pattern}), name)

    def _elements(self, schemas: tuple[dict[str, Any], ...], at: str, value: list[Any]) -> Iterator[_Step]:
        """Yield the schemas of an array's elements."""
        for schema in schemas:
            first = schema.get("prefixItems", ())
            for index, element in enumerate(value):
                place = f"{at}/{index}"
                if index < len(first):
                    yield first[index], place, element
                elif "items" in schema:
                    yield schema["items"], place, element
                if "contains" in schema and self._accepts(schema["contains"], element):
                    yield schema["contains"], place, element


def _nothing(_: Any) -> bool:
    """Say that a value keeps the invariants of no type."""
    return True
