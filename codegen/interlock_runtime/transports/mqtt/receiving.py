"""Messages of QoS 1 and 2, each acknowledged once it is settled."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from paho.mqtt.client import MQTTMessage

from ...handling.consumer import Consumer
from ...handling.outcomes import Origin
from ...messages import Header, RawMessage
from ..bindings import ATTRIBUTE, KAFKA, MQTT, prefix_of
from ..loops.attempts import Handler, settled
from ..loops.telling import told
from .connecting import Connection
from .session import Subscriber


def received(message: MQTTMessage) -> RawMessage:
    """Return a message as it came; its attributes' properties get the prefix that tells them from others."""
    properties = message.properties
    pairs: list[tuple[str, str]] = getattr(properties, "UserProperty", [])
    kind: str | None = getattr(properties, "ContentType", None)
    headers: list[Header] = [] if kind is None else [("content-type", kind.encode())]
    is_binary = prefix_of([*headers, *((name, value.encode()) for name, value in pairs)]) == MQTT
    for name, value in pairs:
        headers.append((f"{KAFKA}{name}" if is_binary and ATTRIBUTE.match(name) else name, value.encode()))
    return RawMessage(bytes(message.payload), None, tuple(headers))


def consume(
    consumer: Consumer,
    handler: Handler,
    connection: Connection,
    filters: Sequence[str],
    *,
    stop: threading.Event,
    unacknowledged: int = 20,
) -> None:
    """
    Handle what comes to topic filters until `stop` is set; raise StopConsuming when a store can't be written.

    Messages are handled one after the other; while one waits for its next attempt, those behind it wait. At most
    `unacknowledged` are under way (Receive Maximum, MQTT 5 section 3.1.2.11.3).
    """
    subscriber = Subscriber(connection, filters, unacknowledged)
    with subscriber.connected(), told(consumer) as telling:
        while not stop.is_set():
            telling.turn(handler)
            taken = subscriber.next()
            if taken is None:
                continue
            connections, message = taken
            if settled(consumer, received(message), Origin("mqtt", message.topic), handler, stop):
                subscriber.acknowledge(connections, message)
