"""The loop of asyncio for brokers without partitions: one message after the other, those behind it wait."""

from __future__ import annotations

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Sequence
from typing import Generic, TypeVar

from ...handling.consumer import Consumer
from ...handling.outcomes import Origin
from ...messages import RawMessage
from .attempts import AsyncHandler, async_settled
from .connecting import kept_alive
from .telling import told

M = TypeVar("M")


class Channel(ABC, Generic[M]):
    """What one protocol does: it brings messages in order, and carries back what became of each."""

    beat: float | None = None
    """Seconds after which a broker is told that messages are in work, unless it waits for as long as it takes."""

    @abstractmethod
    async def fetch(self) -> Sequence[M]:
        """Return what has come, after a moment at the latest; raise when the connection is lost."""

    @abstractmethod
    def read(self, message: M) -> tuple[RawMessage, Origin]:
        """Return a message as it came, and where it stood."""

    @abstractmethod
    async def acknowledge(self, message: M) -> None:
        """Say that a message is settled."""

    async def in_work(self, waiting: Sequence[M]) -> None:
        """Say that these are being worked on."""

    async def leave(self, waiting: Sequence[M]) -> None:
        """Say that these will not be settled here and now."""


async def take_turns(channel: Channel[M], consumer: Consumer, handler: AsyncHandler, stop: asyncio.Event) -> None:
    """Settle and acknowledge what comes, released messages between it, until `stop` is set."""
    with told(consumer) as telling:
        while not stop.is_set():
            await telling.async_turn(handler)
            waiting = deque(await channel.fetch())
            try:
                async with _in_work(channel, waiting):
                    while waiting and await async_settled(consumer, *channel.read(waiting[0]), handler, stop):
                        await channel.acknowledge(waiting.popleft())
            finally:
                if waiting:
                    await channel.leave(waiting)


def _in_work(channel: Channel[M], waiting: deque[M]) -> contextlib.AbstractAsyncContextManager[None]:
    """Return the block in which a broker hears of the messages that wait, when it wants to."""
    if not waiting or channel.beat is None:
        return contextlib.nullcontext()

    async def beat() -> None:
        if waiting:  # else the last one is just being acknowledged
            await channel.in_work(list(waiting))

    return kept_alive(beat, channel.beat)
