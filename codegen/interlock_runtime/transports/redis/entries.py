"""A message as the fields of an entry, and back."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from ...messages import Header, RawMessage
from ..bindings import KAFKA, named


def fields_of(message: RawMessage) -> dict[Any, Any]:
    """Return a message as the fields of an entry; a value or key that is null has no field."""
    pairs = [
        (name, None if value is None else base64.b64encode(value).decode()) for name, value in named(message, KAFKA)
    ]
    made = {b"headers": json.dumps(pairs).encode()}
    if message.value is not None:
        made[b"value"] = message.value
    if message.key is not None:
        made[b"key"] = message.key
    return made


def received(fields: Mapping[bytes, bytes]) -> RawMessage:
    """Return an entry's message; what is none of our fields is kept as a header."""
    rest = {name: value for name, value in fields.items() if name not in (b"value", b"key")}
    headers = _headers(rest.pop(b"headers")) if b"headers" in rest else ()
    return RawMessage(fields.get(b"value"), fields.get(b"key"), (*headers, *rest.items()))


def _headers(text: bytes) -> tuple[Header, ...]:
    """Return the headers of our field; one that is not as we write it is itself kept as a header."""
    try:
        pairs = [(name, value) for name, value in json.loads(text)]
        if all(isinstance(name, str) for name, _ in pairs):
            return tuple(
                (name, None if value is None else base64.b64decode(value, validate=True)) for name, value in pairs
            )
    except (ValueError, TypeError, binascii.Error, RecursionError):
        pass
    return ((b"headers", text),)
