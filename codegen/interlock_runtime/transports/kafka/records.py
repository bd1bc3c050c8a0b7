"""A record of the client as a message."""

from __future__ import annotations

from typing import Any

import confluent_kafka as client

from ...messages import RawMessage


def pairs(headers: Any) -> tuple[tuple[str, bytes | None], ...]:
    """Return headers as a list of pairs, in which duplicates and nulls are kept."""
    return tuple(headers.items() if isinstance(headers, dict) else headers or ())


def received(message: client.Message) -> RawMessage:
    """Return a message as it came."""
    return RawMessage(message.value(), message.key(), pairs(message.headers()))


def place_of(message: client.Message) -> client.TopicPartition:
    """Return where a message stands."""
    return client.TopicPartition(message.topic() or "", message.partition() or 0, message.offset() or 0)
