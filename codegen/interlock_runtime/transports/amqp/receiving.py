"""A queue's messages, which the broker pushes."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
from collections.abc import Sequence
from typing import Any, Self

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aio_pika.exceptions import ChannelNotFoundEntity, ProbableAuthenticationError
from aiormq.exceptions import ChannelAccessRefused

from ...handling.consumer import Consumer
from ...handling.errors import StopConsuming
from ...handling.outcomes import Origin
from ...messages import Header, RawMessage
from ..bindings import AMQP, HTTP, prefix_of, text_of
from ..loops.attempts import AsyncHandler
from ..loops.connecting import reconnecting
from ..loops.stopping import TICK
from ..loops.turns import Channel, take_turns
from .connecting import LOST, connected


def received(message: AbstractIncomingMessage) -> RawMessage:
    """
    Return a message as it came; header values that are no texts (AMQP 0-9-1 section 4.2.5) become their text.

    Some clients of RabbitMQ mark attributes with `ce-` as HTTP does, but encode no values: those get AMQP's own mark.
    """
    headers: list[Header] = [] if message.content_type is None else [("content-type", message.content_type.encode())]
    headers.extend((name, _bytes(value)) for name, value in (message.headers or {}).items())
    if prefix_of(headers) == HTTP:
        headers = [(_plainly(text_of(name)), value) for name, value in headers]
    return RawMessage(bytes(message.body), None, tuple(headers))


def _plainly(name: str) -> str:
    """Return a header's name with AMQP's mark when it has HTTP's."""
    return f"{AMQP}{name[len(HTTP) :]}" if name.lower().startswith(HTTP) else name


def _bytes(value: Any) -> bytes | None:
    """Return the bytes of a field's value, as the CloudEvents type system writes it (section 3.1)."""
    if value is None or isinstance(value, (bytes, bytearray)):
        return None if value is None else bytes(value)
    if isinstance(value, bool):
        return b"true" if value else b"false"
    if isinstance(value, dt.datetime):
        return value.isoformat().replace("+00:00", "Z").encode()
    return (json.dumps(value, default=str) if isinstance(value, (dict, list)) else str(value)).encode()


async def consume(
    consumer: Consumer,
    handler: AsyncHandler,
    url: str,
    queue: str,
    *,
    stop: asyncio.Event,
    prefetch: int = 50,
) -> None:
    """
    Handle what comes to a queue until `stop` is set; raise StopConsuming when a store can't be written.

    Messages are handled one after the other; while one waits for its next attempt, those behind it wait. The sum of a
    message's waits must stay below the broker's `consumer_timeout` (30 minutes unless set).
    """

    async def session() -> None:
        try:
            async with await connected(url) as connection:
                channel = await connection.channel()
                await channel.set_qos(prefetch_count=prefetch)
                await take_turns(await _Pushed.begun(channel, queue), consumer, handler, stop)
        except ChannelNotFoundEntity:
            raise StopConsuming(f"there is no queue {queue}: declare it and bind it to the exchange") from None
        except (ProbableAuthenticationError, ChannelAccessRefused):
            raise StopConsuming("the broker refuses these credentials") from None

    await reconnecting(session, LOST, stop)


class _Pushed(Channel[AbstractIncomingMessage]):
    """What has come and was not taken yet; no more than the prefetch."""

    def __init__(self, channel: Any) -> None:
        self._channel = channel  # aiormq's, of which aio-pika's types don't show the consumers
        self._tag = ""
        self._came: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()

    @classmethod
    async def begun(cls, channel: AbstractChannel, queue: str) -> Self:
        """Ask for a queue's messages."""
        made = cls(await channel.get_underlay_channel())
        made._tag = await (await channel.get_queue(queue)).consume(made._came.put)
        return made

    async def fetch(self) -> Sequence[AbstractIncomingMessage]:
        """Wait for one message; raise when none can come: the channel was closed, or the queue was deleted."""
        if self._channel.is_closed:
            raise ConnectionError("the channel was closed")
        with contextlib.suppress(asyncio.TimeoutError):
            return [await asyncio.wait_for(self._came.get(), TICK)]
        if self._tag not in self._channel.consumers:
            raise ConnectionError("the broker has ended the subscription")
        return ()

    def read(self, message: AbstractIncomingMessage) -> tuple[RawMessage, Origin]:
        """Return a message and its routing key, which is the address that it was sent to."""
        return received(message), Origin("amqp", message.routing_key or "")

    async def acknowledge(self, message: AbstractIncomingMessage) -> None:
        """Say that it is settled, and no other one."""
        await message.ack()
