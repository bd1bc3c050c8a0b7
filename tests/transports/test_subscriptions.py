"""What ends a subscription behind a consumer's back: it says so and stops, and never waits for what can't come."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from interlock_runtime.handling.consumer import Consumer
from interlock_runtime.handling.errors import StopConsuming
from interlock_runtime.stores.memory_quarantine import MemoryQuarantine
from support.brokers.harness import Running
from support.brokers.lines import AmqpLine, NatsLine
from support.brokers.process import Broker
from support.brokers.tiny import CATALOG, good
from support.waiting import PATIENCE


def consumer() -> Consumer:
    """Return a consumer with memory stores."""
    return CATALOG.consumer("wms", quarantine=MemoryQuarantine())


async def nothing(_: Any) -> None:
    """Handle nothing."""


def test_a_queue_that_is_deleted(rabbitmq: Broker) -> None:
    """RabbitMQ ends a subscription by a word that clients let pass; the consumer notices, and says what is missing."""
    import aio_pika

    line = AmqpLine(rabbitmq)

    async def delete() -> None:
        async with await aio_pika.connect(line.url()) as connection:
            await (await connection.channel()).queue_delete(line.channel)

    with Running(line) as plant:
        line.send([good(0)])
        plant.until(lambda: plant.settled() == 1)
        asyncio.run(delete())
        plant.until(lambda: not plant.runs())
    assert isinstance(plant.ended, StopConsuming)
    assert plant.ended.reason == f"there is no queue {line.channel}: declare it and bind it to the exchange"


def test_a_connection_that_is_given_up(nats_server: Broker) -> None:
    """A client of NATS gives up after some attempts, and closes for good: the consumer does not try on for ever."""
    from interlock_runtime.transports.nats import consume

    line = NatsLine(nats_server)

    async def consuming() -> None:
        connection = await line.connected()
        stop = asyncio.Event()
        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
            tasks.create_task(consume(consumer(), nothing, connection, line.channel, durable="wms", stop=stop))
            await asyncio.sleep(0)
            await connection.close()

    with pytest.raises(ExceptionGroup) as group:
        asyncio.run(consuming())
    (stopping,) = group.value.exceptions
    assert isinstance(stopping, StopConsuming)
    assert "connect with `max_reconnect_attempts=-1`" in stopping.reason


@pytest.mark.parametrize("filters", [["a/#/b"], []])
def test_a_filter_that_is_none(mosquitto: Broker, filters: list[str]) -> None:
    """What can't be subscribed to would kill the client's own thread, after which nothing would ever come."""
    from interlock_runtime.transports.mqtt import Connection, consume

    where = Connection("127.0.0.1", mosquitto.port, "filters")
    with pytest.raises(StopConsuming, match="can't be subscribed to"):
        consume(consumer(), lambda _: None, where, filters, stop=threading.Event())
