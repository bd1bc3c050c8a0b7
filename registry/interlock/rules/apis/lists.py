"""Lists, and how clients get all of one."""

from __future__ import annotations

from collections.abc import Iterator

from interlock.catalog import ProductContract
from interlock.rules.apis.calls import Call, as_object, calls
from interlock.rules.frame import Violations
from interlock.rules.subjects import Subject

_ASKED = {"cursor": ("cursor", "limit"), "page": ("page", "size")}
"""The query parameters of each style of pagination."""


def list_is_paged(subject: Subject[ProductContract]) -> Violations:
    """
    An operation that lists takes the parameters of the product's pagination, and its pages have a limit.

    ## Why
    A list without pages works on the test system and stops the plant's. Source: L37.

    ## Bad
    `GET /stock` with `pagination: {style: none}` answers with an array

    ## Good
    `pagination: {style: cursor, maximum: 500}` and `GET /stock?cursor=...&limit=...`
    """
    style = subject.value.pagination.style
    for call in calls(subject):
        if call.operation.method != "get" or not _lists(call):
            continue
        asked = {str(each.get("name")) for each in call.parameters if each.get("in") == "query"}
        missing = [name for name in _ASKED.get(style, ()) if name not in asked]
        if style == "none":
            yield call.violation(
                f"{call.operation.id} lists and the product pages nothing: write pagination: {{style: cursor}}"
            )
        elif missing:
            yield call.violation(
                f"{call.operation.id} lists and takes no {' and no '.join(missing)}: add the parameters", new=missing
            )
        elif subject.value.pagination.maximum is None:
            yield subject.violation(
                "/pagination", f"{call.operation.id} lists, and nothing limits a page: write maximum", new=style
            )


def _lists(call: Call) -> bool:
    """Say whether an operation lists: it asks for no one thing, and what it answers is an array or holds one without a limit."""
    one = any(each.get("in") == "path" for each in call.parameters)
    return any(_is_list(call, schema, one=one) for schema in _successes(call))


def _successes(call: Call) -> Iterator[dict[str, object]]:
    """Yield the schemas of what is answered when all went well."""
    for status, response in call.responses.items():
        for media in as_object(response.get("content")) if status.startswith("2") else ():
            yield call.schema(response, str(media))


def _is_list(call: Call, schema: dict[str, object], *, one: bool) -> bool:
    """Say whether a body is a list; what a path names may hold lists of its own, as long as they end."""
    if schema.get("type") == "array":
        return True
    members = [as_object(call.behind(member)) for member in as_object(schema.get("properties")).values()]
    arrays = [member for member in members if member.get("type") == "array"]
    return any(not one or "maxItems" not in member for member in arrays)
