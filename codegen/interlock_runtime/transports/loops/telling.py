"""Messages that quarantine has released, told again between those that come."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Generator

from ...handling.consumer import Consumer
from ...handling.entries import Entry
from ...handling.errors import RetryLater, StopConsuming
from .attempts import AsyncHandler, Handler
from .stopping import TICK, stopped

LOOK = 1.0
"""Seconds between two looks for messages that quarantine has released."""


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
            self._entry = entry = self._entry or await self._consumer.atake()
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
