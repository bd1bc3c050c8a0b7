"""
Kafka by aiokafka: a loop for consumers and a sender.

An offset is committed when its message is settled; commits are bundled, so after a crash the last messages come
again, which the inbox recognises.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

import aiokafka as client  # type: ignore[import-untyped]
from aiokafka.errors import (  # type: ignore[import-untyped]
    CommitFailedError,
    IllegalStateError,
    KafkaError,
    MessageSizeTooLargeError,
)

from ..handling.consumer import Consumer
from ..handling.errors import RetryLater
from ..handling.outcomes import Origin
from ..messages import RawMessage
from ..sending import SendFailed
from .bindings import KAFKA, headers_for, text_of
from .framing import framed, unframed
from .loops import AsyncHandler, Pauses, Telling, async_attempt, log

Settings = Mapping[str, Any]
_CONSUMING: Settings = {"auto_offset_reset": "earliest"}
_OURS: Settings = {"enable_auto_commit": False}
_SENDING: Settings = {"enable_idempotence": True}
COMMIT_EVERY = 1.0
"""Seconds of settled work that a crash may have told again."""


def received(record: Any) -> RawMessage:
    """Return a record as it came."""
    return RawMessage(record.value, record.key, tuple(record.headers))


async def consume(
    consumer: Consumer,
    handler: AsyncHandler,
    settings: Settings,
    topics: Sequence[str],
    *,
    stop: asyncio.Event,
    framing: bool = False,
) -> None:
    """
    Handle what comes from topics until `stop` is set; raise StopConsuming when a store can't be written.

    While a message waits for its next attempt only its partition is paused. No deserializers are set: one that raises
    would be called for the same record without end.
    """
    wrong = [name for name in (*_OURS, "key_deserializer", "value_deserializer") if settings.get(name)]
    if wrong:
        raise ValueError(f"`{'` and `'.join(wrong)}` would lose what is not settled or not readable: leave it out")
    loop = _Loop(consumer, handler, client.AIOKafkaConsumer(**{**_CONSUMING, **settings, **_OURS}), framing=framing)
    await loop.run(topics, stop)


class _Loop(client.ConsumerRebalanceListener):  # type: ignore[misc] # the library is not typed
    """One member of a consumer group."""

    def __init__(
        self, consumer: Consumer, handler: AsyncHandler, member: client.AIOKafkaConsumer, *, framing: bool
    ) -> None:
        self._consumer = consumer
        self._handler = handler
        self._member = member
        self._framing = framing
        self._pauses: Pauses[Any, Any] = Pauses()
        self._telling = Telling(consumer)
        self._settled: dict[Any, int] = {}
        self._committed = time.monotonic()

    async def run(self, topics: Sequence[str], stop: asyncio.Event) -> None:
        """Poll until told to stop; commit what is settled, and leave the group."""
        self._member.subscribe(list(topics), listener=self)
        await self._member.start()
        try:
            while not stop.is_set():
                await self._telling.async_turn(self._handler)
                await self._turn()
                if time.monotonic() - self._committed > COMMIT_EVERY:
                    await self._commit()
        finally:
            self._telling.close()
            await self._commit()
            await self._member.stop()

    async def _turn(self) -> None:
        """Try again what has waited, else take what has come."""
        waited = self._pauses.due()
        if waited is not None:
            if await self._take(*waited):
                self._member.resume(waited[0])
            return
        found = await self._member.getmany(timeout_ms=int(self._pauses.patience() * 1000), max_records=1)
        for place, records in found.items():
            for record in records:
                await self._take(place, record)

    async def _take(self, place: Any, record: Any) -> bool:
        """Try once; note the offset when the message is settled, else let its partition wait."""
        raw = received(record)
        origin = Origin("kafka", place.topic, place.partition, record.offset)
        try:
            await async_attempt(self._consumer, unframed(raw) if self._framing else raw, origin, self._handler)
        except RetryLater as later:
            self._pauses.hold(place, record, later.delay.total_seconds())
            self._member.pause(place)
            return False
        self._settled[place] = record.offset + 1
        return True

    async def _commit(self) -> None:
        """Commit what is settled; a partition that was lost meanwhile is read again by its new member."""
        self._committed = time.monotonic()
        settled, self._settled = self._settled, {}
        try:
            if settled:
                await self._member.commit(settled)
        except (CommitFailedError, IllegalStateError, KafkaError) as fault:
            log.warning("offset-not-committed error=%s", type(fault).__name__)

    async def on_partitions_revoked(  # pyright: ignore[reportIncompatibleMethodOverride] - either form is called
        self, revoked: Iterable[Any]
    ) -> None:
        """Commit before partitions leave, and forget what waited in them."""
        await self._commit()
        self._pauses.drop(list(revoked))

    async def on_partitions_assigned(  # pyright: ignore[reportIncompatibleMethodOverride] - either form is called
        self, assigned: Iterable[Any]
    ) -> None:
        """Let partitions that come go on, whatever an earlier time left paused."""
        self._member.resume(*assigned)


class AioKafkaSender:
    """Sends to topics; returns when all replicas in sync have a message."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._producer: client.AIOKafkaProducer | None = None

    async def send(self, channel: str, message: RawMessage) -> None:
        """Send one message; raise SendFailed unless it is acknowledged."""
        await self.send_all([(channel, message)])

    async def send_all(self, batch: Sequence[tuple[str, RawMessage]]) -> int:
        """Return how many first messages are acknowledged; raise SendFailed when the first one is not."""
        waiting: list[asyncio.Future[Any]] = []
        failed: SendFailed | None = None
        for channel, message in batch:
            try:
                waiting.append(await self._begun(channel, message))
            except (KafkaError, OSError) as fault:
                failed = _failed(channel, fault)  # those behind must not overtake it
                break
        answers = await asyncio.gather(*waiting, return_exceptions=True)
        done = next((at for at, answer in enumerate(answers) if isinstance(answer, BaseException)), len(answers))
        if done == 0 and batch:
            raise _failed(batch[0][0], answers[0]) if answers else failed or SendFailed(batch[0][0], "it was not begun")
        return done

    async def _begun(self, channel: str, message: RawMessage) -> asyncio.Future[Any]:
        """Hand one message to the client; return the future that its acknowledgement fulfils."""
        if self._producer is None:
            producer = client.AIOKafkaProducer(**{**_SENDING, **self._settings})
            await producer.start()
            self._producer = producer
        raw = framed(message)
        headers = [(text_of(name), value) for name, value in headers_for(raw, KAFKA)]
        begun: asyncio.Future[Any] = await self._producer.send(channel, raw.value, key=raw.key, headers=headers)
        return begun

    async def aclose(self) -> None:
        """Wait for what is under way."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    async def __aenter__(self) -> Self:
        """Return itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        await self.aclose()


def _failed(channel: str, fault: BaseException) -> SendFailed:
    """Return a client's error as ours; what is too large stays so."""
    lasting = isinstance(fault, MessageSizeTooLargeError)
    return SendFailed(channel, f"Kafka says {type(fault).__name__}", lasting=lasting)
