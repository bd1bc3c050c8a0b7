"""API products of the scenarios, served by the service that owns the steps which result from their commands."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from scenarios.script import Step
from scenarios.wires import MODULE

Publish = Callable[[Step], str]
"""Carries a command out: publishes the event that it results in, and returns the event's number."""
SCOPES: Mapping[str, frozenset[str]] = {
    "mes": frozenset({"production-execution:operate", "production-execution:report"}),
    "eam": frozenset({"maintenance:order"}),
    "aps": frozenset({"production-orders:plan"}),
}
"""What each client may do; its token is its name."""
ANSWERS: Mapping[str, tuple[int, tuple[str, ...]]] = {
    "startOperation": (201, ("runNumber",)),
    "reportConsumption": (201, ("consumptionId",)),
    "reportProduction": (201, ("completionId",)),
    "createMaintenanceWorkOrder": (201, ("maintenanceWorkOrderId",)),
    "changeProductionOrder": (200, ("productionOrderId", "entityVersion", "orderState")),
}
"""The status of each operation, and the members of the resulting event that the answer repeats."""
IDENTIFYING = (
    "startedAt",
    "consumedAt",
    "completedAt",
    "downtimeId",
    "productionOrderId",
    "operationId",
    "workOrderId",
)
"""Members by which a command is recognised as the one that a step results from."""


class Desk:
    """An ASGI application that carries commands out, behind the middleware."""

    def __init__(self, steps: list[Step], operations: Mapping[str, str], publish: Publish) -> None:
        """`operations` gives for each operation the event that it results in."""
        self._steps = steps
        self._operations = operations
        self._publish = publish

    async def __call__(self, scope: Any, _: Any, send: Any) -> None:
        """Answer one command."""
        request = import_module(f"{MODULE}.services").served(scope)
        step = self._step(request)
        if step is None:
            await _answer(
                send,
                404,
                {"type": "https://contracts.example.com/problems/not-found", "title": "Not found", "status": 404},
            )
            return
        request.results.append(self._publish(step))
        status, members = ANSWERS[request.operation]
        await _answer(send, status, {name: step.data[name] for name in members})

    def _step(self, request: Any) -> Step | None:
        """Return the step that a command results in."""
        given = {name: value for (place, name), value in request.parameters.items() if place == "path"}
        asked = {**given, **{name: value for name, value in request.body.items() if name in IDENTIFYING}}
        return next((step for step in self._steps if self._is_asked(step, request.operation, asked)), None)

    def _is_asked(self, step: Step, operation: str, asked: Mapping[str, Any]) -> bool:
        """Say whether a step is what a command asks for."""
        return step.name == self._operations[operation] and all(step.data[name] == asked[name] for name in asked)


async def _answer(send: Any, status: int, body: Mapping[str, Any]) -> None:
    """Answer with JSON."""
    kind = b"application/json" if status < 400 else b"application/problem+json"
    headers = [(b"content-type", kind), (b"location", b"/"), (b"etag", b'"1"')]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})


def _caller(scope: Any) -> Any:
    """Say who calls, by the token."""
    serving = import_module(f"{MODULE}.services")
    token = dict(scope["headers"]).get(b"authorization", b"").decode().removeprefix("Bearer ")
    return serving.Caller(token, scopes=SCOPES[token], sites=frozenset({"muc1"})) if token in SCOPES else None


@contextlib.contextmanager
def serving(desk: Desk, products: Mapping[str, int], folder: Path, clock: Callable[[], Any]) -> Iterator[None]:
    """Serve API products, each on its own loopback port, until the block ends."""
    with contextlib.ExitStack() as stack:
        for product, port in products.items():
            stack.enter_context(_served(desk, product, port, folder, clock))
        yield


@contextlib.contextmanager
def _served(desk: Desk, product: str, port: int, folder: Path, clock: Callable[[], Any]) -> Iterator[None]:
    """Serve one API product under its contract."""
    import uvicorn

    runtime = import_module(f"{MODULE}.services")
    name, _, major = product.partition("@")
    described = import_module(f"{MODULE}.products.{name.replace('-', '_')}.v{major}").PRODUCT
    app = runtime.Serving(
        desk,
        described,
        authenticate=_caller,
        idempotency=runtime.SqliteIdempotency(folder / f"{name}-keys.db"),
        audit=runtime.JsonLinesAudit(folder / "audit.jsonl"),
        mode="enforce",
        clock=clock,
    )
    server = uvicorn.Server(uvicorn.Config(app, port=port, lifespan="off", ws="none", log_level="warning"))
    thread = threading.Thread(target=server.run, name=f"{product}-server")
    thread.start()
    while not server.started:
        assert thread.is_alive(), f"{product} can't be served"
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
