"""Under Starlette, FastAPI and nothing at all: the service sees its request, its context and its own exceptions."""

from __future__ import annotations

import asyncio
import contextvars
import json
from typing import Any

import fastapi
import pydantic
import pytest
from serving_plant import (
    BODY,
    HOLD,
    MES,
    QUALITY,
    Given,
    Service,
    asked,
    hold,
    json_request,
    mounted,
    run,
    scope_of,
    shipped,
    unthrottled,
)
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from interlock_runtime.context import Context, current, entered
from interlock_runtime.serving import Served, served
from interlock_runtime.serving.messages import App, Receive, Scope, Send

TRACE = "00-4002a6f493126e44457117047b731cb0-de5c07f32a81f72f-01"
SEEN: list[tuple[str, Context | None, Served]] = []


def answer() -> dict[str, str]:
    """Return what the service answers to a hold."""
    return {"holdId": "HD-2001"}


async def place(request: Request) -> Response:
    """Place a hold, asynchronously."""
    SEEN.append(("async", current(), served(request.scope)))
    assert await request.json() == BODY
    return JSONResponse(answer(), 201, {"location": "/holds/HD-2001"})


def place_in_a_thread(request: Request) -> Response:
    """Place a hold in a thread."""
    SEEN.append(("sync", current(), served(request.scope)))
    return JSONResponse(answer(), 201, {"location": "/holds/HD-2001"})


def starlette_app(endpoint: Any = place) -> Starlette:
    """Return a Starlette application with one operation of the product."""
    return Starlette(routes=[Route("/quality/v2/lots/{material}/{lot}/holds", endpoint, methods=["POST"])])


class Hold(pydantic.BaseModel):
    """What FastAPI reads for itself."""

    scope: str


def fastapi_app() -> fastapi.FastAPI:
    """Return a FastAPI application with one operation of the product."""
    app = fastapi.FastAPI()

    @app.post("/quality/v2/lots/{material}/{lot}/holds", status_code=201)
    async def place_hold(
        material: str, lot: str, hold: Hold, request: fastapi.Request, response: fastapi.Response
    ) -> Any:
        SEEN.append((f"{material} {lot} {hold.scope}", current(), served(request.scope)))
        response.headers["location"] = "/holds/HD-2001"
        return answer()

    return app


async def bare(scope: Scope, receive: Receive, send: Send) -> None:
    """Place a hold without any framework."""
    SEEN.append(("bare", current(), served(scope)))
    body = json.dumps(answer()).encode()
    await Service(201, (("content-type", "application/json"), ("location", "/holds/HD-2001")), body)(
        scope, receive, send
    )


@pytest.mark.parametrize("app", [starlette_app(), starlette_app(place_in_a_thread), fastapi_app(), bare])
def test_a_service_sees_its_request_and_context(app: App) -> None:
    """Body, parameters, caller, business case and trace arrive, in a thread too; the answer goes out and is repeated."""
    SEEN.clear()
    serving = mounted(app, QUALITY, mode="enforce")
    request = json_request(BODY, Idempotency_Key="k", traceparent=TRACE, X_Correlation_Id="lot:FG-2200:L260316-01")

    async def twice() -> tuple[Given, Given]:
        return await asked(serving, "POST", HOLD, **request), await asked(serving, "POST", HOLD, **request)

    first, again = run(twice())
    assert (first.status, first.json) == (201, answer())
    assert (again.status, again.headers, again.body) == (first.status, first.headers, first.body)
    ((_, context, told),) = SEEN
    assert context == Context(correlationid="lot:FG-2200:L260316-01", traceparent=TRACE)
    assert (told.body, told.caller, told.key) == (BODY, MES, "k")
    assert told.parameters == {
        ("path", "materialId"): "FG-2200",
        ("path", "lotId"): "L260316-01",
        ("header", "X-Correlation-Id"): "lot:FG-2200:L260316-01",
    }


def test_the_context_ends_with_the_request() -> None:
    """What was being handled before is again, also when the service raises."""

    async def raising(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise ZeroDivisionError

    async def main() -> None:
        with entered(Context(correlationid="outer")):
            with pytest.raises(ZeroDivisionError):
                await hold(mounted(raising, QUALITY))
            context = current()
            assert context is not None
            assert context.correlationid == "outer"

    run(main())


def test_context_variables_of_middleware_around_reach_the_service() -> None:
    """Nothing is run in another task: variables set outside are seen inside, and those set inside outside."""
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable")

    async def service(scope: Scope, receive: Receive, send: Send) -> None:
        assert variable.get() == "outside"
        variable.set("inside")
        await Service(201)(scope, receive, send)

    async def main() -> None:
        variable.set("outside")
        await hold(mounted(service, QUALITY, mode="pass"))
        assert variable.get() == "inside"

    run(main())


def test_many_requests_at_once_keep_their_contexts() -> None:
    """Each of 100 requests at once sees its own business case."""

    async def service(scope: Scope, receive: Receive, send: Send) -> None:
        before = current()
        await asyncio.sleep(0.01)
        context = current()
        assert before == context
        assert context is not None
        await Service(200, (("x-seen", context.correlationid or ""),))(scope, receive, send)

    serving = mounted(service, unthrottled(shipped("products/inventory/v1")), mode="pass")

    async def main() -> list[Given]:
        requests = [
            asked(serving, "GET", "/inventory/v1/stock?site=muc1", [("x-correlation-id", f"case-{number}")])
            for number in range(100)
        ]
        return list(await asyncio.gather(*requests))

    assert [given.headers["x-seen"] for given in run(main())] == [f"case-{number}" for number in range(100)]


def test_starlettes_streams_and_background_tasks_run() -> None:
    """A streamed response and its background task work as without the middleware."""
    done: list[str] = []

    async def parts() -> Any:
        for part in (b"a", b"b", b"c"):
            yield part

    async def stream(_request: Request) -> Response:
        return StreamingResponse(parts(), media_type="text/csv", background=BackgroundTask(done.append, "done"))

    app = Starlette(routes=[Route("/inventory/v1/stock", stream)])
    given = run(
        asked(mounted(app, shipped("products/inventory/v1"), mode="pass"), "GET", "/inventory/v1/stock?site=muc1")
    )
    assert (given.status, given.body, done) == (200, b"abc", ["done"])


def test_an_answer_does_not_wait_for_what_follows_it() -> None:
    """A keyed command is answered and stored before its background task, whose failure takes nothing back."""
    order: list[str] = []

    def fail() -> None:
        order.append("background")
        raise ZeroDivisionError

    async def endpoint(_request: Request) -> Response:
        return JSONResponse(answer(), 201, {"location": "/holds/HD-2001"}, background=BackgroundTask(fail))

    serving = mounted(starlette_app(endpoint), QUALITY)
    request = json_request(BODY, Idempotency_Key="k")

    async def receive() -> Any:
        return {"type": "http.request", "body": request["chunks"][0]}

    async def send(message: Any) -> None:
        order.append(message["type"])

    with pytest.raises(ZeroDivisionError):
        run(serving(scope_of("POST", HOLD, request["headers"]), receive, send))
    assert order == ["http.response.start", "http.response.body", "background"]
    assert run(hold(serving)).status == 201
    assert order[3:] == []


def test_a_products_exceptions_are_answered_by_the_framework() -> None:
    """Starlette's own 500 goes out, the exception reaches the server, and the command can be repeated."""

    async def failing(_request: Request) -> Response:
        raise ZeroDivisionError

    serving = mounted(starlette_app(failing), QUALITY)
    for _ in range(2):
        given = Given()

        async def main(given: Given = given) -> None:
            request = json_request(BODY, Idempotency_Key="k")

            async def receive() -> Any:
                return {"type": "http.request", "body": request["chunks"][0]}

            async def send(message: Any) -> None:
                given.messages.append(message)

            with pytest.raises(ZeroDivisionError):
                await serving(scope_of("POST", HOLD, request["headers"]), receive, send)

        run(main())
        assert given.messages[0]["status"] == 500
