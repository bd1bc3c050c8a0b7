"""On a real server: streams, clients that disappear, bodies without end, and slow ones."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from serving_plant import BODY, CASES, HOLD, QUALITY, Service, content_of, mounted, product, shipped, unthrottled
from starlette.applications import Starlette
from starlette.routing import Mount

from interlock_runtime.parsing import Limits
from interlock_runtime.serving import MemoryIdempotency
from interlock_runtime.serving.messages import App, Receive, Scope, Send
from support.waiting import PATIENCE

PLAIN = product(json.loads((CASES / "documents" / "plain.json").read_text(encoding="utf-8")))


@contextlib.contextmanager
def running(app: App, **options: Any) -> Iterator[int]:
    """Run an application on a free port of loopback; return the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=2, **options)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(PATIENCE)


def connected(port: int) -> socket.socket:
    """Return a connection to a port."""
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)


def head(method: str, path: str, *headers: str) -> bytes:
    """Return the head of a request."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: x", *headers, "", ""]).encode()


def all_of(connection: socket.socket) -> bytes:
    """Return what comes until the server closes."""
    parts = []
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65_536):
            parts.append(part)
    return b"".join(parts)


def hold_head(*headers: str) -> bytes:
    """Return the head of the request that places a hold."""
    return head("POST", HOLD, "Content-Type: application/json", "Idempotency-Key: k", *headers)


def test_a_stream_arrives_part_by_part() -> None:
    """The first event is at the client before the second is made."""
    received = threading.Event()

    async def events(_scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"data: first\n\n", "more_body": True})
        assert await asyncio.to_thread(received.wait, 5)
        await send({"type": "http.response.body", "body": b"data: second\n\n"})

    with running(mounted(events, PLAIN)) as port, connected(port) as connection:
        connection.sendall(head("GET", "/plain/v1/things", "Connection: close"))
        got = b""
        while b"first" not in got:
            got += connection.recv(65_536)
        assert b"second" not in got
        received.set()
        assert b"data: second" in all_of(connection)


def test_a_body_without_end_is_cut_off() -> None:
    """Chunks beyond the limit are answered with 413 and the connection is closed, without reading on."""
    service = Service()
    serving = mounted(service, PLAIN, limits=Limits(size=100_000))
    with running(serving) as port, connected(port) as connection:
        connection.sendall(
            head("POST", "/plain/v1/things", "Content-Type: application/json", "Transfer-Encoding: chunked")
        )
        sent = 0
        with contextlib.suppress(ConnectionError):
            while sent < 50_000_000:
                connection.sendall(b"4000\r\n" + b" " * 0x4000 + b"\r\n")
                sent += 0x4000
        assert sent < 50_000_000
        connection.close()
    assert not service.reached


def test_a_large_body_is_refused_before_it_is_sent() -> None:
    """A client that waits for 100 Continue gets 413 instead, having sent nothing."""
    with running(mounted(Service(), PLAIN)) as port, connected(port) as connection:
        expect = ("Content-Type: application/json", "Content-Length: 50000000", "Expect: 100-continue")
        connection.sendall(head("POST", "/plain/v1/things", *expect))
        answer = all_of(connection)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"100 Continue" not in answer


@pytest.mark.parametrize("begun", [b"{", b""], ids=["drips", "never begins"])
def test_a_slow_body_is_given_up(begun: bytes) -> None:
    """A client that drips its body, or announces one and sends nothing of it, gets 408 once its time is over."""
    serving = mounted(Service(), PLAIN, patience=dt.timedelta(seconds=0.3))
    with running(serving) as port, connected(port) as connection:
        connection.sendall(head("POST", "/plain/v1/things", "Content-Type: application/json", "Content-Length: 100"))
        connection.sendall(begun)
        assert all_of(connection).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("around", [False, True], ids=["bare", "Starlette"])
def test_a_server_behind_a_prefix_guards_the_product(around: bool) -> None:  # noqa: FBT001 - pytest's own call
    """With a root path the server hands on longer paths; the product's are found in them, and not let through unseen."""
    service = Service(201)
    inner: App = Starlette(routes=[Mount("/", service)]) if around else service
    text = json.dumps(BODY).encode()
    with running(mounted(inner, QUALITY, mode="pass"), root_path="/plant") as port:
        for headers, status in ((("Idempotency-Key: k",), b"201"), ((), b"400")):
            with connected(port) as connection:
                sent = ("Content-Type: application/json", f"Content-Length: {len(text)}", "Connection: close", *headers)
                connection.sendall(head("POST", HOLD, *sent) + text)
                assert all_of(connection).split(b" ")[1] == status
    assert len(service.reached) == 1


def test_a_client_that_leaves_before_its_body_is_whole_reaches_nothing() -> None:
    """Half a body is no command: nothing runs and nothing is claimed."""
    service, store = Service(201), MemoryIdempotency()
    text = json.dumps(BODY).encode()
    with running(mounted(service, QUALITY, idempotency=store, mode="pass")) as port:
        with connected(port) as connection:
            connection.sendall(hold_head(f"Content-Length: {len(text)}") + text[:-5])
        with connected(port) as connection:
            connection.sendall(hold_head(f"Content-Length: {len(text)}", "Connection: close") + text)
            assert all_of(connection).startswith(b"HTTP/1.1 201 ")
    assert len(service.reached) == 1


def test_a_client_that_leaves_finds_its_answer_later() -> None:
    """The command goes on without its client, and a repeat gets the stored answer."""
    started, go = threading.Event(), threading.Event()
    ran: list[int] = []

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await content_of(receive)
        ran.append(1)
        started.set()
        await asyncio.to_thread(go.wait, PATIENCE)
        await Service(201, (("location", "/holds/HD-1"),))(scope, receive, send)

    text = json.dumps(BODY).encode()
    request = hold_head(f"Content-Length: {len(text)}", "Connection: close") + text
    with running(mounted(slow, QUALITY, mode="pass", ticks=time.monotonic)) as port:
        with connected(port) as connection:
            connection.sendall(request)
            assert started.wait(PATIENCE)
        go.set()
        answer = b""
        for _ in range(50):
            with connected(port) as connection:
                connection.sendall(request)
                answer = all_of(connection)
            if not answer.startswith(b"HTTP/1.1 409 "):
                break
            time.sleep(0.05)
    assert answer.startswith(b"HTTP/1.1 201 ")
    assert ran == [1]


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"GET /plain/v1/things/a%2Fb HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"400"),
        (b"GET /plain/v1/things/%C3%28 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"400"),
        (b"GET /plain/v1/things/a%C3%A4 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"200"),
        (b"GET /plain/v1/things?x=%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"400"),
        (b"HEAD /plain/v1/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"200"),
        (b"BREW /plain/v1/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"405"),
    ],
)
def test_targets_as_a_real_server_hands_them_on(raw: bytes, status: bytes) -> None:
    """What a server makes of a request line is judged as the table has it."""
    with running(mounted(Service(), PLAIN, mode="pass")) as port, connected(port) as connection:
        connection.sendall(raw)
        assert all_of(connection).split(b" ")[1] == status


def test_a_burst_of_clients_is_served() -> None:
    """Fifty connections at once with one key: the service runs once."""
    ran: list[Any] = []

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        ran.append(scope)
        await asyncio.sleep(0.2)
        await Service(201)(scope, receive, send)

    text = json.dumps(BODY).encode()
    request = hold_head(f"Content-Length: {len(text)}", "Connection: close") + text
    statuses: list[bytes] = []

    def ask(port: int) -> None:
        with connected(port) as connection:
            connection.sendall(request)
            statuses.append(all_of(connection).split(b" ")[1])

    free = unthrottled(shipped("products/quality/v2"))
    with running(mounted(slow, free, mode="pass")) as port:
        threads = [threading.Thread(target=ask, args=(port,)) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(ran) == 1
    assert set(statuses) == {b"201", b"409"}
