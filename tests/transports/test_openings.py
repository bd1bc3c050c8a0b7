"""A sender that several tasks use at once connects once, and leaves nothing open that nobody closes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiokafka as client
import pytest

from interlock_runtime.sending import AsyncSender, SendFailed
from interlock_runtime.transports.aiokafka import AioKafkaSender
from interlock_runtime.transports.amqp import AmqpSender, sending
from support.brokers.lines import AioKafkaLine, AmqpLine
from support.brokers.process import Broker
from support.brokers.tiny import good
from support.waiting import PATIENCE


def counted(monkeypatch: pytest.MonkeyPatch, where: Any, name: str) -> list[Any]:
    """Return what will have been opened, by a function or a class that is wrapped for it."""
    opened: list[Any] = []
    opens: Callable[..., Any] = getattr(where, name)

    def opening(*arguments: Any, **named: Any) -> Any:
        opened.append(opens(*arguments, **named))
        return opened[-1]

    monkeypatch.setattr(where, name, opening)
    return opened


async def at_once(sender: AsyncSender, channel: str) -> None:
    """Send three messages from three tasks."""
    sends: list[Awaitable[None]] = [sender.send(channel, good(number)) for number in range(3)]
    await asyncio.gather(*sends)


def test_one_connection_of_amqp(rabbitmq: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks that send before the connection is there wait for the one that opens it."""
    line = AmqpLine(rabbitmq)
    opened = counted(monkeypatch, sending, "connected")

    async def main() -> None:
        async with AmqpSender(line.url(), "tiny", patience=PATIENCE) as sender:
            await at_once(sender, line.channel)

    asyncio.run(main())
    assert len(opened) == 1


def test_one_producer_of_aiokafka(kafka_servers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks that send before the producer is started wait for the one that starts it."""
    line = AioKafkaLine(kafka_servers)
    opened = counted(monkeypatch, client, "AIOKafkaProducer")

    async def main() -> None:
        async with AioKafkaSender({"bootstrap_servers": kafka_servers}) as sender:
            await at_once(sender, line.channel)

    asyncio.run(main())
    assert len(opened) == 1


def test_a_producer_that_does_not_start_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a broker each attempt fails and closes what it began."""
    opened = counted(monkeypatch, client, "AIOKafkaProducer")

    async def main() -> None:
        async with AioKafkaSender({"bootstrap_servers": "127.0.0.1:1"}) as sender:
            for _ in range(2):
                with pytest.raises(SendFailed, match="send it again"):
                    await sender.send("t", good(0))

    asyncio.run(main())
    assert [producer._closed for producer in opened] == [True, True]  # noqa: SLF001 - it says so nowhere else
