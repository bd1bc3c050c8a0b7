"""Invariants of shared types, which hold wherever a type is used: schema and instance are walked together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from interlock.catalog import Catalog, TypeContract
from interlock.invariants.containers import is_array, is_object
from interlock.invariants.table import Check, checks
from interlock.pointers import escape, lookup
from interlock.references import Bundle, children

Accepts = Callable[[Any, Any], bool]
"""Says whether a schema of the bundle accepts a value."""

_DEFS = "#/$defs/"
_CHOICES = ("anyOf", "oneOf")
_Step = tuple[Any, str, Any]
"""A schema, the pointer to an instance, and the instance."""


class TypeChecks:
    """
    The invariants of every type that a bundled schema uses.

    A type under `anyOf`, `oneOf`, `if`, `dependentSchemas` or `contains` holds only where that branch accepts the value,
    which `accepts` says. `not` and the `unevaluated...` keywords are not followed.
    """

    def __init__(self, catalog: Catalog, bundle: Bundle, accepts: Accepts) -> None:
        self._root = bundle.schema
        self._accepts = accepts
        self._checks = {f"{_DEFS}{escape(path)}": _type_checks(catalog, path) for path in bundle.files}
        self._targets: dict[int, Any] = {}
        self._leads = _leading(self._root, {ref for ref, held in self._checks.items() if held})

    def __call__(self, value: Any, at: str = "") -> Iterator[tuple[str, str, str]]:
        """Yield pointer, rule and sentence for each violation in a value that stands at a pointer."""
        waiting: list[_Step] = [(self._root, at, value)]
        seen: set[tuple[int, str]] = set()
        while waiting:
            schema, here, instance = waiting.pop()
            if id(schema) not in self._leads or (id(schema), here) in seen:
                continue
            seen.add((id(schema), here))
            yield from self._judged(schema, here, instance)
            steps = [*self._in_place(schema, here, instance), *_below(schema, here, instance, self._accepts)]
            waiting.extend(reversed(steps))

    def _judged(self, schema: dict[str, Any], at: str, value: Any) -> Iterator[tuple[str, str, str]]:
        """Yield the violations of the type that a schema refers to."""
        for check in self._checks.get(str(schema.get("$ref")), ()):
            yield from ((at + below, check.rule.id, sentence) for below, sentence in check(value))

    def _in_place(self, schema: dict[str, Any], at: str, value: Any) -> Iterator[_Step]:
        """Yield the schemas that apply to the same value."""
        if "$ref" in schema:
            yield self._target(schema), at, value
        yield from ((part, at, value) for part in schema.get("allOf", ()))
        for keyword in _CHOICES:
            yield from ((part, at, value) for part in schema.get(keyword, ()) if self._accepts(part, value))
        if "if" in schema:
            branch = "then" if self._accepts(schema["if"], value) else "else"
            yield from (
                (schema[part], at, value) for part in (*(("if",) if branch == "then" else ()), branch) if part in schema
            )
        if is_object(value):
            yield from ((part, at, value) for name, part in schema.get("dependentSchemas", {}).items() if name in value)

    def _target(self, schema: dict[str, Any]) -> Any:
        """Return what a schema's reference names, looked up once."""
        if id(schema) not in self._targets:
            self._targets[id(schema)] = _referred(self._root, schema)
        return self._targets[id(schema)]


def _type_checks(catalog: Catalog, path: str) -> tuple[Check, ...]:
    """Return the invariants that a type's file declares."""
    entry = catalog.by_path.get(path)
    contract = entry.value if entry is not None else None
    return checks(contract.invariants) if isinstance(contract, TypeContract) else ()


def _referred(root: Any, schema: dict[str, Any]) -> Any:
    """Return what a schema's `$ref` names in the bundle; None when it has none."""
    ref = schema.get("$ref")
    if not isinstance(ref, str) or not ref.startswith("#"):
        return None
    try:
        return lookup(root, ref[1:])
    except LookupError:
        return None


def _leading(root: dict[str, Any], wanted: set[str]) -> frozenset[int]:
    """Return the schemas (by identity) from which a type with invariants can be reached, so that the rest is not walked."""
    uses: dict[int, list[int]] = {}
    leads: list[int] = []
    waiting: list[Any] = [root]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if not is_object(node) or id(node) in seen:
            continue
        seen.add(id(node))
        if node.get("$ref") in wanted:
            leads.append(id(node))
        below = [child for _, child in children("", node)]
        for child in (*below, _referred(root, node)):
            uses.setdefault(id(child), []).append(id(node))
            waiting.append(child)
    found: set[int] = set()
    while leads:
        node_id = leads.pop()
        if node_id not in found:
            found.add(node_id)
            leads.extend(uses.get(node_id, ()))
    return frozenset(found)


def _below(schema: dict[str, Any], at: str, value: Any, accepts: Accepts) -> Iterator[_Step]:
    """Yield the schemas of an instance's members or elements."""
    if is_object(value):
        yield from _members(schema, at, value, accepts)
    elif is_array(value):
        yield from _elements(schema, at, value, accepts)


def _members(schema: dict[str, Any], at: str, value: Mapping[str, Any], accepts: Accepts) -> Iterator[_Step]:
    """Yield the schemas of an object's members, and of their names."""
    named, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for name, member in value.items():
        place = f"{at}/{escape(name)}"
        found = [named[name]] if name in named else []
        found += [part for pattern, part in patterns.items() if accepts({"pattern": pattern}, name)]
        if not found and "additionalProperties" in schema:
            found = [schema["additionalProperties"]]
        yield from ((part, place, member) for part in found)
        if "propertyNames" in schema:
            yield schema["propertyNames"], place, name


def _elements(schema: dict[str, Any], at: str, value: list[Any], accepts: Accepts) -> Iterator[_Step]:
    """Yield the schemas of an array's elements."""
    first = schema.get("prefixItems", ())
    for index, element in enumerate(value):
        place = f"{at}/{index}"
        if index < len(first):
            yield first[index], place, element
        elif "items" in schema:
            yield schema["items"], place, element
        if "contains" in schema and accepts(schema["contains"], element):
            yield schema["contains"], place, element
