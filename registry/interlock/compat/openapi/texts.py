"""Schemas of values as schemas of the texts that these travel as."""

from __future__ import annotations

import re
from typing import Any

from .schemas import Extracted
from .serializing import ARRAY, OBJECT, text
from .sides import in_place

_NUMBERS = {"integer": "^-?(0|[1-9][0-9]*)$", "number": "^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?$"}
NUMBER = re.compile(_NUMBERS["number"])
"""A number as JSON writes it (RFC 8259 section 6)."""
_FEW = 1_001
"""So many whole numbers are written out one by one."""
_MOST_NESTED = 20
"""So deep are choices within choices looked into."""
_SILENT = frozenset({
    "$defs", "$ref", "allOf", "examples", "default", "readOnly", "writeOnly", "format", "xml",
})  # fmt: skip
"""What says nothing of a number's text, or is said by the parts that it leads to."""
_OF_LISTS = frozenset({"type", "minItems", "maxItems", "items"})
_OF_OBJECTS = frozenset({
    "type", "properties", "required", "additionalProperties", "minProperties", "maxProperties",
})  # fmt: skip


def own(schema: Extracted) -> dict[str, Any]:
    """A schema's keywords; none where it is a boolean."""
    return schema.schema if isinstance(schema.schema, dict) else {}


def types(schema: Extracted) -> set[str]:
    """The JSON types that a schema's own `type` leaves, without null, which has no text; empty when it says none."""
    found = _types(schema.schema, schema.schema, _MOST_NESTED)
    return found - {"null"} if found else set()


def _types(root: Any, schema: Any, deep: int) -> set[str] | None:
    """The types that a schema and its choices leave; None where nothing says them."""
    sets: list[set[str]] = []
    for part in in_place(root, schema):
        said = part.get("type")
        if said:
            sets.append({said} if isinstance(said, str) else {name for name in said if isinstance(name, str)})
        for keyword in ("anyOf", "oneOf") if deep else ():
            branches = [_types(root, branch, deep - 1) for branch in part.get(keyword, ())]
            known = [branch for branch in branches if branch is not None]
            if branches and len(known) == len(branches):
                sets.append(set().union(*known))
    return set.intersection(*sets) if sets else None


def scalars(schema: Extracted) -> tuple[Any, bool]:
    """The texts of a schema's scalars as a schema of strings, and whether these are exactly all."""
    parts = [part for part in in_place(schema.schema, schema.schema) if part.keys() - _SILENT]
    whole = parts[0] | {"$defs": own(schema).get("$defs", {})} if len(parts) == 1 else own(schema)
    keyword = next((name for name in ("anyOf", "oneOf") if name in whole), None)
    if keyword is not None and whole.keys() <= {keyword, "$defs", "type", "discriminator", "examples", "default"}:
        return _choice(schema, [part_of(schema, branch) for branch in whole[keyword]], apart=keyword == "oneOf")
    said = types(schema)
    if said == {"string"}:
        return own(schema), True
    texts, exact = _texts(schema, said - {"string"})
    strings = [own(schema) | {"type": "string"}] if "string" in said else []
    return {"anyOf": [*strings, texts], "$defs": own(schema).get("$defs", {})}, exact


def _choice(schema: Extracted, branches: list[Extracted], *, apart: bool) -> tuple[Any, bool]:
    """The texts of a choice; where only one branch may fit, these are all only if no value fits two."""
    parts = [scalars(branch) for branch in branches]
    kinds = [
        name for branch in branches for name in {"number" if kind == "integer" else kind for kind in types(branch)}
    ]
    exact = all(same for _, same in parts) and not (apart and len(set(kinds)) < len(kinds))
    return {"anyOf": [part for part, _ in parts], "$defs": own(schema).get("$defs", {})}, exact


def part_of(schema: Extracted, part: Any) -> Extracted:
    """A branch, member or item of a schema, by itself."""
    inner = part if isinstance(part, dict) else {}
    return Extracted({**inner, "$defs": own(schema).get("$defs", {})}, schema.at, schema.homes)


def _texts(schema: Extracted, said: set[str]) -> tuple[Any, bool]:
    """The texts of a schema's numbers and booleans as a schema of strings, and whether these are exactly all."""
    parts = [part for part in in_place(schema.schema, schema.schema) if part.keys() - _SILENT]
    keywords = {keyword for part in parts for keyword in part.keys() - _SILENT}
    listed = next(
        (part["enum"] if "enum" in part else [part["const"]] for part in parts if {"enum", "const"} & part.keys()), None
    )
    if isinstance(listed, list):
        known = sorted({text(value) for value in listed if _is_within(value, said, parts)})
        return {"enum": known}, len(parts) == 1 and keywords <= {"type", "enum", "const", "minimum", "maximum"}
    if said == {"integer"} and len(parts) == 1 and (numbers := _few(parts[0])) is not None:
        return {"enum": [str(number) for number in numbers]}, keywords <= {"type", "minimum", "maximum"}
    choices: list[Any] = [{"type": "string", "pattern": _NUMBERS[name]} for name in sorted(said & _NUMBERS.keys())]
    choices += [{"enum": ["false", "true"]}] if "boolean" in said else []
    return {"anyOf": choices}, keywords == {"type"}


def _is_within(value: Any, said: set[str], parts: list[dict[str, Any]]) -> bool:
    """Whether a listed value has one of some types and lies within the bounds."""
    if isinstance(value, bool):
        return "boolean" in said
    if not isinstance(value, int | float):
        return False
    low, high = (
        [bound for part in parts if isinstance(bound := part.get(name), int | float)] for name in ("minimum", "maximum")
    )
    whole = "number" in said or ("integer" in said and value == int(value))
    return whole and value >= max(low, default=value) and value <= min(high, default=value)


def _few(schema: dict[str, Any]) -> range | None:
    """The whole numbers within a schema's bounds, if these are not many."""
    low, high = schema.get("minimum"), schema.get("maximum")
    if not isinstance(low, int) or not isinstance(high, int) or high - low >= _FEW:
        return None
    return range(low, high + 1)


def textual(schema: Extracted) -> tuple[Extracted, bool] | None:
    """
    A list or object with its scalars as texts, and whether these are exactly all; None where that can't be said.

    What is nested deeper is no text by itself, and stays as it is.
    """
    kind = types(schema)
    parts = list(in_place(schema.schema, schema.schema))
    known = {frozenset({ARRAY}): _OF_LISTS, frozenset({OBJECT}): _OF_OBJECTS}.get(frozenset(kind))
    if known is None or not all(part.keys() <= known | _SILENT for part in parts):
        return None
    exact = [_is_said_once(parts)]
    made = [_part(schema, part, exact) for part in parts]
    if None in made:
        return None
    whole = {"allOf": made, "$defs": own(schema).get("$defs", {})}
    return Extracted(whole, schema.at, schema.homes), all(exact)


def _is_said_once(parts: list[dict[str, Any]]) -> bool:
    """Whether no two schemas speak of the same member or of the items: two texts may agree where the values do not."""
    said = [name for part in parts for name in [*part.get("properties", ()), *({"items"} & part.keys())]]
    return len(set(said)) == len(said)


def _part(schema: Extracted, part: dict[str, Any], exact: list[bool]) -> dict[str, Any] | None:
    """One of the schemas that say what a list or object is."""
    made = {keyword: value for keyword, value in part.items() if keyword not in _SILENT}
    below = {
        keyword: _inner(schema, made[keyword], exact)
        for keyword in ("items", "additionalProperties")
        if keyword in made
    }
    members = {name: _inner(schema, value, exact) for name, value in made.get("properties", {}).items()}
    if None in (*below.values(), *members.values()):
        return None
    return made | below | ({"properties": members} if "properties" in made else {})


def _inner(schema: Extracted, part: Any, exact: list[bool]) -> Any:
    """A member or item as text; None where its types are not said."""
    if isinstance(part, bool):
        return part
    inner = part_of(schema, part)
    said = types(inner)
    if said & {ARRAY, OBJECT}:
        nested = textual(inner) if said == {ARRAY} else None
        exact.append(nested is None or nested[1])
        return part if nested is None else _marked(part, nested[0].schema)
    if not said:
        return None
    texts, known = scalars(inner)
    exact.append(known)
    return _marked(part, texts)


def _marked(part: dict[str, Any], made: Any) -> dict[str, Any]:
    """A schema made of another, with what says whose it is to send."""
    marks = {name: part[name] for name in ("readOnly", "writeOnly") if name in part}
    return {**{keyword: value for keyword, value in made.items() if keyword != "$defs"}, **marks}
