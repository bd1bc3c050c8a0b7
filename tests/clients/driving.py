"""The same calls through every transport, with time that passes when it is told to."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from stock_clients import AsyncClient, Client

from interlock_runtime.clients.exchange import AsyncTransport, Timeout, Transport
from interlock_runtime.clients.retrying import Clock, Retry
from interlock_runtime.clients.security import Credential
from interlock_runtime.clients.setting import Options
from interlock_runtime.clients.transports.aiohttp import AiohttpTransport
from interlock_runtime.clients.transports.httpx2 import AsyncHttpx2Transport, Httpx2Transport
from interlock_runtime.clients.transports.requests import RequestsTransport
from interlock_runtime.clients.transports.urllib3 import Urllib3Transport

NOW = dt.datetime(2026, 11, 23, 10, 0, 0, tzinfo=dt.UTC)
SYNC: Mapping[str, Callable[[], Transport]] = {
    "httpx2": Httpx2Transport,
    "urllib3": Urllib3Transport,
    "requests": RequestsTransport,
}
ASYNC: Mapping[str, Callable[[], AsyncTransport]] = {"async httpx2": AsyncHttpx2Transport, "aiohttp": AiohttpTransport}
TRANSPORTS = (*SYNC, *ASYNC)
PATIENT = Timeout(connect=10.0, read=10.0, total=30.0)


@dataclass
class Watch:
    """Time that runs, and jumps ahead when somebody sleeps."""

    waits: list[float] = field(default_factory=list)
    ahead: float = 0.0

    def sleep(self, seconds: float) -> None:
        """Be later at once."""
        self.waits.append(seconds)
        self.ahead += seconds

    async def asleep(self, seconds: float) -> None:
        """Be later at once."""
        self.sleep(seconds)

    def clock(self) -> Clock:
        """Return the clock that it drives."""
        return Clock(lambda: NOW, lambda: time.monotonic() + self.ahead, self.sleep, self.asleep)


def options(watch: Watch, *, timeout: Timeout = PATIENT, most_bytes: int = 100_000, **retry: Any) -> Options:
    """Return options that know no chance and lose no time."""
    return Options(
        timeout=timeout, retry=Retry(random=lambda: 0.0, **retry), most_bytes=most_bytes, clock=watch.clock()
    )


CallOf = tuple[str, dict[str, Any]]


def run(
    transport: str,
    base_url: str,
    calls: Sequence[CallOf],
    *,
    given: Options,
    credentials: Mapping[str, Credential] | None = None,
) -> list[Any]:
    """Make calls of the whole kind, and return for each its reply or its exception."""
    if transport in SYNC:
        return _run(SYNC[transport](), base_url, calls, given, credentials)
    return asyncio.run(_arun(ASYNC[transport], base_url, calls, given, credentials))


def _run(
    transport: Transport,
    base_url: str,
    calls: Sequence[CallOf],
    given: Options,
    credentials: Mapping[str, Credential] | None,
) -> list[Any]:
    """Make calls one after another."""
    client = Client(base_url, credentials=credentials, transport=transport, options=given)
    try:
        return [_outcome(partial(getattr(client.raw, name), **args)) for name, args in calls]
    finally:
        transport.close()


async def _arun(
    make: Callable[[], AsyncTransport],
    base_url: str,
    calls: Sequence[CallOf],
    given: Options,
    credentials: Mapping[str, Credential] | None,
) -> list[Any]:
    """Make calls one after another, in a task."""
    transport = make()
    client = AsyncClient(base_url, credentials=credentials, transport=transport, options=given)
    try:
        return [await _awaited(getattr(client.raw, name)(**args)) for name, args in calls]
    finally:
        await transport.aclose()


def _outcome(call: Callable[[], Any]) -> Any:
    """Return a reply or an exception."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - a test judges it
        return error


async def _awaited(call: Awaitable[Any]) -> Any:
    """Return a reply or an exception."""
    try:
        return await call
    except Exception as error:  # noqa: BLE001 - a test judges it
        return error
