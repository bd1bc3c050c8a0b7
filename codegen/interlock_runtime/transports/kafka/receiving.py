"""One member of a consumer group."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import confluent_kafka as client

from ...handling.consumer import Consumer
from ...handling.errors import RetryLater
from ...handling.outcomes import Origin
from ..framing import unframed
from ..logs import log
from ..loops.attempts import Handler, attempt
from ..loops.pauses import Pauses
from ..loops.telling import told
from .records import place_of, received

Settings = Mapping[str, Any]
_CONSUMING: Settings = {"enable.auto.offset.store": False, "auto.offset.reset": "earliest"}
_OURS = {"enable.auto.offset.store": False}


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
    member = client.Consumer({**_CONSUMING, **settings})
    loop = _Loop(consumer, handler, member, framing=framing)
    member.subscribe(list(topics), on_revoke=loop.left, on_lost=loop.left)
    try:
        with told(consumer) as telling:
            while not stop.is_set():
                telling.turn(handler)
                loop.turn()
    finally:
        member.close()  # commits what is stored, and leaves the group


class _Loop:
    """What became of the messages that a member was given."""

    def __init__(self, consumer: Consumer, handler: Handler, member: client.Consumer, *, framing: bool) -> None:
        self._consumer = consumer
        self._handler = handler
        self._member = member
        self._framing = framing
        self._pauses: Pauses[tuple[str, int], client.Message] = Pauses()

    def left(self, _: client.Consumer, partitions: list[client.TopicPartition]) -> None:
        """Forget what waited in partitions that leave; the client would keep them paused if they ever came back."""
        self._pauses.drop([(partition.topic, partition.partition) for partition in partitions])
        self._member.resume(partitions)

    def turn(self) -> None:
        """Try again what has waited, then take what has come: however much waits, the group hears of this member."""
        waited = self._pauses.due()
        if waited is not None and self._take(waited[1]):
            self._member.resume([place_of(waited[1])])
        message = self._member.poll(self._pauses.patience())
        if message is None:  # never by its truth: a message without a value is false
            return
        fault = message.error()
        if fault is None:
            self._take(message)
        elif fault.fatal():
            raise client.KafkaException(fault)
        else:
            log.warning("kafka-event name=%s", fault.name())

    def _take(self, message: client.Message) -> bool:
        """Try once; store the offset when the message is settled, else let its partition wait."""
        place = place_of(message)
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
