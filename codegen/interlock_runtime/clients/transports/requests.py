"""A transport over requests."""

from __future__ import annotations

import requests
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as Late

from ..exchange import ConnectionFault, Gathering, Request, Response, TimeoutFault, TransportFault

CHUNK = 65_536


class RequestsTransport:
    """Sends by a session of requests: one that is given keeps its adapters, proxies and hooks, and stays open."""

    def __init__(self, session: requests.Session | None = None) -> None:
        """Take a session, or make one."""
        self._owned = session is None
        self._session = session or requests.Session()

    def send(self, request: Request) -> Response:
        """Return the response of any status; raise TransportFault when there is none."""
        body = Gathering(request)
        try:
            with self._response(request) as response:
                for chunk in response.raw.stream(CHUNK, decode_content=False):
                    body.add(chunk)
        except (requests.RequestException, HTTPError) as error:
            raise _fault(error) from None
        return Response(response.status_code, tuple(response.raw.headers.items()), body.body())

    def _response(self, request: Request) -> requests.Response:
        """Return the beginning of a response; the session's cookies and headers and any `.netrc` stay out of it."""
        made = requests.Request(request.method, request.url, dict(request.headers), data=request.body).prepare()
        session = self._session  # its own `verify` goes before the environment's, which requests alone would not do
        around = session.merge_environment_settings(request.url, {}, True, session.verify, session.cert)  # noqa: FBT003 - their order
        times = request.timeout
        return session.send(made, **around, timeout=(times.connect, times.read), allow_redirects=False)

    def close(self) -> None:
        """Close the session, unless it was given."""
        if self._owned:
            self._session.close()


def _fault(error: Exception) -> TransportFault:
    """Return what an exception of requests, or of urllib3 below it, means."""
    kind = TimeoutFault if isinstance(error, (requests.Timeout, Late)) else ConnectionFault
    return kind.of(error)
