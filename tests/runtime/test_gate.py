"""The gate: what it can't compile exactly it says, the quick answer is never wider, closing follows the composition."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock_runtime import Gate, UnsupportedSchema
from interlock_runtime.closing import closed
from interlock_runtime.gate import _compiled
from interlock_runtime.quick import quicker

"""A busy machine is no fault."""
UNSUPPORTED: dict[str, tuple[Any, str]] = {
    "remote reference": ({"$ref": "https://elsewhere.example/x.json"}, "elsewhere.example"),
    "dangling reference": ({"$ref": "#/$defs/none"}, "$defs"),
    "unknown dialect": ({"$schema": "https://example.com/mine"}, "dialect"),
    "dialect that is no text": ({"$schema": 5}, "dialect"),
    "pattern": ({"properties": {"a": {"pattern": "("}}}, "pattern"),
    "backreference": ({"pattern": "(a)\\1"}, "refers back"),
    "other engine's escape": ({"patternProperties": {"\\Aa": True}}, "ECMA-262"),
    "keyword's type": ({"minLength": "5"}, "5"),
    "number": ({"minimum": float("inf")}, "number"),
}


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_what_cannot_be_exact_is_said_when_it_is_compiled(name: str) -> None:
    """A schema is refused with its reason, and no document is ever judged by a guess."""
    schema, words = UNSUPPORTED[name]
    with pytest.raises(UnsupportedSchema) as refused:
        Gate(schema)
    assert words in str(refused.value)


def test_a_schema_without_end_is_refused() -> None:
    """Nesting that would exhaust the stack ends in a sentence."""
    schema: dict[str, Any] = {}
    for _ in range(3000):
        schema = {"not": schema}
    with pytest.raises(UnsupportedSchema, match="deep"):
        Gate(schema)


def test_a_schema_is_not_changed() -> None:
    """What was given stays as it was, whatever is made of it."""
    schema = {
        "properties": {"a": {"$ref": "#/$defs/t"}},
        "$defs": {"t": {"properties": {"b": {"pattern": "^.$"}}, "multipleOf": 0.5}},
    }
    before = json.dumps(schema)
    Gate(schema, closed=True)
    assert json.dumps(schema) == before


def test_a_message_names_the_pattern_as_the_contract_wrote_it() -> None:
    """Not in the dialect of the engine."""
    assert Gate({"pattern": "^.:$"}).violations(b'"x"')[0].text == "must match ^.:$"


def test_the_validators_own_numbers_decide_no_text() -> None:
    """Words speak of one character, two characters."""
    gate = Gate(
        {"properties": {"a": {"minLength": 1}, "b": {"minLength": 2}, "c": {"type": ["string", "integer", "null"]}}}
    )
    texts = {found.pointer: found.text for found in gate.violations(b'{"a":"","b":"","c":[]}')}
    assert texts["/a"] == "must have at least 1 character"
    assert texts["/b"] == "must have at least 2 characters"
    assert texts["/c"].startswith("must be of type ")
    assert texts["/c"].count(" or ") == 1


def test_a_pattern_that_goes_back_without_end_refuses() -> None:
    """Looking around needs an engine that goes back; its steps are limited, and what it can't decide is not taken."""
    gate = Gate({"pattern": "((a+)+)+(?=b)$"})
    assert [found.rule for found in gate.violations(b'"' + b"a" * 40 + b'!"')] == ["pattern"]


def test_a_large_message_is_told_its_first_fault() -> None:
    """A hundred thousand faults would cost seconds to put into words."""
    gate = Gate({"items": {"type": "string"}})
    assert len(gate.violations(b"[" + b",".join([b"1"] * 20_000) + b"]")) == 100
    assert len(gate.violations(b"[" + b",".join([b"1"] * 100_000) + b"]")) == 1


# The quick answer

QUICK: dict[str, Any] = {
    "known names": {"properties": {"ab": {}, "cd": {"type": "string"}}, "propertyNames": {"pattern": "^[a-z]{2}$"}, "additionalProperties": {"type": "integer"}},
    "step": {"items": {"type": "number", "multipleOf": 0.001, "maximum": 5}},
    "step with allOf": {"items": {"multipleOf": 0.5, "allOf": [{"maximum": 2}]}},
    "reference": {"items": {"$ref": "#/$defs/q"}, "$defs": {"q": {"multipleOf": 0.01}}},
    "branches beside": {"oneOf": [{"required": ["ab"]}, {"required": ["cd"]}], "properties": {"ab": {"multipleOf": 0.1}, "cd": {}}},
}  # fmt: skip
SLOW: dict[str, Any] = {
    "nothing costly": {"type": "object", "properties": {"a": {"type": "string"}}},
    "a question that refers": {
        "not": {"$ref": "#/$defs/q"},
        "properties": {"a": {"$ref": "#/$defs/q"}},
        "$defs": {"q": {"multipleOf": 0.1}},
    },
    "a question beside dependent schemas": {
        "dependentSchemas": {"a": {"required": ["b"]}},
        "not": {"$ref": "#/$defs/q"},
        "$defs": {"q": {"multipleOf": 0.1}},
    },
    "branches that refer": {"oneOf": [{"$ref": "#/$defs/q"}, {"type": "integer"}], "$defs": {"q": {"multipleOf": 0.1}}},
    "dependent schemas that refer": {
        "dependentSchemas": {"a": {"$ref": "#/$defs/q"}},
        "properties": {"b": {"multipleOf": 0.1}},
        "$defs": {"q": {}},
    },
    "context": {"properties": {"a": {"multipleOf": 0.1}}, "unevaluatedProperties": False},
    "declared names outside the rule": {"properties": {"A": {}}, "propertyNames": {"pattern": "^[a-z]$"}},
    "step that does not divide one": {"multipleOf": 0.3},
    "older dialect": {"$schema": "http://json-schema.org/draft-07/schema#", "multipleOf": 0.1},
    "no object": True,
}
JSON = st.recursive(
    st.sampled_from([None, True, 0, 1, 2, 7, 0.5, 0.25, 0.01, 0.001, 0.0005, 0.1, 0.15, "x", ""]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["ab", "cd", "ef", "g", "A"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("name", QUICK)
@given(JSON)
def test_the_quick_answer_is_never_wider(name: str, value: Any) -> None:
    """What the cheaper schema takes the exact one takes."""
    quick = quicker(QUICK[name])
    assert quick is not None
    assert not _compiled(quick).is_valid(value) or _compiled(QUICK[name]).is_valid(value)


@pytest.mark.parametrize("name", SLOW)
def test_no_quick_answer_where_it_could_be_wider(name: str) -> None:
    """A narrower part would make the whole wider under a question, so there is no quick answer then."""
    assert quicker(SLOW[name]) is None


# Closing

TREE = {"type": "object", "properties": {"name": {}, "children": {"type": "array", "items": {"$ref": "#/$defs/tree"}}}}
CLOSING: dict[str, tuple[Any, list[Any], list[Any]]] = {
    "members": ({"properties": {"a": {}}}, [{}, {"a": 1}], [{"b": 1}]),
    "map": ({"properties": {"a": {}}, "additionalProperties": {"type": "integer"}}, [{"b": 1}], [{"b": "x"}]),
    "map by patterns": ({"properties": {"a": {}}, "patternProperties": {"^x": {}}}, [{"xa": 1}, {"z": 1}], []),
    "open on purpose": ({"properties": {"a": {}}, "additionalProperties": True}, [{"b": 1}], []),
    "object without members": ({"type": "object"}, [{"anything": 1}], []),
    "nested": ({"properties": {"a": {"properties": {"b": {}}}}}, [{"a": {"b": 1}}], [{"a": {"c": 1}}]),
    "items": ({"items": {"properties": {"b": {}}}}, [[{"b": 1}]], [[{"c": 1}]]),
    "composed": ({"allOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}, [{"a": 1, "b": 2}], [{"c": 1}]),
    "branches": ({"oneOf": [{"properties": {"k": {"const": 1}, "a": {}}, "required": ["k"]}, {"properties": {"k": {"const": 2}, "b": {}}, "required": ["k"]}]}, [{"k": 1, "a": 1}, {"k": 2, "b": 1}], [{"k": 1, "b": 1}]),
    "recursive": ({"$ref": "#/$defs/tree", "$defs": {"tree": TREE}}, [{"children": [{"name": 1, "children": []}]}], [{"children": [{"x": 1}]}, {"x": 1}]),
    "reference and siblings": ({"properties": {"a": {"$ref": "#/$defs/t", "required": ["n"]}}, "$defs": {"t": {"properties": {"n": {}}}}}, [{"a": {"n": 1}}], [{"a": {"n": 1, "m": 1}}]),
    "reference to the top": ({"properties": {"a": {"$ref": "#"}}}, [{"a": {"a": {}}}], [{"a": {"b": 1}}]),
    "question": ({"properties": {"a": {}}, "not": {"properties": {"a": {"properties": {"b": {"const": 1}}, "required": ["b"]}}, "required": ["a"]}}, [{"a": {}}], [{"a": {"b": 1, "c": 1}}]),
    "name that is taken": ({"properties": {"a": {"$ref": "#/$defs/t"}}, "$defs": {"t": {"properties": {"n": {}}}, "t.closed": {}}}, [{"a": {"n": 1}}], [{"a": {"m": 1}}]),
    "draft 7": ({"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"properties": {"b": {}}}}}, [{"a": {"b": 1}}], [{"a": {"c": 1}}]),
}  # fmt: skip


@pytest.mark.parametrize("name", CLOSING)
def test_a_writer_sends_declared_members_only(name: str) -> None:
    """Closed at each place where an object begins, whatever it is put together of; maps stay maps."""
    schema, takes, refuses = CLOSING[name]
    gate = Gate(schema, closed=True)
    assert [value for value in takes if not gate.fits(value)] == []
    assert [value for value in refuses if gate.fits(value)] == []
    assert all(Gate(schema).fits(value) for value in takes)


def test_what_cannot_be_closed_is_said() -> None:
    """Before draft 2019-09 there is no keyword for it."""
    with pytest.raises(UnsupportedSchema, match="closed"):
        closed({"$schema": "http://json-schema.org/draft-07/schema#", "allOf": [{"properties": {"a": {}}}]})
