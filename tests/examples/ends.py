"""The other end of each example: bare clients that send a hold and hear the movement, without any of our code."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

from support.brokers.process import free_port, is_open
from support.brokers.sessions import ended, mqtt_session
from support.waiting import PATIENCE

HOLDS = "muc1.quality.lot-on-hold.v2"
MOVEMENTS = "muc1.inventory.inventory-moved.v1"
EXCHANGE = "example-manufacturing"
Heard = Callable[[], list[bytes]]


def until(holds: Callable[[], Any]) -> Any:
    """Return what becomes true, within a while."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(Exception):
            if found := holds():
                return found
        time.sleep(0.05)
    raise AssertionError(f"{holds} never came")


class End(Protocol):
    """One transport from the outside."""

    arguments: list[str]
    """What the example is started with, before its folder."""

    def ready(self) -> None:
        """Return when nothing that is sent now is missed by the example."""
        ...

    def send(self, value: bytes) -> None:
        """Send to where the example hears holds."""
        ...

    def heard(self) -> list[bytes]:
        """Return all that the example has sent so far."""
        ...


class KafkaEnd:
    """Topics."""

    def __init__(self, servers: str) -> None:
        from confluent_kafka import Producer

        self.arguments = [servers]
        self._producer = Producer({"bootstrap.servers": servers})
        for topic in (HOLDS, MOVEMENTS):
            self._producer.list_topics(topic, timeout=PATIENCE)

    def ready(self) -> None:
        """A new group begins at the beginning."""

    def send(self, value: bytes) -> None:
        """Produce."""
        self._producer.produce(HOLDS, value, b"muc1:FG-2200:L260316-01")
        assert self._producer.flush(10) == 0

    def heard(self) -> list[bytes]:
        """Read the topic from its beginning to its end."""
        from confluent_kafka import Consumer, TopicPartition

        member = Consumer({"bootstrap.servers": self.arguments[0], "group.id": "ear", "enable.auto.commit": False})
        known = member.list_topics(MOVEMENTS, timeout=PATIENCE).topics[MOVEMENTS].partitions
        places = [TopicPartition(MOVEMENTS, number, 0) for number in known]
        left = sum(member.get_watermark_offsets(place, timeout=PATIENCE)[1] for place in places)
        member.assign(places)
        found: list[bytes] = []
        while len(found) < left and (message := member.poll(5)) is not None:
            found.append(message.value() or b"")
        member.close()
        return found


class MqttEnd:
    """Topics with slashes."""

    def __init__(self, port: int) -> None:
        self.arguments = ["127.0.0.1", str(port)]
        self._heard: list[bytes] = []
        ended(mqtt_session(port, "wms-finished-goods", [self._topic(HOLDS)]))
        self._client = mqtt_session(port, "ear", [self._topic(MOVEMENTS)], lambda _, value: self._heard.append(value))

    @staticmethod
    def _topic(channel: str) -> str:
        """Return a channel as a topic."""
        return f"mfg/{channel.replace('.', '/')}"

    def ready(self) -> None:
        """The broker keeps for the session what comes."""

    def send(self, value: bytes) -> None:
        """Publish."""
        self._client.publish(self._topic(HOLDS), value, qos=1).wait_for_publish(PATIENCE)

    def heard(self) -> list[bytes]:
        """Return what came to the session."""
        return list(self._heard)


class AmqpEnd:
    """A topic exchange."""

    def __init__(self, port: int) -> None:
        self.arguments = [f"amqp://guest:guest@127.0.0.1:{port}/"]
        self._heard: list[bytes] = []
        asyncio.run(self._do(self._bind))

    async def _do(self, step: Callable[[Any], Any]) -> Any:
        """Do something on a channel of its own."""
        import aio_pika

        async with await aio_pika.connect(self.arguments[0]) as connection:
            return await step(await connection.channel())

    async def _bind(self, channel: Any) -> None:
        """Make the queue of the ear."""
        exchange = await channel.declare_exchange(EXCHANGE, "topic", durable=True)
        queue = await channel.declare_queue("ear", durable=True)
        await queue.bind(exchange, MOVEMENTS)

    def ready(self) -> None:
        """Wait for the example's queue to be bound, which it does at its start."""
        until(lambda: asyncio.run(self._do(lambda channel: channel.get_queue("wms-finished-goods"))))
        time.sleep(0.5)

    def send(self, value: bytes) -> None:
        """Publish."""
        import aio_pika

        async def sent(channel: Any) -> None:
            exchange = await channel.get_exchange(EXCHANGE)
            await exchange.publish(aio_pika.Message(value), HOLDS)

        asyncio.run(self._do(sent))

    def heard(self) -> list[bytes]:
        """Take what came."""

        async def taken(channel: Any) -> None:
            queue = await channel.get_queue("ear")
            while (message := await queue.get(fail=False)) is not None:
                await message.ack()
                self._heard.append(bytes(message.body))

        asyncio.run(self._do(taken))
        return self._heard


class NatsEnd:
    """A stream."""

    def __init__(self, port: int) -> None:
        self.arguments = [f"nats://127.0.0.1:{port}"]

    async def _do(self, step: Callable[[Any], Any]) -> Any:
        """Do something with a connection of its own."""
        import nats

        connection = await nats.connect(self.arguments[0])
        try:
            return await step(connection.jetstream())
        finally:
            await connection.close()

    def ready(self) -> None:
        """Wait for the example's stream."""
        until(lambda: asyncio.run(self._do(lambda stream: stream.consumer_info("events", "wms-finished-goods"))))

    def send(self, value: bytes) -> None:
        """Publish."""
        asyncio.run(self._do(lambda stream: stream.publish(HOLDS, value)))

    def heard(self) -> list[bytes]:
        """Read the stream's subject from its beginning."""

        async def read(stream: Any) -> list[bytes]:
            source = await stream.subscribe(MOVEMENTS, ordered_consumer=True)
            found: list[bytes] = []
            with contextlib.suppress(TimeoutError):
                while True:
                    found.append((await source.next_msg(0.3)).data)
            return found

        return list(asyncio.run(self._do(read)))


class RedisEnd:
    """Streams."""

    def __init__(self, port: int) -> None:
        from redis import Redis

        self.arguments = [f"redis://127.0.0.1:{port}"]
        self._redis = Redis(port=port)

    def ready(self) -> None:
        """Wait for the example's group."""
        until(lambda: self._redis.xinfo_groups(HOLDS))

    def send(self, value: bytes) -> None:
        """Add an entry."""
        self._redis.xadd(HOLDS, {"value": value})

    def heard(self) -> list[bytes]:
        """Read the stream."""
        return [fields[b"value"] for _, fields in self._redis.xrange(MOVEMENTS)]


class HttpEnd:
    """A server that takes the answers."""

    def __init__(self) -> None:
        heard: list[bytes] = []

        class Take(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                heard.append(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Take)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self._port = free_port()
        self._heard = heard
        self.arguments = [str(self._port), f"http://127.0.0.1:{self._server.server_port}"]

    def ready(self) -> None:
        """Wait for the example's port."""
        until(lambda: is_open(self._port))

    def send(self, value: bytes) -> None:
        """Post; a message that is quarantined is settled too."""
        import httpx2

        headers = {"content-type": "application/cloudevents+json"}
        assert httpx2.post(f"http://127.0.0.1:{self._port}/", content=value, headers=headers).status_code == 204

    def heard(self) -> list[bytes]:
        """Return what was posted to us."""
        return self._heard
