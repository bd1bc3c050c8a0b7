"""A transport over urllib3, which needs nothing else."""

from __future__ import annotations

import ssl

import urllib3
from urllib3.exceptions import EmptyPoolError, HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as Late

from ..exchange import ConnectionFault, Gathering, Request, Response, TimeoutFault, TransportFault

CHUNK = 65_536


class Urllib3Transport:
    """Sends by a pool of urllib3: one that is given keeps its proxies and certificates, and stays open."""

    def __init__(
        self, pool: urllib3.PoolManager | None = None, *, tls: ssl.SSLContext | None = None, connections: int = 20
    ) -> None:
        """Take a pool, or make one with so many connections a host; `tls` has the certificate that mutual TLS shows."""
        self._owned = pool is None
        self._pool = pool or urllib3.PoolManager(maxsize=connections, block=True, ssl_context=tls)

    def send(self, request: Request) -> Response:
        """Return the response of any status; raise TransportFault when there is none."""
        body = Gathering(request)
        try:
            response = self._response(request)
            try:
                for chunk in response.stream(CHUNK, decode_content=False):
                    body.add(chunk)
            except BaseException:
                response.close()
                raise
            finally:
                response.release_conn()
        except HTTPError as error:
            raise _fault(error) from None
        return Response(response.status, tuple(response.headers.items()), body.body())

    def _response(self, request: Request) -> urllib3.BaseHTTPResponse:
        """Return the beginning of a response."""
        times = request.timeout
        return self._pool.urlopen(
            request.method,
            request.url,
            body=request.body,
            headers=urllib3.HTTPHeaderDict(request.headers),
            timeout=urllib3.Timeout(connect=times.connect, read=times.read, total=times.total),
            retries=False,
            redirect=False,
            preload_content=False,
            decode_content=False,
            pool_timeout=times.total,
        )

    def close(self) -> None:
        """Close the pool, unless it was given."""
        if self._owned:
            self._pool.clear()


def _fault(error: HTTPError) -> TransportFault:
    """Return what an exception of urllib3 means; it counts a refused connection as a timeout too."""
    late = isinstance(error, (Late, EmptyPoolError)) and not isinstance(error, NewConnectionError)
    return (TimeoutFault if late else ConnectionFault).of(error)
