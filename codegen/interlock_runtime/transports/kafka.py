"""
Kafka by confluent-kafka: callables for its serializing clients, a loop for consumers, and a sender.

An offset is stored when its message is settled, and committed from time to time and when partitions leave: after a
crash the last messages come again, which the inbox recognises.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any, Self

import confluent_kafka as client
from confluent_kafka.serialization import SerializationContext

from ..events import Event
from ..handling.consumer import Consumer
from ..handling.errors import RetryLater
from ..handling.outcomes import Origin
from ..messages import RawMessage
from ..modes import Mode
from ..sending import SendFailed
from .bindings import KAFKA, headers_for, text_of
from .framing import framed, unframed
from .loops import Handler, Pauses, Telling, attempt, log

Settings = Mapping[str, Any]
_CONSUMING: Settings = {"enable.auto.offset.store": False, "auto.offset.reset": "earliest"}
_OURS = {"enable.auto.offset.store": False}
_SENDING: Settings = {"enable.idempotence": True, "partitioner": "murmur2_random", "delivery.timeout.ms": 30_000}
"""Idempotent, so that a retry inside the client neither doubles nor reorders; partitioned as Java's clients do it."""


_LASTING = ("MSG_SIZE_TOO_LARGE", "_MSG_SIZE_TOO_LARGE", "_INVALID_ARG", "TOPIC_EXCEPTION", "INVALID_RECORD")
"""Errors that the same message meets again: too large, or refused by the topic."""


class EventSerializer:
    """A `value.serializer`: checks an event against its contract; raises ContractViolation, and nothing leaves."""

    def __init__(self, mode: Mode = "structured") -> None:
        self._mode: Mode = mode

    def __call__(self, event: Event[Any] | None, context: SerializationContext | None = None) -> bytes | None:
        """Return the value; headers go into the list that was given to `produce`, which binary mode needs."""
        if event is None:
            return None
        message = event.contract.serialize(event, mode=self._mode)
        headers = context.headers if context else None
        if isinstance(headers, list):
            headers.extend((text_of(name), value) for name, value in message.headers)
        elif self._mode == "binary":
            raise ValueError("binary mode carries attributes in headers: give `produce` a list, `headers=[]`")
        return message.value


class RawDeserializer:
    """A `value.deserializer` that never raises: what is wrong with a message is found by `consumer.handling`."""

    def __init__(self, *, framing: bool = False) -> None:
        self._framing = framing

    def __call__(self, value: bytes | None, context: SerializationContext | None = None) -> RawMessage:
        """Return the message but for its key, which a value's deserializer is not given."""
        message = RawMessage(value, None, _pairs(context.headers if context else None))
        return unframed(message) if self._framing else message


def _pairs(headers: Any) -> tuple[tuple[str, bytes | None], ...]:
    """Return headers as a list of pairs, in which duplicates and nulls are kept."""
    return tuple(headers.items() if isinstance(headers, dict) else headers or ())


def received(message: client.Message) -> RawMessage:
    """Return a message as it came."""
    return RawMessage(message.value(), message.key(), _pairs(message.headers()))


def consume(
    consumer: Consumer,
    handler: Handler,
    settings: Settings,
    topics: Sequence[str],
    *,
    stop: threading.Event,
    framing: bool = False,
) -> None:
    """
    Handle what comes from topics until `stop` is set; raise StopConsuming when a store can't be written.

    While a message waits for its next attempt only its partition is paused: the others go on, and the group knows that
    this member lives. `framing` takes a schema registry's prefix off (module `framing`).
    """
    wrong = [f"`{name}: {settings[name]}`" for name in _OURS if settings.get(name, _OURS[name]) != _OURS[name]]
    if wrong:
        raise ValueError(f"{' and '.join(wrong)} would acknowledge what is not settled: leave it out")
    loop = _Loop(consumer, handler, client.Consumer({**_CONSUMING, **settings}), framing=framing)
    loop.run(topics, stop)


class _Loop:
    """One member of a consumer group."""

    def __init__(self, consumer: Consumer, handler: Handler, member: client.Consumer, *, framing: bool) -> None:
        self._consumer = consumer
        self._handler = handler
        self._member = member
        self._framing = framing
        self._pauses: Pauses[tuple[str, int], client.Message] = Pauses()
        self._telling = Telling(consumer)

    def run(self, topics: Sequence[str], stop: threading.Event) -> None:
        """Poll until told to stop; closing commits what is stored and leaves the group."""
        self._member.subscribe(list(topics), on_revoke=self._left, on_lost=self._left)
        try:
            while not stop.is_set():
                self._telling.turn(self._handler)
                waited = self._pauses.due()
                if waited is not None:
                    self._resume(waited[1])
                    continue
                message = self._member.poll(self._pauses.patience())
                if message is not None:  # never by its truth: a message without a value is false
                    self._polled(message)
        finally:
            self._telling.close()
            self._member.close()

    def _left(self, _: client.Consumer, partitions: list[client.TopicPartition]) -> None:
        """Forget what waited in partitions that another member has now."""
        self._pauses.drop([(partition.topic, partition.partition) for partition in partitions])

    def _polled(self, message: client.Message) -> None:
        """Take what a poll gave: a message, or an event of the client."""
        fault = message.error()
        if fault is None:
            self._take(message)
        elif fault.fatal():
            raise client.KafkaException(fault)
        else:
            log.warning("kafka-event name=%s", fault.name())

    def _resume(self, message: client.Message) -> None:
        """Try again what has waited, and let its partition go on when it is settled."""
        if self._take(message):
            self._member.resume([_place(message)])

    def _take(self, message: client.Message) -> bool:
        """Try once; store the offset when the message is settled, else let its partition wait."""
        place = _place(message)
        origin = Origin("kafka", place.topic, place.partition, place.offset)
        raw = received(message)
        try:
            attempt(self._consumer, unframed(raw) if self._framing else raw, origin, self._handler)
        except RetryLater as later:
            self._pauses.hold((place.topic, place.partition), message, later.delay.total_seconds())
            self._member.pause([place])
            return False
        self._store(message)
        return True

    def _store(self, message: client.Message) -> None:
        """Store the offset; a partition that was lost meanwhile is read again by its new member."""
        try:
            self._member.store_offsets(message=message)
        except client.KafkaException as fault:
            log.warning("offset-not-stored name=%s", fault.args[0].name())


def _place(message: client.Message) -> client.TopicPartition:
    """Return where a message stands."""
    return client.TopicPartition(message.topic() or "", message.partition() or 0, message.offset() or 0)


class KafkaSender:
    """Sends to topics; returns when all replicas in sync have a message."""

    def __init__(self, settings: Settings) -> None:
        self._producer = client.Producer({**_SENDING, **settings})

    def send(self, channel: str, message: RawMessage) -> None:
        """Send one message; raise SendFailed unless it is acknowledged."""
        self.send_all([(channel, message)])

    def send_all(self, batch: Sequence[tuple[str, RawMessage]]) -> int:
        """Return how many first messages are acknowledged; raise SendFailed when the first one is not."""
        reports: dict[int, client.KafkaError | None] = {}
        failed: SendFailed | None = None
        begun = 0
        for channel, message in batch:
            try:
                self._produce(channel, message, begun, reports)
            except SendFailed as refused:
                failed = refused  # those behind must not overtake it
                break
            begun += 1
        while len(reports) < begun:
            self._producer.poll(0.1)
        done = next((at for at in range(begun) if reports[at] is not None), begun)
        if done == 0 and batch:
            raise failed if begun == 0 and failed else _failed(batch[0][0], reports[0])
        return done

    def _produce(
        self, channel: str, message: RawMessage, at: int, reports: dict[int, client.KafkaError | None]
    ) -> None:
        """Hand one message to the client, whose report comes by `poll`."""
        raw = framed(message)

        def reported(fault: client.KafkaError | None, _: object) -> None:
            reports[at] = fault

        headers: list[tuple[str, str | bytes | None]] = [
            (text_of(name), value) for name, value in headers_for(raw, KAFKA)
        ]
        while True:
            try:
                self._producer.produce(channel, raw.value, raw.key, headers=headers, on_delivery=reported)
            except BufferError:
                self._producer.poll(0.1)
            except client.KafkaException as fault:
                raise _failed(channel, fault.args[0]) from None
            else:
                return

    def close(self) -> None:
        """Wait for what is under way."""
        self._producer.flush(30)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


def _failed(channel: str, fault: client.KafkaError | None) -> SendFailed:
    """Return a client's error as ours; what is too large stays so."""
    name = fault.name() if fault else "unknown"
    return SendFailed(channel, f"Kafka says {name}", lasting=name in _LASTING)
