"""A publisher to a topic exchange."""

from __future__ import annotations

import asyncio
import contextlib

import aio_pika as client
from aio_pika.abc import AbstractConnection, AbstractExchange
from aio_pika.exceptions import DeliveryError

from ...messages import RawMessage
from ...sending import SendFailed
from ..batches import AsyncInBatches, Batch, acknowledged, begun
from ..bindings import AMQP, content_type, headers_for, once, texts, value_of, without_content_type
from .connecting import LOST, connected


class AmqpSender(AsyncInBatches):
    """Sends to a topic exchange; returns when the broker has a message in a queue (publisher confirms)."""

    def __init__(self, url: str, exchange: str, *, patience: float = 10.0) -> None:
        self._url = url
        self._name = exchange
        self._patience = patience
        self._connection: AbstractConnection | None = None
        self._exchange: AbstractExchange | None = None
        self._opening = asyncio.Lock()

    async def send_all(self, batch: Batch) -> int:
        """Return how many first messages are acknowledged; raise SendFailed when the first one is not."""
        ready = begun(batch, _ready)
        if not ready:
            return 0
        try:
            exchange = await self._opened()
        except LOST as fault:
            raise _failed(ready[0][0], fault) from None
        publishing = [exchange.publish(message, channel, timeout=self._patience) for channel, message in ready]
        done, failure = acknowledged(await asyncio.gather(*publishing, return_exceptions=True))
        if failure is not None and not isinstance(failure, DeliveryError):
            await self.aclose()  # what is under way on this connection must not arrive later
        if failure is not None and not done:
            raise _failed(ready[0][0], failure)
        return done

    async def _opened(self) -> AbstractExchange:
        """Connect unless that is done, and return the exchange; it is declared as the AsyncAPI document has it."""
        async with self._opening:
            if self._exchange is None:
                self._connection = await connected(self._url, self._patience)
                channel = await self._connection.channel(publisher_confirms=True, on_return_raises=True)
                self._exchange = await channel.declare_exchange(self._name, client.ExchangeType.TOPIC, durable=True)
            return self._exchange

    async def aclose(self) -> None:
        """Disconnect."""
        connection, self._connection, self._exchange = self._connection, None, None
        if connection is not None:
            with contextlib.suppress(*LOST):
                await connection.close()


def _ready(channel: str, message: RawMessage) -> tuple[str, client.Message]:
    """Return a message as AMQP carries it, kept on disk; raise SendFailed when it can't."""
    headers = once(channel, texts(channel, without_content_type(headers_for(message, AMQP))))
    return channel, client.Message(
        value_of(channel, message, "AMQP"),
        headers=dict(headers),
        content_type=content_type(message),
        delivery_mode=client.DeliveryMode.PERSISTENT,
    )


def _failed(channel: str, fault: BaseException) -> SendFailed:
    """Return a client's error as ours."""
    if isinstance(fault, DeliveryError):
        return SendFailed(channel, "the broker refuses it, or no queue is bound for it")
    return SendFailed(channel, f"AMQP says {type(fault).__name__}")
