"""A producer to topics."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import aiokafka as client  # type: ignore[import-untyped]
from aiokafka.errors import KafkaError, MessageSizeTooLargeError  # type: ignore[import-untyped]

from ...messages import RawMessage
from ...sending import SendFailed
from ..batches import AsyncInBatches, Batch, acknowledged
from ..bindings import KAFKA, named
from ..framing import framed

Settings = Mapping[str, Any]
_SENDING: Settings = {"enable_idempotence": True}


class AioKafkaSender(AsyncInBatches):
    """Sends to topics; returns when all replicas in sync have a message."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._producer: client.AIOKafkaProducer | None = None
        self._opening = asyncio.Lock()

    async def send_all(self, batch: Batch) -> int:
        """Return how many first messages are acknowledged; raise SendFailed when the first one is not."""
        waiting: list[asyncio.Future[Any]] = []
        refusal: list[BaseException] = []
        for channel, message in batch:
            try:
                waiting.append(await self._begun(channel, message))
            except (KafkaError, OSError) as fault:
                refusal.append(fault)  # those behind must not overtake it
                break
        answers = await asyncio.gather(*waiting, return_exceptions=True)
        done, failure = acknowledged([*answers, *refusal])
        if failure is not None and not done:
            raise _failed(batch[0][0], failure)
        return done

    async def _begun(self, channel: str, message: RawMessage) -> asyncio.Future[Any]:
        """Hand one message to the client; return the future that its acknowledgement fulfils."""
        producer = await self._opened()
        raw = framed(message)
        begun: asyncio.Future[Any] = await producer.send(channel, raw.value, key=raw.key, headers=named(raw, KAFKA))
        return begun

    async def _opened(self) -> client.AIOKafkaProducer:
        """Return the producer, started unless it is already."""
        async with self._opening:
            if self._producer is None:
                producer = client.AIOKafkaProducer(**{**_SENDING, **self._settings})
                try:
                    await producer.start()
                except BaseException:
                    await producer.stop()
                    raise
                self._producer = producer
            return self._producer

    async def aclose(self) -> None:
        """Wait for what is under way."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()


def _failed(channel: str, fault: BaseException) -> SendFailed:
    """Return a client's error as ours; what is too large stays so."""
    lasting = isinstance(fault, MessageSizeTooLargeError)
    return SendFailed(channel, f"Kafka says {type(fault).__name__}", lasting=lasting)
