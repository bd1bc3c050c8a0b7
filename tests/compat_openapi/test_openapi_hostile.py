"""Documents that are broken, huge or malicious: an answer within the budget, no network, no crash."""

from __future__ import annotations

import copy
import socket
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlock.compat import Verdict, compare
from interlock.compat.openapi import refusals

BUDGET = 1.0
PATIENCE = 30.0
"""Far more than the budget, for machines that do other things too; a hang is longer."""


def operations(count: int, schema: Any, *, filler: str = "") -> dict[str, Any]:
    """A document with many operations that share a schema."""
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Lot"}}}}
    paths = {
        f"/things{number}/{{id}}": {
            "post": {
                "description": filler,
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "requestBody": body,
                "responses": {"200": {"description": "Done.", **body}},
            }
        }
        for number in range(count)
    }
    return {"openapi": "3.1.1", "info": {}, "paths": paths, "components": {"schemas": {"Lot": schema}}}


def posting(schema: Any, **more: Any) -> dict[str, Any]:
    """A document with one body."""
    body = {"content": {"application/json": {"schema": schema}}}
    return {"openapi": "3.1.1", "info": {}, "paths": {"/a": {"post": {"requestBody": body, "responses": {}}}}, **more}


def nested(levels: int, keyword: str) -> Any:
    """A schema in a schema in a schema."""
    schema: Any = {"type": "string"}
    for _ in range(levels):
        schema = {keyword: [schema] if keyword == "allOf" else schema}
    return schema


LOT = {"type": "object", "properties": {"lot": {"type": "string"}}}
WIDE = {"type": "object", "properties": {f"p{number}": {"type": "string"} for number in range(100_000)}}
CHAIN = {f"S{n}": {"properties": {"a": {"$ref": f"#/components/schemas/S{(n * 7 + 1) % 2000}"}}} for n in range(2000)}
CATASTROPHE = {"type": "string", "pattern": "^(([a-z])+.)+[A-Z]([a-z])+$"}

HOSTILE = {
    "10,000 operations": (operations(10_000, LOT), operations(10_000, {**LOT, "required": ["lot"]})),
    "50 MB": (operations(2_000, LOT, filler="x" * 25_000), operations(2_000, {**LOT, "required": ["lot"]})),
    "200,000 members": (posting(WIDE), posting({**WIDE, "required": ["p5"]})),
    "200 levels": (posting(nested(200, "items")), posting(nested(201, "items"))),
    "200 levels of allOf": (posting(nested(100, "allOf")), posting({"maxLength": 1, **nested(100, "allOf")})),
    "100,000 levels": (posting(nested(100_000, "items")), posting({})),
    "references in a ring": (posting({"$ref": "#/components/schemas/S0"}, components={"schemas": CHAIN}), posting({"type": "object", "properties": {"a": {"type": "object"}}})),
    "a pattern that backtracks": (posting(CATASTROPHE), posting({"type": "string", "pattern": "^[a-z.]+$"})),
    "a huge number": (posting({"type": "integer", "minimum": 10**400}), posting({"type": "integer", "maximum": 1})),
    "braces in names": (posting({"properties": {"{old}{0}": {"contentEncoding": "base64"}}}), posting({"properties": {"{old}{0}": {"contentEncoding": "{new}"}}})),
    "a reference to itself": (posting({}), posting({"$ref": "#/paths/~1a/post/requestBody/content/application~1json/schema"})),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a connection fails the test."""

    def refuse(*_arguments: Any) -> None:
        pytest.fail("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.parametrize("name", HOSTILE)
def test_it_ends(name: str) -> None:
    """In time, with an answer that is no yes unless it is proved."""
    old, new = HOSTILE[name]
    started = time.monotonic()
    answer = refusals(writer=old, reader=new, seconds=BUDGET)
    assert time.monotonic() - started < PATIENCE
    assert answer.verdict is not Verdict.COMPATIBLE or name in {"200 levels", "a reference to itself"}, answer
    if answer.verdict is Verdict.UNDECIDED:
        assert all(gap.message for gap in answer.undecided)


@pytest.mark.parametrize(
    "reference", ["https://example.com/a.json", "file:///etc/passwd", "//example.com/a", "../../../../etc/passwd", "#"]
)
def test_references_lead_nowhere(reference: str) -> None:
    """What is not handed over is not there."""
    answer = refusals(writer=posting({"type": "string"}), reader=posting({"$ref": reference}), seconds=BUDGET)
    assert answer.verdict is not Verdict.COMPATIBLE


def test_references_lead_to_what_is_handed_over() -> None:
    """By its path, also where it is written from another one."""
    shared = {"types/lot.yaml": {"$ref": "../types/text.yaml"}, "types/text.yaml": {"type": "string", "maxLength": 4}}
    old, new = posting({"type": "string"}), posting({"$ref": "types/lot.yaml"})
    answer = compare(writer=old, reader=new, format="openapi", documents=shared)
    assert [(refusal.cause, str(refusal.reader)) for refusal in answer.refusals] == [
        ("length", "types/text.yaml#/maxLength")
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)
WHOLE = operations(1, LOT) | {"servers": [{"url": "/v1"}], "security": [{"key": []}]}


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for key, part in below for place in places(part, (*at, key)))]


@settings(max_examples=300, derandomize=True)
@given(st.sampled_from(places(WHOLE)[1:]), JSON)
def test_junk_at_any_place(place: tuple[Any, ...], junk: Any) -> None:
    """Whatever stands anywhere, there is an answer; and the broken document still fits itself."""
    broken = copy.deepcopy(WHOLE)
    inner: Any = broken
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = junk
    for old, new in ((WHOLE, broken), (broken, WHOLE)):
        refusals(writer=old, reader=new, seconds=BUDGET)
    if place != ("openapi",):
        assert refusals(writer=broken, reader=copy.deepcopy(broken), seconds=BUDGET).verdict is not Verdict.BREAKING
