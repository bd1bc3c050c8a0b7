"""
AMQP 0-9-1 by aio-pika, as RabbitMQ speaks it.

Messages are acknowledged one by one when they are settled; what is not goes back to its place in the queue when the
connection ends. Set no `x-delivery-limit` on the queue: attempts are counted, and poison is kept, by the consumer.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
from collections.abc import Sequence
from typing import Any, Self

import aio_pika as client
from aio_pika.abc import AbstractConnection, AbstractExchange, AbstractIncomingMessage
from aio_pika.exceptions import (
    AMQPError,
    ChannelInvalidStateError,
    ChannelNotFoundEntity,
    DeliveryError,
    ProbableAuthenticationError,
)
from aiormq.exceptions import ChannelAccessRefused

from ..handling.consumer import Consumer
from ..handling.errors import StopConsuming
from ..handling.outcomes import Origin
from ..messages import Header, RawMessage
from ..sending import SendFailed
from .bindings import (
    AMQP,
    HTTP,
    content_type,
    headers_for,
    once,
    prefix_of,
    text_of,
    texts,
    without_content_type,
)
from .loops import TICK, AsyncHandler, Telling, async_settled, reconnecting, told

_LOST = (AMQPError, ChannelInvalidStateError, ConnectionError, OSError, asyncio.TimeoutError)


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
        connection = await client.connect(url)
        async with connection:
            channel = await connection.channel()
            await channel.set_qos(prefetch_count=prefetch)
            with told(consumer) as telling:
                await _consumed(consumer, handler, await channel.get_queue(queue), stop, telling)

    async def mendable() -> None:
        try:
            await session()
        except ChannelNotFoundEntity:
            raise StopConsuming(f"there is no queue {queue}: declare it and bind it to the exchange") from None
        except (ProbableAuthenticationError, ChannelAccessRefused):
            raise StopConsuming("the broker refuses these credentials") from None

    await reconnecting(mendable, _LOST, stop)


async def _consumed(
    consumer: Consumer, handler: AsyncHandler, source: Any, stop: asyncio.Event, telling: Telling
) -> None:
    """Handle a queue's messages until told to stop or the connection is lost."""
    came: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
    closed = asyncio.Event()
    source.channel.close_callbacks.add(lambda *_: closed.set())
    await source.consume(came.put)
    while not stop.is_set():
        if closed.is_set():
            raise ConnectionError("the channel was closed")
        await telling.async_turn(handler)
        with contextlib.suppress(TimeoutError):
            message = await asyncio.wait_for(came.get(), TICK)
            origin = Origin("amqp", message.routing_key or "")
            if await async_settled(consumer, received(message), origin, handler, stop):
                await message.ack()


class AmqpSender:
    """Sends to a topic exchange; returns when the broker has a message in a queue (publisher confirms)."""

    def __init__(self, url: str, exchange: str, *, patience: float = 10.0) -> None:
        self._url = url
        self._name = exchange
        self._patience = patience
        self._connection: AbstractConnection | None = None
        self._exchange: AbstractExchange | None = None

    async def send(self, channel: str, message: RawMessage) -> None:
        """Send one message; raise SendFailed unless it is acknowledged."""
        await self.send_all([(channel, message)])

    async def send_all(self, batch: Sequence[tuple[str, RawMessage]]) -> int:
        """Return how many first messages are acknowledged; raise SendFailed when the first one is not."""
        ready: list[tuple[str, client.Message]] = []
        for channel, message in batch:
            try:
                ready.append((channel, _sent(channel, message)))
            except SendFailed:  # those behind must not overtake it
                if not ready:
                    raise
                break
        return await self._published(ready)

    async def _published(self, ready: Sequence[tuple[str, client.Message]]) -> int:
        """Publish messages at once and wait for their confirms; after a failure the connection is given up."""
        if not ready:
            return 0
        try:
            exchange = self._exchange or await self._opened()
        except _LOST as fault:
            raise _failed(ready[0][0], fault) from None
        publishing = (exchange.publish(message, channel, timeout=self._patience) for channel, message in ready)
        answers = await asyncio.gather(*publishing, return_exceptions=True)
        done = next((at for at, answer in enumerate(answers) if isinstance(answer, BaseException)), len(answers))
        failure = answers[done] if done < len(answers) else None
        if isinstance(failure, BaseException):
            if not isinstance(failure, DeliveryError):
                await self.aclose()
            if done == 0:
                raise _failed(ready[0][0], failure)
        return done

    async def _opened(self) -> AbstractExchange:
        """Connect, and return the exchange; it is declared as the AsyncAPI document has it."""
        connection = await asyncio.wait_for(client.connect(self._url), self._patience)
        self._connection = connection
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        self._exchange = await channel.declare_exchange(self._name, client.ExchangeType.TOPIC, durable=True)
        return self._exchange

    async def aclose(self) -> None:
        """Disconnect."""
        connection, self._connection, self._exchange = self._connection, None, None
        if connection is not None:
            with contextlib.suppress(*_LOST):
                await connection.close()

    async def __aenter__(self) -> Self:
        """Return itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        await self.aclose()


def _sent(channel: str, message: RawMessage) -> client.Message:
    """Return a message as AMQP carries it, kept on disk; raise SendFailed when it can't."""
    if message.value is None:
        raise SendFailed(channel, "it has no value, and AMQP has no null", lasting=True)
    headers = once(channel, texts(channel, without_content_type(headers_for(message, AMQP))))
    return client.Message(
        message.value,
        headers=dict(headers),
        content_type=content_type(message),
        delivery_mode=client.DeliveryMode.PERSISTENT,
    )


def _failed(channel: str, fault: BaseException) -> SendFailed:
    """Return a client's error as ours."""
    if isinstance(fault, DeliveryError):
        return SendFailed(channel, "the broker refuses it, or no queue is bound for it")
    return SendFailed(channel, f"AMQP says {type(fault).__name__}")
