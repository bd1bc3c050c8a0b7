"""A JSON Schema as a tree of schemas: walked, changed and stripped of what no reader observes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from interlock.pointers import escape

MAPS = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})
"""Keywords whose value maps names to schemas (JSON Schema 2020-12 core sections 8.2.4, 10)."""
LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
"""Keywords whose value is a list of schemas."""
SINGLES = frozenset({
    "items", "additionalItems", "additionalProperties", "unevaluatedItems", "unevaluatedProperties", "contains",
    "propertyNames", "not", "if", "then", "else", "contentSchema",
})  # fmt: skip
"""Keywords whose value is a schema."""
ANNOTATIONS = frozenset({"title", "description", "$comment", "examples", "$id", "$schema"})
"""Keywords that no reader of an event observes."""


def subschemas(schema: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each object schema below and including this one, with its pointer; never values of `enum`, `const`, `examples`."""
    waiting = [(at, schema)]
    while waiting:
        here, node = waiting.pop()
        if isinstance(node, dict):
            yield here, node
            waiting.extend(reversed(list(children(here, node))))


def children(at: str, schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the schemas directly below one, with their pointers."""
    for keyword, value in schema.items():
        if keyword in MAPS and isinstance(value, dict):
            yield from ((f"{at}/{escape(keyword)}/{escape(name)}", item) for name, item in value.items())
        elif keyword in LISTS and isinstance(value, list):
            yield from ((f"{at}/{keyword}/{index}", item) for index, item in enumerate(value))
        elif keyword in SINGLES:
            if isinstance(value, list):  # `items` as a list, up to draft 2019-09
                yield from ((f"{at}/{keyword}/{index}", item) for index, item in enumerate(value))
            else:
                yield f"{at}/{keyword}", value


def references(schema: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Yield the pointer and the text of each `$ref` in a schema."""
    for here, node in subschemas(schema, at):
        ref = node.get("$ref")
        if isinstance(ref, str):
            yield here, ref


def mapped(schema: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """Return a schema with a change made to each object schema in it, outermost first; values of `enum` and the like stay."""
    if not isinstance(schema, dict):
        return schema
    result = dict(change(schema))
    for keyword, value in result.items():
        if keyword in MAPS and isinstance(value, dict):
            result[keyword] = {name: mapped(item, change) for name, item in value.items()}
        elif isinstance(value, list) and (keyword in LISTS or keyword in SINGLES):
            result[keyword] = [mapped(item, change) for item in value]
        elif keyword in SINGLES:
            result[keyword] = mapped(value, change)
    return result


def without_annotations(schema: Any) -> Any:
    """Return a schema without the keywords that no reader observes."""
    return mapped(
        schema, lambda node: {keyword: value for keyword, value in node.items() if keyword not in ANNOTATIONS}
    )
