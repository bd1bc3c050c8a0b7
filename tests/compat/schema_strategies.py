"""Schemas and values drawn over every keyword of JSON Schema 2020-12, small enough to meet each other often."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

NAMES = st.sampled_from(["a", "b", "c"])
PATTERNS = st.sampled_from(["^a", "b$", "^[ab]*$", "^.{2}$", "[0-9]", "^x-", "^[a-c]$", "^(?=.*a).*b"])
TYPES = st.sampled_from([
    "null", "boolean", "integer", "number", "string", "array", "object", ["string", "null"], ["integer", "object"],
])  # fmt: skip
SMALL = st.integers(0, 3)
SCALARS = st.sampled_from([None, True, False, 0, 1, 2, -1, 0.5, 1.5, 10, "", "a", "b", "ab", "abc", "1"])


def values() -> st.SearchStrategy[Any]:
    """JSON values over few names and scalars."""
    names = st.sampled_from(["a", "b", "c", "ab", "x-1"])
    return st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
        max_leaves=6,
    )


def schemas() -> st.SearchStrategy[Any]:
    """Boolean and object schemas, nested a few levels."""
    leaf = st.booleans() | st.builds(lambda t: {"type": t}, TYPES) | _objects(st.booleans())
    return st.recursive(leaf, _objects, max_leaves=5)


def _objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    keywords = _scalar_keywords() | _array_keywords(inner) | _object_keywords(inner) | _combinations(inner)
    return st.lists(keywords, min_size=1, max_size=3).map(_merged)


def _merged(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {keyword: value for part in parts for keyword, value in part.items()}


def _one(keyword: str, value: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda drawn: {keyword: drawn}, value)


def _scalar_keywords() -> st.SearchStrategy[dict[str, Any]]:
    bounds = st.sampled_from([0, 0.5, 1, 2, 2.5])
    return st.one_of(
        _one("type", TYPES),
        _one("enum", st.lists(values(), min_size=1, max_size=4)),
        _one("const", values()),
        *(_one(k, bounds) for k in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")),
        _one("multipleOf", st.sampled_from([1, 2, 3, 0.5, 0.1])),
        _one("minLength", SMALL),
        _one("maxLength", SMALL),
        _one("pattern", PATTERNS),
    )


def _array_keywords(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    counted = st.fixed_dictionaries({"contains": inner}, optional={"minContains": SMALL, "maxContains": SMALL})
    return st.one_of(
        _one("items", inner),
        _one("prefixItems", st.lists(inner, min_size=1, max_size=2)),
        _one("minItems", SMALL),
        _one("maxItems", SMALL),
        _one("uniqueItems", st.booleans()),
        counted,
        _one("unevaluatedItems", inner),
    )


def _object_keywords(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    names = st.lists(NAMES, min_size=1, max_size=2, unique=True)
    return st.one_of(
        _one("properties", st.dictionaries(NAMES, inner, min_size=1, max_size=2)),
        _one("patternProperties", st.dictionaries(PATTERNS, inner, min_size=1, max_size=1)),
        _one("additionalProperties", inner),
        _one("unevaluatedProperties", inner),
        _one("propertyNames", st.builds(lambda p: {"pattern": p}, PATTERNS) | inner),
        _one("required", names),
        _one("minProperties", SMALL),
        _one("maxProperties", SMALL),
        _one("dependentRequired", st.dictionaries(NAMES, names, min_size=1, max_size=1)),
        _one("dependentSchemas", st.dictionaries(NAMES, inner, min_size=1, max_size=1)),
    )


def _combinations(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    branches = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        _one("allOf", branches),
        _one("anyOf", branches),
        _one("oneOf", branches),
        _one("not", inner),
        st.fixed_dictionaries({"if": inner}, optional={"then": inner, "else": inner}),
    )
