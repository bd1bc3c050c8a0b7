"""Mutual TLS, which is a transport's business: its certificate is who calls."""

from __future__ import annotations

import asyncio
import json
import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from driving import SYNC, Watch, options
from stock_clients import AsyncClient, Client

from interlock_runtime.clients.errors import ConnectionFailed
from interlock_runtime.clients.exchange import (
    AsyncTransport,
    Transport,
)
from interlock_runtime.clients.security import MutualTls
from interlock_runtime.clients.transports.aiohttp import AiohttpTransport
from interlock_runtime.clients.transports.httpx2 import AsyncHttpx2Transport, Httpx2Transport
from interlock_runtime.clients.transports.requests import RequestsTransport
from interlock_runtime.clients.transports.urllib3 import Urllib3Transport


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate authority, and certificates of it for server and client."""
    if shutil.which("openssl") is None:
        pytest.skip("the openssl command makes the certificates, and is not there")
    folder = tmp_path_factory.mktemp("tls")
    authority = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"]
    _openssl(folder, "ca", "/CN=Plant authority", *authority)
    _openssl(folder, "server", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", *_SIGNED)
    _openssl(folder, "client", "/CN=edge-1", *_SIGNED)
    return folder


_SIGNED = ("-CA", "ca.crt", "-CAkey", "ca.key", "-addext", "authorityKeyIdentifier=keyid")


def _openssl(folder: Path, name: str, subject: str, *more: str) -> None:
    """Make a key and a certificate."""
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    files = ["-keyout", f"{name}.key", "-out", f"{name}.crt", "-days", "2", "-subj", subject]
    subprocess.run([*command, *files, *more], cwd=folder, check=True, capture_output=True)  # noqa: S603 - our own words


class Edge(BaseHTTPRequestHandler):
    """Answers with stock of the lot that the client's certificate names."""

    def do_GET(self) -> None:
        """Answer."""
        assert isinstance(self.connection, ssl.SSLSocket)
        shown: Any = self.connection.getpeercert()
        lot = dict(pair for group in shown["subject"] for pair in group)["commonName"]
        body = json.dumps({"stock": [{"lotId": lot, "status": "BLOCKED"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the base
        """Say nothing."""


class Quiet(ThreadingHTTPServer):
    """A server that keeps refused handshakes to itself."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def edge(certificates: Path) -> Iterator[str]:
    """A service that takes only clients with a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "server.crt", certificates / "server.key")
    context.load_verify_locations(certificates / "ca.crt")
    context.verify_mode = ssl.CERT_REQUIRED
    server = Quiet(("127.0.0.1", 0), Edge)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def _context(certificates: Path, *, shows: bool) -> ssl.SSLContext:
    """Return a client's TLS settings."""
    context = ssl.create_default_context(cafile=str(certificates / "ca.crt"))
    if shows:
        context.load_cert_chain(certificates / "client.crt", certificates / "client.key")
    return context


def _session(certificates: Path) -> requests.Session:
    """Return a session of requests that shows a certificate, in the way of requests."""
    session = requests.Session()
    session.verify = str(certificates / "ca.crt")
    session.cert = (str(certificates / "client.crt"), str(certificates / "client.key"))
    return session


TLS: dict[str, Callable[[Path], Transport]] = {
    "httpx2": lambda folder: Httpx2Transport(tls=_context(folder, shows=True)),
    "urllib3": lambda folder: Urllib3Transport(tls=_context(folder, shows=True)),
    "requests": lambda folder: RequestsTransport(_session(folder)),
}
ASYNC_TLS: dict[str, Callable[[Path], AsyncTransport]] = {
    "async httpx2": lambda folder: AsyncHttpx2Transport(tls=_context(folder, shows=True)),
    "aiohttp": lambda folder: AiohttpTransport(tls=_context(folder, shows=True)),
}


@pytest.mark.parametrize("name", TLS)
def test_mutual_tls(name: str, certificates: Path, edge: str) -> None:
    """The transport's certificate is who calls; nothing else is sent."""
    transport = TLS[name](certificates)
    client = Client(edge, credentials={"mutualTls": MutualTls()}, transport=transport, options=options(Watch()))
    assert client.get_stock(site="muc1").stock[0].lot_id == "edge-1"
    transport.close()


@pytest.mark.parametrize("name", ASYNC_TLS)
def test_mutual_tls_of_tasks(name: str, certificates: Path, edge: str) -> None:
    """The same for tasks."""

    async def call() -> str:
        transport = ASYNC_TLS[name](certificates)
        client = AsyncClient(edge, transport=transport, options=options(Watch()))
        lot = (await client.get_stock(site="muc1")).stock[0].lot_id
        await transport.aclose()
        return lot

    assert asyncio.run(call()) == "edge-1"


@pytest.mark.parametrize("name", ["httpx2", "urllib3"])
def test_unknown_authority(name: str, edge: str) -> None:
    """A server's certificate that nobody vouches for is refused, and the message says why."""
    transport = SYNC[name]()
    client = Client(edge, transport=transport, options=options(Watch(), attempts=1))
    with pytest.raises(ConnectionFailed, match="the server's certificate is refused: self-signed certificate"):
        client.get_stock(site="muc1")
    transport.close()
