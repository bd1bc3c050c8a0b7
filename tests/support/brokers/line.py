"""The transports under one interface, each on a live broker: what is sent on a line's channel, its consumer gets."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from interlock_runtime import Event, RawMessage
from interlock_runtime.handling.consumer import Consumer
from interlock_runtime.sending import AsyncSender, Sender, SendFailed
from support.waiting import PATIENCE

from .process import Broker

Handler = Callable[[Event[Any]], object]
AsyncHandler = Callable[[Event[Any]], Awaitable[object]]
TEXT_ONLY = frozenset({"null", "null-header", "binary-header"})
ONCE = frozenset({"header-twice"})


class Line(ABC):
    """One channel of one transport."""

    name: str
    lacks: frozenset[str] = frozenset()
    """The kinds of bad messages that the protocol can't carry."""
    keeps_key = False
    keeps_others = True
    """Whether headers that are none of CloudEvents' business arrive."""
    topology_takes = 0.0
    """Seconds until the broker has queues and the like on disk; acknowledged messages are there at once."""
    answers = False
    """Whether the sender is told to send again, instead of the consumer stopping."""
    broker_dedupes = False
    """Whether the broker itself drops what is sent twice."""

    def __init__(self, broker: Broker | None) -> None:
        self.broker = broker
        self.pace = 0.0
        """Seconds between two batches, for tests in which something happens meanwhile."""
        self.gate = threading.Lock()
        """Whoever holds it lets no batch begin, and knows that none is under way."""
        self.channel = f"t{uuid.uuid4().hex[:12]}"

    @abstractmethod
    def send(self, messages: Sequence[RawMessage]) -> None:
        """Send messages in order, each until it is acknowledged."""

    @abstractmethod
    def consume(self, consumer: Consumer, handler: Handler, stop: threading.Event) -> None:
        """Handle what comes until told to stop."""

    def at_rest(self) -> contextlib.AbstractContextManager[None]:
        """Return the block in which the broker may be killed and loses nothing that it acknowledged."""
        return contextlib.nullcontext()

    def arguments(self) -> list[str]:
        """Return what another process needs to consume from this line."""
        return [self.name, str(self.broker.port if self.broker else 0), self.channel]


def forwarded(sender: Sender, channel: str, messages: Sequence[RawMessage], line: Line) -> None:
    """Send messages as a forwarder does: what is not acknowledged is sent again."""
    rest = [(channel, message) for message in messages]
    until = time.monotonic() + PATIENCE
    while rest:
        try:
            with line.gate:
                rest = rest[sender.send_all(rest[: 20 if line.pace else 200]) :]
            time.sleep(line.pace)
        except SendFailed as failed:
            if failed.lasting or time.monotonic() > until:
                raise
            time.sleep(0.05)


async def async_forwarded(sender: AsyncSender, channel: str, messages: Sequence[RawMessage], pace: float = 0) -> None:
    """`forwarded` for asyncio."""
    rest = [(channel, message) for message in messages]
    until = time.monotonic() + PATIENCE
    while rest:
        try:
            rest = rest[await sender.send_all(rest[: 20 if pace else 200]) :]
            await asyncio.sleep(pace)
        except SendFailed as failed:
            if failed.lasting or time.monotonic() > until:
                raise
            await asyncio.sleep(0.05)


def run(
    consuming: Callable[[AsyncHandler, asyncio.Event], Awaitable[None]],
    handler: Handler,
    stop: threading.Event,
    pause: float = 0,
) -> None:
    """Run an asynchronous consumer in this thread until told to stop; its handler takes a pause."""

    async def handle(event: Event[Any]) -> None:
        await asyncio.sleep(pause)
        handler(event)

    async def watch(stopping: asyncio.Event) -> None:
        while not stop.is_set():  # noqa: ASYNC110 - a thread sets it
            await asyncio.sleep(0.003)
        stopping.set()

    async def both() -> None:
        stopping = asyncio.Event()
        watching = asyncio.create_task(watch(stopping))
        try:
            await consuming(handle, stopping)
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching

    asyncio.run(both())
