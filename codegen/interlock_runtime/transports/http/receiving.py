"""An ASGI application: each request is one attempt at one event."""

from __future__ import annotations

import json
import math
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from ...handling.consumer import Consumer
from ...handling.errors import RetryLater, StopConsuming
from ...handling.outcomes import Origin
from ...messages import RawMessage
from ...parsing import LIMITS
from ...violations import ContractViolation
from ..loops.attempts import AsyncHandler

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
_OF_EVENTS = (b"content-type", b"traceparent", b"tracestate")
"""Besides `ce-` headers. The others belong to the connection, and credentials are never kept."""
_BATCH = b"application/cloudevents-batch"
_TITLES = {
    400: "The request's body was broken off",
    405: "Events are sent by POST",
    413: "The event is too large",
    415: "A batch is not taken: send one event a request",
    422: "The event breaks its contract",
    503: "The event can't be taken now: send it again later",
}


class Refusal(Exception):  # noqa: N818 - an answer, no error
    """The request is answered by a problem."""

    def __init__(self, status: int, headers: Mapping[str, str] | None = None, **members: Any) -> None:
        self.status = status
        self.headers = dict(headers or {})
        self.members = members
        super().__init__(status)


def receiver(consumer: Consumer, handler: AsyncHandler, *, largest: int = LIMITS.size) -> Application:
    """Return the application; each request is one attempt, and the sender's next request the next one."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise NotImplementedError(f"events come by HTTP requests, not by {scope['type']}")
        try:
            message = await _message(scope, receive, largest)
            await _handled(consumer, handler, message, str(scope.get("path", "")))
        except Refusal as refusal:
            await _answer(send, refusal.status, refusal.headers, refusal.members)
        else:
            await _answer(send, 204, {}, None)

    return application


async def _message(scope: Scope, receive: Receive, largest: int) -> RawMessage:
    """Return a request's message; raise Refusal for one that is none."""
    if scope["method"] != "POST":
        raise Refusal(405, {"Allow": "POST"})
    headers = tuple((name, value) for name, value in scope["headers"] if name in _OF_EVENTS or name.startswith(b"ce-"))
    if any(name == b"content-type" and value.lower().startswith(_BATCH) for name, value in headers):
        raise Refusal(415, {"Accept": "application/cloudevents+json, application/json"})
    named = tuple((name.decode("latin-1"), value) for name, value in headers)
    return RawMessage(await _body(receive, largest), None, named)


async def _body(receive: Receive, largest: int) -> bytes:
    """Return a request's body; raise Refusal when it is too large or the sender has gone."""
    chunks: list[bytes] = []
    size = 0
    while True:
        part = await receive()
        if part["type"] == "http.disconnect":
            raise Refusal(400)
        chunks.append(part.get("body", b""))
        size += len(chunks[-1])
        if size > largest:
            raise Refusal(413, limit=largest)
        if not part.get("more_body", False):
            return b"".join(chunks)


async def _handled(consumer: Consumer, handler: AsyncHandler, message: RawMessage, path: str) -> None:
    """Try once; raise Refusal unless the event is settled."""
    try:
        async with consumer.handling(message, origin=Origin("http", path), rejects=True) as event:
            if event is not None:
                await handler(event)
    except RetryLater as later:
        raise Refusal(503, {"Retry-After": str(math.ceil(later.delay.total_seconds()))}) from None
    except StopConsuming:
        raise Refusal(503) from None
    except ContractViolation as refused:
        errors = [
            {"pointer": fault.pointer, "reason": fault.reason, "detail": fault.text} for fault in refused.violations
        ]
        raise Refusal(422, errors=errors) from None


async def _answer(send: Send, status: int, headers: Mapping[str, str], members: Mapping[str, Any] | None) -> None:
    """Answer with a problem (RFC 9457), or with nothing but the status."""
    body = b""
    fields = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    if members is not None:
        problem = {"type": "about:blank", "title": _TITLES[status], "status": status, **members}
        body = json.dumps(problem).encode()
        fields += [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": body})
