"""What each keyword says, one small function each, and the table that pairs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from interlock.compat.jsonschema.formats import format_language
from interlock.regex import Language

from .formulas import (
    ARRAY,
    EVERY_NAME,
    FALSE,
    NO,
    NULL,
    NUMBER,
    OBJECT,
    STRING,
    TRUE,
    YES,
    Formula,
    Names,
    every,
    least,
    most,
    named,
    negated,
    some,
)
from .reading import a_list, a_map, declared, has, known
from .unevaluated import items_not_evaluated, members_not_evaluated
from .values import NotReadError, fixed, number

if TYPE_CHECKING:
    from interlock.compat.jsonschema.documents import Place

    from .meaning import Meaning, Says

TYPES = {"null": NULL, "boolean": FALSE | TRUE, "number": NUMBER, "string": STRING, "array": ARRAY, "object": OBJECT}


def _type(_m: Meaning, _place: Place, value: Any) -> Formula:
    names = [value] if isinstance(value, str) else value
    mask = sum(TYPES[name] for name in {*names} - {"integer"})
    if "integer" not in names or "number" in names:
        return ("kinds", mask)
    return every((("kinds", mask | NUMBER), ("multiple", number(1))))


def _one_of(m: Meaning, place: Place, value: Any) -> Formula:
    ways = [m.child(place, "oneOf", i) for i in range(len(a_list(value)))]
    others = [[negated(other) for j, other in enumerate(ways) if j != i] for i in range(len(ways))]
    return some(every((way, *rest)) for way, rest in zip(ways, others, strict=True))


def _if(m: Meaning, place: Place, _value: Any) -> Formula:
    condition = m.child(place, "if")
    then, otherwise = (m.child(place, k) if k in known(place) else YES for k in ("then", "else"))
    return every((some((negated(condition), then)), some((condition, otherwise))))


def _strict(place: Place, keyword: str) -> bool:
    return place.dialect.bool_exclusive and place.schema.get(keyword) is True


def _multiple(_m: Meaning, _place: Place, value: Any) -> Formula:
    step = number(value)
    if step <= 0:
        raise NotReadError
    return ("multiple", step)


def _format(m: Meaning, place: Place, value: Any) -> Formula:
    if not m.formats or not isinstance(value, str):
        return YES
    language = format_language(value, place.dialect.name)
    if language is None:
        raise NotReadError
    return ("text", language)


def _count(value: Any) -> int:
    counted = number(value)
    if counted < 0 or counted.denominator != 1:
        raise NotReadError
    return int(counted)


def _items(m: Meaning, place: Place, value: Any) -> Formula:
    if isinstance(value, list):
        if "prefixItems" in place.dialect.keywords:
            raise NotReadError
        return _by_place(m, place, "items", value)
    before = place.schema.get("prefixItems", []) if "prefixItems" in place.dialect.keywords else []
    return ("items", (len(a_list(before)), None), m.child(place, "items"))


def _by_place(m: Meaning, place: Place, keyword: str, value: Any) -> Formula:
    return every(("items", (i, i + 1), m.child(place, keyword, i)) for i in range(len(a_list(value))))


def _additional_items(m: Meaning, place: Place, _value: Any) -> Formula:
    before = place.schema.get("items")
    if not isinstance(before, list):
        return YES
    return ("items", (len(before), None), m.child(place, "additionalItems"))


def _contains(m: Meaning, place: Place, _value: Any) -> Formula:
    part, schema = m.child(place, "contains"), place.schema
    counted = "minContains" in place.dialect.keywords
    lowest = _count(schema.get("minContains", 1)) if counted else 1
    parts = [least("items", (0, None), part, lowest)]
    if counted and "maxContains" in schema:
        parts.append(most("items", (0, None), part, _count(schema["maxContains"])))
    return every(parts)


def _properties(m: Meaning, place: Place, value: Any) -> Formula:
    return every(("members", named(name), m.child(place, "properties", name)) for name in a_map(value))


def _pattern_properties(m: Meaning, place: Place, value: Any) -> Formula:
    return every(
        ("members", Names(languages=(Language.pattern(p),)), m.child(place, "patternProperties", p))
        for p in a_map(value)
    )


def _additional_properties(m: Meaning, place: Place, _value: Any) -> Formula:
    return ("members", declared(place).others(), m.child(place, "additionalProperties"))


def _property_names(m: Meaning, place: Place, _value: Any) -> Formula:
    language = _strings(m, m.child(place, "propertyNames"))
    return ("members", Names(languages=(~language,)), NO)


def _strings(m: Meaning, formula: Formula) -> Language:
    """The strings that have a formula."""
    op = formula[0]
    if op == "schema":
        return _strings(m, m.opened(formula))
    if op == "not":
        return ~_strings(m, formula[1])
    if op == "in":
        return Language.words(sorted(text for tag, text in formula[1] if tag == STRING))
    if op == "kinds":
        return Language.length(0, None if formula[1] & STRING else -1)
    if op == "unknown":
        raise NotReadError
    if op not in {"all", "any"}:
        language: Language = formula[1] if op == "text" else Language.length(0, None)
        return language
    result = Language.length(0, None if op == "all" else -1)
    for part in formula[1]:
        result = result & _strings(m, part) if op == "all" else result | _strings(m, part)
    return result


def _names(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise NotReadError
    return value


def _brings(name: str, parts: list[Formula]) -> Formula:
    return some((("members", named(name), NO), every(parts)))


def _dependent(m: Meaning, place: Place, keyword: str, value: Any) -> Formula:
    parts = []
    for name, needed in a_map(value).items():
        listed = [needed] if isinstance(needed, str) else needed
        is_names = isinstance(listed, list) and keyword != "dependentSchemas"
        parts.append(_brings(name, list(map(has, _names(listed))) if is_names else [m.child(place, keyword, name)]))
    return every(parts)


def _dynamic(_m: Meaning, _place: Place, _value: Any) -> Formula:
    raise NotReadError


KEYWORDS: Mapping[str, Says] = {
    "$ref": lambda m, p, v: m.schema(m.target(p, v)),
    "$dynamicRef": _dynamic,
    "$recursiveRef": _dynamic,
    "type": _type,
    "enum": lambda _m, _p, v: ("in", frozenset(map(fixed, a_list(v)))),
    "const": lambda _m, _p, v: ("in", frozenset((fixed(v),))),
    "allOf": lambda m, p, v: every(m.child(p, "allOf", i) for i in range(len(a_list(v)))),
    "anyOf": lambda m, p, v: some(m.child(p, "anyOf", i) for i in range(len(a_list(v)))),
    "oneOf": _one_of,
    "not": lambda m, p, _v: negated(m.child(p, "not")),
    "if": _if,
    "minimum": lambda _m, p, v: ("from", number(v), _strict(p, "exclusiveMinimum")),
    "maximum": lambda _m, p, v: ("to", number(v), _strict(p, "exclusiveMaximum")),
    "exclusiveMinimum": lambda _m, p, v: YES if p.dialect.bool_exclusive else ("from", number(v), True),
    "exclusiveMaximum": lambda _m, p, v: YES if p.dialect.bool_exclusive else ("to", number(v), True),
    "multipleOf": _multiple,
    "minLength": lambda _m, _p, v: ("text", Language.length(_count(v), None)),
    "maxLength": lambda _m, _p, v: ("text", Language.length(0, _count(v))),
    "pattern": lambda _m, _p, v: ("text", Language.pattern(v)),
    "format": _format,
    "items": _items,
    "prefixItems": lambda m, p, v: _by_place(m, p, "prefixItems", v),
    "additionalItems": _additional_items,
    "minItems": lambda _m, _p, v: least("items", (0, None), YES, _count(v)),
    "maxItems": lambda _m, _p, v: most("items", (0, None), YES, _count(v)),
    "uniqueItems": lambda _m, _p, v: ("unique",) if v is True else YES,
    "contains": _contains,
    "unevaluatedItems": lambda m, p, _v: items_not_evaluated(m, p),
    "properties": _properties,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
    "propertyNames": _property_names,
    "required": lambda _m, _p, v: every(map(has, _names(v))),
    "minProperties": lambda _m, _p, v: least("members", EVERY_NAME, YES, _count(v)),
    "maxProperties": lambda _m, _p, v: most("members", EVERY_NAME, YES, _count(v)),
    "dependentRequired": lambda m, p, v: _dependent(m, p, "dependentRequired", v),
    "dependentSchemas": lambda m, p, v: _dependent(m, p, "dependentSchemas", v),
    "dependencies": lambda m, p, v: _dependent(m, p, "dependencies", v),
    "unevaluatedProperties": lambda m, p, _v: members_not_evaluated(m, p),
}
"""Each keyword that says something of a value."""
