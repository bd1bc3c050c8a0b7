"""A transport that answers what it is told, and clients over it."""

from __future__ import annotations

from typing import Any

from stock_clients import Client
from stock_product import Movement

from interlock_runtime.clients.exchange import (
    AsyncTransport,
    Request,
    Response,
    Transport,
)
from interlock_runtime.clients.security import MutualTls
from interlock_runtime.clients.setting import Options

JSON = (("Content-Type", "application/json"),)
TRACE = "00-4002a6f493126e44457117047b731cb0-de5c07f32a81f72f-01"
MOVEMENT = Movement(lot_id="L1", quantity=2.5)
CREDENTIALS = {"mutualTls": MutualTls()}


class Told(Transport):
    """A transport that answers what it is told, and keeps what it was sent."""

    def __init__(self, *answers: Response) -> None:
        self.answers = list(answers)
        self.sent: list[Request] = []
        self.closed = 0

    def send(self, request: Request) -> Response:
        """Return the next answer."""
        self.sent.append(request)
        return self.answers.pop(0)

    def close(self) -> None:
        """Count."""
        self.closed += 1

    def header(self, name: str) -> list[str | None]:
        """Return a header of each request."""
        return [dict(request.headers).get(name) for request in self.sent]


class AsyncTold(AsyncTransport):
    """The same for tasks."""

    def __init__(self, *answers: Response) -> None:
        self.told = Told(*answers)

    async def send(self, request: Request) -> Response:
        """Return the next answer."""
        return self.told.send(request)

    async def aclose(self) -> None:
        """Count."""
        self.told.close()


def page(*lots: str, cursor: str | None = None) -> Response:
    """Return a page of stock."""
    stock = ", ".join(f'{{"lotId": "{lot}", "status": "BLOCKED"}}' for lot in lots)
    more = f', "nextCursor": "{cursor}"' if cursor else ""
    return Response(200, JSON, f'{{"stock": [{stock}]{more}}}'.encode())


POSTED = Response(201, JSON, b'{"movementId": "M1"}')


def client(*answers: Response, **more: Any) -> tuple[Client, Told]:
    """Return a client and what it talks to."""
    told = Told(*answers)
    made = Client("https://plant.example/stock/v1/", credentials=CREDENTIALS, transport=told, options=Options(**more))
    return made, told
