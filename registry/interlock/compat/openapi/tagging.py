"""Discriminators: which variant a value is meant to be, said as a tag that each branch of a choice needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from .sources import Cursor

Follow: TypeAlias = Callable[[str, str], Cursor | None]
"""What a reference that stands in a document leads to."""


def tags(schema: Mapping[str, Any], branch: Any, document: str, follow: Follow) -> tuple[str, list[str]] | None:
    """
    The member and the values by which a choice recognises a branch (OpenAPI 3.1.1 section 4.8.25).

    None where nothing says it, or where the branch says it itself: without a tag, a value that fits several open
    branches of a `oneOf` would fit none, and no change of a variant could be shown.
    """
    said = schema.get("discriminator")
    name = said.get("propertyName") if isinstance(said, dict) else None
    reference = branch.get("$ref") if isinstance(branch, dict) else None
    target = follow(reference, document) if isinstance(reference, str) else None
    if not isinstance(name, str) or not isinstance(said, dict) or target is None or _is_tagged(target, name, follow):
        return None
    mapping = said.get("mapping")
    entries = mapping.items() if isinstance(mapping, dict) else ()
    mapped = [key for key, value in entries if _names(value, target, document, follow)]
    return name, mapped or [target.pointer.rpartition("/")[2]]


def _names(value: object, target: Cursor, document: str, follow: Follow) -> bool:
    """Whether an entry of a mapping is a variant's reference, or its name."""
    if not isinstance(value, str):
        return False
    return follow(value, document) == target or f"/components/schemas/{value}" == target.pointer


def _is_tagged(target: Cursor, name: str, follow: Follow) -> bool:
    """Whether a variant states the values of its tag."""
    waiting, seen = [target], set[Cursor]()
    while waiting:
        here = waiting.pop()
        if here in seen or not isinstance(here.value, dict):
            continue
        seen.add(here)
        members = here.raw("properties")
        member = members.raw(name) if members is not None else None
        if member is not None and isinstance(member.value, dict) and {"const", "enum"} & member.value.keys():
            return True
        reference = here.value.get("$ref")
        found = follow(reference, here.document) if isinstance(reference, str) else None
        waiting += [found] if found is not None else []
        parts = here.raw("allOf")
        listed = parts.value if parts is not None and isinstance(parts.value, list) else []
        waiting += [
            Cursor(here.source, part, here.document, f"{here.pointer}/allOf/{i}") for i, part in enumerate(listed)
        ]
    return False


def tagged(branch: Any, tag: tuple[str, list[str]] | None) -> Any:
    """A branch that needs its tag."""
    if tag is None or not isinstance(branch, dict):
        return branch
    name, values = tag
    return {**branch, "properties": {name: {"enum": values}}, "required": [name]}
