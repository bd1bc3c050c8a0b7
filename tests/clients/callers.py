"""Callers with their secrets, what they are answered, and transports whose token endpoint is slow."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from plant_server import Plant
from stock_product import PROBLEMS, Movement

from interlock_runtime.clients.exchange import AsyncTransport, Request, Response, Transport
from interlock_runtime.clients.security import (
    ClientCredentials,
    Credential,
)
from support.waiting import PATIENCE

SECRET = "s3cret-of-the-plant"  # noqa: S105 - looked for in every message
GET = ("get_stock", {"site": "muc1"})
POST = ("post_movement", {"body": Movement(lot_id="L1", quantity=2.5)})
STOCK: dict[str, Any] = {"json": {"stock": []}}
POSTED: dict[str, Any] = {"status": 201, "json": {"movementId": "M1"}}
REFUSED: dict[str, Any] = {
    "status": 401,
    "problem": {"type": f"{PROBLEMS}/unauthorized", "title": "Unauthorized", "status": 401},
}


def own(plant: Plant, **more: Any) -> dict[str, Credential]:
    """Return a client's own name and secret, for the service's token endpoint."""
    return {"oauth2": ClientCredentials("mes", SECRET, token_url=f"{plant.url}/token", **more)}


def sent(plant: Plant) -> list[str | None]:
    """Return what each request proved who asks with."""
    return [seen.header("authorization") for seen in plant.seen]


class Slow:
    """A transport whose token endpoint is slow, and counts."""

    def __init__(self, *, fails: bool = False) -> None:
        self.fetched = 0
        self.fails = fails
        self.entered = threading.Event()
        self.go_on = threading.Event()

    def answer(self, request: Request) -> Response:
        """Return what the service answers."""
        if not request.url.endswith("/token"):
            return Response(200, (("Content-Type", "application/json"),), b'{"stock": []}')
        self.fetched += 1
        if self.fails:
            return Response(400, (), b'{"error": "invalid_client"}')
        return Response(200, (), b'{"access_token": "abc", "token_type": "bearer", "expires_in": 3600}')


class SlowTransport(Slow, Transport):
    """For threads."""

    def send(self, request: Request) -> Response:
        """Answer; for a token, when told to."""
        if request.url.endswith("/token"):
            self.entered.set()
            assert self.go_on.wait(PATIENCE)
        return self.answer(request)

    def close(self) -> None:
        """Hold nothing."""


class SlowAsyncTransport(Slow, AsyncTransport):
    """For tasks."""

    seconds = 0.05

    async def send(self, request: Request) -> Response:
        """Answer; for a token, after all others have asked."""
        if request.url.endswith("/token"):
            await asyncio.sleep(self.seconds)
        return self.answer(request)

    async def aclose(self) -> None:
        """Hold nothing."""
