"""
What a schema is on its way to the server and back: without the members that only the other way carries.

A request never carries a member that is `readOnly`, a response none that is `writeOnly` (OpenAPI 3.1.1 section 4.8.24,
JSON Schema 2020-12 validation section 9.4). A schema that reaches none is one and the same on both ways.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from interlock.compat.views import VIEWS, applied, open_enums
from interlock.references import mapped, subschemas, without_annotations
from interlock_codegen.clients.unions import grown, marked
from interlock_codegen.lowering.shapes import OPEN_UNION, Root

_ENDINGS = {"readOnly": "Request", "writeOnly": "Response"}
"""What the schema that lacks such members has behind its name, by keyword: it is the other way's."""
_IN_PLACE = ("allOf", "anyOf", "oneOf")
_START = "#/$defs/"

Schemas = Mapping[str, Any]


@dataclass(frozen=True)
class Ways:
    """The schemas of one document by name, and which of them holds on which way."""

    schemas: Schemas
    """All of them; their unions are marked where they may grow."""
    requests: Mapping[str, str]
    """The name to read instead in a request, by name; a name that is not here holds as it is."""
    responses: Mapping[str, str]
    growing: frozenset[str]
    """Those that have a union which may grow, themselves or through others."""

    def request(self, name: str) -> str:
        """Return the name of a schema on its way to the server."""
        return self.requests.get(name, name)

    def response(self, name: str) -> str:
        """Return the name of a schema on its way back."""
        return self.responses.get(name, name)


def ways(schemas: Schemas) -> Ways:
    """Return the schemas with those beside them that lack the members of the other way."""
    root = Root({"$defs": dict(schemas)})
    known, renames = dict(schemas), dict[str, dict[str, str]]()
    for keyword, ending in _ENDINGS.items():
        reaching = _reaching(schemas, partial(_has, root, keyword))
        renames[keyword] = _names(reaching, ending, known)
        for name, made in renames[keyword].items():
            known[made] = _without(root, schemas[name], keyword, renames[keyword])
    whole = Root({"$defs": known})
    open_ = {name: marked(whole, schema) for name, schema in known.items()}
    growing = frozenset(_reaching(open_, lambda node: OPEN_UNION in node))
    return Ways(open_, renames["readOnly"], renames["writeOnly"], growing)


def _names(reaching: list[str], ending: str, taken: Mapping[str, Any]) -> dict[str, str]:
    """Return a free name for each schema that needs another one."""
    found: dict[str, str] = {}
    for name in reaching:
        made = f"{name}{ending}"
        while made in taken or made in found.values():
            made += "-"
        found[name] = made
    return found


def _reaching(schemas: Schemas, has: Callable[[Mapping[str, Any]], bool]) -> list[str]:
    """Return the schemas that have something in them, themselves or through others."""
    refers = {name: set(referred(schema)) for name, schema in schemas.items()}
    found = {name for name, schema in schemas.items() if any(has(node) for _, node in subschemas(schema))}
    while more := {name for name, names in refers.items() if name not in found and names & found}:
        found |= more
    return [name for name in schemas if name in found]


def referred(schema: Any) -> Iterator[str]:
    """Yield the names of the definitions that a schema refers to."""
    for _, node in subschemas(schema):
        ref = node.get("$ref")
        if isinstance(ref, str) and ref.startswith(_START):
            yield _name(ref)


def _name(ref: str) -> str:
    """Return the definition that a reference names."""
    return ref.removeprefix(_START).replace("~1", "/").replace("~0", "~")


def _flagged(root: Root, node: Mapping[str, Any], keyword: str) -> frozenset[str]:
    """Return the members of an object that carry a keyword."""
    return frozenset(name for name, part in root.properties(node).items() if root.first(part, keyword) is True)


def _has(root: Root, keyword: str, node: Mapping[str, Any]) -> bool:
    """Say whether an object has a member with a keyword."""
    return bool(_flagged(root, node, keyword))


def _without(root: Root, schema: Any, keyword: str, renames: Mapping[str, str]) -> Any:
    """Return a schema without the members that carry a keyword, its references leading to others of its kind."""

    def change(node: dict[str, Any]) -> dict[str, Any]:
        made = _stripped(node, _flagged(root, node, keyword))
        name = _name(node["$ref"]) if isinstance(node.get("$ref"), str) else ""
        return {**made, "$ref": _START + renames[name].replace("/", "~1")} if name in renames else made

    return mapped(schema, change)


def _stripped(node: Any, names: frozenset[str]) -> Any:
    """Return a schema in which some members are neither declared nor required, also by the parts beside it."""
    if not names or not isinstance(node, dict):
        return node
    made = dict(node)
    if isinstance(node.get("properties"), dict):
        made["properties"] = {name: part for name, part in node["properties"].items() if name not in names}
    if isinstance(node.get("required"), list):
        made["required"] = [name for name in node["required"] if not isinstance(name, str) or name not in names]
    for keyword in _IN_PLACE:
        if isinstance(node.get(keyword), list):
            made[keyword] = [_stripped(part, names) for part in node[keyword]]
    return made


# What the gates are made of


def request_schemas(schemas: Schemas, names: Iterator[str]) -> dict[str, Any]:
    """Return the schemas that judge requests, with all that they reach: as written, open enumerations left open."""
    found = _reached(schemas, names)
    return {name: open_enums(_plain(schema)) for name, schema in found.items()}


def response_schemas(schemas: Schemas, names: Iterator[str]) -> dict[str, Any]:
    """Return the schemas that judge responses, with all that they reach: open to what a newer server may send."""
    found = _reached(schemas, names)
    root = Root({"$defs": found})
    wide = {name: mapped(schema, lambda node: grown(root, node)) for name, schema in found.items()}
    opened: dict[str, Any] = applied({"$defs": wide}, VIEWS["contract-reader"])["$defs"]
    return {name: _plain(schema) for name, schema in opened.items()}


def _reached(schemas: Schemas, names: Iterator[str]) -> dict[str, Any]:
    """Return some schemas and all that they refer to, in the order of their names."""
    waiting, found = list(names), dict[str, Any]()
    while waiting:
        name = waiting.pop()
        if name in schemas and name not in found:
            found[name] = schemas[name]
            waiting.extend(referred(schemas[name]))
    return dict(sorted(found.items()))


def _plain(schema: Any) -> Any:
    """Return a schema without what no gate looks at."""
    return mapped(
        without_annotations(schema),
        lambda node: {
            name: value for name, value in node.items() if name not in ("discriminator", "example", "xml", OPEN_UNION)
        },
    )
