"""
Schemas of an OpenAPI document as the server sees them: each on its own, requests closed and responses open.

A request is read strictly, since an instruction that is not understood must not be dropped in silence; a response is
judged as its clients read it, who ignore what they do not know.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..schemas import LISTS, MAPS, SINGLES, Schema, mapped, pointed, subschemas
from ..violations import UnsupportedSchema

_OPEN_LIST = "x-extensible-enum"
"""Beside `enum`: what is listed is what is known today, not all that may come."""
_QUESTIONS = frozenset({"not", "if", "oneOf", "contains", "propertyNames"})
"""Keywords under which an opened object would make another question."""
_CLOSERS = frozenset({"additionalProperties", "unevaluatedProperties"})
_MOST_STEPS = 16


def resolved(document: Any, node: Any) -> dict[str, Any]:
    """Return what a node of an OpenAPI document says, after following reference objects (section 4.8.23)."""
    for _ in range(_MOST_STEPS):
        if not isinstance(node, dict):
            break
        if not isinstance(node.get("$ref"), str):
            return node
        node = pointed(document, node["$ref"])
    raise UnsupportedSchema("a reference of the OpenAPI document leads nowhere")


def standing_alone(document: Any, schema: Any) -> Any:
    """Return a schema of a document with all that it refers to under its own `$defs`."""
    if not isinstance(schema, dict):
        return schema
    names: dict[str, str] = {}
    waiting: list[str] = []

    def moved(node: Schema, _: str) -> Schema:
        ref = node.get("$ref")
        if not isinstance(ref, str):
            return node
        if ref not in names:
            names[ref] = f"s{len(names)}"
            waiting.append(ref)
        return {**node, "$ref": f"#/$defs/{names[ref]}"}

    root = mapped(schema, moved)
    parts: dict[str, Any] = {}
    while waiting:
        ref = waiting.pop()
        target = pointed(document, ref)
        if target is None:
            raise UnsupportedSchema(f"the reference {ref!r} leads nowhere")
        parts[names[ref]] = mapped(target, moved)
    if root.keys() <= {"$ref", "description", "title"} and parts:  # what stands at the top is judged faster
        root = parts[root["$ref"].rpartition("/")[2]]
    return {**root, "$defs": {**root.get("$defs", {}), **parts}} if parts and isinstance(root, dict) else root


def request_view(document: Any, schema: Any) -> Any:
    """Return what a request may hold, still to be closed: members that only responses have are refused."""
    alone = standing_alone(document, schema)
    return _View(alone, "readOnly", instead={"not": {}}, kept=None).of(alone)


def response_view(document: Any, schema: Any) -> Any:
    """Return what clients take: undeclared members ignored, nothing asked of members that only requests have."""
    alone = standing_alone(document, schema)
    return _View(alone, "writeOnly", instead=True, kept=frozenset(_asked(alone))).of(alone)


@dataclass(frozen=True, slots=True)
class _View:
    """One direction's view of the schemas of one document (OpenAPI 3.1.1 section 4.8.24.3)."""

    root: Any
    foreign: str
    """The keyword of members that belong to the other direction."""
    instead: Any
    """What stands for such a member's schema."""
    kept: frozenset[int] | None
    """Schemas that stay as closed as they are; None for all."""

    def of(self, schema: Any, above: frozenset[str] = frozenset()) -> Any:
        """Return a schema as this direction sees it; `above` names members marked around it for the same value."""
        if not isinstance(schema, dict):
            return schema
        names = above | {name for part in same_value(self.root, schema) for name in self._marked(part)}
        return {key: self._below(key, value, names) for key, value in schema.items() if not self._is_gone(schema, key)}

    def _is_gone(self, schema: Schema, keyword: str) -> bool:
        """Say whether a keyword is left out: a list that is open, or what closes an object."""
        if keyword == "enum":
            return _OPEN_LIST in schema
        closes = keyword in _CLOSERS and schema[keyword] is False
        return closes and self.kept is not None and id(schema) not in self.kept

    def _below(self, keyword: str, value: Any, names: frozenset[str]) -> Any:
        """Return a keyword's value with the schemas in it as this direction sees them."""
        if keyword == "required" and isinstance(value, list):
            return [name for name in value if name not in names]
        if keyword == "properties" and isinstance(value, dict):
            return {name: self.instead if name in names else self.of(item) for name, item in value.items()}
        if keyword in MAPS and isinstance(value, dict):
            return {name: self.of(item) for name, item in value.items()}
        if keyword in LISTS and isinstance(value, list):
            return [self.of(item, names) for item in value]
        return self.of(value) if keyword in SINGLES else value

    def _marked(self, schema: Schema) -> Iterator[str]:
        """Yield the names of members that belong to the other direction."""
        for name, member in schema.get("properties", {}).items():
            if any(part.get(self.foreign) is True for part in same_value(self.root, member)):
                yield name


def same_value(root: Any, schema: Any, through: tuple[str, ...] = ("allOf",)) -> Iterator[Schema]:
    """Yield a schema and those that judge the same value by `$ref` and the lists that are named, each once."""
    waiting, seen = [schema], set[int]()
    while waiting:
        node = waiting.pop(0)
        if not isinstance(node, dict) or id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        if isinstance(node.get("$ref"), str):
            waiting.append(pointed(root, node["$ref"]))
        waiting.extend(part for keyword in through for part in node.get(keyword, ()))


def _asked(root: Any) -> Iterator[int]:
    """Yield the identity of each schema that a question leads to, by way of references too."""
    waiting = [part for node in subschemas(root) for part in _questions(node)]
    seen: set[int] = set()
    while waiting:
        for node in subschemas(waiting.pop()):
            if id(node) in seen:
                continue
            seen.add(id(node))
            yield id(node)
            if isinstance(node.get("$ref"), str):
                waiting.append(pointed(root, node["$ref"]))


def _questions(node: Schema) -> Iterator[Any]:
    """Yield the schemas of one that ask a question."""
    for keyword in _QUESTIONS & node.keys():
        value = node[keyword]
        yield from value if isinstance(value, list) else [value]
