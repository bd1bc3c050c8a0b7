"""One schema object of OpenAPI 3.0 or 3.1 as JSON Schema 2020-12, by its own keywords only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from interlock.compat.jsonschema.dialects import DEFAULT, Shape, dialect_of
from interlock.compat.jsonschema.translating import MARK

UNSEEN = frozenset({
    "title", "description", "$comment", "externalDocs", "deprecated", "$defs", "definitions", "$id", "$schema",
    "$anchor", "$dynamicAnchor", "example", "nullable",
})  # fmt: skip
"""Keywords that no value shows, and the names by which references lead here (they are followed before)."""
_RANGES: Mapping[str, tuple[int, int]] = MappingProxyType({
    **{f"int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)},
})  # fmt: skip
"""The bounds of the integer formats in the OpenAPI Format Registry."""
_BYTES = "application/octet-stream"
_OAS_DIALECT = "https://spec.openapis.org/oas/3.1/dialect/"


def normalised(schema: dict[str, Any], *, is_3_0: bool) -> dict[str, Any]:
    """
    A schema's own keywords as 2020-12 has them; what is below stays as it is.

    >>> normalised({"type": "string", "nullable": True, "example": "a"}, is_3_0=True)
    {'type': ['string', 'null'], 'examples': ['a']}
    >>> normalised({"type": "integer", "minimum": 1, "exclusiveMinimum": True}, is_3_0=True)
    {'type': 'integer', 'exclusiveMinimum': 1}
    """
    if is_3_0 and isinstance(schema.get("$ref"), str):
        return {"$ref": schema["$ref"]}  # OpenAPI 3.0.4 section 4.7.23: siblings of a reference are ignored
    made = {keyword: value for keyword, value in schema.items() if keyword not in UNSEEN}
    if is_3_0:
        made = _from_3_0(made, nullable=schema.get("nullable") is True)
    if "example" in schema and "examples" not in made:
        made["examples"] = [schema["example"]]
    if not isinstance(made.get("examples", []), list):
        del made["examples"]
    made = _with_range(_with_content(made))
    for reason in list(_misshapen(made, schema)):
        made[MARK] = reason
    return {keyword: value for keyword, value in made.items() if _well_shaped(keyword, value)}


def _from_3_0(schema: dict[str, Any], *, nullable: bool) -> dict[str, Any]:
    """Nullable and exclusive bounds, which OpenAPI 3.0 has as booleans (4.7.24, with the clarification of 3.0.3)."""
    if nullable and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
    for inclusive, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if schema.get(exclusive) is True and inclusive in schema:
            schema[exclusive] = schema.pop(inclusive)
        elif isinstance(schema.get(exclusive), bool):
            del schema[exclusive]
    return schema


def _with_content(schema: dict[str, Any]) -> dict[str, Any]:
    """`byte` and `binary` of 3.0 as 3.1 writes them (OpenAPI 3.1.1 section 4.4.1.2)."""
    if schema.get("format") == "byte":
        schema = {k: v for k, v in schema.items() if k != "format"} | {"contentEncoding": "base64"}
    elif schema.get("format") == "binary":
        schema = {k: v for k, v in schema.items() if k != "format"}
    if schema.get("contentMediaType") == _BYTES and "contentEncoding" not in schema:
        schema = {k: v for k, v in schema.items() if k != "contentMediaType"}
    return schema


def _with_range(schema: dict[str, Any]) -> dict[str, Any]:
    """The bounds that an integer format stands for, where the schema has no tighter ones."""
    name = schema.get("format")
    types = schema.get("type")
    if not isinstance(name, str) or name not in _RANGES or types not in ("integer", ["integer", "null"]):
        return schema
    low, high = _RANGES[name]
    bounds = {keyword: schema.get(keyword) for keyword in ("minimum", "maximum")}
    least, most = (value if isinstance(value, int | float) else None for value in bounds.values())
    return schema | {
        "minimum": low if least is None else max(low, least),
        "maximum": high if most is None else min(high, most),
    }


def _misshapen(schema: dict[str, Any], written: dict[str, Any]) -> Iterator[str]:
    """Say why a schema can't be read; each reason begins with its code."""
    for keyword, value in schema.items():
        if not _well_shaped(keyword, value):
            yield f"not-a-schema: {keyword} is not what JSON Schema allows there"
    dialect = written.get("$schema")
    if dialect is not None and not understood(dialect):
        yield f"unknown-dialect: schemas of {dialect} are not read here"


def understood(dialect: object) -> bool:
    """Whether a dialect is 2020-12, or what OpenAPI 3.1 makes of it."""
    return dialect_of(dialect) is DEFAULT or (isinstance(dialect, str) and dialect.startswith(_OAS_DIALECT))


def _well_shaped(keyword: str, value: Any) -> bool:
    shape = DEFAULT.keywords.get(keyword, Shape.NONE)
    if keyword in ("required", "type") and isinstance(value, list):
        return all(isinstance(name, str) for name in value)
    if keyword in ("required", "enum"):
        return isinstance(value, list)
    if keyword in ("$ref", "$dynamicRef", "type"):
        return isinstance(value, str)
    if shape is Shape.NONE:
        return True
    if shape is Shape.ONE:
        return isinstance(value, dict | bool)
    below = value if shape is Shape.LIST and isinstance(value, list) else None
    below = list(value.values()) if shape is Shape.MAP and isinstance(value, dict) else below
    return below is not None and all(isinstance(part, dict | bool) for part in below)
