"""What holds of all requests: the contract's answer is the middleware's, and what a client writes a server reads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal, localcontext
from random import Random
from typing import Any

import jsonschema
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from serving_plant import CASES, SHIPPED, Given, Service, asked, mounted, product, run, shipped, unthrottled
from test_serving_products import examples, operations, request_of

from exactness.exactness_documents import mutated, seeded, written
from exactness.exactness_oracle import document, exact
from interlock.compat.openapi.rules import REQUEST
from interlock.compat.openapi.sides import takes_strictly
from interlock_runtime.clients import serializing
from interlock_runtime.clients.parameters import Parameter
from interlock_runtime.products import Product
from interlock_runtime.schemas import pointed
from interlock_runtime.violations import ContractViolation

BODIES = 30
"""How many bodies each command of the shipped products gets."""


def inlined(root: Any, node: Any) -> Any:
    """Return a schema with everything that it refers to in its place: as naive as the middleware is not."""
    if isinstance(node, list):
        return [inlined(root, item) for item in node]
    if not isinstance(node, dict):
        return node
    rest = {key: value if key in ("enum", "const") else inlined(root, value) for key, value in node.items()}
    if not isinstance(rest.get("$ref"), str):
        return rest
    target = inlined(root, pointed(root, rest.pop("$ref")))
    return {**rest, "allOf": [*rest.get("allOf", ()), target]} if rest.keys() - {"description"} else target


def commands() -> list[Any]:
    """Return every operation with a JSON body."""
    return [
        pytest.param(path, method, at, said, id=f"{path}-{said['operationId']}")
        for path in SHIPPED
        for method, at, said in operations(shipped(path))
        if "requestBody" in said
    ]


@pytest.mark.parametrize(("path", "method", "at", "said"), commands())
def test_what_the_contract_takes_is_let_through(path: str, method: str, at: str, said: dict[str, Any]) -> None:
    """An independent validator and the middleware agree on every body; a refusal points where the validator does."""
    described = shipped(path)
    content = next(iter(said["requestBody"]["content"].values()))
    strict = takes_strictly(inlined(described.document, content["schema"]), REQUEST)
    accepts, random = exact(strict), seeded(f"{path} {said['operationId']}")
    service = Service()
    serving = mounted(service, unthrottled(described), mode="pass", site_of=lambda _: None)
    verdicts = {True: 0, False: 0}
    for number, text in enumerate(bodies(random, examples(said["requestBody"]["content"]), BODIES)):
        request = request_of(described, method, at, said, None)
        headers = [pair for pair in request["headers"] if pair[0] != "Idempotency-Key"]
        sent = [*headers, ("content-type", next(iter(said["requestBody"]["content"])))]
        keyed = [*sent, ("Idempotency-Key", f"k{number}")]
        service.reached.clear()
        result: Given = run(asked(serving, method, request["target"], keyed, [text]))
        expected = accepts(text)
        verdicts[expected] += 1
        assert bool(service.reached) is expected, (text, result.body)
        assert result.status == (200 if expected else 422), (text, result.body)
        if not expected:
            check_pointers(result, strict, text)
    assert all(verdicts.values()), verdicts


def bodies(random: Random, given_examples: list[Any], count: int) -> Iterator[bytes]:
    """Yield texts of bodies: examples, and examples with up to three changes."""
    for example in given_examples:
        yield written(example).encode()
    for _ in range(count):
        value = random.choice(given_examples)
        for _ in range(random.choice([1, 1, 1, 2, 3])):
            value = mutated(value, random)
        yield written(value).encode("utf-8", "surrogatepass")


def check_pointers(result: Given, strict: Any, text: bytes) -> None:
    """Each pointer of a refusal lies at or below a place that the independent validator names."""
    errors = result.json["errors"]
    assert errors
    if "can't be read" in result.json["detail"]:
        return
    decimals = json.loads(json.dumps(ended(strict)), parse_float=Decimal)
    validator = jsonschema.Draft202012Validator(decimals, format_checker=jsonschema.FormatChecker())
    with localcontext() as context:
        context.prec = 6000
        places = {
            "".join(f"/{str(token).replace('~', '~0').replace('/', '~1')}" for token in error.absolute_path)
            for error in validator.iter_errors(document(text))
        }
    for error in errors:
        assert any(error["pointer"].startswith(place) for place in places), (error, places)


def ended(schema: Any) -> Any:
    """Return a schema whose patterns end where the text does: Python's `$` also takes a line feed there."""
    if isinstance(schema, dict):
        return {
            key: re.sub(r"\$$", r"\\Z", value) if key == "pattern" and isinstance(value, str) else ended(value)
            for key, value in schema.items()
        }
    return [ended(item) for item in schema] if isinstance(schema, list) else schema


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)
SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXTS, "integer": st.integers(-(10**9), 10**9), "boolean": st.booleans(),
    "number": st.decimals(-1000, 1000, places=3).map(float),
}  # fmt: skip
FORMS = [
    *(("path", style, explode) for style in ("simple", "label", "matrix") for explode in (True, False)),
    *(("query", "form", explode) for explode in (True, False)),
    *(("header", "simple", explode) for explode in (True, False)),
    ("query", "spaceDelimited", False), ("query", "pipeDelimited", False), ("query", "deepObject", True),
    ("cookie", "form", False),
]  # fmt: skip


@st.composite
def values(draw: st.DrawFn) -> tuple[dict[str, Any], Any]:
    """Draw a schema and a value of it."""
    kind = draw(st.sampled_from(sorted(SCALARS)))
    shape = draw(st.sampled_from(["scalar", "array", "object"]))
    if shape == "scalar":
        return {"type": kind}, draw(SCALARS[kind])
    if shape == "array":
        return {"type": "array", "items": {"type": kind}}, draw(st.lists(SCALARS[kind], min_size=1, max_size=4))
    members = draw(st.dictionaries(st.sampled_from(["r", "g", "b"]), SCALARS[kind], min_size=1))
    return {"type": "object", "properties": {name: {"type": kind} for name in "rgb"}}, members


@given(st.sampled_from(FORMS), values())
def test_what_a_client_writes_a_server_reads(form: tuple[Any, Any, bool], drawn: tuple[dict[str, Any], Any]) -> None:
    """Each style and explode is read back as the value that was written, in every place."""
    (place, style, explode), (schema, value) = form, drawn
    parameter = Parameter("p", place, lambda: schema, required=True, style=style, explode=explode)
    try:
        target, headers = sent(parameter, value)
    except ContractViolation:  # the client refuses what can't be read back
        assume(False)  # noqa: FBT003 - hypothesis's own signature
        return
    assume("%2F" not in target)  # refused by the server, since services take it for a separator
    service = Service()
    serving = mounted(service, one_parameter(place, style, schema, explode=explode))
    result: Given = run(asked(serving, "GET", target, headers))
    assert result.status == 200, (target, headers, result.body)
    assert service.reached[0][0].parameters == {(place, "p"): value}


def sent(parameter: Parameter, value: Any) -> tuple[str, list[tuple[str, str]]]:
    """Return the target and headers with which a client says a parameter."""
    if parameter.place == "path":
        return f"/one/{serializing.path_text(parameter, value)}", []
    if parameter.place == "query":
        return f"/one?{serializing.query_text(parameter, value)}", []
    if parameter.place == "header":
        return "/one", [("p", serializing.header_text(parameter, value))]
    return "/one", [("cookie", serializing.cookie_text(parameter, value))]


def one_parameter(place: str, style: str, schema: Any, *, explode: bool) -> Product:
    """Return a product whose only operation has one parameter."""
    parameter = {"name": "p", "in": place, "required": True, "style": style, "explode": explode, "schema": schema}
    get = {"operationId": "one", "parameters": [parameter], "responses": {"200": {"description": "Fine."}}}
    path = "/one/{p}" if place == "path" else "/one"
    return product({"openapi": "3.1.1", "servers": [{"url": "/"}], "paths": {path: {"get": get}}})


TARGETS = st.one_of(
    st.sampled_from(["/things", "/things/a", "/things/mine", "/things/a.csv", "/"]),
    st.text(st.sampled_from("/%2Fabc.?&=[]{}~ä\x00"), max_size=30),
)
HEADERS = st.lists(
    st.tuples(
        st.sampled_from(["content-type", "content-length", "content-encoding", "transfer-encoding", "cookie", "if-match",
                         "idempotency-key", "x-correlation-id", "traceparent", "tracestate", "expect", "x"]),
        st.one_of(st.text(st.characters(codec="latin-1"), max_size=20), st.sampled_from(["application/json", "2", "gzip"])),
    ),
    max_size=6,
)  # fmt: skip


@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"]),
    TARGETS,
    HEADERS,
    st.lists(st.binary(), min_size=1),
)
def test_whatever_comes_gets_an_answer(
    method: str, target: str, headers: list[tuple[str, str]], chunks: list[bytes]
) -> None:
    """No request raises, none is answered with a server error, and a refusal is a problem document."""
    given_answer: Given = run(asked(HOSTILE, method, f"/plain/v1{quoted(target)}", headers, chunks))
    assert 200 <= given_answer.status < 500
    if given_answer.status >= 400 and method != "HEAD":
        problem = given_answer.json
        assert problem["status"] == given_answer.status
        assert given_answer.headers["content-type"] == "application/problem+json"
        assert given_answer.headers["content-length"] == str(len(given_answer.body))


def quoted(target: str) -> str:
    """Return a target as bytes that a server would let through."""
    return "".join(text if "!" <= text <= "~" else f"%{ord(text):02X}" for text in target)


HOSTILE = mounted(
    Service(), product(json.loads((CASES / "documents" / "plain.json").read_text(encoding="utf-8"))), mode="pass"
)
