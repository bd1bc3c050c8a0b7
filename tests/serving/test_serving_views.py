"""The server's views of schemas are the compatibility engine's: requests strict, responses open, and markers obeyed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from serving_plant import SHIPPED, Given, Service, asked, run, shipped
from test_serving_laws import bodies, inlined
from test_serving_products import examples, operations, request_of, staged

from exactness.exactness_documents import seeded
from exactness.exactness_oracle import exact
from interlock.compat.openapi.rules import REQUEST, RESPONSE
from interlock.compat.openapi.sides import takes, takes_strictly
from interlock_runtime.gate import Gate
from interlock_runtime.schemas import pointed
from interlock_runtime.serving.schemas import request_view, resolved, response_view

BODIES = 12
NAMES = "abc"


def replies() -> list[Any]:
    """Return every successful JSON response of the shipped products."""
    return [
        pytest.param(path, method, at, said, status, id=f"{path}-{said['operationId']}-{status}")
        for path in SHIPPED
        for method, at, said in operations(shipped(path))
        for status in said["responses"]
        if status.startswith("2") and resolved(shipped(path).document, said["responses"][status]).get("content")
    ]


@pytest.mark.parametrize(("path", "method", "at", "said", "status"), replies())
def test_what_clients_take_goes_out(path: str, method: str, at: str, said: dict[str, Any], status: str) -> None:
    """In the strictest mode a response goes out if and only if an independent validator takes it as a client reads."""
    product, stage = shipped(path), staged(path)
    reply = resolved(product.document, said["responses"][status])
    content = reply["content"]["application/json"]
    accepts = exact(takes(inlined(product.document, content["schema"]), RESPONSE))
    value = examples(said.get("requestBody", {}).get("content"))[0]
    request = request_of(product, method, at, said, value)
    headers = {"location": "/x/1", "etag": '"4"'}
    sent = tuple((name, text) for name, text in headers.items() if name in map(str.lower, reply.get("headers", {})))
    for text in bodies(seeded(f"{path} {said['operationId']} {status}"), examples(reply["content"]), BODIES):
        stage.service = Service(int(status), (*sent, ("content-type", "application/json")), text)
        result: Given = run(asked(stage.serving, **request))
        assert result.status == (int(status) if accepts(text) else 500), (text, result.body)


LEAVES = st.sampled_from([
    {"type": "string"}, {"type": "integer"}, {"enum": ["x"], "x-extensible-enum": ["x"]}, {"enum": ["x", 1]},
    {"$ref": "#/components/schemas/Leaf"}, {"type": "string", "readOnly": True}, {"type": "integer", "writeOnly": True},
    {"$ref": "#/components/schemas/Secret"}, {"allOf": [{"$ref": "#/components/schemas/Made"}]},
])  # fmt: skip
COMPONENTS = {
    "Leaf": {"type": ["string", "integer"]},
    "Secret": {"type": "string", "writeOnly": True},
    "Made": {"type": "string", "readOnly": True},
}


def objects(members: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return schemas of objects, open, closed or put together of two."""
    plain = st.builds(
        lambda properties, required, closing: {
            "type": "object", "properties": properties, "required": sorted(required), **closing,
        },
        st.dictionaries(st.sampled_from(NAMES), members, min_size=1),
        st.sets(st.sampled_from(NAMES)),
        st.sampled_from([{}, {}, {"additionalProperties": False}, {"unevaluatedProperties": False}]),
    )  # fmt: skip
    parts = st.lists(plain.map(without_closing), min_size=1, max_size=2)
    return st.one_of(plain, parts.map(lambda all_of: {"allOf": all_of}))


def without_closing(schema: Any) -> Any:
    """Return an object's schema left open, so that it can be put together with others."""
    return {key: value for key, value in schema.items() if not key.endswith("Properties")}


SCHEMAS = objects(st.one_of(LEAVES, objects(LEAVES), LEAVES.map(lambda leaf: {"type": "array", "items": leaf})))
SCALARS = st.sampled_from(["x", "y", 1, 1.5, None])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.dictionaries(st.sampled_from([*NAMES, "d"]), inner), st.lists(inner, max_size=2)),
    max_leaves=8,
)


@given(SCHEMAS, st.lists(st.dictionaries(st.sampled_from([*NAMES, "d"]), VALUES), min_size=1, max_size=8))
def test_views_are_those_of_the_compatibility_engine(schema: Any, values: list[Any]) -> None:
    """What is judged at run time is what changes of the contract were judged by."""
    document = {"components": {"schemas": COMPONENTS}}
    plain = inlined(document, schema)
    strict, open_ = exact(takes_strictly(plain, REQUEST)), exact(takes(plain, RESPONSE))
    request = Gate(request_view(document, schema), closed=True)
    response = Gate(response_view(document, schema))
    for value in values:
        text = json.dumps(value).encode()
        assert request.accepts(text) is strict(text), (schema, value)
        assert response.accepts(text) is open_(text), (schema, value)


def test_a_schema_may_refer_to_itself() -> None:
    """A recursive schema stands alone, and each level is strict."""
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}}}
    document = {"components": {"schemas": {"Node": node}}}
    gate = Gate(request_view(document, {"$ref": "#/components/schemas/Node"}), closed=True)
    assert gate.accepts(b'{"next": {"next": {}}}')
    assert not gate.accepts(b'{"next": {"next": {"other": 1}}}')
    assert pointed(document, "#/components/schemas/Node") == node
