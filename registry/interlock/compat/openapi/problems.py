"""Problems (RFC 9457): which types a schema of them knows."""

from __future__ import annotations

from typing import Any

from .schemas import Extracted
from .sides import in_place

_MOST_NESTED = 20
"""So deep are choices within choices looked into."""


def types_of(schema: Extracted) -> frozenset[str] | None:
    """The types of the problems that a schema lets through; None where it leaves the type open."""
    found = _types(schema.schema, schema.schema, _MOST_NESTED)
    return frozenset(found) if found is not None else None


def _types(root: Any, schema: Any, deep: int) -> set[str] | None:
    """The constants that `type` may have in a schema and its choices; None for any."""
    sets: list[set[str]] = []
    for part in in_place(root, schema):
        own = _constants(root, part)
        sets += [own] if own is not None else []
        for keyword in ("oneOf", "anyOf") if deep else ():
            branches = [_types(root, branch, deep - 1) for branch in part.get(keyword, ())]
            known = [branch for branch in branches if branch is not None]
            if branches and len(known) == len(branches):
                sets.append(set().union(*known))
    return set.intersection(*sets) if sets else None


def _constants(root: Any, schema: dict[str, Any]) -> set[str] | None:
    """The constants of the member `type`, where it is bound to some."""
    for part in in_place(root, schema.get("properties", {}).get("type")):
        listed = [part["const"]] if "const" in part else part.get("enum")
        if isinstance(listed, list) and "x-extensible-enum" not in part:
            return {value for value in listed if isinstance(value, str)}
    return None


def only(schema: Extracted, types: frozenset[str]) -> Extracted:
    """The problems of a schema that have one of these types, or none."""
    told = {"properties": {"type": {"enum": sorted(types)}}}
    whole: dict[str, Any] = schema.schema if isinstance(schema.schema, dict) else {}
    return Extracted(whole | {"allOf": [*whole.get("allOf", []), told]}, schema.at, schema.homes)
