"""FastStream guarded: on a live broker nothing that breaks its contract is committed away, and no value is logged."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.nats import NatsBroker, PullSub
from faststream.rabbit import RabbitBroker, RabbitQueue

from interlock_runtime import Event
from interlock_runtime.stores.memory import MemoryInbox
from interlock_runtime.stores.memory_quarantine import MemoryQuarantine
from interlock_runtime.transports import aiokafka, amqp, nats
from interlock_runtime.transports.faststream import Guard
from support.brokers.harness import TABLE, same
from support.brokers.line import Line
from support.brokers.lines import AioKafkaLine, AmqpLine, NatsLine
from support.brokers.process import Broker
from support.brokers.tiny import CATALOG, bad, good
from support.tables import TABLES
from support.waiting import PATIENCE


class Service:
    """A FastStream service with one guarded subscriber."""

    def __init__(self, make: Callable[[], Any], line: Line, *arguments: Any, read: Any, **options: Any) -> None:
        self.make = make
        self.line = line
        self.read = read
        self.arguments = arguments or (line.channel,)
        self.options = options
        self.inbox = MemoryInbox()
        self.quarantine = MemoryQuarantine()
        self.numbers: list[int] = []
        self.tries: Counter[int] = Counter()
        self.poison: set[int] = set()

    async def until(self, ready: Callable[[], bool]) -> None:
        """Run until something holds."""
        broker = self.make()
        guard = Guard(broker, CATALOG.consumer("wms", inbox=self.inbox, quarantine=self.quarantine), self.read)

        @guard.subscriber(*self.arguments, **self.options)
        async def handle(event: Event[dict[str, Any]]) -> None:
            self.tries[event.data["step"]] += 1
            if event.data["step"] in self.poison:
                raise ValueError(event.data["lot"])
            self.numbers.append(event.data["step"])

        await broker.start()
        try:
            async with asyncio.timeout(PATIENCE):
                while not ready():  # noqa: ASYNC110 - what it waits for has no event
                    await asyncio.sleep(0.02)
            await asyncio.sleep(0.1)
        finally:
            await broker.stop()

    def settled(self) -> int:
        """Return how many messages are handled or in quarantine."""
        return len(set(self.numbers)) + len(list(self.quarantine.entries()))


def on_kafka(servers: str) -> Service:
    """Return a service on Kafka."""
    line = AioKafkaLine(servers)
    return Service(
        lambda: KafkaBroker(servers), line, read=aiokafka.received, group_id=line.channel, auto_offset_reset="earliest"
    )


def on_rabbitmq(broker: Broker) -> Service:
    """Return a service on RabbitMQ."""
    line = AmqpLine(broker)
    queue = RabbitQueue(line.channel, durable=True)
    return Service(
        lambda: RabbitBroker(f"amqp://guest:guest@127.0.0.1:{broker.port}/"), line, queue, read=amqp.received
    )


def on_nats(broker: Broker) -> Service:
    """Return a service on NATS."""
    line = NatsLine(broker)
    return Service(
        lambda: NatsBroker(f"nats://127.0.0.1:{broker.port}"),
        line,
        f"{line.channel}.>",
        read=nats.received,
        stream=line.channel,
        pull_sub=PullSub(),
        durable="wms",
    )


SERVICES: dict[str, tuple[Callable[[Any], Service], str]] = {
    "kafka": (on_kafka, "kafka_servers"),
    "rabbitmq": (on_rabbitmq, "rabbitmq"),
    "nats": (on_nats, "nats_server"),
}


@pytest.fixture(params=list(SERVICES))
def service(request: pytest.FixtureRequest) -> Service:
    """Return a service on each broker in turn."""
    make, fixture = SERVICES[request.param]
    return make(request.getfixturevalue(fixture))


def run(main: Awaitable[None]) -> None:
    """Run a coroutine."""

    async def running() -> None:
        await main

    asyncio.run(running())


def test_bad_messages_are_kept(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    """Every bad message, those that FastStream's parser stumbles over too, is in quarantine as it came; no value is logged."""
    wrong = {kind: each for kind, each in bad(service.line.lacks, number=7).items() if kind != "oversized"}
    messages = [good(0), *wrong.values(), good(1)]
    service.line.send(messages)
    with caplog.at_level(logging.DEBUG):
        run(service.until(lambda: service.settled() == len(messages)))
    assert sorted(service.numbers) == [0, 1]
    kept = [entry.message for entry in service.quarantine.entries()]
    assert [kind for kind, each in wrong.items() if not any(same(each, it, service.line) for it in kept)] == []
    assert "L-7" not in caplog.text
    tell(service, "bad messages", len(messages))


def test_poison_is_kept_and_acknowledged(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    """A handler that always fails is tried a few times; then the event is kept, and does not come again."""
    service.poison = {3}
    service.line.send([good(number) for number in range(6)])
    with caplog.at_level(logging.DEBUG):
        run(service.until(lambda: service.settled() == 6))
        tries = service.tries[3]
        service.line.send([good(6)])
        run(service.until(lambda: 6 in service.numbers))
    assert 3 <= tries <= 4
    assert service.tries[3] == tries
    assert sorted(service.numbers) == [0, 1, 2, 4, 5, 6]
    assert "L-3" not in caplog.text
    tell(service, "poison", 7)


def tell(service: Service, fault: str, sent: int) -> None:
    """Add a row to the table."""
    lost = sent - service.settled()
    assert lost == 0
    counts = (
        f"sent {sent}, handled once {len(set(service.numbers))}, quarantined {len(list(service.quarantine.entries()))}"
    )
    TABLES.add(TABLE, "fs", f"FastStream on {service.line.name}, {fault}: {counts}", "lost 0", f"lost {lost}")


class DownError(Exception):
    """What a store raises that can't be reached."""


class BrokenQuarantine(MemoryQuarantine):
    """A quarantine that can't be written for a while."""

    refusals = 0

    def put(self, *arguments: Any, **named: Any) -> int:
        """Refuse the first time."""
        if not self.refusals:
            self.refusals += 1
            raise DownError
        return super().put(*arguments, **named)


def test_a_quarantine_that_is_down_stops_the_subscriber(kafka_servers: str) -> None:
    """FastStream stops consuming and commits nothing; started again, the service has lost nothing."""
    service = on_kafka(kafka_servers)
    service.quarantine = broken = BrokenQuarantine()
    messages = [good(0, lots=1), bad(number=1)["wrong-type"], good(2, lots=1)]
    service.line.send(messages)
    run(service.until(lambda: broken.refusals == 1))
    assert list(broken.entries()) == []
    run(service.until(lambda: service.settled() == 3))
    assert sorted(set(service.numbers)) == [0, 2]
    tell(service, "quarantine down", 3)


@pytest.mark.parametrize("option", [{"ack_policy": AckPolicy.ACK}, {"max_workers": 4}, {"batch": True}])
def test_options_that_lose_messages_are_refused(option: dict[str, Any]) -> None:
    """A subscriber that would acknowledge what is not settled is refused, in a sentence that names the option."""
    guard = Guard(KafkaBroker(), CATALOG.consumer("wms", quarantine=MemoryQuarantine()), aiokafka.received)
    with pytest.raises(ValueError, match=f"`{next(iter(option))}` would acknowledge what is not settled"):
        guard.subscriber("t", **option)
