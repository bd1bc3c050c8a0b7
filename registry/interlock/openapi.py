"""OpenAPI 3.1 documents as trees: their references, and what a client can observe of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
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


_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
"""Fixed fields of a path item that are operations (OpenAPI 3.1.1 section 4.8.9)."""


def differences(old: Any, new: Any) -> tuple[str, ...]:
    """
    Return a line for each part that a client observes differently: `+` added, `-` removed, `~` changed.

    >>> differences({"paths": {"/a": {"get": {}}}}, {"paths": {"/a": {"post": {}}}, "servers": []})
    ('- GET /a', '+ POST /a', '+ servers')
    """
    before, after = dict(_parts(without_texts(old))), dict(_parts(without_texts(new)))
    gone = [f"- {name}" for name in before if name not in after]
    come = [f"+ {name}" for name in after if name not in before]
    texts = {name: json.dumps([before[name], after[name]], default=str) for name in before if name in after}
    changed = [f"~ {name}" for name in texts if texts[name] != json.dumps([before[name], before[name]], default=str)]
    return (*gone, *come, *changed)


def _parts(document: Any) -> Iterator[tuple[str, Any]]:
    """Yield the parts of a document by the names that people have for them."""
    for name, value in document.items() if isinstance(document, dict) else ():
        inner = value.items() if isinstance(value, dict) else ()
        if name in ("paths", "webhooks"):
            yield from ((_operation(path, key), part) for path, key, part in _entries(inner))
        elif name == "components":
            yield from ((f"{kind}/{key}", part) for kind, key, part in _entries(inner))
        elif name == "x-bundled":
            yield from inner
        else:
            yield name, value


def _entries(maps: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, str, Any]]:
    """Yield the entries of maps of maps, with both keys."""
    for name, entries in maps:
        for key, part in entries.items() if isinstance(entries, dict) else ():
            yield name, key, part


def _operation(path: str, field: str) -> str:
    """Name an operation as its request line does, and another field of a path by its path."""
    return f"{field.upper()} {path}" if field in _METHODS else f"{path} {field}"
