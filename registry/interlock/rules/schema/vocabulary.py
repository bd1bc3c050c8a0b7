"""The keywords of JSON Schema 2020-12 and the values that its meta-schema takes for each, decided without a validator."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from interlock.differences import shown
from interlock.pointers import escape
from interlock.references import LISTS, MAPS, SINGLES, subschemas

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TYPES = frozenset({"null", "boolean", "object", "array", "number", "string", "integer"})
_ANCHOR = re.compile(r"[A-Za-z_][-A-Za-z0-9._]*")
Test = Callable[[Any], bool]


def _number(value: Any) -> bool:
    """Say whether a value is a JSON number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _natural(value: Any) -> bool:
    """Say whether a value is a whole number from 0; 2.0 is one (JSON Schema core section 4.2.3)."""
    return _number(value) and value >= 0 and value == int(value)


def _text(value: Any) -> bool:
    """Say whether a value is a string."""
    return isinstance(value, str)


def _flag(value: Any) -> bool:
    """Say whether a value is true or false."""
    return isinstance(value, bool)


def _names(value: Any) -> bool:
    """Say whether a value is a list of different strings."""
    return isinstance(value, list) and all(map(_text, value)) and len(set(value)) == len(value)


def _kinds(value: Any) -> bool:
    """Say whether a value is a JSON type or a list of different ones."""
    listed = value if isinstance(value, list) else [value]
    return _names(listed) and bool(listed) and set(listed) <= _TYPES


def _reference(value: Any) -> bool:
    """Say whether a value is an `$id`: a string with at most an empty fragment."""
    return isinstance(value, str) and "#" not in value.removesuffix("#")


def _anchor(value: Any) -> bool:
    """Say whether a value is the name of an anchor."""
    return isinstance(value, str) and _ANCHOR.match(value) is not None and _ANCHOR.fullmatch(value) is not None


def _table_of(test: Test) -> Test:
    """Return a test for a map whose values pass another test."""
    return lambda value: isinstance(value, dict) and all(map(test, value.values()))


_SHAPES: dict[str, tuple[Test, str]] = {
    "$id": (_reference, "a URI without a fragment"),
    **dict.fromkeys(
        ("$anchor", "$dynamicAnchor"), (_anchor, "a name of letters, digits, - _ . that starts with a letter or _")
    ),
    **dict.fromkeys(
        (
            "$schema",
            "$ref",
            "$dynamicRef",
            "$comment",
            "title",
            "description",
            "pattern",
            "format",
            "contentEncoding",
            "contentMediaType",
        ),
        (_text, "a text"),
    ),
    "$vocabulary": (_table_of(_flag), "a map of URIs to true or false"),
    "type": (_kinds, f"one of {', '.join(sorted(_TYPES))}, or a list of different ones"),
    "enum": (lambda value: isinstance(value, list), "a list of values"),
    "multipleOf": (lambda value: _number(value) and value > 0, "a number above 0"),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"), (_number, "a number")),
    **dict.fromkeys(
        (
            "maxLength",
            "minLength",
            "maxItems",
            "minItems",
            "maxContains",
            "minContains",
            "maxProperties",
            "minProperties",
        ),
        (_natural, "a whole number from 0"),
    ),
    **dict.fromkeys(("uniqueItems", "deprecated", "readOnly", "writeOnly"), (_flag, "true or false")),
    "required": (_names, "a list of different names"),
    "dependentRequired": (_table_of(_names), "a map of names to lists of different names"),
    "examples": (lambda value: isinstance(value, list), "a list of values"),
}
"""Test and words by keyword (JSON Schema core sections 8 to 11, validation sections 6 to 9)."""

KEYWORDS = frozenset(_SHAPES) | (MAPS | LISTS | SINGLES) - {"additionalItems"} | {"const", "default"}
"""Every keyword of the dialect."""


def faults(schema: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield pointer and sentence for each keyword whose value the meta-schema refuses."""
    for at, node in subschemas(schema):
        for keyword, value in node.items():
            yield from _of_keyword(f"{at}/{escape(keyword)}", keyword, value)


def _of_keyword(at: str, keyword: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with one keyword."""
    if keyword in _SHAPES:
        test, words = _SHAPES[keyword]
        if not test(value):
            yield at, f"{keyword} is {shown(value, quoted=True)} and must be {words}"
        elif keyword == "$schema" and value.removesuffix("#") != DIALECT:
            yield at, f"$schema names {shown(value)} and contracts are written in {DIALECT}: leave it out"
    elif keyword in MAPS:
        yield from _below(at, keyword, value, dict, "a map of names to schemas")
    elif keyword in LISTS:
        if value == []:
            yield at, f"{keyword} is empty and must have a schema: remove it"
        yield from _below(at, keyword, value, list, "a list of schemas")
    elif keyword in SINGLES and keyword != "additionalItems" and not isinstance(value, dict | bool):
        mend = ": for a list of schemas write prefixItems" if keyword == "items" and isinstance(value, list) else ""
        yield at, f"{keyword} is {shown(value, quoted=True)} and must be a schema{mend}"


def _below(
    at: str, keyword: str, value: Any, kind: type[dict[str, Any] | list[Any]], words: str
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a keyword that holds several schemas."""
    if not isinstance(value, kind):
        yield at, f"{keyword} is {shown(value, quoted=True)} and must be {words}"
        return
    rows: Iterable[tuple[str | int, Any]] = value.items() if isinstance(value, dict) else enumerate(value)
    for token, item in rows:
        if not isinstance(item, dict | bool):
            yield (
                f"{at}/{escape(token)}",
                f"{shown(item, quoted=True)} stands where a schema is expected: write a map, true or false",
            )
