"""The envelope's attributes as headers of a message in binary mode, as each protocol's CloudEvents binding says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from interlock.catalog import Catalog, Entry, EnvelopeContract
from interlock.pointers import lookup
from interlock.references import bundle
from interlock_codegen.exports.asyncapi.protocols import Protocol

_DATA = frozenset({"data", "data_base64"})
"""Members of the JSON format that are no attributes: the payload of a message in binary mode."""
_LENGTHS = frozenset({"minLength", "maxLength"})
_KEPT = frozenset({"type", "const", "enum", "pattern", "format", "description", "x-extensible-enum"}) | _LENGTHS
_CORE: Mapping[str, Any] = {
    "specversion": {"type": "string", "const": "1.0"},
    "id": {"type": "string", "minLength": 1},
    "source": {"type": "string", "format": "uri-reference", "minLength": 1},
    "type": {"type": "string", "minLength": 1},
}
"""What every event carries (CloudEvents 1.0 section 3.1), where a catalog has no envelope of its own."""


def attributes(catalog: Catalog) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """Return the attributes' schemas as text, of the newest envelope, and the names of those that are always there."""
    living = [
        entry for entry in catalog.envelopes.values() if entry.value.lifecycle.status not in ("deprecated", "retired")
    ]
    newest: Entry[EnvelopeContract] | None = max(living, key=lambda entry: entry.value.major, default=None)
    if newest is None:
        return _CORE, tuple(_CORE)
    schema = bundle(newest.path, catalog.data).schema
    found = {name: as_text(_whole(schema, part)) for name, part in schema.get("properties", {}).items()}
    named = {name: part for name, part in found.items() if name not in _DATA}
    return named, tuple(name for name in schema.get("required", []) if name in named)


def _whole(root: Any, schema: Any) -> dict[str, Any]:
    """Return an attribute's schema with what it refers to; its own members go first."""
    if not isinstance(schema, dict):
        return {}
    ref = schema.get("$ref")
    behind = _whole(root, lookup(root, ref[1:])) if isinstance(ref, str) else {}
    return {**behind, **schema}


def as_text(schema: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return an attribute's schema for its text in a header (CloudEvents 1.0 section 3.2, the type system's text forms).

    >>> as_text({"type": "boolean", "const": True})
    {'type': 'string', 'const': 'true'}
    """
    kept = {keyword: value for keyword, value in schema.items() if keyword in _KEPT}
    kind = kept.get("type")
    if kind == "boolean":
        said = {"const": str(kept["const"]).lower()} if "const" in kept else {"enum": ["true", "false"]}
    elif kind == "integer":
        said = {"pattern": "^-?[0-9]{1,10}$"}
    else:
        return kept if kind == "string" else {"type": "string", **_described(kept)}
    return {"type": "string", **said, **_described(kept)}


def _described(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a schema says to people."""
    return {"description": schema["description"]} if "description" in schema else {}


def header(protocol: Protocol, attribute: str) -> str | None:
    """Return the header that carries an attribute; None where it is a property of the message instead."""
    return protocol.content_type if attribute == "datacontenttype" else f"{protocol.prefix}{attribute}"


def headers(protocol: Protocol, schemas: Mapping[str, Any], required: tuple[str, ...]) -> dict[str, Any]:
    """Return the schema of a message's headers; it says the same in every draft since draft-07."""
    names = {attribute: header(protocol, attribute) for attribute in schemas}
    return {
        "type": "object",
        "required": [name for attribute in required if (name := names[attribute])],
        "properties": {
            name: _without(schema, _LENGTHS) if protocol.encoded else schema
            for attribute, schema in schemas.items()
            if (name := names[attribute])
        },
    }


def _without(schema: Mapping[str, Any], keywords: frozenset[str]) -> dict[str, Any]:
    """Return a schema without some keywords."""
    return {keyword: value for keyword, value in schema.items() if keyword not in keywords}
