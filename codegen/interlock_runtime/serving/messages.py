"""What travels between server, middleware and application (ASGI 3.0), and bodies read within a budget."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from .problems import Refused

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Disconnected(Exception):  # noqa: N818 - the name says what happened
    """The client went away before its request was complete."""


def headers_of(scope: Scope) -> dict[str, tuple[str, ...]]:
    """Return the headers of a request by lower-case name."""
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return {name: tuple(values) for name, values in found.items()}


async def body_of(receive: Receive, most: int, patience: float) -> bytes:
    """Return the body of a request; raise Refused for one that is too large or comes too slowly."""
    try:
        async with asyncio.timeout(patience):
            return await _parts(receive, most)
    except TimeoutError:
        raise Refused(
            "slow", f"The body was not complete within {patience:g} seconds.", headers=[(b"connection", b"close")]
        ) from None


async def _parts(receive: Receive, most: int) -> bytes:
    """Return a body that comes in parts, as long as it is small enough."""
    parts, size, more = list[bytes](), 0, True
    while more:
        message = await receive()
        parts.append(_chunk(message))
        size += len(parts[-1])
        if size > most:
            raise too_large(most)
        more = message.get("more_body", False)
    return b"".join(parts)


def _chunk(message: Message) -> bytes:
    """Return the part of the body in a message; raise Disconnected when the client has gone."""
    if message["type"] == "http.disconnect":
        raise Disconnected
    chunk: bytes = message.get("body", b"")
    return chunk


def too_large(most: int) -> Refused:
    """Return the refusal of a body above the limit; what is still to come is not read."""
    return Refused(
        "too-large", f"The body has more bytes than the {most} that are read.", headers=[(b"connection", b"close")]
    )


def replayed(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives a body once more, and then what comes after it."""
    waiting = [body]

    async def again() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return again
