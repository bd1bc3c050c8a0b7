"""The three transports of the scenarios: how a service is served, and how a test overhears and disturbs, with bare clients."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol, Self

from support.brokers.sessions import ended, mqtt_session
from support.waiting import PATIENCE

MODULE = "acme_contracts"
EXCHANGE = "example-manufacturing"
TICK = 0.1
Heard = Callable[[str, bytes], None]
"""Takes a channel, by dots, and the bytes of a message."""


@dataclass(frozen=True)
class Part:
    """What of a service its transport needs."""

    name: str
    channels: tuple[str, ...]
    consumer: Any
    outbox: Any
    react: Callable[[Any], None]
    stop: threading.Event


class Wire(Protocol):
    """One transport."""

    def subscribe(self, service: str, channels: Collection[str]) -> None:
        """Make sure that nothing sent from now on to these channels is missed by a service."""
        ...

    def serve(self, part: Part) -> None:
        """Handle what comes and forward what goes out, until told to stop."""
        ...

    def overhear(self, channels: Collection[str], heard: Heard, stop: threading.Event) -> None:
        """Report everything that is sent, without any of our code between; `ear` has subscribed."""
        ...

    def inject(self, channel: str, value: bytes, key: bytes | None) -> None:
        """Send bytes as a stranger would."""
        ...


def wire(kind: str, address: str) -> Wire:
    """Return the transport that a process was told to use; after `#` stands what keeps runs on one broker apart."""
    return {"kafka": Kafka, "mqtt": Mqtt, "amqp": Amqp}[kind](*address.split("#"))


@dataclass(frozen=True)
class Prefixed:
    """A sender to topics with a prefix."""

    sender: Any
    prefix: str

    def send_all(self, batch: Sequence[tuple[str, Any]]) -> int:
        """Send messages to the topics of this run."""
        sent: int = self.sender.send_all([(f"{self.prefix}.{channel}", message) for channel, message in batch])
        return sent

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the sender."""
        self.sender.close()


def _forwarding(part: Part, sender: Any) -> threading.Thread:
    """Return the running thread that empties a service's outbox."""
    forwarder = import_module(f"{MODULE}.services").Forwarder(part.outbox, sender, look=0.05)

    def run() -> None:
        stopping = threading.Thread(target=lambda: (part.stop.wait(), forwarder.stop()), daemon=True)
        stopping.start()
        with sender:
            forwarder.run()

    thread = threading.Thread(target=run, name=f"{part.name}-forwarder")
    thread.start()
    return thread


@dataclass(frozen=True)
class Kafka:
    """Kafka, real or librdkafka's mock of it."""

    address: str
    run: str

    def _topics(self, channels: Collection[str]) -> list[str]:
        """Return channels as topics of this run."""
        return [f"{self.run}.{channel}" for channel in channels]

    def subscribe(self, service: str, channels: Collection[str]) -> None:  # noqa: ARG002 - as the protocol has it
        """Make the topics; a new group begins at their beginning."""
        from confluent_kafka import Producer

        producer = Producer({"bootstrap.servers": self.address, "allow.auto.create.topics": True})
        for topic in self._topics(channels):
            producer.list_topics(topic, timeout=PATIENCE)

    def serve(self, part: Part) -> None:
        """Poll in this thread, forward in another."""
        kafka = import_module(f"{MODULE}.transports.kafka")
        server = {"bootstrap.servers": self.address}
        thread = _forwarding(part, Prefixed(kafka.KafkaSender({**server, "linger.ms": 0}), self.run))
        settings = {**server, "group.id": f"{self.run}-{part.name}", "session.timeout.ms": 6000}
        kafka.consume(part.consumer, part.react, settings, self._topics(part.channels), stop=part.stop)
        thread.join()

    def overhear(self, channels: Collection[str], heard: Heard, stop: threading.Event) -> None:
        """Read each partition from its beginning, in no group's name."""
        from confluent_kafka import Consumer, TopicPartition

        settings = {"bootstrap.servers": self.address, "group.id": "ear", "enable.auto.commit": False}
        member = Consumer({**settings, "auto.offset.reset": "earliest"})
        known = member.list_topics(timeout=PATIENCE).topics
        topics = self._topics(channels)
        member.assign([TopicPartition(name, number, 0) for name in topics for number in known[name].partitions])
        while not stop.is_set():
            message = member.poll(TICK)
            if message is not None and not message.error():
                heard((message.topic() or "").removeprefix(f"{self.run}."), message.value() or b"")
        member.close()

    def inject(self, channel: str, value: bytes, key: bytes | None) -> None:
        """Produce one message."""
        from confluent_kafka import Producer

        producer = Producer({"bootstrap.servers": self.address, "linger.ms": 0, "partitioner": "murmur2_random"})
        producer.produce(*self._topics([channel]), value, key)
        assert producer.flush(PATIENCE) == 0


@dataclass(frozen=True)
class Mqtt:
    """MQTT 5; the address is a loopback port."""

    address: str
    run: str

    def _topics(self, channels: Collection[str]) -> list[str]:
        """Return channels as topics."""
        return [f"{self.run}/mfg/{channel.replace('.', '/')}" for channel in channels]

    def subscribe(self, service: str, channels: Collection[str]) -> None:
        """Begin the service's session, so that the broker keeps for it what comes before it does."""
        ended(mqtt_session(int(self.address), f"{self.run}-{service}", self._topics(channels)))

    def serve(self, part: Part) -> None:
        """Hear in this thread, forward in another."""
        mqtt = import_module(f"{MODULE}.transports.mqtt")
        port = int(self.address)
        sender = mqtt.MqttSender(
            mqtt.Connection("127.0.0.1", port, f"{self.run}-{part.name}-out"), prefix=f"{self.run}/mfg"
        )
        thread = _forwarding(part, sender)
        connection = mqtt.Connection("127.0.0.1", port, f"{self.run}-{part.name}")
        mqtt.consume(part.consumer, part.react, connection, self._topics(part.channels), stop=part.stop)
        thread.join()

    def overhear(self, channels: Collection[str], heard: Heard, stop: threading.Event) -> None:  # noqa: ARG002 - as above
        """Go on with the session that has subscribed."""
        client = mqtt_session(
            int(self.address),
            f"{self.run}-ear",
            heard=lambda topic, value: heard(topic.removeprefix(f"{self.run}/mfg/").replace("/", "."), value),
        )
        stop.wait()
        ended(client)

    def inject(self, channel: str, value: bytes, key: bytes | None) -> None:  # noqa: ARG002 - as the protocol has it
        """Publish one message; MQTT has no keys."""
        client = mqtt_session(int(self.address), f"{self.run}-stranger")
        client.publish(*self._topics([channel]), value, qos=1).wait_for_publish(PATIENCE)
        ended(client)


@dataclass(frozen=True)
class Amqp:
    """AMQP 0-9-1; the address is a URL."""

    address: str
    run: str

    @property
    def _exchange(self) -> str:
        """The exchange of this run."""
        return f"{EXCHANGE}-{self.run}"

    def subscribe(self, service: str, channels: Collection[str]) -> None:
        """Make the service's queue, and bind it."""
        asyncio.run(self._bound(service, channels))

    async def _bound(self, service: str, channels: Collection[str]) -> None:
        """Declare exchange and queue as the AsyncAPI document has them."""
        import aio_pika

        async with await aio_pika.connect(self.address) as connection:
            channel = await connection.channel()
            exchange = await channel.declare_exchange(self._exchange, aio_pika.ExchangeType.TOPIC, durable=True)
            queue = await channel.declare_queue(f"{self.run}-{service}", durable=True)
            for key in channels:
                await queue.bind(exchange, key)

    def serve(self, part: Part) -> None:
        """Hear and forward in one event loop."""
        asyncio.run(self._served(part))

    async def _served(self, part: Part) -> None:
        """Run both until told to stop."""
        amqp = import_module(f"{MODULE}.transports.amqp")
        services = import_module(f"{MODULE}.services")
        stop = asyncio.Event()

        async def react(event: Any) -> None:
            await asyncio.to_thread(part.react, event)

        async def stopping(forwarder: Any) -> None:
            await asyncio.to_thread(part.stop.wait)
            forwarder.stop()
            stop.set()

        async with amqp.AmqpSender(self.address, self._exchange) as sender:
            forwarder = services.AsyncForwarder(part.outbox, sender, look=0.05)
            hearing = amqp.consume(part.consumer, react, self.address, f"{self.run}-{part.name}", stop=stop)
            await asyncio.gather(hearing, forwarder.run(), stopping(forwarder))

    def overhear(self, channels: Collection[str], heard: Heard, stop: threading.Event) -> None:  # noqa: ARG002 - as above
        """Read the queue that everything is bound to."""
        asyncio.run(self._overheard(heard, stop))

    async def _overheard(self, heard: Heard, stop: threading.Event) -> None:
        """Take what comes until told to stop."""
        import aio_pika

        async def take(message: Any) -> None:
            heard(message.routing_key or "", bytes(message.body))
            await message.ack()

        async with await aio_pika.connect(self.address) as connection:
            channel = await connection.channel()
            queue = await channel.get_queue(f"{self.run}-ear")
            await queue.consume(take)
            await asyncio.to_thread(stop.wait)

    def inject(self, channel: str, value: bytes, key: bytes | None) -> None:  # noqa: ARG002 - as the protocol has it
        """Publish one message; AMQP has no keys."""
        asyncio.run(self._injected(channel, value))

    async def _injected(self, key: str, value: bytes) -> None:
        """Connect, publish, and leave."""
        import aio_pika

        async with await aio_pika.connect(self.address) as connection:
            channel = await connection.channel()
            exchange = await channel.get_exchange(self._exchange)
            await exchange.publish(aio_pika.Message(value), key)
