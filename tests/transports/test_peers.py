"""The CloudEvents project's own library reads what we send, and we read what it writes: one wire, two implementations."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from cloudevents.core.bindings import amqp, http, kafka, rabbitmq
from cloudevents.core.v1.event import CloudEvent

from interlock_runtime import RawMessage
from interlock_runtime.transports.amqp import received
from interlock_runtime.transports.bindings import (
    AMQP,
    HTTP,
    KAFKA,
    content_type,
    headers_for,
    texts,
    without_content_type,
)
from support.brokers.tiny import DONE, event

LOT = "Größe %41"
"""Letters beyond ASCII, and what looks percent-encoded and is not."""
NAMES = ("id", "source", "type", "subject", "partitionkey", "schemaversion")


def by_kafka(message: RawMessage) -> Any:
    """Return the event that the library reads from Kafka."""
    headers = {str(name): value for name, value in headers_for(message, KAFKA)}
    return kafka.from_kafka_event(kafka.KafkaMessage(headers, message.key, message.value or b""))  # type: ignore[arg-type]


def by_http(message: RawMessage) -> Any:
    """Return the event that the library reads from HTTP."""
    return http.from_http_event(http.HTTPMessage(dict(texts("c", headers_for(message, HTTP))), message.value or b""))


def by_amqp(message: RawMessage) -> Any:
    """Return the event that the library reads from AMQP."""
    properties = dict(texts("c", without_content_type(headers_for(message, AMQP))))
    kind = {"content-type": content_type(message) or ""}
    return amqp.from_amqp_event(amqp.AMQPMessage(kind, properties, message.value or b""))


@pytest.mark.parametrize("read", [by_kafka, by_http, by_amqp])
@pytest.mark.parametrize("mode", ["structured", "binary"])
def test_the_library_reads_what_we_send(read: Callable[[RawMessage], Any], mode: Any) -> None:
    """Its attributes and data are ours, letters beyond ASCII included."""
    made = event(1)
    made = DONE.new({**made.data, "lot": LOT}, source=made.envelope.source, site="muc1")
    seen = read(DONE.serialize(made, mode=mode))
    assert {name: seen.get_attributes()[name] for name in NAMES} == {
        name: made.envelope.attributes[name] for name in NAMES
    }
    assert seen.get_data() == made.data


def library_event() -> CloudEvent:
    """Return an event of the library's own."""
    made = event(1)
    kept = {name: value for name, value in made.envelope.attributes.items() if name not in ("time", "recordedtime")}
    return CloudEvent({**kept, "subject": f"lots/{LOT}"}, {**made.data, "lot": LOT})


@pytest.mark.parametrize("binary", [True, False])
def test_we_read_what_the_library_writes(binary: bool) -> None:  # noqa: FBT001 - a table
    """By each of its bindings, in both modes, the event is the same one."""
    written = library_event()
    on_kafka = (kafka.to_binary_event if binary else kafka.to_structured_event)(written)
    on_http = (http.to_binary_event if binary else http.to_structured_event)(written)
    on_rabbitmq = (rabbitmq.to_binary_event if binary else rabbitmq.to_structured_event)(written)
    incoming = SimpleNamespace(
        body=on_rabbitmq.body, content_type=on_rabbitmq.content_type, headers=on_rabbitmq.headers
    )
    messages = [
        RawMessage(on_kafka.value, None, tuple(on_kafka.headers.items())),
        RawMessage(on_http.body, None, tuple((name, text.encode()) for name, text in on_http.headers.items())),
        received(incoming),  # type: ignore[arg-type]
    ]
    events = [DONE.parse(message) for message in messages]
    assert [each.data["lot"] for each in events] == [LOT] * 3
    assert [each.envelope.subject for each in events] == [f"lots/{LOT}"] * 3
    assert {each.envelope.id for each in events} == {written.get_attributes()["id"]}
