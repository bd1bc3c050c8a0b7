"""Documents of 3.0 in the words of 3.1: nothing that was said is lost, and nothing is added."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from openapi_plans import plan
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_writing import Writing

from interlock.compat import Verdict
from interlock.compat.openapi import refusals
from interlock_codegen.lifting import lifted, misread


@st.composite
def old_documents(draw: st.DrawFn) -> Any:
    """A document of OpenAPI 3.0."""

    def pick(options: Any) -> Any:
        return draw(st.sampled_from(options))

    return Writing(pick, is_3_0=True).document(plan(pick))


@settings(max_examples=25)
@given(old_documents())
def test_lifting_changes_nothing_on_the_wire(document: Any) -> None:
    """A client of either document gets on with a server of the other, and the lifted one is valid OpenAPI 3.1."""
    made = lifted(document)
    assert not list(misread(document))
    assert not list(OpenAPIV31SpecValidator(made).iter_errors())
    for writer, reader in ((document, made), (made, document)):
        answer = refusals(writer=writer, reader=reader, seconds=30)
        assert answer.verdict is Verdict.COMPATIBLE, answer
        assert not answer.refusals


def test_names_are_no_keywords_and_data_is_no_schema() -> None:
    """Only schemas change: not what is called like one, no example, no extension, and nothing of a 3.1 document."""
    schema = {"type": "string", "nullable": True}
    document = {
        "openapi": "3.0.3",
        "x-schema": {"schema": schema},
        "paths": {"/a": {"get": {"callbacks": {"schema": {"{$url}": {"post": {"requestBody": {"content": {"schema": {"schema": schema, "example": {"schema": schema}}}}}}}}}}},
        "components": {"responses": {"schema": {"description": "a", "headers": {"schema": {"schema": schema}}}}, "schemas": {"properties": schema}},
    }  # fmt: skip
    after = {"type": ["string", "null"]}
    assert lifted(document) == {
        "openapi": "3.1.1",
        "x-schema": {"schema": schema},
        "paths": {"/a": {"get": {"callbacks": {"schema": {"{$url}": {"post": {"requestBody": {"content": {"schema": {"schema": after, "example": {"schema": schema}}}}}}}}}}},
        "components": {"responses": {"schema": {"description": "a", "headers": {"schema": {"schema": after}}}}, "schemas": {"properties": after}},
    }  # fmt: skip
    assert lifted({**document, "openapi": "3.1.0"}) == {**document, "openapi": "3.1.0"}
