"""What a contract adds to a schema as written, and that pointers still point to what was written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from schema_strategies import schemas

from interlock.compat import Verdict, compare
from interlock.compat.jsonschema.translating import MARK, UNKNOWN
from interlock.compat.views import VIEWS, applied, closed, open_enums, opened, strict

STRING = {"type": "string"}
LOT = {"type": "object", "properties": {"lotId": STRING}, "required": ["lotId"]}
LOT_WITH_NOTE = {"type": "object", "properties": {"lotId": STRING, "note": STRING}, "required": ["lotId"]}


def gate(writer: Any, reader: Any, how: str = "contract-reader") -> Any:
    """The contract's question."""
    seen = applied(writer, VIEWS["contract-writer"]), applied(reader, VIEWS[how])
    return compare(writer=seen[0], reader=seen[1], seconds=20)


def test_adding_an_optional_member_is_safe_both_ways() -> None:
    """The reason for the views: as written, an old closed reader would refuse it."""
    assert gate(LOT_WITH_NOTE, LOT).verdict is Verdict.COMPATIBLE
    assert gate(LOT, LOT_WITH_NOTE).verdict is Verdict.COMPATIBLE


def test_a_member_that_changes_its_type_breaks() -> None:
    """With the place in the schema as written."""
    reader = {"type": "object", "properties": {"lotId": STRING, "note": {"type": "integer"}}, "required": ["lotId"]}
    answer = gate(LOT_WITH_NOTE, reader)
    assert [(r.cause, r.reader.pointer, r.at) for r in answer.refusals] == [("type", "/properties/note/type", "/note")]


def test_a_strict_reader_refuses_what_it_does_not_know() -> None:
    """Requests to an API: an unknown instruction must not be dropped silently."""
    answer = gate(LOT_WITH_NOTE, LOT, "contract-strict-reader")
    assert [(r.cause, r.witness) for r in answer.refusals] == [("additional-member", {"lotId": "", "note": ""})]


CLOSED: list[tuple[str, Any, Any]] = [
    ("an object with members", LOT, {**LOT, "unevaluatedProperties": False}),
    ("a map stays a map", {"type": "object", "additionalProperties": STRING}, None),
    ("an object without members", {"type": "object"}, None),
    ("names by pattern", {"properties": {"a": True}, "patternProperties": {"^x-": True}}, None),
    ("already open on purpose", {"properties": {"a": True}, "additionalProperties": True}, None),
    (
        "once around a composition",
        {"allOf": [LOT, {"properties": {"b": STRING}}]},
        {"allOf": [LOT, {"properties": {"b": STRING}}], "unevaluatedProperties": False},
    ),
    (
        "at the place that refers, not in the shared type",
        {"properties": {"a": {"$ref": "#/$defs/lot"}}, "$defs": {"lot": LOT}},
        {
            "properties": {"a": {"$ref": "#/$defs/lot", "unevaluatedProperties": False}},
            "$defs": {"lot": LOT},
            "unevaluatedProperties": False,
        },
    ),
    (
        "below items and inside branches",
        {"oneOf": [{"properties": {"a": {"type": "array", "items": LOT}}}]},
        {
            "oneOf": [{"properties": {"a": {"type": "array", "items": {**LOT, "unevaluatedProperties": False}}}}],
            "unevaluatedProperties": False,
        },
    ),
    ("a condition is only a question", {"not": LOT, "if": LOT}, None),
]


@pytest.mark.parametrize(("schema", "expected"), [row[1:] for row in CLOSED], ids=[row[0] for row in CLOSED])
def test_closing(schema: Any, expected: Any) -> None:
    """One outermost keyword for each object; None: nothing to close."""
    assert closed(schema) == (schema if expected is None else expected)


def test_a_closed_place_used_as_a_part_is_undecided() -> None:
    """Closing it where it stands would forbid what the other part declares, so a yes would be wrong."""
    schema = {
        "type": "object",
        "properties": {"a": LOT, "b": {"allOf": [{"$ref": "#/properties/a"}, {"properties": {"note": STRING}}]}},
    }
    assert UNKNOWN in str(closed(schema))
    reader = {"properties": {"b": {"properties": {"note": False}}}}
    assert compare(writer=closed(schema), reader=reader, seconds=20).verdict is Verdict.UNDECIDED


def test_a_recursive_place_is_closed_without_doubt() -> None:
    """A reference that is all there is at a place is closed there like any other."""
    tree = {"type": "object", "properties": {"child": {"$ref": "#"}}}
    assert UNKNOWN not in str(closed(tree))
    assert (
        compare(writer=closed(tree), reader=closed(tree | {"title": "same"}), seconds=20).verdict is Verdict.COMPATIBLE
    )


OPENED: list[tuple[str, Any, Any]] = [
    (
        "at any depth",
        {"properties": {"a": {"additionalProperties": False}}, "unevaluatedProperties": False},
        {"properties": {"a": {}}},
    ),
    ("a schema for others stays", {"additionalProperties": STRING}, {"additionalProperties": STRING}),
    (
        "branches that exclude each other",
        {"oneOf": [{"type": "object", "additionalProperties": False}, {"type": "null"}]},
        {"oneOf": [{"type": "object"}, {"type": "null"}]},
    ),
]


@pytest.mark.parametrize(("schema", "expected"), [row[1:] for row in OPENED], ids=[row[0] for row in OPENED])
def test_opening(schema: Any, expected: Any) -> None:
    """What closes an object goes."""
    assert opened(schema) == expected


@pytest.mark.parametrize(
    "schema",
    [
        {"not": {"properties": {"a": True}, "additionalProperties": False}},
        {"if": {"additionalProperties": False}, "then": False},
        {"oneOf": [{"required": ["a"], "additionalProperties": False, "properties": {"a": True}}, {"required": ["b"]}]},
        {"not": {"$ref": "#/$defs/c"}, "$defs": {"c": {"additionalProperties": False}}},
    ],
    ids=["under not", "under if", "under branches that overlap", "through a reference"],
)
def test_opening_under_a_question_is_undecided(schema: Any) -> None:
    """There, opening would change the answer in both directions; it is marked and not guessed."""
    view = opened(schema)
    assert MARK in str(view)
    answer = compare(writer={"type": "object", "required": ["a", "b"]}, reader=view, seconds=20)
    assert [u.code for u in answer.undecided] == ["view-not-sound"]


def test_open_enums_take_any_value_of_the_pattern() -> None:
    """A value that is not yet known is no break; one outside the pattern is."""
    old = {"type": "string", "pattern": "^[A-Z_]+$", "x-extensible-enum": ["OPEN"], "enum": ["OPEN"]}
    new = {"type": "string", "pattern": "^[A-Z_]+$", "x-extensible-enum": ["OPEN", "HELD"]}
    assert gate(new, old).verdict is Verdict.COMPATIBLE
    assert gate({**new, "pattern": "^[A-Z0-9_]+$"}, old).refusals[0].cause == "pattern"


def test_a_closed_enum_that_grows_breaks_old_readers() -> None:
    """As written."""
    assert gate({"enum": ["A", "B"]}, {"enum": ["A"]}).refusals[0].cause == "enum"


@settings(max_examples=100)
@given(schemas())
def test_views_only_add_or_drop_siblings(schema: Any) -> None:
    """Applied twice they change nothing more, and a strict reader takes what a closed writer sends."""
    for view in (closed, opened, open_enums, strict):
        once = view(schema)
        if MARK not in str(once) and UNKNOWN not in str(once):
            assert view(once) == once
    assert compare(writer=closed(schema), reader=strict(schema), seconds=20).verdict is Verdict.COMPATIBLE
