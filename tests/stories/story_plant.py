"""
A plant with two API products behind the generated middleware: production orders in ERP, stock in WMS.

A gateway stands before it and fails as it is told to: full, down, slow, newer than the contract, or with a proxy's page.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from support.waiting import PATIENCE

PROBLEMS = "https://contracts.example.com/problems"
TOKENS = {
    "planner": frozenset(
        {
            "production-orders:plan",
            "production-orders:read",
            "production-orders:release",
            "inventory:read",
            "inventory:move",
        }
    ),
    "viewer": frozenset({"production-orders:read"}),
}
"""Scopes by bearer token."""
SLOW = 2.0
"""Seconds that a slow gateway keeps an answer back."""


@dataclass
class Plant:
    """ERP and WMS as far as the story goes."""

    package: ModuleType
    url: str = ""
    faults: deque[str] = field(default_factory=deque[str])
    """What the gateway does with the next requests."""
    orders: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    published: list[Any] = field(default_factory=list[Any])
    """Messages of events, as a broker would get them."""
    audited: list[Any] = field(default_factory=list[Any])
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list[tuple[str, dict[str, str]]])
    """Request line and headers of each request that came to the gateway."""

    def application(self) -> Any:
        """Return the gateway with both products behind it."""
        services, products = self.package.services, self.package.products
        orders, inventory = products.production_orders.v2.PRODUCT, products.inventory.v1.PRODUCT
        app: Any = Starlette(routes=[
            Route("/production-orders/v2/production-orders", self.create, methods=["POST"]),
            Route("/production-orders/v2/production-orders/{id}", self.read, methods=["GET"]),
            Route("/production-orders/v2/production-orders/{id}/release", self.release, methods=["POST"]),
            Route("/inventory/v1/stock", self.stock, methods=["GET"]),
            Route("/inventory/v1/goods-movements", self.move, methods=["POST"]),
        ])  # fmt: skip
        for product in (orders, inventory):
            app = services.Serving(
                app,
                product,
                authenticate=self.caller,
                idempotency=services.MemoryIdempotency(),
                audit=_Audit(self.audited),
                mode="enforce",
            )
        return Gateway(self, app)

    def caller(self, scope: Scope) -> Any:
        """Return who calls, by the bearer token."""
        given = dict(scope["headers"]).get(b"authorization", b"").decode().removeprefix("Bearer ")
        if given not in TOKENS:
            return None
        return self.package.services.Caller(given, scopes=TOKENS[given], sites=frozenset({"muc1"}))

    # ERP

    async def create(self, request: Request) -> Response:
        """Create a production order."""
        number = f"PO-10004{len(self.orders)}"
        asked = self.package.services.served(request.scope).body
        self.orders[number] = {**asked, "version": 1, "state": "FORECAST", "workOrderIds": []}
        headers = {"ETag": '"1"', "Location": f"/production-orders/v2/production-orders/{number}"}
        return JSONResponse(_state(number, self.orders[number]), 201, headers)

    async def read(self, request: Request) -> Response:
        """Read a production order."""
        number = request.path_params["id"]
        if number not in self.orders:
            return _problem(404, "not-found", "Not found")
        return JSONResponse(_read(number, self.orders[number]), 200, {"ETag": f'"{self.orders[number]["version"]}"'})

    async def release(self, request: Request) -> Response:
        """Release a work order, and tell the plant."""
        known = self.package.services.served(request.scope)
        number = known.parameters["path", "productionOrderId"]
        order = self.orders.get(number)
        if order is None:
            return _problem(404, "not-found", "Not found")
        if known.parameters["header", "If-Match"] != f'"{order["version"]}"':
            return _problem(412, "precondition-failed", "Precondition failed")
        if order["state"] != "FORECAST":
            return _problem(409, "state-conflict", "State conflict")
        order |= {"version": 2, "state": "RELEASED", "workOrderIds": [f"WO-{number[3:]}-1"]}
        event = self._released(number, order, known.body)
        known.results.append(event.envelope.id)
        url = f"https://muc1.exc.example/production-orders/v2/work-orders/{order['workOrderIds'][0]}/release-status"
        return JSONResponse(
            {"workOrderId": order["workOrderIds"][0], "operationStatusUrl": url}, 202, {"Retry-After": "1"}
        )

    def _released(self, number: str, order: dict[str, Any], asked: dict[str, Any]) -> Any:
        """Make the event that the release results in and put its message on the way."""
        contract = self.package.work_order_released_v2
        data = {
            "workOrderId": order["workOrderIds"][0], "productionOrderId": number, "entityVersion": 1,
            "material": order["material"], "plannedQuantity": asked.get("quantity", order["plannedQuantity"]),
            "equipment": asked["equipment"], "plannedWindow": asked["plannedWindow"], "siteTimeZone": "Europe/Berlin",
            "operations": [{"operationId": "10", "sequenceNumber": 10}], "releasedAt": "2026-03-16T06:00:00Z",
        }  # fmt: skip
        typed = contract.CONTRACT.parse_data(msgspec.json.encode(data))
        handled = self.package.services.current()
        event = contract.new(
            typed, source="https://muc1.exc.example/erp", site="muc1", sequence="000000000001",
            correlationid=handled.correlationid, extensions={"traceparent": handled.traceparent},
        )  # fmt: skip
        self.published.append(contract.serialize(event))
        return event

    # WMS

    async def stock(self, request: Request) -> Response:
        """Read stock, two entries a page."""
        start = int(request.query_params.get("cursor", "0"))
        lots = [f"L26031{number}-01" for number in range(5)][start : start + 2]
        page: dict[str, Any] = {"asOf": "2026-03-17T14:21:00Z", "stock": [_entry(lot) for lot in lots]}
        return JSONResponse(page | ({"nextCursor": str(start + 2)} if start + 2 < 5 else {}))

    async def move(self, _: Request) -> Response:
        """Refuse every movement: quality holds the lot."""
        return _problem(409, "lot-on-hold", "Lot on hold", holdId="HD-2001")


class Gateway:
    """Stands before the plant and fails as it is told to."""

    def __init__(self, plant: Plant, app: Any) -> None:
        self._plant, self._app = plant, app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or do what the next fault says."""
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self._plant.seen.append((f"{scope['method']} {scope['path']}", headers))
        fault = self._plant.faults.popleft() if self._plant.faults else ""
        match fault:
            case "full":
                await _problem(429, "rate-limited", "Too many requests", headers={"Retry-After": "0"})(
                    scope, receive, send
                )
            case "down":
                await _problem(503, "upstream-unavailable", "System of record unavailable")(scope, receive, send)
            case "page":
                await Response("<html>oops</html>", 500, media_type="text/html")(scope, receive, send)
            case "slow":
                await self._app(scope, receive, _held_back(send))
            case "newer":
                await self._app(scope, receive, _Newer(send))
            case _:
                await self._app(scope, receive, send)


def _held_back(send: Send) -> Send:
    """Return a way to send that first waits: what was asked for is done, and the answer comes too late."""

    async def late(message: Message) -> None:
        if message["type"] == "http.response.start":
            await asyncio.sleep(SLOW)
        await send(message)

    return late


class _Newer:
    """Answers as a later minor version of the product would: with a new member and a state nobody knew."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message = {}

    async def __call__(self, message: Message) -> None:
        """Keep the start until the body is known."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        body = json.loads(message["body"]) | {"orderState": "PAUSED_FOR_AUDIT", "auditor": {"personRef": "psn_1"}}
        text = json.dumps(body).encode()
        headers = [(name, value) for name, value in self._start["headers"] if name != b"content-length"]
        await self._send({**self._start, "headers": [*headers, (b"content-length", str(len(text)).encode())]})
        await self._send({"type": "http.response.body", "body": text})


class _Audit:
    """An audit that keeps its records in a list."""

    def __init__(self, kept: list[Any]) -> None:
        self._kept = kept

    async def write(self, record: Any) -> None:
        """Keep a record."""
        self._kept.append(record)


def _problem(status: int, name: str, title: str, headers: dict[str, str] | None = None, **more: Any) -> Response:
    """Return a problem of the catalog."""
    content = {"type": f"{PROBLEMS}/{name}", "title": title, "status": status, **more}
    return JSONResponse(content, status, headers, media_type="application/problem+json")


def _state(number: str, order: dict[str, Any]) -> dict[str, Any]:
    """Return identity, version and state of an order."""
    return {"productionOrderId": number, "entityVersion": order["version"], "orderState": order["state"]}


def _read(number: str, order: dict[str, Any]) -> dict[str, Any]:
    """Return an order as ERP knows it."""
    members = ("material", "plannedQuantity", "plannedWindow", "site", "workOrderIds")
    more = {"openQuantity": order["plannedQuantity"], "changedAt": "2026-03-16T06:00:00Z"}
    return _state(number, order) | {name: order[name] for name in members} | more


def _entry(lot: str) -> dict[str, Any]:
    """Return what lies of a lot."""
    return {
        "lot": {"materialId": "FG-2200", "lotId": lot},
        "location": {"locationId": "muc1-fg-1", "locationType": "STORAGE_ZONE", "site": "muc1"},
        "stockStatus": "UNRESTRICTED",
        "quantity": {"value": 950, "unitCode": "H87"},
    }


@contextmanager
def running(plant: Plant) -> Iterator[Plant]:
    """Serve a plant on a free port of loopback."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(plant.application(), log_level="error", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True)
    thread.start()
    plant.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        yield plant
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        listener.close()
