"""
A cheaper schema that takes only what the exact one takes: most messages need no more than its answer.

What it refuses is judged again by the exact schema, so it may be narrower and must never be wider.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import jsonschema_rs

from .schemas import DIALECT, LISTS, MAPS, SINGLES, AnySchema, Schema, subschemas

_QUESTIONS = frozenset({"not", "if", "then", "else", "oneOf", "contains", "dependentSchemas", "propertyNames"})
"""Keywords under which a narrower schema would not make the whole narrower; they are left as they are."""
_CONTEXTUAL = frozenset({"unevaluatedProperties", "unevaluatedItems", "$dynamicRef", "$recursiveRef", "dependencies"})
"""Keywords whose answer depends on how others came to theirs."""


def quicker(schema: AnySchema) -> Schema | None:
    """Return a narrower and cheaper schema of one that was prepared for the validator, or None when there is none."""
    if not isinstance(schema, dict) or schema.get("$schema", DIALECT) != DIALECT or not _is_plain(schema):
        return None
    made = _narrowed(schema)
    return None if made == schema else dict(made)


def _is_plain(schema: Schema) -> bool:
    """Say whether a narrower part makes the whole narrower: no question leads to a schema that is used elsewhere too."""
    for node in subschemas(schema):
        if node.keys() & _CONTEXTUAL:
            return False
        if any("$ref" in below for part in _asked(node) for below in subschemas(part)):
            return False
    return True


def _asked(node: Schema) -> Iterator[Any]:
    """Yield the schemas of one that ask a question."""
    for keyword in _QUESTIONS & node.keys():
        value = node[keyword]
        if keyword in MAPS and isinstance(value, dict):
            yield from value.values()
        elif isinstance(value, list):
            yield from value
        else:
            yield value


def _narrowed(schema: Any) -> Any:
    """Return a schema with what is costly replaced, here and below."""
    if not isinstance(schema, dict):
        return schema
    result = {keyword: _below(keyword, value) for keyword, value in schema.items()}
    return _with_cheap_steps(_with_known_names(result))


def _below(keyword: str, value: Any) -> Any:
    """Return a keyword's value with the schemas in it narrowed, unless it asks a question."""
    if keyword in _QUESTIONS:
        return value
    if keyword in MAPS and isinstance(value, dict):
        return {name: _narrowed(item) for name, item in value.items()}
    if keyword in LISTS and isinstance(value, list):
        return [_narrowed(item) for item in value]
    return _narrowed(value) if keyword in SINGLES else value


def _with_known_names(schema: Schema) -> Schema:
    """Return an object's schema that takes only declared names, when these fit `propertyNames`: then it need not be asked."""
    names = schema.get("properties")
    if "propertyNames" not in schema or not isinstance(names, dict) or "patternProperties" in schema:
        return schema
    rule = {"$schema": DIALECT, "propertyNames": schema["propertyNames"]}
    if "$ref" in str(rule) or not jsonschema_rs.Draft202012Validator(rule, validate_formats=True).is_valid(
        dict.fromkeys(names)
    ):
        return schema
    return {
        **{keyword: value for keyword, value in schema.items() if keyword != "propertyNames"},
        "additionalProperties": False,
    }


def _with_cheap_steps(schema: Schema) -> Schema:
    """Return a number's schema in which integers pass a step like 0.001 without a division of fractions."""
    step = schema.get("multipleOf")
    if not isinstance(step, (float, Decimal)) or (1 / Decimal(str(step))) % 1:
        return schema
    rest = {keyword: value for keyword, value in schema.items() if keyword != "multipleOf"}
    either = {"anyOf": [{"type": "integer"}, {"multipleOf": step}]}
    return {**rest, "allOf": [*rest.get("allOf", []), either]}
