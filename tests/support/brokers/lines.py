"""Each transport's line, on its live broker."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any

from interlock_runtime import RawMessage
from interlock_runtime.handling.consumer import Consumer
from support.waiting import PATIENCE

from .line import ONCE, TEXT_ONLY, AsyncHandler, Handler, Line, async_forwarded, forwarded, run
from .process import Broker, free_port, is_open

SESSION = 6000
"""Milliseconds after which a Kafka group gives a member up; a real broker takes no less, the mock waits 3 s for members."""


class MqttLine(Line):
    """MQTT 5 on Mosquitto."""

    name = "mqtt"
    lacks = TEXT_ONLY

    def __init__(self, broker: Broker | None, channel: str = "") -> None:
        super().__init__(broker)
        if channel:
            self.channel = channel
        else:
            self.begin_session()

    def _connection(self, who: str) -> Any:
        """Return how somebody connects."""
        from interlock_runtime.transports.mqtt import Connection

        assert self.broker is not None
        return Connection("127.0.0.1", self.broker.port, f"{who}-{self.channel}")

    def begin_session(self) -> None:
        """Begin the consumer's session: a broker of MQTT keeps nothing for those who never came."""
        from interlock_runtime.transports.mqtt import Subscriber

        subscriber = Subscriber(self._connection("consumer"), [self.channel], 20)
        with subscriber.connected():
            subscriber.subscribed.wait(PATIENCE)

    def send(self, messages: Sequence[RawMessage]) -> None:
        """Send by our sender."""
        from interlock_runtime.transports.mqtt import MqttSender

        with MqttSender(self._connection("sender"), patience=3) as sender:
            forwarded(sender, self.channel, messages, self)

    @contextlib.contextmanager
    def at_rest(self) -> Generator[None]:
        """Let Mosquitto save what it acknowledged: it answers first, and killed in between it loses that without us too."""
        assert self.broker is not None
        with self.gate:
            self.broker.save("mosquitto.db")
            yield

    def consume(self, consumer: Consumer, handler: Handler, stop: threading.Event) -> None:
        """Consume by our loop."""
        from interlock_runtime.transports.mqtt import consume

        consume(consumer, handler, self._connection("consumer"), [self.channel], stop=stop)


class KafkaLine(Line):
    """Kafka by confluent-kafka."""

    name = "kafka"
    keeps_key = True
    framing = False
    longest_silence = 300_000
    """Milliseconds between two polls after which a group gives a member up."""

    def __init__(self, servers: str, channel: str = "") -> None:
        super().__init__(None)
        self.servers = servers
        self.channel = channel or self.channel

    def arguments(self) -> list[str]:
        """Return what another process needs."""
        return [self.name, self.servers, self.channel]

    def send(self, messages: Sequence[RawMessage]) -> None:
        """Send by our sender."""
        from interlock_runtime.transports.kafka import KafkaSender

        with KafkaSender({"bootstrap.servers": self.servers}) as sender:
            forwarded(sender, self.channel, messages, self)

    def consume(self, consumer: Consumer, handler: Handler, stop: threading.Event) -> None:
        """Consume by our loop."""
        from interlock_runtime.transports.kafka import consume

        settings = {
            "bootstrap.servers": self.servers,
            "group.id": self.channel,
            "heartbeat.interval.ms": 500,
            "session.timeout.ms": SESSION,
            "max.poll.interval.ms": self.longest_silence,
        }
        consume(consumer, handler, settings, [self.channel], stop=stop, framing=self.framing)


class AioKafkaLine(KafkaLine):
    """Kafka by aiokafka."""

    name = "aiokafka"

    def send(self, messages: Sequence[RawMessage]) -> None:
        """Send by our sender."""
        from interlock_runtime.transports.aiokafka import AioKafkaSender

        async def sending() -> None:
            async with AioKafkaSender({"bootstrap_servers": self.servers}) as sender:
                await async_forwarded(sender, self.channel, messages, self.pace)

        asyncio.run(sending())

    def consume(self, consumer: Consumer, handler: Handler, stop: threading.Event) -> None:
        """Consume by our loop."""
        from interlock_runtime.transports.aiokafka import consume

        settings = {
            "bootstrap_servers": self.servers,
            "group_id": self.channel,
            "session_timeout_ms": SESSION,
            "heartbeat_interval_ms": 500,
            "max_poll_interval_ms": self.longest_silence,
        }
        run(lambda handle, ending: consume(consumer, handle, settings, [self.channel], stop=ending), handler, stop)


class AmqpLine(Line):
    """AMQP 0-9-1 on RabbitMQ, a durable queue bound to a topic exchange."""

    name = "amqp"
    topology_takes = 3.0
    lacks = TEXT_ONLY | ONCE

    def __init__(self, broker: Broker | None, channel: str = "") -> None:
        super().__init__(broker)
        if channel:
            self.channel = channel
        else:
            asyncio.run(self._declare())

    def url(self) -> str:
        """Return where the broker is."""
        assert self.broker is not None
        return f"amqp://guest:guest@127.0.0.1:{self.broker.port}/"

    async def _declare(self) -> None:
        """Bind a queue."""
        import aio_pika

        async with await aio_pika.connect(self.url()) as connection:
            channel = await connection.channel()
            exchange = await channel.declare_exchange("tiny", aio_pika.ExchangeType.TOPIC, durable=True)
            queue = await channel.declare_queue(self.channel, durable=True)
            await queue.bind(exchange, self.channel)

    def send(self, messages: Sequence[RawMessage]) -> None:
        """Send by our sender."""
        from interlock_runtime.transports.amqp import AmqpSender

        async def sending() -> None:
            async with AmqpSender(self.url(), "tiny") as sender:
                await async_forwarded(sender, self.channel, messages, self.pace)

        asyncio.run(sending())

    def consume(self, consumer: Consumer, handler: Handler, stop: threading.Event) -> None:
        """Consume by our loop."""
        from interlock_runtime.transports.amqp import consume

        run(lambda handle, ending: consume(consumer, handle, self.url(), self.channel, stop=ending), handler, stop)


class NatsLine(Line):
    """NATS JetStream, a stream of its own."""

    name = "nats"
    lacks = (TEXT_ONLY | ONCE) - {"binary-header"}
    broker_dedupes = True
    batch = 1
    acknowledge_within = 2.0
    pause = 0.0
    """Seconds that a handler takes."""

    def __init__(self, broker: Broker | None, channel: str = "") -> None:
        super().__init__(broker)
        if channel:
            self.channel = channel
        else:
            asyncio.run(self._declare())

    async def connected(self) -> Any:
        """Return a connection that is kept, quietly."""
        import nats

        async def quiet(_: Exception) -> None:
            """Errors are what these tests are about."""

        assert self.broker is not None
        return await nats.connect(
            f"nats://127.0.0.1:{self.broker.port}", error_cb=quiet, reconnect_time_wait=0.1, max_reconnect_attempts=-1
        )

    async def _declare(self) -> None:
        """Add a stream."""
        connection = await self.connected()
        await connection.jetstream().add_stream(name=self.channel, subjects=[f"{self.channel}.>"])
        await connection.close()

    def send(self, messages: Sequence[RawMessage]) -> None:
        """Send by our sender."""
        from interlock_runtime.transports.nats import NatsSender

        async def sending() -> None:
            connection = await self.connected()
            await async_forwarded(NatsSender(connection, patience=3), f"{self.channel}.events", messages, self.pace)
            await connection.close()

        asyncio.run(sending())

    def consume(self, consumer: Consumer, handler: Handler, stop: threading.Event) -> None:
        """Consume by our loop."""
        from interlock_runtime.transports.nats import consume

        async def consuming(handle: AsyncHandler, ending: asyncio.Event) -> None:
            connection = await self.connected()
            try:
                await consume(
                    consumer,
                    handle,
                    connection,
                    self.channel,
                    durable="wms",
                    subject=f"{self.channel}.>",
                    stop=ending,
                    batch=self.batch,
                    acknowledge_within=self.acknowledge_within,
                )
            finally:
                await connection.close()

        run(consuming, handler, stop, self.pause)


class RedisLine(Line):
    """A Redis stream."""

    name = "redis"
    keeps_key = True
    protocol = 2
    """The version of Redis's protocol."""

    def __init__(self, broker: Broker | None, channel: str = "") -> None:
        super().__init__(broker)
        self.channel = channel or self.channel

    def send(self, messages: Sequence[RawMessage]) -> None:
        """Send by our sender."""
        from redis import Redis

        from interlock_runtime.transports.redis import RedisSender

        assert self.broker is not None
        with Redis(port=self.broker.port) as connection:
            forwarded(RedisSender(connection), self.channel, messages, self)

    def consume(self, consumer: Consumer, handler: Handler, stop: threading.Event) -> None:
        """Consume by our loop."""
        from redis.asyncio import Redis

        from interlock_runtime.transports.redis import consume

        async def consuming(handle: AsyncHandler, ending: asyncio.Event) -> None:
            assert self.broker is not None
            async with Redis(port=self.broker.port, protocol=self.protocol) as connection:
                await consume(consumer, handle, connection, self.channel, member="one", stop=ending, claim_after=2)

        run(consuming, handler, stop)


class HttpLine(Line):
    """HTTP on uvicorn; the sender waits for a receiver, as nobody stands between them."""

    name = "http"
    answers = True
    keeps_others = False
    lacks = (TEXT_ONLY | ONCE | {"oversized"}) - {"binary-header"}

    def __init__(self, port: int = 0, channel: str = "") -> None:
        super().__init__(None)
        self.port = port or free_port()
        self.channel = channel or self.channel

    def arguments(self) -> list[str]:
        """Return what another process needs."""
        return [self.name, str(self.port), self.channel]

    def send(self, messages: Sequence[RawMessage]) -> None:
        """Send by our sender."""
        import httpx2

        from interlock_runtime.transports.http import HttpSender

        with httpx2.Client(timeout=PATIENCE) as client:
            forwarded(
                HttpSender(client, lambda channel: f"http://127.0.0.1:{self.port}/{channel}"),
                self.channel,
                messages,
                self,
            )

    def consume(self, consumer: Consumer, handler: Handler, stop: threading.Event) -> None:
        """Serve our application."""
        import uvicorn

        from interlock_runtime.transports.http import receiver
        from interlock_runtime.transports.loops import tell

        async def consuming(handle: AsyncHandler, ending: asyncio.Event) -> None:
            config = uvicorn.Config(
                receiver(consumer, handle), port=self.port, log_level="critical", lifespan="off", ws="none"
            )
            server = uvicorn.Server(config)
            serving = asyncio.create_task(server.serve())
            await tell(consumer, handle, stop=ending)
            server.should_exit = True
            await serving

        run(consuming, handler, stop)
        assert not is_open(self.port)


LINES: dict[str, Callable[..., Line]] = {
    each.name: each for each in (MqttLine, KafkaLine, AioKafkaLine, AmqpLine, NatsLine, RedisLine, HttpLine)
}


def line_of(name: str, place: str, channel: str) -> Line:
    """Return a line that another process made."""
    if name in ("kafka", "aiokafka"):
        return LINES[name](place, channel)
    if name == "http":
        return LINES[name](int(place), channel)
    return LINES[name](Broker([], int(place), Path()), channel)
