"""Documents of OpenAPI 3.0 as 3.1 says the same, so that all behind knows one version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from interlock.compat.jsonschema.translating import MARK
from interlock.compat.openapi.normalising import UNSEEN, normalised
from interlock.pointers import escape
from interlock.references import mapped, subschemas

LIFTED = "3.1.1"
"""The version that a lifted document says it has."""
_MAPS = frozenset({
    "callback", "callbacks", "content", "encoding", "headers", "links", "parameters", "paths", "requestBodies", "responses",
    "schemas", "securitySchemes", "variables",
})  # fmt: skip
"""Members whose keys are names that the author chose (OpenAPI 3.0.4 section 4.7); a callback's are expressions."""
_DATA = frozenset({"default", "enum", "example", "examples"})
_FILES = {"binary": ("contentMediaType", "application/octet-stream"), "byte": ("contentEncoding", "base64")}
"""What 3.1 says in place of a format that means bytes (OpenAPI 3.1.1 section 4.4.1.2)."""


def is_3_0(document: Any) -> bool:
    """Say whether a document is one of OpenAPI 3.0."""
    version = document.get("openapi") if isinstance(document, dict) else None
    return isinstance(version, str) and version.startswith("3.0.")


def lifted(document: Any) -> Any:
    """Return a document in the words of 3.1; one of another version as it is. Types of the catalog are 2020-12 already."""
    return {**_walked(document, ""), "openapi": LIFTED} if is_3_0(document) else document


def misread(document: Any) -> Iterator[tuple[str, str]]:
    """Yield the schemas of a 3.0 document that have no meaning in 3.1, with the reason."""
    for at, schema in _schemas(document, "", "") if is_3_0(document) else ():
        for pointer, node in subschemas(schema, at):
            reason = normalised(node, is_3_0=True).get(MARK)
            if reason is not None:
                yield pointer, reason.partition(": ")[2]


def _walked(node: Any, parent: str) -> Any:
    """Return a part of a document with the schemas in it lifted."""
    if isinstance(node, list):
        return [_walked(item, "") for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: value if kind is None else mapped(value, _schema) if kind == "schema" else _walked(value, kind)
        for key, value in node.items()
        for kind in (_kind(parent, key),)
    }


def _schemas(node: Any, parent: str, at: str) -> Iterator[tuple[str, Any]]:
    """Yield the outermost schemas of a part of a document, with their pointers."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _schemas(item, "", f"{at}/{index}")
    for key, value in node.items() if isinstance(node, dict) else ():
        kind, here = _kind(parent, key), f"{at}/{escape(key)}"
        if kind == "schema":
            yield here, value
        elif kind is not None:
            yield from _schemas(value, kind, here)


def _kind(parent: str, key: str) -> str | None:
    """Return what stands at a key: `schema`, a member by its name, or nothing to look into."""
    if parent in _MAPS:
        return {"schemas": "schema", "callbacks": "callback"}.get(parent, "")
    return None if key in _DATA or key.startswith("x-") else key


def _schema(node: dict[str, Any]) -> dict[str, Any]:
    """Return one schema object in the words of 3.1, its texts kept."""
    if isinstance(node.get("$ref"), str):
        return normalised(node, is_3_0=True)
    said = node.get("format")
    made = normalised({key: value for key, value in node.items() if key != "format"}, is_3_0=True)
    texts = {key: value for key, value in node.items() if key in UNSEEN and key not in ("nullable", "example")}
    if isinstance(said, str) and said in _FILES:
        keyword, value = _FILES[said]
        return {**texts, **made, keyword: node.get(keyword, value)}
    return {**texts, **made, **({"format": said} if said is not None else {})}
