"""Where a product can be mounted, who may ask before it, and what it needs to start."""

from __future__ import annotations

import asyncio

import pytest
from serving_plant import (
    BODY,
    HOLD,
    MES,
    QUALITY,
    Service,
    asked,
    hold,
    json_request,
    mounted,
    product,
    run,
    scope_of,
    shipped,
)
from starlette.applications import Starlette
from starlette.routing import Mount

from interlock_runtime.serving import Caller, Served, Serving, Unavailable, served
from interlock_runtime.serving.messages import Message, Receive, Scope, Send
from interlock_runtime.violations import UnsupportedSchema

SEEN: list[Served] = []


async def bare(scope: Scope, receive: Receive, send: Send) -> None:
    """Place a hold without any framework."""
    SEEN.append(served(scope))
    await Service(201, (("location", "/holds/HD-2001"),))(scope, receive, send)


def test_products_nest_and_mount() -> None:
    """Two majors around one application, or each mounted at its path: every request finds its product."""
    old, new = shipped("products/quality/v1"), QUALITY
    around = mounted(mounted(bare, old, mode="pass"), new, mode="pass")
    beside = Starlette(
        routes=[
            Mount("/quality/v2", mounted(bare, new, mode="pass")),
            Mount("/quality/v1", mounted(bare, old, mode="pass")),
        ]
    )
    for app in (around, beside):
        for major, key in ((1, "quality@1"), (2, "quality@2")):
            SEEN.clear()
            path = HOLD.replace("v2", f"v{major}")
            given = run(asked(app, "POST", path, **json_request(BODY, Idempotency_Key="k")))
            assert (given.status, SEEN[0].product) == (201, key)


def test_a_gateway_may_cut_the_path() -> None:
    """Behind a gateway that takes the product's path away, `base` says so."""
    serving = mounted(bare, QUALITY, base="", mode="pass")
    path = HOLD.removeprefix("/quality/v2")
    assert run(asked(serving, "POST", path, **json_request(BODY, Idempotency_Key="k"))).status == 201


@pytest.mark.parametrize("path", ["/plant/quality/v2/x", "/plant//quality/v2/x", "/plant/./quality/v2/x"])
def test_below_a_root_path_nothing_is_let_through_unseen(path: str) -> None:
    """A root path in front of the product's own is taken away first, as frameworks do."""
    seen = Service()
    scope = {**scope_of("GET", path, []), "root_path": "/plant"}
    given: list[Message] = []

    async def send(message: Message) -> None:
        given.append(message)

    run(mounted(seen, QUALITY)(scope, no_body, send))
    assert given[0]["status"] == (404 if path == "/plant/quality/v2/x" else 422)
    assert not seen.reached


async def no_body() -> Message:
    """Receive a request without a body."""
    return {"type": "http.request", "body": b"", "more_body": False}


@pytest.mark.parametrize("version", ["1.1", "2", "3"])
def test_a_read_has_no_body_in_any_version_of_http(version: str) -> None:
    """HTTP/2 announces no length (RFC 9113 section 8.1): what comes is looked at, so that no instruction is dropped."""
    described, seen = shipped("products/inventory/v1"), Service()
    headers = [("content-length", "2")] if version == "1.1" else []
    scope = {**scope_of("GET", "/inventory/v1/stock?site=muc1", headers), "http_version": version}

    async def asked_with(body: bytes) -> int:
        given: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            given.append(message)

        await mounted(seen, described, mode="pass")(scope, receive, send)
        return int(given[0]["status"])

    assert (run(asked_with(b"{}")), run(asked_with(b""))) == (422, 200)
    assert len(seen.reached) == 1


def test_a_gateway_may_have_asked_who_calls() -> None:
    """With `authenticate=None` nobody is asked, and neither scopes nor sites are."""
    SEEN.clear()
    serving = mounted(bare, QUALITY, authenticate=None, mode="pass")
    assert run(hold(serving)).status == 201
    assert SEEN[0].caller == Caller("")


def test_callers_may_be_looked_up_asynchronously() -> None:
    """A hook may be a coroutine function, and its exceptions are the service's."""

    async def looked_up(scope: Scope) -> Caller | None:
        await asyncio.sleep(0)
        return MES if (b"authorization", b"Bearer t") in scope["headers"] else None

    serving = mounted(bare, QUALITY, authenticate=looked_up, mode="pass")
    statuses = [
        run(asked(serving, "POST", HOLD, **json_request(BODY, Idempotency_Key="k", **headers))).status
        for headers in ({}, {"Authorization": "Bearer t"})
    ]
    assert statuses == [401, 201]


def test_nobody_is_let_in_while_the_identity_provider_is_down() -> None:
    """A hook that can't find out who calls raises Unavailable: 503, and nothing runs."""

    def down(_scope: Scope) -> Caller | None:
        raise Unavailable("no keys to check tokens with")

    service = Service(201)
    given = run(hold(mounted(service, QUALITY, authenticate=down)))
    assert (given.status, given.headers["retry-after"]) == (503, "5")
    assert not service.reached


def test_what_comes_before_a_response_is_no_part_of_it() -> None:
    """Early hints pass at once, and the response after them is held, stored and repeated as ever."""

    async def hinting(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.early_hint", "links": [b"</x>; rel=preload"]})
        await Service(201, (("location", "/x"),))(scope, receive, send)

    serving = mounted(hinting, QUALITY, mode="pass")
    first, again = run(hold(serving)), run(hold(serving))
    assert first.messages[0]["type"] == "http.response.early_hint"
    assert (first.status, again.messages) == (201, first.messages[1:])


def test_a_scope_that_came_another_way_tells_nothing() -> None:
    """Outside of a product's paths there is nothing to be told, and the error says so."""
    with pytest.raises(LookupError, match="did not come through"):
        served({"type": "http"})


def test_a_document_that_can_not_be_judged_exactly_does_not_mount() -> None:
    """A dangling reference is one clear sentence when the service starts, and not a 500 later."""
    document = {
        "servers": [{"url": "/x"}],
        "paths": {"/a": {"get": {"parameters": [{"$ref": "#/components/parameters/None"}], "responses": {}}}},
    }
    with pytest.raises(UnsupportedSchema, match="stock@1, GET /a: a reference of the OpenAPI document leads nowhere"):
        Serving(bare, product(document), authenticate=None)
