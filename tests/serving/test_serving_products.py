"""Every shipped product mounts, takes and gives its own examples, and each refusal is a problem that it declares."""

from __future__ import annotations

import datetime as dt
import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

import jsonschema
import pytest
from serving_plant import MES, SHIPPED, Given, Records, Service, asked, json_request, mounted, run, shipped, unthrottled

from interlock_runtime.products import Product
from interlock_runtime.schemas import pointed
from interlock_runtime.serving import Caller, Claim, Key, MemoryIdempotency, Serving, Terms, Unavailable
from interlock_runtime.serving.schemas import resolved, standing_alone

START = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
TEXTS = {"site": "muc1", "If-Match": '"3"', "Idempotency-Key": "K-1"}


def operations(product: Product) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield method, path and operation object of each operation."""
    for path, item in product.document["paths"].items():
        for method in ("get", "put", "post", "patch", "delete"):
            if method in item:
                yield method.upper(), path, item[method]


def request_of(product: Product, method: str, path: str, said: dict[str, Any], value: Any) -> dict[str, Any]:
    """Return a request that a client would send, with an example as its body."""
    target = product.base_path + re.sub(r"\{[^}]+\}", "X-1", path)
    headers: list[tuple[str, str]] = []
    query: list[str] = []
    for node in said.get("parameters", ()):
        parameter = resolved(product.document, node)
        if parameter.get("required") and parameter["in"] == "query":
            query.append(f"{parameter['name']}={TEXTS[parameter['name']]}")
        if parameter.get("required") and parameter["in"] == "header":
            headers.append((parameter["name"], TEXTS[parameter["name"]]))
    chunks = [b""]
    if value is not None:
        chunks = [json.dumps(value).encode()]
        media = next(iter(said["requestBody"]["content"]))
        headers += [("content-type", media), ("content-length", str(len(chunks[0])))]
    return {"method": method, "target": "?".join([target, *query]), "headers": headers, "chunks": chunks}


def examples(content: Any) -> list[Any]:
    """Return the examples of a request's or response's only media type; a request without body has one of nothing."""
    for media in (content or {}).values():
        return [example["value"] for example in media.get("examples", {}).values()]
    return [None]


def requests() -> list[Any]:
    """Return every example of every request of the shipped products."""
    return [
        pytest.param(
            path, request_of(shipped(path), method, at, said, value), said, id=f"{path}-{said['operationId']}-{n}"
        )
        for path in SHIPPED
        for method, at, said in operations(shipped(path))
        for n, value in enumerate(examples(said.get("requestBody", {}).get("content")))
    ]


def answers(product: Product, said: dict[str, Any]) -> Iterator[Service]:
    """Yield services that give each example of a successful response."""
    for status, node in said["responses"].items():
        reply = resolved(product.document, node)
        if not status.startswith("2"):
            continue
        headers = {"location": "/x/1", "etag": '"4"'}
        given = tuple(
            (name, text) for name, text in headers.items() if name in map(str.lower, reply.get("headers", {}))
        )
        for value in examples(reply.get("content")):
            body = b"" if value is None else json.dumps(value).encode()
            content = () if value is None else (("content-type", "application/json"),)
            yield Service(int(status), (*given, *content), body)


@dataclass
class Stage:
    """A product whose service is exchanged from one request to the next."""

    product: Product
    service: Service

    @cached_property
    def serving(self) -> Serving:
        """The product in the strictest mode."""
        return mounted(self.answer, self.product, mode="enforce", clock=lambda: START, idempotency=Forgetful())

    async def answer(self, *messages: Any) -> None:
        """Let the present service answer."""
        await self.service(*messages)


class Forgetful(MemoryIdempotency):
    """A store in which every key is new."""

    async def claim(self, key: Key, fingerprint: bytes, terms: Terms) -> Claim:
        """Claim another key each time."""
        return await super().claim(replace(key, text=secrets.token_hex(8)), fingerprint, terms)


@cache
def staged(path: str) -> Stage:
    """Return the stage of a product."""
    return Stage(unthrottled(shipped(path)), Service())


@pytest.mark.parametrize(("path", "request_", "said"), requests())
def test_a_product_takes_and_gives_its_own_examples(path: str, request_: Any, said: dict[str, Any]) -> None:
    """Each example of a request reaches the service, and each example of a response passes the strictest mode."""
    services = list(answers(shipped(path), said))
    assert services, "an operation without an example of its answer proves nothing"
    stage = staged(path)
    for service in services:
        stage.service = service
        given: Given = run(asked(stage.serving, **request_))
        assert given.status == service.status, given.body
        assert given.body == service.body
        told, content = service.reached[0]
        assert told.operation == said["operationId"]
        assert content == request_["chunks"][0]
        assert told.body == (json.loads(content) if content else None)


class Stuck:
    """A store in one of the states that lead to a refusal."""

    def __init__(self, state: str) -> None:
        self.state = state

    async def claim(self, _key: Key, _fingerprint: bytes, _terms: Terms) -> Any:
        """Say what the state says."""
        if self.state == "down":
            raise Unavailable("the disk is gone")
        return Claim(self.state)  # type: ignore[arg-type] - one of its states


def refusals(path: str) -> Iterator[tuple[str, dict[str, Any], Any, Given]]:
    """Yield for each command of a product every refusal that the middleware can give: name, operation, and answer."""
    product = shipped(path)
    servings: dict[str, Any] = {}
    for method, at, said in operations(product):
        value = examples(said.get("requestBody", {}).get("content"))[0]
        usual = request_of(product, method, at, said, value)
        broken = request_of(product, method, at, said, {"no": "member"}) if value is not None else usual
        bare = {**usual, "headers": [pair for pair in usual["headers"] if pair[0] != "Idempotency-Key"]}
        ways: list[tuple[str, Any, dict[str, Any]]] = [
            ("unauthorized", usual, {"authenticate": lambda _: None}),
            ("no scope", usual, {"authenticate": lambda _: Caller("x", sites=MES.sites)}),
            ("malformed", {**usual, "target": f"{usual['target']}%2Fa"}, {}),
            (
                "strange parameter",
                {**usual, "target": f"{usual['target']}{'&' if '?' in usual['target'] else '?'}zz=1"},
                {},
            ),
        ]
        if value is not None:
            ways += [
                ("invalid", broken, {}),
                ("no json", {**usual, "chunks": [b"{"], "headers": bare_of_length(usual)}, {}),
            ]
            ways += [("no key", bare, {})] if bare != usual else []
            ways += [
                (
                    state,
                    {**usual, "headers": [*bare["headers"], ("Idempotency-Key", "k")]},
                    {"idempotency": Stuck(state)},
                )
                for state in ("running", "reused", "down")
            ]
        if product.lifecycle.sunset:
            ways.append(("retired", usual, {"clock": lambda: dt.datetime(2099, 1, 1, tzinfo=dt.UTC)}))
        for name, asked_for, options in ways:
            if name not in servings:
                servings[name] = mounted(Service(), unthrottled(product), **{"clock": lambda: START, **options})
            yield name, said, product, run(asked(servings[name], **asked_for))


def bare_of_length(request: dict[str, Any]) -> list[tuple[str, str]]:
    """Return headers without the length of a body that was replaced."""
    return [pair for pair in request["headers"] if pair[0] != "content-length"]


@pytest.mark.parametrize("path", SHIPPED)
def test_each_refusal_is_declared_by_the_product(path: str) -> None:
    """Every problem document fits the schema that the operation declares for its status, with its headers."""
    seen: set[str] = set()
    for name, said, product, given in refusals(path):
        declared = said["responses"].get(str(given.status))
        where = (name, said["operationId"], given.status, given.body)
        assert given.headers["content-type"] == "application/problem+json", where
        assert declared, where
        reply = resolved(product.document, declared)
        schema = standing_alone(product.document, reply["content"]["application/problem+json"]["schema"])
        closed = {**schema, "unevaluatedProperties": False}
        jsonschema.Draft202012Validator(closed, format_checker=jsonschema.FormatChecker()).validate(given.json)
        for header, described in reply.get("headers", {}).items():
            required = resolved(product.document, described).get("required", False)
            assert not required or header.lower() in given.headers, (where, header)
        seen.add(name)
    assert len(seen) > 5


def test_an_unknown_throttle_is_declared_too() -> None:
    """A refusal by throttle fits the operation's 429."""
    product = shipped("products/finance/v2")
    method, at, said = next(operations(product))
    request = request_of(product, method, at, said, examples(said["requestBody"]["content"])[0])
    serving = mounted(Service(), product, audit=Records())
    given = Given()
    for _ in range(5):
        given = run(asked(serving, **request))
    schema = pointed(product.document, "#/components/schemas/RateLimitedProblem")
    assert given.status == 429
    jsonschema.Draft202012Validator(standing_alone(product.document, schema)).validate(given.json)


def test_json_request_is_what_the_plant_sends() -> None:
    """The helper announces the length that it sends."""
    assert ("content-length", "2") in json_request({})["headers"]
