"""OpenAPI 3.1 documents as trees: their references, and what a client can observe of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from interlock.pointers import escape

_DATA = frozenset({"example", "examples", "enum", "const", "default"})
"""Keywords whose value is data, in which `$ref` means nothing."""
_TEXTS = frozenset({"info", "description", "summary", "title", "example", "examples", "externalDocs", "$comment"})
"""Fixed fields and keywords that no client observes on the wire (OpenAPI 3.1.1 section 4)."""
_NAMED = frozenset({"properties", "patternProperties", "schemas", "parameters", "headers", "responses", "requestBodies",
                    "paths", "callbacks", "securitySchemes", "links", "pathItems", "$defs", "mapping", "variables"})  # fmt: skip
"""Members whose keys are names that the author chose, not keywords."""


def references(document: Any) -> Iterator[tuple[str, str]]:
    """Yield the pointer and the text of each `$ref`, which may stand nearly anywhere."""
    waiting: list[tuple[str, str, Any]] = [("", "", document)]
    while waiting:
        at, parent, node = waiting.pop()
        if isinstance(node, dict):
            named = parent in _NAMED
            if isinstance(node.get("$ref"), str) and not named:
                yield at, node["$ref"]
            waiting.extend(
                (f"{at}/{escape(k)}", "" if named else k, v) for k, v in node.items() if named or k not in _DATA
            )
        elif isinstance(node, list):
            waiting.extend((f"{at}/{index}", "", item) for index, item in enumerate(node))


def without_texts(document: Any, parent: str = "") -> Any:
    """Return a document without its texts and examples; operation identifiers and all that is on the wire stay."""
    if isinstance(document, list):
        return [without_texts(item) for item in document]
    if not isinstance(document, dict):
        return document
    named = parent in _NAMED
    return {
        key: value if key in _DATA and not named else without_texts(value, "" if named else key)
        for key, value in document.items()
        if named or key not in _TEXTS
    }
