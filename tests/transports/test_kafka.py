"""Kafka: the callables for serializing clients, registry framing, and a group that a waiting member does not leave."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import time
import uuid
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    DeserializingConsumer,
    Producer,
    SerializingProducer,
    TopicPartition,
)
from confluent_kafka.serialization import MessageField, SerializationContext

from interlock_runtime import ContractViolation, Event, RawMessage
from interlock_runtime.sending import SendFailed
from interlock_runtime.stores.memory_quarantine import MemoryQuarantine
from interlock_runtime.tiers import Retry
from interlock_runtime.transports import aiokafka, kafka
from interlock_runtime.transports.framing import HEADER
from interlock_runtime.transports.kafka import EventSerializer, KafkaSender, RawDeserializer
from support.brokers.harness import Running
from support.brokers.lines import SESSION, AioKafkaLine, KafkaLine
from support.brokers.tiny import CATALOG, DONE, bad, event, good
from support.waiting import PATIENCE


def topic() -> str:
    """Return a name that nobody has."""
    return f"t{uuid.uuid4().hex[:12]}"


@pytest.mark.parametrize("mode", ["structured", "binary"])
def test_the_callables_in_serializing_clients(kafka_servers: str, mode: Any) -> None:
    """`SerializingProducer` sends events and tombstones, `DeserializingConsumer` gives messages, and neither raises at bad ones."""
    name = topic()
    producer = SerializingProducer({"bootstrap.servers": kafka_servers, "value.serializer": EventSerializer(mode)})
    producer.produce(name, key="k", value=event(1), headers=[])
    producer.produce(name, key="k", value=None)
    producer.flush(PATIENCE)
    plain = Producer({"bootstrap.servers": kafka_servers})
    plain.produce(name, key="k", value=b"\xff")
    plain.flush(PATIENCE)
    settings = {"bootstrap.servers": kafka_servers, "group.id": name, "auto.offset.reset": "earliest"}
    consumer = DeserializingConsumer({**settings, "value.deserializer": RawDeserializer()})
    consumer.subscribe([name])
    values: list[RawMessage] = []
    while len(values) < 3:
        message = consumer.poll(PATIENCE)
        assert message is not None
        values.append(message.value())  # type: ignore[arg-type]
    consumer.close()
    assert DONE.parse(values[0]).data == {"lot": "L-1", "step": 1}
    assert [value.value for value in values[1:]] == [None, b"\xff"]


def test_a_serializer_lets_nothing_wrong_leave() -> None:
    """An event that breaks its contract raises where it is sent; binary mode says that it needs a list for headers."""
    wrong = replace(event(1), data={"lot": "L-1", "step": "first"})
    with pytest.raises(ContractViolation, match="must be of type integer"):
        EventSerializer()(wrong)
    with pytest.raises(ValueError, match="give `produce` a list"):
        EventSerializer("binary")(event(1), SerializationContext("t", MessageField.VALUE))


def test_registry_framing_is_read(kafka_servers: str) -> None:
    """A value that a registry's serializer wrote is read behind its prefix, and what is kept goes out again with it."""
    line = KafkaLine(kafka_servers)
    whole = good(1)
    prefix = b"\x00\x00\x00\x00\x2a"
    framed = replace(whole, value=prefix + (whole.value or b""))
    wrong = replace(framed, value=prefix + b"{bad")
    line.framing = True
    with Running(line) as plant:
        line.send([framed, wrong, good(2)])
        plant.until(lambda: plant.settled() == 3)
    (kept,) = plant.kept()
    assert sorted(plant.numbers()) == [1, 2]
    assert (kept.value, kept.headers[-1]) == (b"{bad", (HEADER, prefix))
    again = KafkaLine(kafka_servers)
    again.send([kept])
    assert first(kafka_servers, again.channel) == wrong


def first(servers: str, name: str) -> RawMessage:
    """Return the first message of a topic as it is."""
    return all_of(servers, name)[0]


def all_of(servers: str, name: str) -> list[RawMessage]:
    """Return the messages of a topic as they are."""
    consumer = Consumer({"bootstrap.servers": servers, "group.id": topic(), "enable.partition.eof": True})
    partitions = list(consumer.list_topics(name).topics[name].partitions)
    consumer.assign([TopicPartition(name, each, OFFSET_BEGINNING) for each in partitions])
    found: list[RawMessage] = []
    ends = 0
    while ends < len(partitions):
        message = consumer.poll(PATIENCE)
        assert message is not None
        if message.error() is None:
            found.append(kafka.received(message))
        else:
            ends += 1
    consumer.close()
    return found


@pytest.mark.parametrize("make", [KafkaLine, AioKafkaLine])
def test_what_is_sent_arrives_as_it_is(kafka_servers: str, make: type[KafkaLine]) -> None:
    """Kafka carries everything: null and empty values, and headers that are null, binary or stand twice."""
    headers = (("x", None), ("x", bytes(range(256))), ("y", b""), ("x", b"2"))
    for value in (None, b"", b"\xff"):
        line = make(kafka_servers)
        message = RawMessage(value, b"\xff\x00", headers)
        line.send([message])
        assert first(kafka_servers, line.channel) == message


@pytest.mark.parametrize("make", [KafkaLine, AioKafkaLine])
def test_a_member_that_waits_stays_in_its_group(
    kafka_servers: str, make: type[KafkaLine], caplog: pytest.LogCaptureFixture
) -> None:
    """A message waits for longer than the group lets a member be silent: the member stays, other partitions go on."""
    delay = dt.timedelta(milliseconds=2.5 * SESSION)
    slow = Retry(1, delay, delay, "park")
    catalog = replace(CATALOG, tiers={**CATALOG.tiers, "T2": replace(CATALOG.tiers["T2"], retry=slow)})
    tries: Counter[int] = Counter()
    begun: list[float] = []

    def handler(event: Event[Any]) -> None:
        tries[event.data["step"]] += 1
        if event.data["step"] == 0:
            begun.append(time.monotonic())
            raise ValueError("poison")

    line = make(kafka_servers)
    line.longest_silence = SESSION
    with Running(line, handler=handler, catalog=catalog) as plant:
        line.send([good(0)])
        plant.until(lambda: len(begun) > 0)
        line.send([good(number, lots=40) for number in range(1, 40)])
        plant.until(lambda: len(plant.numbers()) > 20)
        assert len(begun) == 1
        plant.until(lambda: plant.settled() == 40)
    assert tries[0] <= 2
    assert len(plant.numbers()) == 39
    assert not [each for each in caplog.records if each.name.startswith("aiokafka") and each.levelname != "INFO"]
    assert "MAX_POLL" not in caplog.text
    plant.tell("wait beyond the poll interval", 40, good=39)


@pytest.mark.parametrize("make", [KafkaLine, AioKafkaLine])
def test_a_message_that_is_too_large(kafka_servers: str, make: type[KafkaLine]) -> None:
    """What the client refuses for its size never goes; those before it have gone, those behind wait."""
    line = make(kafka_servers)
    huge = RawMessage(b"x" * 2_000_000)
    with pytest.raises(
        SendFailed, match=f"a message to {line.channel} was not acknowledged.*it never will be"
    ) as failed:
        line.send([good(1), huge, good(2)])
    assert failed.value.lasting
    assert [DONE.parse(message).data["step"] for message in all_of(kafka_servers, line.channel)] == [1]


@pytest.mark.parametrize(
    ("module", "settings", "name"),
    [
        (kafka, {"enable.auto.offset.store": True}, "enable.auto.offset.store"),
        (aiokafka, {"enable_auto_commit": True}, "enable_auto_commit"),
        (aiokafka, {"value_deserializer": json.loads}, "value_deserializer"),
    ],
)
def test_settings_that_lose_messages_are_refused(module: Any, settings: dict[str, Any], name: str) -> None:
    """A setting that acknowledges what is not settled is refused before anything is consumed."""
    consumer = CATALOG.consumer("wms", quarantine=MemoryQuarantine())

    async def consuming() -> None:
        answer = module.consume(consumer, lambda _: None, settings, ["t"], stop=asyncio.Event())
        if answer is not None:
            await answer

    with pytest.raises(ValueError, match=f"`{name}.*leave it out"):
        asyncio.run(consuming())


def test_no_broker_is_a_failure_to_send() -> None:
    """Without a broker sending fails in time, and says that another try may help."""
    sender = KafkaSender(
        {"bootstrap.servers": "127.0.0.1:1", "delivery.timeout.ms": 500, "linger.ms": 0, "log_level": 0}
    )
    with pytest.raises(SendFailed, match="send it again"):
        sender.send("t", good(0))


def test_bad_messages_are_all_kinds() -> None:
    """Kafka lacks no kind of bad message: the table of kinds is tested whole."""
    assert KafkaLine.lacks == frozenset()
    assert len(bad()) == 13
