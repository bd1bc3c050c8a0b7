"""
What the middleware costs a request, beside frameworks and validators that do a part of its work, in one run.

`python tests/benchmarks/serving/middleware.py`: one command with a JSON body (a lot hold of the shipped catalog) and one
read with query parameters, through an in-process ASGI driver, without a server. The peers: a bare Starlette endpoint that
parses JSON, FastAPI with pydantic models written for the same bodies, and openapi-core's Starlette middleware with the same
document. Nobody but the middleware looks at keys, scopes, throttles or the audit; its rows say what is switched on.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
import time
import warnings
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import fastapi
import pydantic
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from interlock_runtime.serving.messages import App, Message

sys.path.append(str(Path(__file__).resolve().parents[2] / "serving"))
PLANT: Any = importlib.import_module("serving_plant")
QUALITY, INVENTORY = PLANT.shipped("products/quality/v2"), PLANT.shipped("products/inventory/v1")
HOLD = "/quality/v2/lots/FG-2200/L260316-01/holds"
STOCK = "/inventory/v1/stock?site=muc1&limit=100"
BODY = json.dumps(PLANT.example(QUALITY, "placeLotHold")).encode()
ANSWER = {"holdId": "HD-2001"}
PAGE = INVENTORY.document["paths"]["/stock"]["get"]["responses"]["200"]["content"]["application/json"]["examples"]
STOCKS = next(iter(PAGE.values()))["value"]
ROUNDS, REQUESTS = 7, 400


async def place(request: Request) -> Response:
    """Place a hold."""
    await request.json()
    return JSONResponse(ANSWER, 201, {"location": "/holds/HD-2001"})


async def stock(_request: Request) -> Response:
    """Return a page of stock."""
    return JSONResponse(STOCKS)


ROUTES = [
    Route("/quality/v2/lots/{materialId}/{lotId}/holds", place, methods=["POST"]),
    Route("/inventory/v1/stock", stock),
]


PathText = Annotated[str, fastapi.Path(max_length=64)]


class Measure(pydantic.BaseModel):
    """A quantity."""

    model_config = pydantic.ConfigDict(extra="forbid")
    value: Annotated[float, pydantic.Field(gt=-(10**12), lt=10**12)]
    unit_code: Annotated[str, pydantic.Field(alias="unitCode", pattern="^[A-Z0-9]{2,3}$")]


class Reason(pydantic.BaseModel):
    """A code with its system."""

    model_config = pydantic.ConfigDict(extra="forbid")
    code: Annotated[str, pydantic.Field(max_length=64)]
    code_system: Annotated[pydantic.AnyUrl, pydantic.Field(alias="codeSystem")]
    text: str | None = None


class Hold(pydantic.BaseModel):
    """The body of the command as FastAPI's users write it."""

    model_config = pydantic.ConfigDict(extra="forbid")
    affected_quantity: Annotated[Measure, pydantic.Field(alias="affectedQuantity")]
    scope: Annotated[str, pydantic.Field(pattern="^[A-Z][A-Z0-9_]{0,63}$")]
    hold_type: Annotated[str, pydantic.Field(alias="holdType", pattern="^[A-Z][A-Z0-9_]{0,63}$")]
    reason: Reason
    disposition_due_by: Annotated[pydantic.AwareDatetime, pydantic.Field(alias="dispositionDueBy")]
    inspection_id: Annotated[str | None, pydantic.Field(alias="inspectionId", max_length=64)] = None


class Placed(pydantic.BaseModel):
    """The answer to the command."""

    hold_id: Annotated[str, pydantic.Field(alias="holdId")]


def fastapi_app() -> App:
    """Return FastAPI with the two operations."""
    app = fastapi.FastAPI()

    @app.post("/quality/v2/lots/{materialId}/{lotId}/holds", status_code=201)
    async def place_hold(
        materialId: PathText,  # noqa: N803 - its name on the wire
        lotId: PathText,  # noqa: N803
        hold: Hold,
        response: fastapi.Response,
    ) -> Placed:
        response.headers["location"] = f"/holds/{materialId}/{lotId}/{hold.scope}"
        return Placed(holdId="HD-2001")

    @app.get("/inventory/v1/stock")
    async def get_stock(site: str, limit: Annotated[int, fastapi.Query(ge=1, le=500)] = 100) -> Any:
        return STOCKS if site and limit else None

    return app


def openapi_core_app(document: Any) -> App | None:
    """Return openapi-core's middleware around Starlette; None where it is not installed."""
    try:
        from openapi_core import OpenAPI
        from openapi_core.contrib.starlette.middlewares import StarletteOpenAPIMiddleware
        from starlette.middleware import Middleware
    except ImportError:
        return None
    openapi = OpenAPI.from_dict(document)
    return Starlette(routes=ROUTES, middleware=[Middleware(StarletteOpenAPIMiddleware, openapi=openapi)])


@dataclass(frozen=True)
class Ask:
    """One request."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""


def driver(app: App, ask: Ask) -> Callable[[int], Awaitable[int]]:
    """Return what sends a request through an application, each time under a new key, and returns its status."""

    async def send_one(number: int) -> int:
        status = 0
        scope = PLANT.scope_of(ask.method, ask.target, [*ask.headers, ("idempotency-key", f"k{number}")])
        message: Message = {"type": "http.request", "body": ask.body, "more_body": False}

        async def receive() -> Message:
            return message

        async def send(sent: Message) -> None:
            nonlocal status
            status = sent.get("status", status)

        await app(scope, receive, send)
        return status

    return send_one


def seconds(send_one: Callable[[int], Awaitable[int]], first: int) -> float:
    """Return the mean seconds of a request; every one must succeed."""

    async def many() -> float:
        started = time.process_time()
        statuses = {await send_one(first + number) for number in range(REQUESTS)}
        took = time.process_time() - started
        if not statuses <= {200, 201}:
            raise SystemExit(f"a request did not succeed: {statuses}")
        return took / REQUESTS

    return asyncio.run(many())


def compared(title: str, apps: dict[str, App | None], ask: Ask) -> None:
    """Print one table: each application's best time of a request, and its ratio to bare Starlette's."""
    drivers = {name: driver(app, ask) for name, app in apps.items() if app is not None}
    times: dict[str, list[float]] = {name: [] for name in drivers}
    for turn in range(ROUNDS):  # in turns, so that a busy machine hits all alike
        for name, send_one in drivers.items():
            times[name].append(seconds(send_one, turn * REQUESTS))
    bare = min(times["bare Starlette"])
    print(f"\n{title}\n{'':44}{'us':>8}{'x bare':>9}{'added us':>10}")
    for name, found in times.items():
        best = min(found)
        print(f"{name:44}{best * 1e6:8.0f}{best / bare:9.2f}{(best - bare) * 1e6:10.0f}")
    for name, app in apps.items():
        if app is None:
            print(f"{name:44} not installed")


def served(app: App, product: Any, **options: Any) -> App:
    """Return the middleware with clocks that never throttle."""
    ticks = iter(range(10**9))
    return PLANT.mounted(app, product, ticks=lambda: float(next(ticks)), **options)


def main() -> None:
    """Print both tables."""
    warnings.filterwarnings("ignore", "Unsupported scheme type")  # openapi-core knows no mutual TLS
    usual = (("host", "x"), ("authorization", "Bearer t"))
    sent = (("content-type", "application/json"), ("content-length", str(len(BODY))))
    inner = Starlette(routes=ROUTES)
    compared(
        f"A command with a body of {len(BODY)} bytes",
        {
            "bare Starlette": inner,
            "FastAPI (pydantic in and out)": fastapi_app(),
            "openapi-core (Starlette middleware)": openapi_core_app(QUALITY.document),
            "Serving, requests judged, key and audit": served(inner, QUALITY, mode="pass"),
            "Serving, responses judged too": served(inner, QUALITY),
        },
        Ask("POST", HOLD, (*usual, *sent), BODY),
    )
    compared(
        f"A read with query parameters and an answer of {len(json.dumps(STOCKS))} bytes",
        {
            "bare Starlette": inner,
            "FastAPI (pydantic in)": fastapi_app(),
            "openapi-core (Starlette middleware)": openapi_core_app(INVENTORY.document),
            "Serving, requests judged": served(inner, INVENTORY, mode="pass"),
            "Serving, responses judged too": served(inner, INVENTORY),
        },
        Ask("GET", STOCK, usual),
    )


if __name__ == "__main__":
    main()
