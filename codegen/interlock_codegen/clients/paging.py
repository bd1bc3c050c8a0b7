"""
How a list leads on, as the document declares it: an answer's link to its own operation.

The link takes the cursor out of the body and keeps every other parameter (OpenAPI 3.1.1 section 4.8.20).
"""

from __future__ import annotations

from typing import Any

from interlock.compat.openapi.sources import Cursor
from interlock_codegen.clients.api import ApiPaging
from interlock_codegen.clients.definitions import Definitions
from interlock_codegen.lowering.shapes import Root

_BODY, _REQUEST = "$response.body#/", "$request."
_START = "#/$defs/"
_PLACES = ("path", "query", "header", "cookie")
"""A link may say where the parameter stands (OpenAPI 3.1.1 section 4.8.20)."""


def paging(definitions: Definitions, answer: Cursor, operation: str, schema: str | None) -> ApiPaging | None:
    """Return how an answer of an operation leads on to the next page; None where it declares nothing."""
    for _, link in answer.members("links"):
        parameters = link.get("parameters")
        if schema is not None and link.text("operationId") == operation and isinstance(parameters, dict):
            taken = [(name, text) for name, text in parameters.items() if not _is_kept(text)]
            if len(taken) == 1 and isinstance(taken[0][1], str) and taken[0][1].startswith(_BODY):
                return _of(definitions, schema, taken[0][0], taken[0][1].removeprefix(_BODY))
    return None


def _is_kept(text: Any) -> bool:
    """Say whether a link's parameter stays as it was in the request."""
    return isinstance(text, str) and text.startswith(_REQUEST)


def _of(definitions: Definitions, schema: str, parameter: str, member: str) -> ApiPaging | None:
    """Return the paging of a cursor; None where the page is no object with such a member."""
    root, page = Root({"$defs": definitions.schemas}), definitions.schemas[schema]
    members = root.properties(page)
    if member not in members or root.types(page) != frozenset({"object"}):
        return None
    place, _, name = parameter.rpartition(".")
    name = name if place in _PLACES else parameter
    lists = [wire for wire, part in members.items() if root.types(part) == frozenset({"array"})]
    only = lists[0] if len(lists) == 1 and lists[0] in root.required(page) else None
    entry = _entry(root.first(members[only], "items")) if only is not None else None
    return ApiPaging(name, member, only if entry is not None else None, entry)


def _entry(items: Any) -> str | None:
    """Return the schema of what is in a list, where it has a name of its own."""
    ref = items.get("$ref") if isinstance(items, dict) and items.keys() <= {"$ref", "description"} else None
    return ref.removeprefix(_START) if isinstance(ref, str) else None
