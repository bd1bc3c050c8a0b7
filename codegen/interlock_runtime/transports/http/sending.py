"""Senders over a client that the service gives: each event is a POST."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from ...messages import RawMessage
from ...sending import AsyncOneByOne, OneByOne, SendFailed
from ..bindings import HTTP, headers_for, once, texts, value_of

_AGAIN = (408, 425, 429)
"""4xx after which the same request may succeed (RFC 9110 15.5.9, RFC 8470, RFC 6585)."""


class Response(Protocol):
    """What is read of an answer."""

    @property
    def status_code(self) -> int:
        """The answer's status."""
        ...


class Client(Protocol):
    """What sends requests, such as `httpx2.Client`; its timeout is the patience."""

    def post(self, url: str, /, *, content: bytes, headers: Mapping[str, str]) -> Response:
        """Send a request and return the answer."""
        ...


class AsyncClient(Protocol):
    """`Client` for asyncio, such as `httpx2.AsyncClient`."""

    async def post(self, url: str, /, *, content: bytes, headers: Mapping[str, str]) -> Response:
        """Send a request and return the answer."""
        ...


class HttpSender(OneByOne):
    """Sends each event as a POST to the address of its channel."""

    def __init__(self, client: Client, address: Callable[[str], str]) -> None:
        self._client = client
        self._address = address

    def send(self, channel: str, message: RawMessage) -> None:
        """Send one message; raise SendFailed unless the answer is 2xx."""
        body, headers = _request(channel, message)
        try:
            answer = self._client.post(self._address(channel), content=body, headers=headers)
        except Exception as fault:  # noqa: BLE001 - each client has exceptions of its own
            raise SendFailed(channel, f"the client says {type(fault).__name__}") from None
        _check(channel, answer.status_code)

    def close(self) -> None:
        """Leave the client to the one who gave it."""


class AsyncHttpSender(AsyncOneByOne):
    """`HttpSender` for asyncio."""

    def __init__(self, client: AsyncClient, address: Callable[[str], str]) -> None:
        self._client = client
        self._address = address

    async def send(self, channel: str, message: RawMessage) -> None:
        """Send one message; raise SendFailed unless the answer is 2xx."""
        body, headers = _request(channel, message)
        try:
            answer = await self._client.post(self._address(channel), content=body, headers=headers)
        except Exception as fault:  # noqa: BLE001 - each client has exceptions of its own
            raise SendFailed(channel, f"the client says {type(fault).__name__}") from None
        _check(channel, answer.status_code)

    async def aclose(self) -> None:
        """Leave the client to the one who gave it."""


def _request(channel: str, message: RawMessage) -> tuple[bytes, dict[str, str]]:
    """Return a message's body and headers; raise SendFailed when HTTP can't carry it."""
    return value_of(channel, message, "HTTP"), once(channel, texts(channel, headers_for(message, HTTP)))


def _check(channel: str, status: int) -> None:
    """Raise SendFailed unless an answer says that the event was taken."""
    if not 200 <= status < 300:  # noqa: PLR2004 - RFC 9110 section 15.3
        lasting = 400 <= status < 500 and status not in _AGAIN  # noqa: PLR2004 - RFC 9110 section 15.5
        raise SendFailed(channel, f"the answer is {status}", lasting=lasting)
