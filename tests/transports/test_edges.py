"""Where one protocol differs from the others: refusals that look like success, and what others put on its channels."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from interlock_runtime import RawMessage
from interlock_runtime.handling.errors import StopConsuming
from interlock_runtime.sending import SendFailed
from interlock_runtime.stores.memory_quarantine import MemoryQuarantine
from support.brokers import servers
from support.brokers.harness import Running
from support.brokers.lines import AmqpLine, MqttLine, NatsLine, RedisLine
from support.brokers.process import Broker
from support.brokers.tiny import CATALOG, DONE, good, with_header
from support.waiting import PATIENCE

# MQTT: a broker refuses in its answer, which clients take for success


@pytest.fixture
def strict_mosquitto(tmp_path: Path) -> Any:
    """Return a broker that lets nobody write to or read from `closed/…`, and takes no packet above 20,000 bytes."""
    (tmp_path / "acl").write_text("topic readwrite open/#\n")
    broker = servers.mosquitto(tmp_path, f"acl_file {tmp_path}/acl\nmax_packet_size 20000\n")
    broker.start()
    yield broker
    broker.stop()


def connection(broker: Broker, who: str = "test") -> Any:
    """Return how to connect."""
    from interlock_runtime.transports.mqtt import Connection

    return Connection("127.0.0.1", broker.port, who)


def test_a_publish_that_is_refused_has_failed(strict_mosquitto: Broker) -> None:
    """A negative PUBACK, which paho counts as published, is a failure here; what is allowed still goes."""
    from interlock_runtime.transports.mqtt import MqttSender

    with MqttSender(connection(strict_mosquitto), patience=PATIENCE) as sender:
        with pytest.raises(SendFailed, match="Not authorized"):
            sender.send("closed/a", good(0))
        sender.send("open/a", good(0))


def test_a_packet_above_the_limit_is_refused_for_good(strict_mosquitto: Broker) -> None:
    """The broker says how large a packet may be; a larger one would end the connection again and again."""
    from interlock_runtime.transports.mqtt import MqttSender

    with MqttSender(connection(strict_mosquitto), patience=PATIENCE) as sender:
        with pytest.raises(SendFailed, match="takes 20000 bytes and it is larger") as failed:
            sender.send("open/a", RawMessage(b"x" * 20_000))
        assert failed.value.lasting
        sender.send("open/a", RawMessage(b"x" * 19_000))


def test_a_subscription_that_is_refused_stops_the_consumer() -> None:
    """A consumer to which nothing ever comes must not look like one with nothing to do (Mosquitto never refuses one)."""
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.reasoncodes import ReasonCode

    from interlock_runtime.transports.mqtt import Connection, Subscriber

    subscriber = Subscriber(Connection("127.0.0.1", 1, "wms"), ["closed/#"], 20)
    answer = [ReasonCode(PacketTypes.SUBACK, "Granted QoS 1"), ReasonCode(PacketTypes.SUBACK, "Not authorized")]
    subscriber.on_subscribe(None, None, 1, answer, None)
    with pytest.raises(StopConsuming, match="the broker refuses the subscription: Not authorized"):
        subscriber.next()


@pytest.mark.parametrize(
    ("topic", "message", "why"),
    [
        ("a/#", RawMessage(b"x"), "wildcards"),
        ("a", RawMessage(None), "has no null"),
        ("a", with_header(good(1), ("x-other", b"1")), "`x-other` is no attribute of the event"),
        ("a", with_header(good(1), ("ce_blob", b"\xff")), "is no UTF-8 text"),
    ],
)
def test_what_mqtt_cannot_carry_is_refused(mosquitto: Broker, topic: str, message: RawMessage, why: str) -> None:
    """A message that MQTT would change is refused for good, and those behind it still go."""
    from interlock_runtime.transports.mqtt import MqttSender

    with MqttSender(connection(mosquitto), patience=PATIENCE) as sender:
        with pytest.raises(SendFailed, match=why) as failed:
            sender.send(topic, message)
        assert failed.value.lasting
        assert sender.send_all([("a", good(0)), (topic, message), ("a", good(1))]) == 1


def test_an_address_becomes_a_topic(mosquitto: Broker) -> None:
    """With a prefix an address with dots is the topic that the AsyncAPI document has."""
    from interlock_runtime.transports.mqtt import MqttSender

    line = MqttLine(mosquitto)
    prefix, _, rest = f"mfg/{line.channel}/quality/lot-on-hold/v2".partition("/")
    line.channel = f"{prefix}/{rest}"
    line.begin_session()
    with Running(line) as plant, MqttSender(connection(mosquitto), prefix=prefix, patience=PATIENCE) as sender:
        sender.send(rest.replace("/", "."), good(3))
        plant.until(lambda: plant.numbers() == [3])
    assert plant.receipts.all[0].channel == line.channel


def test_properties_of_others_are_no_attributes(mosquitto: Broker) -> None:
    """A gateway's own user property beside the attributes does not make an event wrong, and is kept as it is."""
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties

    line = MqttLine(mosquitto)
    client = connection(mosquitto, "gateway").client(manual_ack=False)
    client.connect("127.0.0.1", mosquitto.port)
    client.loop_start()
    properties = Properties(PacketTypes.PUBLISH)
    properties.ContentType = "application/json"
    message = good(1)
    pairs = [(str(name)[3:], (value or b"").decode()) for name, value in message.headers if str(name).startswith("ce_")]
    properties.UserProperty = [*pairs, ("x-device", "plc-7")]
    with Running(line) as plant:
        client.publish(line.channel, message.value, qos=1, properties=properties).wait_for_publish(PATIENCE)
        plant.until(lambda: plant.settled() == 1)
    client.loop_stop()
    assert plant.numbers() == [1]
    raw = plant.handled[0].raw
    assert raw is not None
    assert ("x-device", b"plc-7") in raw.headers


# AMQP


def test_an_event_that_reaches_no_queue_has_failed(rabbitmq: Broker) -> None:
    """An exchange drops what no queue is bound for; the sender is told, and sends again once one is."""
    from interlock_runtime.transports.amqp import AmqpSender

    line = AmqpLine(rabbitmq)

    async def sending() -> int:
        async with AmqpSender(line.url(), "tiny", patience=PATIENCE) as sender:
            with pytest.raises(SendFailed, match="no queue is bound for it"):
                await sender.send("nobody", good(0))
            return await sender.send_all([(line.channel, good(0)), ("nobody", good(1)), (line.channel, good(2))])

    assert asyncio.run(sending()) == 1


def test_field_values_become_their_texts(rabbitmq: Broker) -> None:
    """Attributes that came as numbers, booleans and timestamps of AMQP are read as CloudEvents writes them."""
    import aio_pika

    from interlock_runtime.transports.amqp import received

    line = AmqpLine(rabbitmq)
    fields: dict[str, Any] = {
        "cloudEvents:time": dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.UTC),
        "cloudEvents:partitionnumber": 7,
        "cloudEvents:sampled": True,
        "cloudEvents:blob": bytearray(b"\xff\x00"),
        "nothing": None,
        "table": {"a": [1, "b"]},
    }

    async def sent() -> RawMessage:
        async with await aio_pika.connect(line.url()) as connected:
            channel = await connected.channel()
            await channel.default_exchange.publish(aio_pika.Message(b"{}", headers=fields), line.channel)
            message = await (await channel.get_queue(line.channel)).get(timeout=PATIENCE)
            await message.ack()
            return received(message)

    assert dict(asyncio.run(sent()).headers) == {
        "cloudEvents:time": b"2026-11-23T10:00:00Z",
        "cloudEvents:partitionnumber": b"7",
        "cloudEvents:sampled": b"true",
        "cloudEvents:blob": b"\xff\x00",
        "nothing": None,
        "table": b'{"a": [1, "b"]}',
    }


# NATS


def test_work_that_takes_long_is_not_told_to_another(nats_server: Broker) -> None:
    """A handler that works for longer than the server waits for an answer keeps its message, although another is free."""
    line = NatsLine(nats_server)
    line.acknowledge_within = 2.0
    line.pause = 3.0
    done: list[int] = []
    one = Running(line, handler=lambda event: done.append(event.data["step"]))
    other = Running(line, handler=lambda event: done.append(event.data["step"]), inbox=one.inbox)
    with one, other:
        line.send([good(0), good(1)])
        one.until(lambda: one.settled() + other.settled() >= 2)
        time.sleep(2)
    assert sorted(done) == [0, 1]


def test_orders_to_a_stream_are_no_headers(nats_server: Broker) -> None:
    """A header that JetStream would obey, such as one that purges the stream, is refused wherever a message came from."""
    from interlock_runtime.transports.nats import NatsSender

    line = NatsLine(nats_server)

    async def sending() -> None:
        connected = await line.connected()
        try:
            sender = NatsSender(connected, patience=PATIENCE)
            message = with_header(good(0), ("Nats-Rollup", b"all"))
            with pytest.raises(SendFailed, match="`Nats-Rollup` would be an order to the stream") as failed:
                await sender.send(f"{line.channel}.events", message)
            assert failed.value.lasting
            subject = f"{line.channel}.events"
            assert await sender.send_all([(subject, good(0)), (subject, message), (subject, good(1))]) == 1
            assert (await connected.jetstream().stream_info(line.channel)).state.messages == 1
        finally:
            await connected.close()

    asyncio.run(sending())


def test_no_stream_is_a_failure_to_send(nats_server: Broker) -> None:
    """A subject that no stream keeps takes nothing, and the sender is told."""
    from interlock_runtime.transports.nats import NatsSender

    line = NatsLine(nats_server)

    async def sending() -> None:
        connected = await line.connected()
        try:
            await NatsSender(connected, patience=PATIENCE).send("nobody.hears", good(0))
        finally:
            await connected.close()

    with pytest.raises(SendFailed, match="no stream takes it"):
        asyncio.run(sending())


# Redis


def test_entries_of_others_are_kept_whole(redis_server: Broker) -> None:
    """An entry that is not ours is no event; all its fields are in quarantine."""
    from redis import Redis

    line = RedisLine(redis_server)
    with Redis(port=redis_server.port) as connected, Running(line) as plant:
        connected.xadd(line.channel, {b"temp\xff": b"21.5\xff", b"headers": b"[1]"})
        connected.xadd(line.channel, {b"value": good(1).value or b"", b"headers": b'[["a", "no Base64"]]'})
        plant.until(lambda: plant.settled() == 2)
    first, second = plant.kept()
    assert (first.value, first.headers) == (None, ((b"headers", b"[1]"), (b"temp\xff", b"21.5\xff")))
    assert second.headers == ((b"headers", b'[["a", "no Base64"]]'),)


def test_what_a_dead_member_had_is_claimed(redis_server: Broker) -> None:
    """Entries that a member took and never acknowledged go to another one, and none twice."""
    from redis import Redis

    line = RedisLine(redis_server)
    line.send([good(number) for number in range(10)])
    with Redis(port=redis_server.port) as connected:
        connected.xgroup_create(line.channel, "wms", id="0")
        connected.xreadgroup("wms", "dead", {line.channel: ">"}, count=6)
        with Running(line) as plant:
            plant.until(lambda: plant.settled() == 10)
        assert connected.xpending(line.channel, "wms")["pending"] == 0
    assert sorted(plant.numbers()) == list(range(10))
    plant.tell("member died with 6 in hand", 10, good=10)


@pytest.mark.parametrize("protocol", [2, 3])
def test_either_version_of_the_protocol(redis_server: Broker, protocol: int) -> None:
    """What this member left, what a dead one left and what is new come by both versions of Redis's protocol."""
    from redis import Redis

    line = RedisLine(redis_server)
    line.protocol = protocol
    line.send([good(number) for number in range(6)])
    with Redis(port=redis_server.port) as connected:
        connected.xgroup_create(line.channel, "wms", id="0")
        for member in ("one", "dead"):
            connected.xreadgroup("wms", member, {line.channel: ">"}, count=2)
    with Running(line) as plant:
        plant.until(lambda: plant.settled() == 6)
    assert sorted(plant.numbers()) == list(range(6))


def test_a_text_connection_is_refused(redis_server: Broker) -> None:
    """A connection that decodes answers would stumble over the first value that is no text."""
    from redis.asyncio import Redis

    from interlock_runtime.transports.redis import consume

    async def consuming() -> None:
        consumer = CATALOG.consumer("wms", quarantine=MemoryQuarantine())
        async with Redis(port=redis_server.port, decode_responses=True) as connected:
            with pytest.raises(ValueError, match="`decode_responses` would break values"):
                await consume(consumer, None, connected, "s", member="one", stop=asyncio.Event())  # type: ignore[arg-type]

    asyncio.run(consuming())


def test_a_trimmed_entry_does_not_stop_the_rest(redis_server: Broker, caplog: pytest.LogCaptureFixture) -> None:
    """What somebody trimmed from the stream before it was acknowledged is said to be gone, and the rest goes on."""
    from redis import Redis

    line = RedisLine(redis_server)
    line.send([good(number) for number in range(4)])
    with Redis(port=redis_server.port) as connected:
        connected.xgroup_create(line.channel, "wms", id="0")
        taken: Any = connected.xreadgroup("wms", "one", {line.channel: ">"}, count=2)
        connected.xdel(line.channel, taken[0][1][0][0])
        with Running(line) as plant:
            plant.until(lambda: plant.settled() == 3)
    assert sorted(plant.numbers()) == [1, 2, 3]
    assert f"entry-trimmed stream={line.channel}" in caplog.text


def test_what_was_trimmed_while_its_member_was_dead_is_told(
    redis_server: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    """An entry that somebody trimmed after a member took it and died is lost, and that is said when it is claimed."""
    from redis import Redis

    line = RedisLine(redis_server)
    line.send([good(number) for number in range(4)])
    with Redis(port=redis_server.port) as connected:
        connected.xgroup_create(line.channel, "wms", id="0")
        taken: Any = connected.xreadgroup("wms", "dead", {line.channel: ">"}, count=2)
        connected.xdel(line.channel, taken[0][1][0][0])
        with Running(line) as plant:
            plant.until(lambda: plant.settled() == 3)
    assert f"entry-trimmed stream={line.channel}" in caplog.text


def test_the_event_is_what_was_sent(redis_server: Broker) -> None:
    """The event that the handler gets carries the message as it was sent, to be forwarded."""
    line = RedisLine(redis_server)
    message = with_header(good(1), ("x", None))
    with Running(line) as plant:
        line.send([message])
        plant.until(lambda: plant.settled() == 1)
    assert plant.handled[0].raw == message
    assert DONE.parse(message) == plant.handled[0]


# What only a person can mend ends in one sentence, and not in endless attempts


async def stopped_by(consuming: Any) -> str:
    """Return why a consumer stopped."""
    with pytest.raises(StopConsuming) as stopping:
        async with asyncio.timeout(PATIENCE):
            await consuming
    return stopping.value.reason


def consumer() -> Any:
    """Return a consumer with memory stores."""
    return CATALOG.consumer("wms", quarantine=MemoryQuarantine())


async def nothing(_: Any) -> None:
    """Handle nothing."""


def test_a_queue_that_is_missing(rabbitmq: Broker) -> None:
    """A queue's wrong name, or wrong credentials, are told at once."""
    from interlock_runtime.transports.amqp import consume

    def reason(user: str, queue: str) -> str:
        url = f"amqp://{user}@127.0.0.1:{rabbitmq.port}/"
        return asyncio.run(stopped_by(consume(consumer(), nothing, url, queue, stop=asyncio.Event())))

    assert reason("guest:guest", "nobody") == "there is no queue nobody: declare it and bind it to the exchange"
    assert reason("guest:wrong", "nobody") == "the broker refuses these credentials"


def test_a_stream_that_is_missing(nats_server: Broker) -> None:
    """A stream's wrong name is told at once."""
    from interlock_runtime.transports.nats import consume

    line = NatsLine(nats_server)

    async def consuming() -> str:
        connected = await line.connected()
        try:
            stop = asyncio.Event()
            return await stopped_by(consume(consumer(), nothing, connected, "NOBODY", durable="wms", stop=stop))
        finally:
            await connected.close()

    assert asyncio.run(consuming()) == "there is no stream NOBODY: add it with the subjects it is to keep"


def test_a_key_that_is_no_stream(redis_server: Broker) -> None:
    """A key that holds something else is told at once, and so are wrong credentials."""
    from redis.asyncio import Redis

    from interlock_runtime.transports.redis import consume

    async def reason(**credentials: str) -> str:
        async with Redis(port=redis_server.port, **credentials) as connected:  # type: ignore[arg-type]
            if not credentials:
                await connected.set("text", "x")
            stop = asyncio.Event()
            return await stopped_by(consume(consumer(), nothing, connected, "text", member="one", stop=stop))

    assert asyncio.run(reason()) == "the key text holds something else than a stream"
    assert asyncio.run(reason(username="nobody", password="x")) == "Redis refuses these credentials"  # noqa: S106 - wrong


def test_a_client_that_is_not_let_in(tmp_path: Path) -> None:
    """Wrong credentials stop a consumer of MQTT, and a sender says that it was refused."""
    from interlock_runtime.transports.mqtt import MqttSender, consume

    broker = servers.mosquitto(tmp_path, "password_file /dev/null\n", anonymous=False)
    broker.start()
    try:
        with pytest.raises(StopConsuming, match="the broker refuses the connection: Not authorized"):
            consume(consumer(), lambda _: None, connection(broker), ["a"], stop=threading.Event())
        with (
            MqttSender(connection(broker), patience=PATIENCE) as sender,
            pytest.raises(SendFailed, match="refuses the connection: Not auth"),
        ):
            sender.send("a", good(0))
    finally:
        broker.stop()
