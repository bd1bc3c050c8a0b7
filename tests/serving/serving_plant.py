"""The shipped products as runtime values, services to put behind them, and a driver that speaks ASGI."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from interlock.documents import parse
from interlock.references import bundle_api
from interlock_runtime.facts import Lifecycle
from interlock_runtime.products import Access, IdempotencyPolicy, Product, Throttle, Throttling
from interlock_runtime.serving import Caller, MemoryIdempotency, Serving, served
from interlock_runtime.serving.messages import App, Message, Receive, Scope, Send

ROOT = Path(__file__).parents[2] / "contracts"
CASES = Path(__file__).parents[1] / "cases" / "serving"
SHIPPED = tuple(
    str(path.relative_to(ROOT)).removesuffix(".openapi.yaml")
    for path in sorted(ROOT.glob("products/*/v*.openapi.yaml"))
)
"""The products of the shipped catalog, as `products/<name>/v<major>`."""


@cache
def file(path: str) -> Any:
    """Return a file of the shipped catalog."""
    return parse(path, (ROOT / path).read_bytes()).data


@cache
def shipped(path: str) -> Product:
    """Return a product of the shipped catalog."""
    said = file(f"{path}.yaml")
    document = bundle_api(f"{path}.openapi.yaml", file).document
    return product(document, **said)


def product(document: Any, **said: Any) -> Product:
    """Return a product of a document and what a contract file says beside it."""
    life = said.get("lifecycle", {})
    return Product(
        name=said.get("name", "stock"),
        title=said.get("title", "Stock"),
        version=said.get("version", "1.0.0"),
        load_document=lambda: document,
        base_path=document["servers"][0]["url"],
        authorization={
            name: Access(tuple(access.get("scopes", ())), access.get("site-claim", True))
            for name, access in said.get("authorization", {}).items()
        },
        throttling=_throttling(said["throttling"]) if "throttling" in said else None,
        idempotency=IdempotencyPolicy(**said.get("idempotency", {})),
        lifecycle=Lifecycle(**{name: str(value) for name, value in life.items()}),
        audit=said.get("audit"),
    )


def example(of: Product, operation: str) -> Any:
    """Return the first example of an operation's request."""
    for item in of.document["paths"].values():
        for said in item.values():
            if isinstance(said, dict) and said.get("operationId") == operation:
                content = next(iter(said["requestBody"]["content"].values()))
                return next(iter(content["examples"].values()))["value"]
    raise LookupError(operation)


def unthrottled(described: Product) -> Product:
    """Return a product without its throttles."""
    return replace(described, throttling=None)


def _throttling(said: Mapping[str, Any]) -> Throttling:
    """Return throttles as a contract file says them."""
    operations = {name: Throttle(**one) for name, one in said.get("operations", {}).items()}
    return Throttling(Throttle(**said["reads"]), Throttle(**said["commands"]), operations)


EVERYTHING = frozenset(
    scope for path in SHIPPED for access in file(f"{path}.yaml")["authorization"].values() for scope in access["scopes"]
)
MES = Caller("mes-muc1", EVERYTHING, frozenset({"muc1"}), "psn_902b1638689d8eeb5765")
"""A client that may do everything at one site."""


@dataclass
class Records:
    """An audit that keeps its records in a list."""

    kept: list[Any] = field(default_factory=list[Any])

    async def write(self, record: Any) -> None:
        """Keep a record."""
        self.kept.append(record)


@dataclass
class Service:
    """A service that answers as it is told, and remembers what reached it."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    reached: list[Any] = field(default_factory=list[Any])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Remember what the middleware told, and answer."""
        content = await content_of(receive)
        found = served(scope) if "interlock.served" in scope else None
        self.reached.append((found, content))
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in self.headers]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


async def content_of(receive: Receive) -> bytes:
    """Return the body that a service receives."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


@dataclass
class Given:
    """What a client got."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    messages: list[Message] = field(default_factory=list[Message])

    @property
    def json(self) -> Any:
        """The body's value."""
        return json.loads(self.body)


def mounted(app: App, described: Product, **options: Any) -> Serving:
    """Return a product in front of a service, with everything that it may need."""
    given: dict[str, Any] = {
        "authenticate": lambda _: MES,
        "idempotency": MemoryIdempotency(),
        "audit": Records(),
        "ticks": lambda: 0.0,
    }
    return Serving(app, described, **{**given, **options})


def scope_of(method: str, target: str, headers: Iterable[tuple[str, str]]) -> Scope:
    """Return the scope that a server makes of a request line and headers."""
    raw, _, query = target.partition("?")
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": unquote(raw), "raw_path": raw.encode("latin-1"), "query_string": query.encode("latin-1"),
        "root_path": "", "client": ("127.0.0.1", 50_000), "server": ("127.0.0.1", 80),
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
    }  # fmt: skip


async def asked(
    app: Callable[[Scope, Receive, Send], Awaitable[None]],
    method: str,
    target: str,
    headers: Iterable[tuple[str, str]] = (),
    chunks: Iterable[bytes] = (b"",),
) -> Given:
    """Send a request through an application and return what came back."""
    given = Given()
    parts = list(chunks)

    async def receive() -> Message:
        if not parts:
            await asyncio.sleep(3600)
        chunk = parts.pop(0)
        return {"type": "http.request", "body": chunk, "more_body": bool(parts)}

    async def send(message: Message) -> None:
        given.messages.append(message)
        if message["type"] == "http.response.start":
            given.status = message["status"]
            given.headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in message["headers"]}
        elif message["type"] == "http.response.body":
            given.body += message.get("body", b"")

    await app(scope_of(method, target, headers), receive, send)
    return given


def json_request(value: Any, **headers: str) -> dict[str, Any]:
    """Return headers and chunks of a request with a JSON body."""
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    pairs = [("content-type", "application/json"), ("content-length", str(len(body)))]
    return {"headers": [*pairs, *((name.replace("_", "-"), text) for name, text in headers.items())], "chunks": [body]}


def run(awaitable: Awaitable[Any]) -> Any:
    """Run something asynchronous to its end."""

    async def main() -> Any:
        return await awaitable

    return asyncio.run(main())


QUALITY = shipped("products/quality/v2")
HOLD = "/quality/v2/lots/FG-2200/L260316-01/holds"
BODY = example(QUALITY, "placeLotHold")


def hold(serving: Serving, key: str = "k") -> Any:
    """Return the request that places a hold, still to be awaited."""
    return asked(serving, "POST", HOLD, **json_request(BODY, Idempotency_Key=key))
