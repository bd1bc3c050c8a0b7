"""What each transport adds and keeps by itself: nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import httpx2
import pytest
import requests
import urllib3
from driving import ASYNC, SYNC, TRANSPORTS
from plant_server import Plant, Wild
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
from stock_clients import AsyncClient, Client

from interlock_runtime.clients.exchange import (
    AsyncTransport,
    ConnectionFault,
    Request,
    Response,
    SizeFault,
    Timeout,
    TimeoutFault,
    Transport,
    TransportFault,
)
from interlock_runtime.clients.transports.aiohttp import AiohttpTransport
from interlock_runtime.clients.transports.httpx2 import AsyncHttpx2Transport, Httpx2Transport
from interlock_runtime.clients.transports.requests import RequestsTransport
from interlock_runtime.clients.transports.urllib3 import Urllib3Transport

SENT = (("Accept", "*/*"), ("Accept-Encoding", "identity"), ("User-Agent", "test"), ("X-Case", "a,  b"))


def send(transport: str, *sent: Request) -> list[Response | TransportFault]:
    """Send requests over one transport, and return what became of each."""
    if transport in SYNC:
        made = SYNC[transport]()
        try:
            return [_sent(made, request) for request in sent]
        finally:
            made.close()
    return asyncio.run(_asent(ASYNC[transport](), sent))


def _sent(transport: Transport, request: Request) -> Response | TransportFault:
    """Return a response or a fault."""
    try:
        return transport.send(request)
    except TransportFault as fault:
        return fault


async def _asent(transport: AsyncTransport, sent: tuple[Request, ...]) -> list[Response | TransportFault]:
    """Return responses and faults."""
    outcomes: list[Response | TransportFault] = []
    for request in sent:
        try:
            outcomes.append(await transport.send(request))
        except TransportFault as fault:
            outcomes.append(fault)
    await transport.aclose()
    return outcomes


def request_to(plant: Plant, target: str = "/x", **more: Any) -> Request:
    """Return a request."""
    return Request("GET", plant.url + target, SENT, **more)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize(
    "target",
    [
        "/sites/m%2F1/a%3Fb%23c/%C3%A4%20;x=1,2/.../%252e%252e",
        "/x?a=%26%3D%2B&b%5Bc%5D=1%7C2&d=a/b?c:d@e!f$g'h(i)j*k;l=m&e=%00",
        "/;color=blue;color=black/.label.x?empty=&same=1&same=2",
    ],
)
def test_target_arrives_as_it_is(transport: str, target: str, plant: Plant) -> None:
    """No transport changes a path or query that was written as the contract says."""
    plant.script = [{"text": "ok"}]
    (response,) = send(transport, request_to(plant, target))
    assert isinstance(response, Response), response
    assert [seen.target for seen in plant.seen] == [target]


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_nothing_is_added(transport: str, plant: Plant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only what the request says arrives: no cookie that was set before, nothing from a `.netrc`, no other header."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login somebody password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    plant.script = [{"text": "ok", "headers": {"Set-Cookie": "session=1; Path=/"}}, {"text": "ok"}]
    url = plant.url.replace("127.0.0.1", "localhost")  # for an address some libraries keep no cookies anyway
    send(transport, *(Request("GET", f"{url}/x", SENT) for _ in plant.script))
    assert len(plant.seen) == 2
    expected = {name.lower(): value for name, value in SENT}
    for seen in plant.seen:
        assert {name: value for name, value in seen.headers if name not in ("host", "connection")} == expected


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_bodies_and_headers_are_whole(transport: str, plant: Plant) -> None:
    """Bytes go and come as they are, and headers that come twice stay two."""
    body = bytes(range(256))
    plant.script = [{"status": 207, "text": "é", "headers": {"X-One": "1"}}]
    headers = (*SENT, ("Content-Type", "application/octet-stream"))
    (response,) = send(transport, Request("PATCH", f"{plant.url}/x", headers, body))
    assert isinstance(response, Response)
    assert (response.status, response.body, response.header("x-one")) == (207, "é".encode(), "1")
    assert [(seen.method, seen.body) for seen in plant.seen] == [("PATCH", body)]


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_connection_is_used_again(transport: str, plant: Plant) -> None:
    """A connection serves the next request, but not after a body that was not read to its end."""
    plant.script = [{"size": 1000}, {"size": 5000}, {"size": 1000}]
    outcomes = send(transport, *(request_to(plant, most_bytes=2000) for _ in range(3)))
    kinds = [type(outcome) for outcome in outcomes]
    assert kinds == [Response, SizeFault, Response]


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_connecting_takes_only_so_long(transport: str) -> None:
    """A host that does not answer costs the time for connecting, and no more."""
    import socket

    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        with socket.create_connection(address), socket.socket() as second:
            second.setblocking(False)  # noqa: FBT003 - its only parameter
            second.connect_ex(address)  # together these two fill the queue of what was not accepted
            times = Timeout(connect=0.2, read=30, total=60)
            began = time.monotonic()
            (fault,) = send(transport, Request("GET", f"http://127.0.0.1:{address[1]}/", SENT, timeout=times))
    assert isinstance(fault, TimeoutFault), fault
    assert time.monotonic() - began < 20, "the time for connecting is not the time for all"


@pytest.mark.parametrize("transport", ASYNC)
def test_answer_that_never_begins(transport: str) -> None:
    """A server that says 100 for ever ends with the time of the whole exchange, in async code."""
    with Wild(["continue"]) as wild:
        times = Timeout(connect=1, read=1, total=0.3)
        (fault,) = send(transport, Request("GET", wild.url, SENT, timeout=times))
    assert isinstance(fault, TimeoutFault), fault


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_unknown_host(transport: str) -> None:
    """A name that nobody knows is said so."""
    (fault,) = send(transport, Request("GET", "http://nobody.invalid/", SENT))
    assert isinstance(fault, ConnectionFault)
    assert fault.reason == "the host's name is not known"
    assert fault.__suppress_context__, "the library's own exception, which may hold the address, is not shown with it"


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_closed_and_opened_again(transport: str, plant: Plant) -> None:
    """Closing twice is harmless."""
    plant.script = [{"text": "ok"}]
    if transport in SYNC:
        made = SYNC[transport]()
        made.send(request_to(plant))
        made.close()
        made.close()
        return

    async def twice() -> None:
        made = ASYNC[transport]()
        await made.send(request_to(plant))
        await made.aclose()
        await made.aclose()

    asyncio.run(twice())


GIVEN: dict[str, tuple[Callable[[], Any], Callable[[Any], Transport]]] = {
    "httpx2": (httpx2.HTTPTransport, Httpx2Transport),
    "urllib3": (urllib3.PoolManager, Urllib3Transport),
    "requests": (requests.Session, RequestsTransport),
}


@pytest.mark.parametrize("name", GIVEN)
def test_given_library_object_stays_open(name: str, plant: Plant) -> None:
    """What a service gives is used and not closed."""
    make, wrap = GIVEN[name]
    plant.script = [{"text": "1"}, {"text": "2"}]
    given = make()
    for expected in (b"1", b"2"):
        transport = wrap(given)
        assert transport.send(request_to(plant)).body == expected
        transport.close()
    given.close() if hasattr(given, "close") else given.clear()


def test_given_async_library_object_stays_open(plant: Plant) -> None:
    """The same for tasks."""
    plant.script = [{"text": "1"}, {"text": "2"}, {"text": "3"}, {"text": "4"}]

    async def twice() -> list[bytes]:
        bodies = []
        async with aiohttp.ClientSession() as session:
            over = httpx2.AsyncHTTPTransport()
            for _ in range(2):
                for transport in (AiohttpTransport(session), AsyncHttpx2Transport(over)):
                    bodies.append((await transport.send(request_to(plant))).body)
                    await transport.aclose()
            await over.aclose()
        return bodies

    assert asyncio.run(twice()) == [b"1", b"2", b"3", b"4"]


def test_application_in_the_same_process() -> None:
    """Over httpx2 a client calls an ASGI application without a network, which is how a service tests itself."""

    async def stock(_: object) -> JSONResponse:
        return JSONResponse({"stock": [{"lotId": "L1", "status": "BLOCKED"}]})

    async def call() -> str:
        over = httpx2.ASGITransport(Starlette(routes=[Route("/sites/{site}/stock", stock)]))
        async with AsyncClient("http://plant", transport=AsyncHttpx2Transport(over)) as client:
            return (await client.get_stock(site="muc1")).stock[0].lot_id

    assert asyncio.run(call()) == "L1"


def test_mocked_responses() -> None:
    """Over httpx2 a test answers by a function."""
    over = httpx2.MockTransport(lambda _: httpx2.Response(200, json={"stock": []}))
    assert Client("http://plant", transport=Httpx2Transport(over)).get_stock(site="muc1").stock == ()
