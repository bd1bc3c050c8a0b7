"""
How a list leads on: by an answer's link to its own operation, or by page numbers where the product promises them.

The link takes the cursor out of the body and keeps every other parameter (OpenAPI 3.1.1 section 4.8.20).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from interlock.compat.openapi.sources import Cursor
from interlock_codegen.clients.api import ApiPaging, ApiParameter
from interlock_codegen.clients.definitions import Definitions
from interlock_codegen.lowering.shapes import Root

_BODY, _REQUEST = "$response.body#/", "$request."
_START = "#/$defs/"
_PLAIN = frozenset({"string", "integer", "number", "boolean"})
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
    only = _only_list(root, page)
    entry = _entry(root.first(members[only], "items")) if only is not None else None
    return ApiPaging(name, member, only if entry is not None else None, entry)


def numbered(
    definitions: Definitions, parameters: Iterable[ApiParameter], schema: str | None, name: str = "page"
) -> ApiPaging | None:
    """Return the paging by numbers; None where nothing says which is the first, or where a page ends."""
    root = Root({"$defs": definitions.schemas})
    asked = next((each for each in parameters if (each.place, each.name) == ("query", name)), None)
    if schema is None or asked is None or root.types(definitions.schemas[asked.schema]) != frozenset({"integer"}):
        return None
    said = (root.first(definitions.schemas[asked.schema], keyword) for keyword in ("default", "minimum"))
    first = next((number for number in said if isinstance(number, int)), None)
    page = definitions.schemas[schema]
    only = "" if root.types(page) == frozenset({"array"}) else _only_list(root, page)
    if first is None or only is None:
        return None
    entry = _entry(root.first(root.properties(page)[only] if only else page, "items"))
    return ApiPaging(name, "", only, entry, first)


def linked(
    definitions: Definitions, answer: Cursor, parameters: Iterable[ApiParameter], schema: str | None
) -> ApiPaging | None:
    """Return the paging by a header `Link` (RFC 8288); None where none is declared, or a query holds more than plain values."""
    root = Root({"$defs": definitions.schemas})
    queries = [each for each in parameters if each.place == "query"]
    is_plain = all(root.types(definitions.schemas[each.schema]) <= _PLAIN and not each.as_json for each in queries)
    if (
        schema is None
        or not queries
        or not is_plain
        or not any(name.lower() == "link" for name, _ in answer.members("headers"))
    ):
        return None
    page = definitions.schemas[schema]
    only = "" if root.types(page) == frozenset({"array"}) else _only_list(root, page)
    if only is None:
        return None
    entry = _entry(root.first(root.properties(page)[only] if only else page, "items"))
    return ApiPaging("", "", only, entry, is_linked=True)


def _only_list(root: Root, page: Any) -> str | None:
    """Return the one list that each page has; None where there is none, or a choice."""
    if root.types(page) != frozenset({"object"}):
        return None
    lists = [wire for wire, part in root.properties(page).items() if root.types(part) == frozenset({"array"})]
    return lists[0] if len(lists) == 1 and lists[0] in root.required(page) else None


def _entry(items: Any) -> str | None:
    """Return the schema of what is in a list, where it has a name of its own."""
    ref = items.get("$ref") if isinstance(items, dict) and items.keys() <= {"$ref", "description"} else None
    return ref.removeprefix(_START) if isinstance(ref, str) else None
