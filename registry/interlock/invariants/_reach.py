"""Whether a field path can lead to anything that a schema declares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from interlock.judging.containers import is_array, is_object
from interlock.pointers import lookup, split

_ALL = "*"
_IN_PLACE_LISTS = ("allOf", "anyOf", "oneOf")
_IN_PLACE = ("if", "then", "else")
_BELOW = frozenset({
    "properties", "patternProperties", "additionalProperties", "unevaluatedProperties", "items", "prefixItems",
    "contains", "unevaluatedItems",
})  # fmt: skip


def declared(schema: Any, path: str) -> bool:
    """
    Say whether a schema declares something at a field path; a schema that says nothing about members takes any path.

    >>> declared({"properties": {"lines": {"items": {"properties": {"n": {}}}}}}, "/lines/*/n")
    True
    """
    nodes = _in_place(schema, [schema])
    for token in split(path):
        nodes = _in_place(schema, [below for node in nodes for below in _below(node, token)])
    return bool(nodes)


def _in_place(root: Any, nodes: list[Any]) -> list[Any]:
    """Return the schemas, and all that apply at the same place; False is none."""
    found: list[Any] = []
    seen: set[int] = set()
    while nodes:
        node = nodes.pop()
        if node is False or id(node) in seen:
            continue
        seen.add(id(node))
        found.append(node)
        if is_object(node):
            nodes.extend(_applied(root, node))
    return found


def _applied(root: Any, node: dict[str, Any]) -> Iterator[Any]:
    """Yield the schemas that a schema applies at its own place."""
    ref = node.get("$ref")
    if isinstance(ref, str) and ref.startswith("#"):
        try:
            yield lookup(root, ref[1:])
        except LookupError:
            yield True
    for keyword in _IN_PLACE_LISTS:
        yield from _listed(node, keyword)
    yield from (node[keyword] for keyword in _IN_PLACE if keyword in node)
    yield from _named(node, "dependentSchemas").values()


def _below(node: Any, token: str) -> Iterator[Any]:
    """Yield the schemas of the members or elements that a token names; `*` names them all."""
    if not is_object(node):
        yield True
        return
    everything, is_index = token == _ALL, token.isascii() and token.isdigit()
    yield from (part for name, part in _named(node, "properties").items() if everything or name == token)
    yield from (part for index, part in enumerate(_listed(node, "prefixItems")) if everything or str(index) == token)
    if everything or is_index:
        yield from (node[keyword] for keyword in ("items", "unevaluatedItems", "contains") if keyword in node)
    yield from _named(node, "patternProperties").values()
    yield from (node[keyword] for keyword in ("additionalProperties", "unevaluatedProperties") if keyword in node)
    if not node.keys() & _BELOW and _takes_any(node):
        yield True


def _named(node: dict[str, Any], keyword: str) -> dict[str, Any]:
    """Return the schemas that a keyword names; none where it holds no map, which another rule says."""
    value = node.get(keyword)
    return value if is_object(value) else {}


def _listed(node: dict[str, Any], keyword: str) -> list[Any]:
    """Return the schemas that a keyword lists; none where it holds no list."""
    value = node.get(keyword)
    return value if is_array(value) else []


def _takes_any(node: dict[str, Any]) -> bool:
    """Say whether a schema says nothing of what is below it: not by a reference or choice, nor by a type without members."""
    types = node.get("type", "object")
    if not isinstance(types, str | list):
        return True
    composed = "$ref" in node or any(keyword in node for keyword in (*_IN_PLACE_LISTS, *_IN_PLACE))
    return not composed and ("object" in types or "array" in types) and "enum" not in node and "const" not in node
