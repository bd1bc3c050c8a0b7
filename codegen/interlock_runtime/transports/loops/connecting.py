"""Connections that are lost, and brokers that must hear that work goes on."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Awaitable, Callable

from ..logs import log
from .stopping import stopped


@contextlib.asynccontextmanager
async def kept_alive(beat: Callable[[], Awaitable[object]], every: float) -> AsyncGenerator[None]:
    """Tell the broker again and again that a message is still being worked on, until the block ends."""
    ended = asyncio.Event()

    async def beats() -> None:
        while not await stopped(ended, every):
            try:
                await beat()
            except Exception as fault:  # noqa: BLE001 - the message comes again, which the inbox recognises
                log.warning("keepalive-failed error=%s", type(fault).__name__)

    task = asyncio.create_task(beats())
    try:
        yield
    finally:
        ended.set()  # cancelling is not enough: redis-py swallows it while it mends a connection
        task.cancel()
        await asyncio.wait([task])


async def reconnecting(
    session: Callable[[], Awaitable[None]],
    lost: tuple[type[Exception], ...],
    stop: asyncio.Event,
    *,
    first: float = 0.1,
    longest: float = 5.0,
) -> None:
    """Run a session until it ends by itself; when its connection is lost, wait and open it again."""
    delay = first
    while not stop.is_set():
        begun = time.monotonic()
        try:
            return await session()
        except lost as fault:
            delay = first if time.monotonic() - begun > longest else min(delay * 2, longest)
            log.warning("connection-lost error=%s retry-in=%.1fs", type(fault).__name__, delay)
        await stopped(stop, delay)
    return None
