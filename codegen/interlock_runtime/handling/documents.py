"""An event as plain JSON, for what looks at members by pointer."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from ..events import Event
from ..wire import at

_sorted = msgspec.json.Encoder(order="sorted", decimal_format="number").encode


def document(event: Event[Any]) -> dict[str, Any]:
    """Return an event in its JSON format."""
    return {**event.envelope.attributes, "data": plain(event)}


def plain(event: Event[Any]) -> Any:
    """Return an event's data as JSON."""
    return event.contract._wired(event.data)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - the runtime's own class


def digest(data: Any) -> bytes:
    """Return a short fingerprint of a JSON value, whatever the order of its members."""
    return hashlib.blake2b(_sorted(data), digest_size=16).digest()


def text_at(whole: Any, place: str) -> str | None:
    """Return the text of a scalar that a JSON Pointer names; None when there is none."""
    try:
        value = at(whole, place)
    except (LookupError, TypeError, ValueError):
        return None
    return None if value is None or isinstance(value, (dict, list, tuple)) else str(value)
