"""Connections that live on: what one call leaves behind never reaches the next."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from driving import TRANSPORTS, Watch, options, run
from stock_clients import AsyncClient

from interlock_runtime.clients.exchange import AsyncTransport
from interlock_runtime.clients.operations import Answer, Opaque, Operation
from interlock_runtime.clients.transports.aiohttp import AiohttpTransport
from interlock_runtime.clients.transports.httpx2 import AsyncHttpx2Transport
from support.waiting import PATIENCE

CANCEL: Final = Operation[None]("cancelIt", "POST", "/cancel", {"204": Answer()})
PROBE: Final = Operation[None]("probe", "HEAD", "/probe", {"200": Answer()})
FETCH: Final = Operation[bytes]("fetch", "GET", "/fetch", {"200": Answer({"text/plain": Opaque()})})
FETCHED: Final = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
SAYING: Final = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n"
OVERFULL: Final = {
    "length": b"HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nnull",
    "chunks": b"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nnull\r\n0\r\n\r\n",
}


class Server:
    """Answers one request after another with bytes as they are, on connections that stay open; None never answers."""

    def __init__(self, *answers: bytes | None) -> None:
        self.answers = list(answers)
        self.asked = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._open: list[socket.socket] = []

    def run(self) -> None:
        """Serve each connection in its own thread."""
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._open.append(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        """Answer on one connection."""
        with contextlib.suppress(OSError):
            while connection.recv(65536):
                answer = self.answers.pop(0)
                self.asked.set()
                if answer is not None:
                    connection.sendall(answer)

    def close(self) -> None:
        """Break off."""
        for each in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@contextlib.contextmanager
def serving(*answers: bytes | None) -> Iterator[Server]:
    """Run a server in threads."""
    server = Server(*answers)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join(timeout=PATIENCE)


def calls(*operations: Operation[Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return calls of some operations."""
    return [("_call", {"operation": operation}) for operation in operations]


@pytest.mark.parametrize("transport", [name for name in TRANSPORTS if name != "aiohttp"])
@pytest.mark.parametrize("body", OVERFULL)
def test_a_body_where_there_is_none_is_not_the_next_response(transport: str, body: str) -> None:
    """A 204 that has a body all the same is a success, and so is the command after it, which could not be sent again."""
    with serving(OVERFULL[body], OVERFULL[body], FETCHED) as server:
        replies = run(transport, server.url, calls(CANCEL, CANCEL, FETCH), given=options(Watch()))
    assert [getattr(reply, "status", reply) for reply in replies] == [204, 204, 200]
    assert replies[2].value == b"ok"


@pytest.mark.parametrize("body", OVERFULL)
def test_aiohttp_refuses_a_body_where_there_is_none(body: str) -> None:
    """The parser of aiohttp takes such a response for broken; the call fails, and the connection is not used again."""
    with serving(OVERFULL[body], FETCHED) as server:
        failed, reply = run("aiohttp", server.url, calls(CANCEL, FETCH), given=options(Watch()))
    assert (type(failed).__name__, getattr(reply, "value", reply)) == ("ConnectionFailed", b"ok")


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_head_has_no_body_to_wait_for(transport: str) -> None:
    """A response to HEAD says how long a body would be, and none comes (RFC 9110 section 9.3.2)."""
    with serving(SAYING, FETCHED) as server:
        head, fetched = run(transport, server.url, calls(PROBE, FETCH), given=options(Watch()))
    assert (head.status, head.header("content-length"), head.value) == (200, "1000", None)
    assert fetched.value == b"ok"


@pytest.mark.parametrize(
    "make",
    [lambda: AsyncHttpx2Transport(connections=1), lambda: AiohttpTransport(connections=1)],
    ids=["httpx2", "aiohttp"],
)
def test_a_task_that_is_cancelled_gives_its_connection_back(make: Callable[[], AsyncTransport]) -> None:
    """With a pool of one connection, the call after a cancelled one gets through."""

    async def story(server: Server) -> bytes:
        transport = make()
        client = AsyncClient(server.url, transport=transport, options=options(Watch()))
        task = asyncio.create_task(client._call(FETCH))  # noqa: SLF001 - as generated code does
        assert await asyncio.to_thread(server.asked.wait, PATIENCE)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        try:
            return (await client._call(FETCH)).value  # noqa: SLF001 - as generated code does
        finally:
            await transport.aclose()

    with serving(None, FETCHED) as server:
        assert asyncio.run(story(server)) == b"ok"
