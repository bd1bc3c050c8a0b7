"""
The prefix of schema registries before a value: a zero byte and a schema's number in four bytes, big-endian.

Taken off, it is kept in a last header, so that the message can be put together again as it came.
"""

from __future__ import annotations

from dataclasses import replace

from ..messages import RawMessage

LENGTH = 5
HEADER = "x-registry-prefix"


def unframed(message: RawMessage) -> RawMessage:
    """Return a message without its prefix; one that has none stays as it is."""
    value = message.value
    if value is None or not _is_prefix(value[:LENGTH]):
        return message
    return replace(message, value=value[LENGTH:], headers=(*message.headers, (HEADER, value[:LENGTH])))


def framed(message: RawMessage) -> RawMessage:
    """Return a message with the prefix that `unframed` took off; others stay as they are."""
    name, prefix = message.headers[-1] if message.headers else ("", None)
    if name != HEADER or message.value is None or prefix is None or not _is_prefix(prefix):
        return message
    return replace(message, value=prefix + message.value, headers=message.headers[:-1])


def _is_prefix(start: bytes) -> bool:
    """Say whether bytes are a registry's prefix; no JSON text begins with a zero byte."""
    return len(start) == LENGTH and start[0] == 0
