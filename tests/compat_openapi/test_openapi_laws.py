"""What holds of all documents."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openapi_judge import prepared, proves
from openapi_strategies import document, documents, refactorings, schemas, values

from interlock.compat import Verdict
from interlock.compat.openapi import refusals

SECONDS = 30.0
LAWS = settings(max_examples=60, derandomize=True)


@LAWS
@given(documents)
def test_a_document_fits_itself(made: dict[str, Any]) -> None:
    """Nothing is found between a document and its copy."""
    answer = refusals(writer=made, reader=document(*bodies(made)), seconds=SECONDS)
    assert (answer.verdict, answer.notes) == (Verdict.COMPATIBLE, ())


@LAWS
@given(refactorings())
def test_equivalent_documents_fit_each_other(case: tuple[dict[str, Any], dict[str, Any], list[str]]) -> None:
    """Whatever equivalent refactorings are made, in whatever combination, nothing is found, there and on the wire back."""
    old, new, names = case
    answer = refusals(writer=old, reader=new, seconds=SECONDS)
    assert (answer.verdict, answer.notes) == (Verdict.COMPATIBLE, ()), (names, answer)
    assert refusals(writer=new, reader=old, seconds=SECONDS).verdict is Verdict.COMPATIBLE, names


@LAWS
@given(documents, documents)
def test_every_witness_is_true(old: dict[str, Any], new: dict[str, Any]) -> None:
    """What a schema refuses is shown by a message that one document permits and the other does not, says another validator."""
    for refusal in refusals(writer=old, reader=new, seconds=SECONDS).refusals:
        assert proves(refusal, old, new), refusal


@LAWS
@given(schemas, schemas, st.lists(values, min_size=1, max_size=20))
def test_what_is_compatible_is_taken(before: Any, after: Any, sent: list[Any]) -> None:
    """Where nothing is found, no value that one side permits is turned away by the other, in either direction."""
    asking = refusals(writer=document(before, {}), reader=document(after, {}), seconds=SECONDS).verdict
    answering = refusals(writer=document({}, before), reader=document({}, after), seconds=SECONDS).verdict
    for value in sent:
        if asking is Verdict.COMPATIBLE and fits(before, value, strict=True):
            assert fits(after, value, strict=True)
        if answering is Verdict.COMPATIBLE and fits(after, value, strict=True):
            assert fits(before, value, strict=False)


@LAWS
@given(documents, documents)
def test_swapping_request_and_response_swaps_the_parts(old: dict[str, Any], new: dict[str, Any]) -> None:
    """A webhook's body is read as a response is: the verdicts about one schema agree."""
    before, after = bodies(old)[0], bodies(new)[0]
    answered = refusals(writer=document({}, before), reader=document({}, after), seconds=SECONDS)
    sent = refusals(writer=webhook(before), reader=webhook(after), seconds=SECONDS)
    causes = [[(refusal.cause, refusal.part) for refusal in answer.refusals] for answer in (answered, sent)]
    assert causes[0] == causes[1]


@pytest.mark.parametrize("added", ["parameter", "member", "operation", "response", "media type", "server", "security"])
@LAWS
@given(made=documents)
def test_what_is_added_breaks_nobody(added: str, made: dict[str, Any]) -> None:
    """Every way to offer more."""
    more = document(*bodies(made))
    operation = more["paths"]["/lots/{lot}"]["post"]
    content = operation["requestBody"]["content"]
    if added == "parameter":
        operation["parameters"].append({"name": "dryRun", "in": "query", "schema": {"type": "boolean"}})
    elif added == "member":
        schema = content["application/json"]["schema"]
        content["application/json"]["schema"] = {**schema, "properties": {**schema["properties"], "note": {}}}
    elif added == "operation":
        more["paths"]["/lots"] = {"get": {"responses": {"200": {"description": "All."}}}}
    elif added == "response":
        operation["responses"]["409"] = {"description": "Refused."}
    elif added == "media type":
        content["application/xml"] = {"schema": {"type": "object"}}
    elif added == "server":
        more["servers"] = [{"url": "/"}, {"url": "https://plant.example.com"}]
    else:
        more["security"] = [{}, {"key": []}]
        more["components"] = {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}}
    answer = refusals(writer=made, reader=more, seconds=SECONDS)
    assert (answer.verdict, answer.notes) == (Verdict.COMPATIBLE, ())


def bodies(made: dict[str, Any]) -> tuple[Any, Any]:
    """The schemas of a document's request and response."""
    operation = made["paths"]["/lots/{lot}"]["post"]
    owners = (operation["requestBody"], operation["responses"]["200"])
    request, response = (owner["content"]["application/json"]["schema"] for owner in owners)
    return request, response


def webhook(body: Any) -> dict[str, Any]:
    """A document with one webhook."""
    posted = {"requestBody": {"required": True, "content": {"application/json": {"schema": body}}}}
    return {"openapi": "3.1.1", "info": {"title": "Plant", "version": "1"}, "webhooks": {"lotHeld": {"post": posted}}}


def fits(schema: Any, value: Any, *, strict: bool) -> bool:
    """Whether a value fits a schema, closed or open, says jsonschema."""
    plain = prepared(schema, {}, strict=strict, unsent="")
    return jsonschema.Draft202012Validator(plain).is_valid(value)
