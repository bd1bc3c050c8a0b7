"""A pull consumer of a stream."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig
from nats.js.errors import NotFoundError

from ...handling.consumer import Consumer
from ...handling.errors import StopConsuming
from ...handling.outcomes import Origin
from ...messages import RawMessage
from ..loops.attempts import AsyncHandler
from ..loops.connecting import reconnecting
from ..loops.stopping import TICK
from ..loops.turns import Channel, take_turns

_LOST = (Error, ConnectionError, OSError, asyncio.TimeoutError)


def received(message: Msg) -> RawMessage:
    """Return a message as it came, but for the headers that JetStream itself reads."""
    headers = message.headers or {}
    pairs = tuple((name, value.encode("utf-8", "surrogateescape")) for name, value in headers.items())
    return RawMessage(message.data, None, tuple(pair for pair in pairs if not pair[0].startswith("Nats-")))


async def consume(
    consumer: Consumer,
    handler: AsyncHandler,
    connection: Client,
    stream: str,
    *,
    durable: str,
    subject: str = ">",
    stop: asyncio.Event,
    batch: int = 1,
    acknowledge_within: float = 30.0,
) -> None:
    """
    Handle what a stream holds until `stop` is set; raise StopConsuming when a store can't be written.

    Messages are handled one after the other; while one waits for its next attempt, the server is told that it is in
    work, so that nobody else gets it. Redelivery has no limit: attempts are counted by the consumer.
    """
    settings = ConsumerConfig(
        ack_policy=AckPolicy.EXPLICIT, ack_wait=acknowledge_within, max_ack_pending=batch, max_deliver=-1
    )

    async def session() -> None:
        if connection.is_closed:
            raise StopConsuming(
                "the connection to NATS is closed for good: connect with `max_reconnect_attempts=-1` and start again"
            )
        try:
            source = await connection.jetstream().pull_subscribe(subject, durable, stream, config=settings)
        except NotFoundError:
            raise StopConsuming(f"there is no stream {stream}: add it with the subjects it is to keep") from None
        try:
            await take_turns(_Pulled(source, batch, acknowledge_within / 3), consumer, handler, stop)
        finally:
            with contextlib.suppress(*_LOST):
                await source.unsubscribe()

    await reconnecting(session, _LOST, stop)


class _Pulled(Channel[Msg]):
    """What is asked for, at most a batch at a time; what is left when the loop ends goes back at once."""

    def __init__(self, source: JetStreamContext.PullSubscription, batch: int, beat: float) -> None:
        self._source = source
        self._batch = batch
        self.beat = beat

    async def fetch(self) -> Sequence[Msg]:
        """Ask for a batch."""
        with contextlib.suppress(asyncio.TimeoutError):
            return await self._source.fetch(self._batch, timeout=TICK)
        return ()

    def read(self, message: Msg) -> tuple[RawMessage, Origin]:
        """Return a message and its place in the stream."""
        return received(message), Origin("nats", message.subject, offset=message.metadata.sequence.stream)

    async def acknowledge(self, message: Msg) -> None:
        """Say that it is settled."""
        await message.ack()

    async def in_work(self, waiting: Sequence[Msg]) -> None:
        """Ask for more time."""
        for message in waiting:
            await message.in_progress()

    async def leave(self, waiting: Sequence[Msg]) -> None:
        """Let the server deliver them again at once."""
        with contextlib.suppress(*_LOST):
            for message in waiting:
                await message.nak()
