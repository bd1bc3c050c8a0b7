"""What every loop does with one message: an attempt, or attempts until it is settled or the loop is to stop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

from ...events import Event
from ...handling.consumer import Consumer
from ...handling.errors import RetryLater
from ...handling.outcomes import Origin
from ...messages import RawMessage
from .stopping import stopped

Handler = Callable[[Event[Any]], object]
AsyncHandler = Callable[[Event[Any]], Awaitable[object]]


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
