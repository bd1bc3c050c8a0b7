"""Callables for the serializing clients of confluent-kafka."""

from __future__ import annotations

from typing import Any

from confluent_kafka.serialization import SerializationContext

from ...events import Event
from ...messages import RawMessage
from ...modes import Mode
from ..bindings import text_of
from ..framing import unframed
from .records import pairs


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
        message = RawMessage(value, None, pairs(context.headers if context else None))
        return unframed(message) if self._framing else message
