"""What every consuming loop does with one message: attempts and waits until it is settled, or until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import threading
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Generator, Hashable
from typing import Any, Generic, TypeVar

from ..events import Event
from ..handling.consumer import Consumer
from ..handling.errors import RetryLater, StopConsuming
from ..handling.outcomes import Origin
from ..handling.protocols import Entry
from ..messages import RawMessage

Handler = Callable[[Event[Any]], object]
AsyncHandler = Callable[[Event[Any]], Awaitable[object]]
P = TypeVar("P", bound=Hashable)
M = TypeVar("M")
log = logging.getLogger("interlock.transports")
LOOK = 1.0
"""Seconds between two looks for messages that quarantine has released."""
TICK = 0.5
"""Seconds after which a waiting loop looks whether it is to stop."""


def attempt(consumer: Consumer, message: RawMessage, origin: Origin, handler: Handler) -> None:
    """Try once; raise RetryLater or StopConsuming when the message must not be acknowledged."""
    with consumer.handling(message, origin=origin) as event:
        if event is not None:
            handler(event)


def settled(consumer: Consumer, message: RawMessage, origin: Origin, handler: Handler, stop: threading.Event) -> bool:
    """Try until the message is settled; return False when the loop was told to stop before."""
    while not stop.is_set():
        try:
            attempt(consumer, message, origin, handler)
        except RetryLater as later:
            stop.wait(later.delay.total_seconds())
        else:
            return True
    return False


async def async_attempt(consumer: Consumer, message: RawMessage, origin: Origin, handler: AsyncHandler) -> None:
    """`attempt` for asyncio."""
    async with consumer.handling(message, origin=origin) as event:
        if event is not None:
            await handler(event)


async def async_settled(
    consumer: Consumer, message: RawMessage, origin: Origin, handler: AsyncHandler, stop: asyncio.Event
) -> bool:
    """`settled` for asyncio."""
    while not stop.is_set():
        try:
            await async_attempt(consumer, message, origin, handler)
        except RetryLater as later:
            await stopped(stop, later.delay.total_seconds())
        else:
            return True
    return False


async def stopped(stop: asyncio.Event, patience: float) -> bool:
    """Wait for the event, at most so many seconds; return whether it came."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), patience)
    return stop.is_set()


@contextlib.asynccontextmanager
async def kept_alive(beat: Callable[[], Awaitable[object]], every: float) -> AsyncGenerator[None]:
    """Tell the broker again and again that a message is still being worked on, until the block ends."""

    async def beats() -> None:
        while True:
            await asyncio.sleep(every)
            try:
                await beat()
            except Exception as fault:  # noqa: BLE001 - the message comes again, which the inbox recognises
                log.warning("keepalive-failed error=%s", type(fault).__name__)

    task = asyncio.create_task(beats())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


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


class Pauses(Generic[P, M]):
    """The messages whose partition waits for its next attempt; other partitions go on meanwhile."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held: dict[P, tuple[float, M]] = {}

    def hold(self, partition: P, message: M, seconds: float) -> None:
        """Keep a message until its partition has waited."""
        self._held[partition] = (self._clock() + seconds, message)

    def due(self) -> tuple[P, M] | None:
        """Take out the message that has waited longest beyond its time; None when none has."""
        first = min(self._held, key=lambda partition: self._held[partition][0], default=None)
        if first is None or self._held[first][0] > self._clock():
            return None
        return first, self._held.pop(first)[1]

    def patience(self) -> float:
        """Return how many seconds a poll may last, so that no wait is overslept."""
        return min([TICK, *(max(0.0, until - self._clock()) for until, _ in self._held.values())])

    def drop(self, partitions: Collection[P]) -> None:
        """Forget the messages of partitions that others have now; they read them again."""
        for partition in partitions:
            self._held.pop(partition, None)


class Telling:
    """Tells the messages again that quarantine has released, between those that come; while one waits, they go on."""

    def __init__(self, consumer: Consumer, clock: Callable[[], float] = time.monotonic) -> None:
        self._consumer = consumer
        self._clock = clock
        self._entry: Entry | None = None
        self._next = 0.0

    def turn(self, handler: Handler) -> None:
        """Try entries one after the other, but not for long: messages that come have their turn too."""
        until = self._clock() + TICK
        while self._next <= self._clock() < until:
            self._entry = entry = self._entry or self._consumer.take()
            if entry is None:
                self._next = self._clock() + LOOK
                return
            try:
                with self._consumer.telling(entry) as event:
                    if event is not None:
                        handler(event)
            except RetryLater as later:
                self._wait(entry, later)
            else:
                self._entry = None

    async def async_turn(self, handler: AsyncHandler) -> None:
        """`turn` for asyncio."""
        until = self._clock() + TICK
        while self._next <= self._clock() < until:
            self._entry = entry = self._entry or await asyncio.to_thread(self._consumer.take)
            if entry is None:
                self._next = self._clock() + LOOK
                return
            try:
                async with self._consumer.telling(entry) as event:
                    if event is not None:
                        await handler(event)
            except RetryLater as later:
                self._wait(entry, later)
            else:
                self._entry = None

    def _wait(self, entry: Entry, later: RetryLater) -> None:
        """Keep an entry from others until its next attempt."""
        self._consumer.keep(entry)
        self._next = self._clock() + later.delay.total_seconds()

    def close(self) -> None:
        """Leave the entry that still waits to others."""
        entry, self._entry = self._entry, None
        if entry is not None:
            with contextlib.suppress(StopConsuming):  # its lease ends by itself
                self._consumer.give_back(entry)


@contextlib.contextmanager
def told(consumer: Consumer) -> Generator[Telling]:
    """Return what tells released messages again, closed when the block ends."""
    telling = Telling(consumer)
    try:
        yield telling
    finally:
        telling.close()


async def tell(consumer: Consumer, handler: AsyncHandler, *, stop: asyncio.Event) -> None:
    """Tell released messages again until `stop` is set: runs beside what has no loop of its own, such as HTTP."""
    with told(consumer) as telling:
        while not stop.is_set():
            await telling.async_turn(handler)
            await stopped(stop, TICK)


SIGNALS = (signal.SIGTERM, signal.SIGINT)


def stop_on_signals(stop: threading.Event) -> None:
    """Set the event when the process is asked to end, so that the message in work is settled first."""
    for number in SIGNALS:
        signal.signal(number, lambda *_: stop.set())


def async_stop_on_signals(stop: asyncio.Event) -> None:
    """`stop_on_signals` for the running event loop."""
    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
