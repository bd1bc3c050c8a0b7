"""
From one protocol binding of CloudEvents 1.0 to another: which header carries which attribute.

A message that came in keeps the names of its own binding; a sender gives it those of the binding it sends by. What a
protocol can't carry is refused, never left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, unquote_to_bytes

from ..messages import Header, RawMessage
from ..modes import PREFIXES
from ..sending import SendFailed

KAFKA = "ce_"
"""Kafka binding, section 3.2.3."""
HTTP = "ce-"
"""HTTP binding, section 3.1.3, and NATS binding: values are percent-encoded."""
AMQP = "cloudEvents:"
"""AMQP binding, section 3.1.3.1; `cloudEvents_` is read too."""
MQTT = ""
"""MQTT binding, section 3.1.3.1: user properties without a prefix."""

ATTRIBUTE = re.compile(r"[a-z0-9]+\Z")
"""What an attribute's name may be (CloudEvents section 3)."""
_PLAIN = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"%')
"""What stands for itself in a header of the HTTP binding (section 3.1.3.2)."""
_CONTENT_TYPE = "content-type"
_SHOWN = 64


def text_of(name: str | bytes) -> str:
    """Return a header's name as text."""
    return name if isinstance(name, str) else name.decode("latin-1")


def prefix_of(headers: Iterable[Header]) -> str | None:
    """Return how a message in binary mode marks its attributes; None in structured mode."""
    values = {text_of(name).lower(): value or b"" for name, value in headers}
    if values.get(_CONTENT_TYPE, b"").lower().startswith(b"application/cloudevents"):
        return None
    return next((prefix for prefix in PREFIXES if f"{prefix}specversion".lower() in values), None)


def headers_for(message: RawMessage, prefix: str) -> tuple[Header, ...]:
    """Return a message's headers as a binding names them; those of the same binding stay as they are."""
    came_by = prefix_of(message.headers)
    if came_by is None or came_by == prefix:
        return message.headers
    return tuple(_renamed(header, came_by, prefix) for header in message.headers)


def named(message: RawMessage, prefix: str) -> list[tuple[str, bytes | None]]:
    """Return a message's headers as a binding names them, each name a text."""
    return [(text_of(name), value) for name, value in headers_for(message, prefix)]


def _renamed(header: Header, came_by: str, prefix: str) -> Header:
    """Return one header as another binding has it."""
    name, value = text_of(header[0]).lower(), header[1]
    bare = name[len(came_by) :]
    if name == _CONTENT_TYPE or not name.startswith(came_by.lower()) or not ATTRIBUTE.match(bare):
        return header
    if value is not None and HTTP in (came_by, prefix):
        value = unquote_to_bytes(value) if came_by == HTTP else _percent(value)
    return f"{prefix}{bare}", value


def _percent(value: bytes) -> bytes:
    """Return an attribute's text as the HTTP binding encodes it (section 3.1.3.2)."""
    return quote(value, safe=_PLAIN).encode()


def content_type(message: RawMessage) -> str | None:
    """Return a message's content type, for protocols that have a field for it."""
    value = next((value for name, value in message.headers if text_of(name).lower() == _CONTENT_TYPE), None)
    return None if value is None else value.decode("utf-8", "replace")


def without_content_type(headers: Iterable[Header]) -> tuple[Header, ...]:
    """Return headers but for the first content type, which stands in the protocol's field."""
    kept = list(headers)
    at = next((at for at, (name, _) in enumerate(kept) if text_of(name).lower() == _CONTENT_TYPE), len(kept))
    return (*kept[:at], *kept[at + 1 :])


def value_of(channel: str, message: RawMessage, protocol: str) -> bytes:
    """Return a message's value for a protocol that has no null; raise SendFailed when there is none."""
    if message.value is None:
        raise SendFailed(channel, f"it has no value, and {protocol} has no null", lasting=True)
    return message.value


def texts(channel: str, headers: Iterable[Header]) -> Iterator[tuple[str, str]]:
    """Yield headers for a protocol that carries texts only; raise SendFailed at one that is none."""
    for name, value in headers:
        try:
            if value is not None:
                yield name if isinstance(name, str) else name.decode(), value.decode()
                continue
        except UnicodeDecodeError:
            pass
        raise refused(channel, name, "has no value or is no UTF-8 text")


def once(channel: str, pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return headers for a protocol that carries each name once and on one line; raise SendFailed at another."""
    made: dict[str, str] = {}
    for name, value in pairs:
        if name in made or "\n" in value or "\r" in value:
            raise refused(channel, name, "stands twice or has several lines")
        made[name] = value
    return made


def refused(channel: str, name: str | bytes, why: str) -> SendFailed:
    """Return the exception for a header that a protocol can't carry."""
    return SendFailed(channel, f"the header `{text_of(name)[:_SHOWN]}` {why}, which can't be sent there", lasting=True)
