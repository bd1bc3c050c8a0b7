"""
A transport over aiohttp.

It sends an idempotent request once more by itself, at once, when its connection breaks before the answer begins.
"""

from __future__ import annotations

import asyncio
import ssl

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from multidict import CIMultiDict
from yarl import URL

from ..exchange import ConnectionFault, Gathering, Request, Response, TimeoutFault, TransportFault

_CHUNK = 262_144


class AiohttpTransport:
    """Sends by a session of aiohttp: one that is given keeps its connector and tracing, and stays open."""

    def __init__(
        self,
        session: aiohttp.ClientSession | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        connections: int = 20,
    ) -> None:
        """Take a session, or make one when first used; `tls` has the certificate that mutual TLS shows."""
        self._owned = session is None
        self._session = session
        self._tls = tls
        self._connections = connections

    async def send(self, request: Request) -> Response:
        """Return the response of any status; raise TransportFault when there is none."""
        session = self._session = self._session or self._made()
        body = Gathering(request)
        times = request.timeout
        try:
            async with session.request(
                request.method,
                URL(request.url, encoded=True),
                data=None if request.body is None else _Whole(request.body),
                headers=CIMultiDict(request.headers),
                timeout=aiohttp.ClientTimeout(
                    total=times.total, connect=times.total, sock_connect=times.connect, sock_read=times.read
                ),
                allow_redirects=False,
            ) as response:
                async for chunk in response.content.iter_any():
                    body.add(chunk)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _fault(error) from None
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.raw_headers)
        return Response(response.status, headers, body.body())

    def _made(self) -> aiohttp.ClientSession:
        """Return a session of our own, which keeps no cookies and undoes no content coding."""
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=self._tls or True, limit=self._connections),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )

    async def aclose(self) -> None:
        """Close the session, unless it was given."""
        if self._owned and self._session is not None:
            await self._session.close()
            self._session = None


class _Whole(aiohttp.Payload):
    """A body in memory: sent piece by piece, other tasks in between, and from its start at each attempt."""

    def __init__(self, body: bytes) -> None:
        super().__init__(body, content_type="application/octet-stream")
        self._body = body
        self._size = len(body)

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Return it as text."""
        return self._body.decode(encoding, errors)

    async def as_bytes(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:  # noqa: ARG002 - as it is called
        """Return it as it is."""
        return self._body

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Send it."""
        for start in range(0, len(self._body), _CHUNK):
            await writer.write(self._body[start : start + _CHUNK])
            await asyncio.sleep(0)


def _fault(error: Exception) -> TransportFault:
    """Return what an exception of aiohttp means."""
    kind = TimeoutFault if isinstance(error, TimeoutError) else ConnectionFault
    return kind.of(error)
