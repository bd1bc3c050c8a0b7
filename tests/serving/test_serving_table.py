"""Requests and what becomes of them, as data: one file a theme in `tests/cases/serving/`."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from typing import Any

import pytest
from serving_plant import CASES, MES, Given, Service, asked, example, mounted, product, run, shipped

from interlock_runtime.context import current
from interlock_runtime.products import Product
from interlock_runtime.serving import Caller, Serving
from interlock_runtime.serving.messages import Receive, Scope, Send

START = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
PROBLEMS = "https://contracts.example.com/problems/"


@cache
def case(name: str) -> Any:
    """Return a case file."""
    return json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))


class Stage:
    """One product in front of one service, for the requests of one case."""

    def __init__(self, said: Any) -> None:
        self.product = _product(said)
        self.service = Service()
        self.usual = said.get("service", {})
        self.contexts: list[Any] = []
        self.now, self.ticks, self.caller = START, 0.0, MES
        self.serving: Serving = mounted(
            self._serve,
            self.product,
            authenticate=lambda _: self.caller,
            clock=lambda: self.now,
            ticks=lambda: self.ticks,
        )

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note what is being handled, then answer."""
        self.contexts.append(current())
        await self.service(scope, receive, send)

    def ask(self, request: Any) -> Given:
        """Set the stage and send a request."""
        self._set(request)
        method, _, target = request["send"].partition(" ")
        if "query-repeated" in request:
            text, times = request["query-repeated"]
            target = f"{target}?{text * times}"
        headers, chunks = self._content(request)
        given: Given = run(asked(self.serving, method, target, headers, chunks))
        return given

    def _set(self, request: Any) -> None:
        """Bring clocks, caller and service into the state that a request needs."""
        said = request.get("service", self.usual)
        self.service.status = said.get("status", 200)
        self.service.headers = tuple(said.get("headers", {}).items())
        self.service.body = json.dumps(said["json"]).encode() if "json" in said else b""
        self.ticks = request.get("at", self.ticks)
        self.now = dt.datetime.fromisoformat(request["today"]) if "today" in request else self.now
        self.now = START + dt.timedelta(seconds=request["after"]) if "after" in request else self.now
        self.caller = _caller(request.get("caller", {}))

    def _content(self, request: Any) -> tuple[list[tuple[str, str]], list[bytes]]:
        """Return headers and body of a request."""
        headers = [(name, value) for name, value in request.get("with", ())]
        if "header-repeated" in request:
            headers.append(("x-long", request["header-repeated"][0] * request["header-repeated"][1]))
        body = self._body(request)
        if body is None:
            return headers, [b""]
        if request.get("type-sent", "application/json") is not None:
            headers.append(("content-type", request.get("type-sent", "application/json")))
        if "chunked" in request:
            size = request["chunked"]
            return [*headers, ("transfer-encoding", "chunked")], [
                body[at : at + size] for at in range(0, len(body), size)
            ]
        return [*headers, ("content-length", request.get("length", str(len(body))))], [body]

    def _body(self, request: Any) -> bytes | None:
        """Return the body that a request asks for."""
        if "example" in request:
            value = dict(example(self.product, request["example"]))
            value.pop(request.get("without", ""), None)
            return json.dumps(value).encode()
        if "text-repeated" in request:
            return str(request["text-repeated"][0]).encode() * int(request["text-repeated"][1])
        if "text" in request:
            return str(request["text"]).encode()
        return json.dumps(request["json"]).encode() if "json" in request else None


def _product(said: Any) -> Product:
    """Return the product of a case: a shipped one, or a document beside the cases."""
    if "product" in said:
        return shipped(said["product"])
    document = json.loads((CASES / "documents" / f"{said['document']}.json").read_text(encoding="utf-8"))
    return product(document)


def _caller(said: Any) -> Caller | None:
    """Return who calls: the usual client but for what is said."""
    if said is None:
        return None
    return Caller(
        said.get("client", MES.client),
        frozenset(said.get("scopes", MES.scopes)),
        frozenset(said.get("sites", MES.sites)),
    )


@pytest.mark.parametrize("name", sorted(path.stem for path in CASES.glob("*.json")))
def test_requests_become_what_the_table_says(name: str) -> None:
    """Each request of a case gets its status, problem and headers, and reaches the service or does not."""
    stage = Stage(case(name))
    for number, request in enumerate(case(name)["requests"]):
        for _ in range(request.get("repeat", 1)):
            given = stage.ask(request)
            where = (number, request["send"], given.status, given.body[:400])
            assert given.status == request["status"], where
            _check_answer(request, given, where)
        _check_service(request, stage, where)


def _check_answer(request: Any, given: Given, where: Any) -> None:
    """Compare what the client got."""
    for header, value in request.get("headers", {}).items():
        assert given.headers.get(header) == value, where
    if "type" in request:
        name = request["type"]
        assert given.json["type"] == (name if ":" in name else PROBLEMS + name), where
    if request.get("errors") is not None:
        found = [[error["pointer"], error["code"]] for error in given.json["errors"]]
        assert found == request["errors"], where
    if "message" in request:
        assert given.json["errors"][0]["message"] == request["message"], where
    if "title" in request:
        assert given.json["title"] == request["title"], where
    if "correlation" in request:
        assert given.json["correlationId"] == request["correlation"], where
    if "body" in request:
        assert given.body.decode() == request["body"], where
    if "never" in request:
        assert request["never"] not in given.body.decode() + str(given.headers), where


def _check_service(request: Any, stage: Stage, where: Any) -> None:
    """Compare what reached the service."""
    reached = stage.service.reached
    if "reaches" in request:
        assert len(reached) == request["reaches"], where
    if "operation" in request:
        told = reached[-1][0]
        assert (told and told.operation) == request["operation"], where
    if "parameters" in request:
        told = {".".join(key): value for key, value in reached[-1][0].parameters.items()}
        assert told == request["parameters"], where
    if "attempt" in request:
        assert reached[-1][0].attempt == request["attempt"], where
    for name, value in request.get("context", {}).items():
        assert getattr(stage.contexts[-1], name) == value, where
