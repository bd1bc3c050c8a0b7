"""One member of a consumer group."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import aiokafka as client  # type: ignore[import-untyped]
from aiokafka.errors import IllegalStateError, KafkaError  # type: ignore[import-untyped]

from ...handling.consumer import Consumer
from ...handling.errors import RetryLater
from ...handling.outcomes import Origin
from ...messages import RawMessage
from ..framing import unframed
from ..logs import log
from ..loops.attempts import AsyncHandler, async_attempt
from ..loops.pauses import Pauses
from ..loops.telling import told

Settings = Mapping[str, Any]
_CONSUMING: Settings = {"auto_offset_reset": "earliest"}
_OURS: Settings = {"enable_auto_commit": False}
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
    member = client.AIOKafkaConsumer(**{**_CONSUMING, **settings, **_OURS})
    loop = Loop(consumer, handler, member, framing=framing)
    member.subscribe(list(topics), listener=loop)
    try:
        await member.start()
        with told(consumer) as telling:
            while not stop.is_set():
                await telling.async_turn(handler)
                await loop.turn()
    finally:
        await loop.commit()
        await member.stop()


class Loop(client.ConsumerRebalanceListener):  # type: ignore[misc] # the library is not typed
    """What became of the records that a member was given."""

    def __init__(
        self, consumer: Consumer, handler: AsyncHandler, member: client.AIOKafkaConsumer, *, framing: bool
    ) -> None:
        self._consumer = consumer
        self._handler = handler
        self._member = member
        self._framing = framing
        self._pauses: Pauses[Any, Any] = Pauses()
        self._settled: dict[Any, int] = {}
        self._committed = time.monotonic()
        self._at_work = asyncio.Lock()
        self._generation = 0

    async def turn(self) -> None:
        """Try again what has waited, then take what has come, and commit from time to time."""
        waited = self._pauses.due()
        if waited is not None:
            await self._take(*waited, self._generation)
        found = await self._member.getmany(timeout_ms=int(self._pauses.patience() * 1000), max_records=1)
        generation = self._generation
        for place, records in found.items():
            for record in records:
                await self._take(place, record, generation)
        if time.monotonic() - self._committed > COMMIT_EVERY:
            await self.commit()

    async def _take(self, place: Any, record: Any, generation: int) -> None:
        """Try once; note the offset when the message is settled, else let its partition wait."""
        raw = received(record)
        origin = Origin("kafka", place.topic, place.partition, record.offset)
        async with self._at_work:
            if generation != self._generation:
                return  # its partition was given away meanwhile: whoever has it now reads it again
            try:
                await async_attempt(self._consumer, unframed(raw) if self._framing else raw, origin, self._handler)
            except RetryLater as later:
                self._pauses.hold(place, record, later.delay.total_seconds())
                self._member.pause(place)
            else:
                self._settled[place] = record.offset + 1
                self._member.resume(place)

    async def commit(self) -> None:
        """Commit what is settled; a partition that was lost meanwhile is read again by its new member."""
        self._committed = time.monotonic()
        settled, self._settled = self._settled, {}
        try:
            if settled:
                await self._member.commit(settled)
        except (IllegalStateError, KafkaError) as fault:
            log.warning("offset-not-committed error=%s", type(fault).__name__)

    async def on_partitions_revoked(  # pyright: ignore[reportIncompatibleMethodOverride] - either form is called
        self, revoked: Iterable[Any]
    ) -> None:
        """Commit before partitions leave, once the message in work is settled, and forget what waited in them."""
        async with self._at_work:
            await self.commit()
            self._pauses.drop(list(revoked))
            self._generation += 1

    async def on_partitions_assigned(  # pyright: ignore[reportIncompatibleMethodOverride] - either form is called
        self, assigned: Iterable[Any]
    ) -> None:
        """Let partitions that come go on, whatever an earlier time left paused."""
        self._member.resume(*assigned)
