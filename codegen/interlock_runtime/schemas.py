"""Walking a JSON Schema: which keywords hold schemas, so that data in `enum` or `examples` is never taken for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .violations import pointer

Schema = dict[str, Any]
AnySchema = Schema | bool
"""A schema may also be `true` or `false` (JSON Schema 2020-12 core section 4.3.2)."""

MAPS = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"})
"""Keywords whose value maps names to schemas (JSON Schema 2020-12 core sections 8.2.4 and 10; `dependencies` up to draft 7)."""
LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
"""Keywords whose value is a list of schemas."""
SINGLES = frozenset({
    "items", "additionalItems", "additionalProperties", "unevaluatedItems", "unevaluatedProperties", "contains",
    "propertyNames", "not", "if", "then", "else", "contentSchema",
})  # fmt: skip
"""Keywords whose value is a schema (for `items`: also a list of them, up to draft 2019-09)."""
ANNOTATIONS = frozenset(
    {"title", "description", "$comment", "examples", "default", "deprecated", "readOnly", "writeOnly"}
)
"""Keywords that take no part in judging (JSON Schema 2020-12 validation section 9)."""
DIALECT = "https://json-schema.org/draft/2020-12/schema"
"""What a schema is written in when it does not say."""


def mapped(schema: Any, change: Callable[[Schema, str], Schema], at: str = "") -> Any:
    """Return a schema with each subschema, the innermost first, replaced by what `change` makes of it and its pointer."""
    if not isinstance(schema, dict):
        return schema
    return change({keyword: _below(keyword, value, change, f"{at}/{keyword}") for keyword, value in schema.items()}, at)


def _below(keyword: str, value: Any, change: Callable[[Schema, str], Schema], at: str) -> Any:
    """Return one keyword's value with the schemas in it changed."""
    if keyword in MAPS and isinstance(value, dict):
        return {name: mapped(item, change, f"{at}/{name}") for name, item in value.items()}
    if (keyword in LISTS or keyword in SINGLES) and isinstance(value, list):
        return [mapped(item, change, f"{at}/{index}") for index, item in enumerate(value)]
    return mapped(value, change, at) if keyword in SINGLES else value


def subschemas(schema: Any) -> Iterator[Schema]:
    """Yield a schema and each schema below it."""
    yield from (node for _, node in placed(schema))


def placed(schema: Any) -> Iterator[tuple[str, Schema]]:
    """Yield a schema and each schema below it with its JSON Pointer."""
    waiting = [("", schema)]
    while waiting:
        at, node = waiting.pop()
        if not isinstance(node, dict):
            continue
        yield at, node
        for keyword, value in node.items():
            if keyword in MAPS and isinstance(value, dict):
                waiting += [(at + pointer((keyword, name)), item) for name, item in value.items()]
            elif (keyword in LISTS or keyword in SINGLES) and isinstance(value, list):
                waiting += [(f"{at}/{keyword}/{index}", item) for index, item in enumerate(value)]
            elif keyword in SINGLES:
                waiting.append((f"{at}/{keyword}", value))


def pointed(root: Any, ref: str) -> Any:
    """Return what a reference inside a document (`#/...`) names, or None when it leads elsewhere."""
    if ref == "#":
        return root
    if not ref.startswith("#/"):
        return None
    node = root
    for token in ref[2:].split("/"):
        key = unescaped(token)
        if isinstance(node, dict) and key in node:
            node = node[key]
        elif isinstance(node, list) and key.isdigit() and int(key) < len(node):
            node = node[int(key)]
        else:
            return None
    return node


def unescaped(token: str) -> str:
    """Return a token of a JSON Pointer in a URI fragment as the name that it stands for."""
    if "%" in token:
        from urllib.parse import unquote

        token = unquote(token)
    return token.replace("~1", "/").replace("~0", "~")
