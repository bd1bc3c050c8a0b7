"""A service on loopback that behaves and misbehaves as a test says: a Starlette application, and a bare socket."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from support.waiting import PATIENCE

Reaction = dict[str, Any]
_JSON = "application/json"
_PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return a header's value."""
        return next((value for given, value in self.headers if given == name.lower()), None)


@dataclass
class Plant:
    """What the service does next, and what it has seen."""

    url: str = ""
    script: list[Reaction] = field(default_factory=list)
    """What it does with the next requests; empty: 404."""
    tokens: list[Reaction] = field(default_factory=list)
    """What the token endpoint does with its next requests; empty: it gives out a new token."""
    seen: list[Seen] = field(default_factory=list)
    asked: list[Seen] = field(default_factory=list)
    """Requests for tokens."""
    token_delay: float = 0.0

    async def serve(self, request: Request) -> Response:
        """Do what the script says."""
        self.seen.append(await _seen(request))
        return await _reacting(self.script.pop(0) if self.script else {"status": 404})

    async def token(self, request: Request) -> Response:
        """Give out tokens, or do what the script says."""
        self.asked.append(await _seen(request))
        number = len(self.asked)
        await asyncio.sleep(self.token_delay)
        good = {"json": {"access_token": f"token-{number}", "token_type": "Bearer", "expires_in": 3600}}
        return await _reacting(self.tokens.pop(0) if self.tokens else good)

    def reset(self) -> None:
        """Forget all of it."""
        self.script, self.tokens, self.token_delay = [], [], 0.0
        self.seen.clear()
        self.asked.clear()


async def _seen(request: Request) -> Seen:
    """Return a request as it arrived."""
    raw_path: bytes = request.scope["raw_path"]
    query: bytes = request.scope["query_string"]
    target = raw_path.decode() + (f"?{query.decode()}" if query else "")
    return Seen(request.method, target, tuple(request.headers.items()), await request.body())


async def _reacting(reaction: Reaction) -> Response:
    """Return the response that a reaction describes."""
    await asyncio.sleep(reaction.get("delay", 0))
    status, headers = reaction.get("status", 200), dict(reaction.get("headers", {}))
    if "drip" in reaction:
        return StreamingResponse(_dripping(reaction["drip"]), status, headers, _JSON)
    if "size" in reaction:
        return Response(b"x" * reaction["size"], status, headers, _JSON)
    if "bytes" in reaction:
        return Response(reaction["bytes"], status, headers, reaction.get("type"))
    if "problem" in reaction:
        return Response(json.dumps(reaction["problem"]), status, headers, _PROBLEM)
    if "json" in reaction:
        return Response(json.dumps(reaction["json"]), status, headers, _JSON)
    return Response(reaction.get("text", ""), status, headers, reaction.get("type"))


async def _dripping(pause: float) -> AsyncIterator[bytes]:
    """Yield a body that does not end."""
    for _ in range(1000):
        yield b" "
        await asyncio.sleep(pause)


@contextlib.contextmanager
def running(plant: Plant) -> Iterator[Plant]:
    """Run the service in a thread, at a free port."""
    routes = [
        Route("/token", plant.token, methods=["POST"]),
        Route("/{rest:path}", plant.serve, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(Starlette(routes=routes), log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True)
    thread.start()
    plant.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        yield plant
    finally:
        server.should_exit = True
        thread.join(timeout=PATIENCE)
        listener.close()


_DRIP = b"HTTP/1.1 100 Continue\r\n\r\n"
WILD: dict[str, bytes | None] = {
    "reset": None,
    "close": b"",
    "continue": _DRIP,
    "garbage": b"this is no HTTP at all\r\n\r\n",
    "short": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
    "stock": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n"
    b'Connection: close\r\n\r\n{"stock": []}',
}
"""What a bare socket answers: None resets the connection (RST), nothing closes it (FIN), 100 is said for ever."""


class Wild:
    """A server that speaks as it likes: one connection an answer."""

    def __init__(self, answers: list[str]) -> None:
        self._answers = list(answers)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.connections = 0

    def __enter__(self) -> Self:
        """Begin to answer."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(timeout=PATIENCE)

    def _run(self) -> None:
        """Answer one connection after another."""
        for name in self._answers:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                connection.recv(65536)
                self._answer(connection, WILD[name])

    @staticmethod
    def _answer(connection: socket.socket, answer: bytes | None) -> None:
        """Send an answer, or break the connection."""
        if answer == _DRIP:
            with contextlib.suppress(OSError):
                for _ in range(100):
                    connection.sendall(answer)
                    time.sleep(0.05)
        elif answer is None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            connection.sendall(answer)
