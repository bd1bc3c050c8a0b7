"""
NATS JetStream by nats-py: a pull consumer's loop, and a sender.

Messages are acknowledged when they are settled. With `batch=1` the server gives the next message only after the one
before is acknowledged, so a crash changes no order; a larger batch is faster, and a crash may tell its rest later.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Sequence

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error, MaxPayloadError, NoRespondersError
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, Header
from nats.js.errors import APIError, NoStreamResponseError, NotFoundError

from ..handling.consumer import Consumer
from ..handling.errors import StopConsuming
from ..handling.outcomes import Origin
from ..messages import RawMessage
from ..sending import SendFailed
from .bindings import HTTP, headers_for, once, texts
from .loops import TICK, AsyncHandler, async_settled, kept_alive, reconnecting, told

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

    async def session() -> None:
        try:
            source = await connection.jetstream().pull_subscribe(
                subject, durable, stream, config=_config(batch, acknowledge_within)
            )
        except NotFoundError:
            raise StopConsuming(f"there is no stream {stream}: add it with the subjects it is to keep") from None
        with told(consumer) as telling:
            while not stop.is_set():
                await telling.async_turn(handler)
                with contextlib.suppress(asyncio.TimeoutError):
                    fetched = await source.fetch(batch, timeout=TICK)
                    await _handled(consumer, handler, fetched, stop, acknowledge_within / 3)

    await reconnecting(session, _LOST, stop)


def _config(batch: int, acknowledge_within: float) -> ConsumerConfig:
    """Return the settings of the durable consumer, which the server keeps."""
    return ConsumerConfig(
        ack_policy=AckPolicy.EXPLICIT, ack_wait=acknowledge_within, max_ack_pending=batch, max_deliver=-1
    )


async def _handled(
    consumer: Consumer, handler: AsyncHandler, fetched: Sequence[Msg], stop: asyncio.Event, beat: float
) -> None:
    """Handle what was fetched in order; what is left when told to stop goes back at once."""

    async def in_work() -> None:
        for message in waiting:
            await message.in_progress()

    waiting = list(fetched)
    try:
        async with kept_alive(in_work, beat):
            while waiting and await async_settled(consumer, received(waiting[0]), _origin(waiting[0]), handler, stop):
                await waiting.pop(0).ack()
    finally:
        with contextlib.suppress(*_LOST):
            for message in waiting:
                await message.nak()


def _origin(message: Msg) -> Origin:
    """Return where a message stands in its stream."""
    return Origin("nats", message.subject, offset=message.metadata.sequence.stream)


class NatsSender:
    """Sends to subjects; returns when the stream has a message on disk."""

    def __init__(self, connection: Client, *, patience: float = 10.0) -> None:
        self._stream: JetStreamContext = connection.jetstream(timeout=patience)

    async def send(self, channel: str, message: RawMessage) -> None:
        """Send one message; raise SendFailed unless it is acknowledged."""
        await self.send_all([(channel, message)])

    async def send_all(self, batch: Sequence[tuple[str, RawMessage]]) -> int:
        """Return how many first messages are acknowledged; raise SendFailed when the first one is not."""
        answers = await asyncio.gather(*(self._sent(*sending) for sending in batch), return_exceptions=True)
        done = next((at for at, answer in enumerate(answers) if isinstance(answer, BaseException)), len(answers))
        if batch and done == 0 and isinstance(answers[0], BaseException):
            raise answers[0]
        return done

    async def _sent(self, channel: str, message: RawMessage) -> None:
        """Send one message. The stream drops a copy of one that it has stored within its duplicate window."""
        if message.value is None:
            raise SendFailed(channel, "it has no value, and NATS has no null", lasting=True)
        headers = once(channel, texts(channel, headers_for(message, HTTP)))
        digest = hashlib.sha256(repr((message.value, message.headers)).encode()).hexdigest()
        try:
            await self._stream.publish(channel, message.value, headers={**headers, Header.MSG_ID.value: digest})
        except MaxPayloadError:
            raise SendFailed(channel, "it is larger than the server takes", lasting=True) from None
        except (NoRespondersError, NoStreamResponseError, APIError) as fault:
            raise SendFailed(channel, f"no stream takes it ({type(fault).__name__})") from None
        except _LOST as fault:
            raise SendFailed(channel, f"NATS says {type(fault).__name__}") from None

    async def aclose(self) -> None:
        """Leave the connection to the one who gave it."""
