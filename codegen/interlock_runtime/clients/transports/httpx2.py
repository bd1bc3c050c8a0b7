"""
Transports over httpx2.

Below its client stand its transports, which are all that is needed: no cookies, no redirects, no `.netrc`, and no line in
the log that has the address.
"""

from __future__ import annotations

import asyncio
import ssl

import httpx2

from ..exchange import ConnectionFault, Gathering, Request, Response, TimeoutFault, TransportFault

_NO_CONTENT = 204


class Httpx2Transport:
    """Sends by a transport of httpx2: one that is given has its own proxy, certificates or protocol, and stays open."""

    def __init__(
        self, over: httpx2.BaseTransport | None = None, *, tls: ssl.SSLContext | None = None, connections: int = 20
    ) -> None:
        """Take a transport, or make one; `tls` has the certificate that mutual TLS shows."""
        self._owned = over is None
        self._over = over or httpx2.HTTPTransport(verify=tls or True, limits=_limits(connections))

    def send(self, request: Request) -> Response:
        """Return the response of any status; raise TransportFault when there is none."""
        body = Gathering(request)
        try:
            response = self._over.handle_request(_made(request))
            try:
                if isinstance(response.stream, httpx2.SyncByteStream) and not _is_overfull(response):
                    for chunk in response.stream:
                        body.add(chunk)
            finally:
                response.close()
        except httpx2.TransportError as error:
            raise _fault(error) from None
        return _response(response, body)

    def close(self) -> None:
        """Close the transport below, unless it was given."""
        if self._owned:
            self._over.close()


class AsyncHttpx2Transport:
    """Sends by an async transport of httpx2, as Httpx2Transport does."""

    def __init__(
        self, over: httpx2.AsyncBaseTransport | None = None, *, tls: ssl.SSLContext | None = None, connections: int = 20
    ) -> None:
        """Take a transport, or make one; `tls` has the certificate that mutual TLS shows."""
        self._owned = over is None
        self._over = over or httpx2.AsyncHTTPTransport(verify=tls or True, limits=_limits(connections))

    async def send(self, request: Request) -> Response:
        """Return the response of any status; raise TransportFault when there is none."""
        try:
            async with asyncio.timeout(request.timeout.total):
                return await self._exchanged(request)
        except httpx2.TransportError as error:
            raise _fault(error) from None
        except TimeoutError:
            raise TimeoutFault(f"the response was not whole after {request.timeout.total:g} seconds") from None

    async def _exchanged(self, request: Request) -> Response:
        """Return a response that is read to its end."""
        body = Gathering(request)
        response = await self._over.handle_async_request(_made(request))
        try:
            if isinstance(response.stream, httpx2.AsyncByteStream) and not _is_overfull(response):
                async for chunk in response.stream:
                    body.add(chunk)
        finally:
            await response.aclose()
        return _response(response, body)

    async def aclose(self) -> None:
        """Close the transport below, unless it was given."""
        if self._owned:
            await self._over.aclose()


def _limits(connections: int) -> httpx2.Limits:
    """Return how many connections are held."""
    return httpx2.Limits(max_connections=connections, max_keepalive_connections=connections)


def _made(request: Request) -> httpx2.Request:
    """Return a request as httpx2 has it."""
    times = request.timeout
    timeout = {"connect": times.connect, "read": times.read, "write": times.read, "pool": times.total}
    return httpx2.Request(
        request.method,
        request.url,
        headers=list(request.headers),
        content=request.body,
        extensions={"timeout": timeout},
    )


def _is_overfull(response: httpx2.Response) -> bool:
    """
    Say whether a response has a body where there is none (RFC 9110 section 15.3.5).

    It is left unread, so that its connection is closed: the next call would take those bytes for its own response.
    """
    said = response.headers
    return response.status_code == _NO_CONTENT and (
        said.get("content-length", "0") != "0" or "transfer-encoding" in said
    )


def _fault(error: httpx2.TransportError) -> TransportFault:
    """Return what an exception of httpx2 means."""
    kind = TimeoutFault if isinstance(error, httpx2.TimeoutException) else ConnectionFault
    return kind.of(error)


def _response(response: httpx2.Response, body: Gathering) -> Response:
    """Return a response in raw values."""
    return Response(response.status_code, tuple(response.headers.multi_items()), body.body())
