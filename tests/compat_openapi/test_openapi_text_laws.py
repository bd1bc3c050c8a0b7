"""A law of parameters with a choice of types: what is written as text is read, or the answer says which text is not."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st

from interlock.compat import Verdict
from interlock.compat.openapi import refusals

BRANCHES = st.sampled_from([
    {"type": "string"}, {"type": "string", "enum": ["all", "7"]}, {"type": "string", "pattern": "^[a-z]+$"},
    {"type": "integer"}, {"type": "integer", "minimum": 0, "maximum": 9}, {"type": "boolean"}, {"type": "number"},
    {"type": ["string", "integer"]}, {"type": ["integer", "boolean"]},
])  # fmt: skip
SCHEMAS = BRANCHES | st.builds(lambda branches: {"anyOf": branches}, st.lists(BRANCHES, min_size=1, max_size=3))
VALUES = ["", "all", "x1", "abc", "7", "-7", "true", 0, 7, 9, 10, -7, True, False, 1.5]
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?")


def document(schema: Any) -> dict[str, Any]:
    """A document with one optional query parameter."""
    parameter = {"name": "q", "in": "query", "schema": schema}
    operation = {"parameters": [parameter], "responses": {"200": {"description": "Done."}}}
    return {"openapi": "3.1.1", "info": {"title": "Plant", "version": "1.0.0"}, "paths": {"/lots": {"get": operation}}}


def takes(schema: Any, value: Any) -> bool:
    """Whether a schema takes a value, says the independent validator."""
    return bool(jsonschema.Draft202012Validator(schema).is_valid(value))


def reads(schema: Any, text: str) -> bool:
    """Whether a text can be read as some value that the schema takes."""
    readings: list[Any] = [text]
    if text in ("true", "false") or NUMBER.fullmatch(text):
        readings.append(json.loads(text))
    return any(takes(schema, reading) for reading in readings)


@settings(max_examples=150)
@given(SCHEMAS, SCHEMAS)
def test_what_is_written_is_read(writer: Any, reader: Any) -> None:
    """Compatible: every value's text is read. Breaking: the witness's text is written by the old client, and not read."""
    answer = refusals(writer=document(writer), reader=document(reader), seconds=60)
    if answer.verdict is Verdict.COMPATIBLE:
        for value in VALUES:
            text = value if isinstance(value, str) else json.dumps(value)
            assert not takes(writer, value) or reads(reader, text), (value, writer, reader)
    for refusal in answer.refusals:
        text = refusal.witness["request"]["target"].partition("?q=")[2]
        text = text.replace("%2B", "+")
        assert reads(writer, text), (text, writer, reader)
        assert not reads(reader, text), (text, writer, reader)
