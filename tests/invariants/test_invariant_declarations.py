"""A faulty declaration is named: the rule, the parameter, the path that leads to nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.invariants import faults

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}},
        "pair": {"prefixItems": [{"type": "string"}, {"type": "object", "properties": {"a": {}}}]},
        "map": {"type": "object", "additionalProperties": {"type": "object", "properties": {"a": {"type": "string"}}}},
        "named": {"patternProperties": {"^x": {"type": "integer"}}},
        "choice": {"oneOf": [{"type": "object", "properties": {"a": {}}}, {"type": "object", "properties": {"b": {}}}]},
        "extensions": {"type": "object", "additionalProperties": True},
        "nothing": False,
        "loop": {"$ref": "#/properties/loop"},
    },
    "$defs": {"line": {"type": "object", "properties": {"n": {"type": "integer"}, "inner": {"$ref": "#/$defs/line"}}}},
}


@pytest.mark.parametrize(
    ("rule", "parameters", "at", "words"),
    [
        ("gs1-check-digits", {"at": ""}, "/rule", "did you mean 'gs1-check-digit'?"),
        ("zzz", {}, "/rule", "the rules are"),
        ("positive", {}, "/parameters", "'at' is missing"),
        ("positive", {"att": "/a", "at": "/a"}, "/parameters/att", "did you mean 'at'?"),
        ("positive", {"at": "a"}, "/parameters/at", "pattern"),
        ("positive", {"at": 5}, "/parameters/at", "expected"),
        ("code-in-list", {"at": "", "codes": []}, "/parameters/codes", ""),
        ("not-before", {"at": "/a", "than": "/b", "tolerance": "P1M"}, "/parameters/tolerance", ""),
        ("required-when", {"then": ["/a"]}, "/parameters", "'when' is missing"),
        ("required-when", {"when": {"at": "/a", "in": [1], "is": 2}, "then": ["/a"]}, "/parameters/when/is", ""),
        ("sum-equals", {"terms": [{"at": "/a", "sign": "negative"}], "equals": "/b"}, "/parameters/terms/0", ""),
        ("pointers-resolve", {"at": "/a", "in": "/lines/*"}, "/parameters/in", "pattern"),
    ],
)
def test_a_faulty_declaration_is_named(rule: str, parameters: dict[str, Any], at: str, words: str) -> None:
    """The pointer leads to what is wrong, and the sentence says what would mend it."""
    found = faults(rule, parameters)
    assert found
    assert found[0][0].startswith(at), found
    assert words in found[0][1]


@pytest.mark.parametrize(
    ("path", "declared"),
    [
        ("", True), ("/lines/*/n", True), ("/lines/0/n", True), ("/lines/*/inner/inner/n", True), ("/lines/*/m", False),
        ("/lines/n", False), ("/line/*/n", False), ("/pair/1/a", True), ("/pair/0/a", False), ("/pair/*/a", True),
        ("/map/any/a", True), ("/map/*/a", True), ("/map/any/b", False), ("/named/y", True), ("/choice/b", True),
        ("/choice/c", False), ("/extensions/com.example/x", True), ("/nothing", False), ("/loop/a", False),
        ("/lines/*/n/value", False), ("/*", True), ("/*/*/n", True),
    ],
)  # fmt: skip
def test_a_path_leads_to_something_declared_or_is_named(path: str, *, declared: bool) -> None:
    """A path that no schema member can match is a misprint."""
    found = faults("positive", {"at": path}, schema=SCHEMA)
    assert [at for at, _ in found] == ([] if declared else ["/parameters/at"])


SCHEMAS: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["#", "#/properties/a", "#/none", "x", "object", "string"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "properties",
                    "items",
                    "prefixItems",
                    "allOf",
                    "$ref",
                    "type",
                    "if",
                    "dependentSchemas",
                    "patternProperties",
                    "a",
                    "enum",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=15,
)


@given(SCHEMAS, st.sampled_from(["", "/a", "/a/*/b", "/0/a", "/*"]))
def test_no_schema_makes_the_question_fail(schema: Any, path: str) -> None:
    """A schema from a fork need not be one; then other rules say so."""
    assert len(faults("positive", {"at": path}, schema=schema)) <= 1


def test_paths_are_followed_below_each_and_when() -> None:
    """`each` and `when` are paths too, and the others start where `each` leads."""
    found = faults("positive", {"each": "/lines/*", "when": {"at": "/k", "in": [1]}, "at": "/n"}, schema=SCHEMA)
    assert [at for at, _ in found] == ["/parameters/when/at"]
    assert [at for at, _ in faults("unique", {"at": "/lines", "by": "/m"}, schema=SCHEMA)] == ["/parameters/by"]
