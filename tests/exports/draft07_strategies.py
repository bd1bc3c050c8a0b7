"""Schemas of 2020-12 with everything that draft-07 says otherwise or not at all, and values for them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

NAMES = st.sampled_from(["a", "b", "ab"])
WORDS = st.sampled_from(["", "a", "ab", "P1D", "2f1f2d6e-7c9e-4a9b-8f5e-5b7a3d2c1e0f"])
SCALARS = st.none() | st.booleans() | st.integers(-2, 3) | WORDS
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda below: st.lists(below, max_size=3) | st.dictionaries(NAMES, below, max_size=3), max_leaves=6
)
COUNTS = st.integers(0, 2)
REFERENCES = st.sampled_from(
    ["#", "#/$defs/one", "#/$defs/two", "#two", "#/$defs/one/items", "#/$defs/none", "other.json"]
)


_SCALAR_KEYWORDS: dict[str, st.SearchStrategy[Any]] = {
    "type": st.sampled_from(["object", "array", "string", "integer", ["array", "object"]]),
    "const": SCALARS,
    "enum": st.lists(SCALARS, max_size=3),
    **dict.fromkeys(("maxLength", "minItems", "maxItems", "minProperties", "minContains", "maxContains"), COUNTS),
    "required": st.lists(NAMES, max_size=2, unique=True),
    "format": st.sampled_from(["uuid", "duration", "date", "x"]),
    "dependentRequired": st.dictionaries(NAMES, st.lists(NAMES, max_size=1), max_size=2),
    "$ref": REFERENCES,
    "$dynamicRef": REFERENCES,
    "contentEncoding": st.just("base64"),
    "$comment": st.just("a note"),
}
_ONE = (
    *("additionalProperties", "propertyNames", "items", "contains", "unevaluatedItems", "unevaluatedProperties"),
    *("not", "if", "then", "else", "additionalItems"),
)
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAPS = ("properties", "patternProperties", "dependentSchemas", "dependencies")
_KEYWORDS = (*_SCALAR_KEYWORDS, *_ONE, *_LISTS, *_MAPS)
_LEAVES = st.booleans() | st.sampled_from([{}, {"type": "string"}, {"const": 1}, {"$ref": "#/$defs/two"}])


@st.composite
def schemas(draw: st.DrawFn, depth: int = 2) -> Any:
    """Return a schema of a few keywords: more of them hide each other."""
    if depth == 0:
        return draw(_LEAVES)
    made: dict[str, Any] = {}
    for keyword in draw(st.lists(st.sampled_from(_KEYWORDS), min_size=1, max_size=4, unique=True)):
        if keyword in _ONE:
            made[keyword] = draw(schemas(depth - 1))
        elif keyword in _LISTS:
            made[keyword] = [draw(schemas(depth - 1)) for _ in range(draw(st.integers(1, 2)))]
        elif keyword in _MAPS:
            made[keyword] = {draw(NAMES): draw(schemas(depth - 1)) for _ in range(draw(COUNTS))}
        else:
            made[keyword] = draw(_SCALAR_KEYWORDS[keyword])
    return made


@st.composite
def documents(draw: st.DrawFn) -> Any:
    """Return a document with definitions, to which its references may lead."""
    anchor = draw(st.sampled_from(["$anchor", "$dynamicAnchor"]))
    two = {**draw(schemas(1)), anchor: "two"}
    return {**draw(schemas()), "$defs": {"one": draw(schemas(1)), "two": two}}
