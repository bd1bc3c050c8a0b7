"""What a new event gets without being asked: number, times, keys and subject, from the contract's promises."""

from __future__ import annotations

import os
import re
import time
import uuid
from collections.abc import Iterable
from typing import Any

from .violations import ContractViolation, violation
from .wire import at

_PLACE = re.compile(r"\{(/[^}]*)\}")


def uuid7() -> str:
    """Return a UUID of version 7, which sorts by time (RFC 9562 section 5.7)."""
    random = int.from_bytes(os.urandom(10), "big")
    value = (time.time_ns() // 1_000_000) << 80 | 7 << 76 | (random >> 68) << 64 | 0b10 << 62 | random & ((1 << 62) - 1)
    return str(uuid.UUID(int=value))


def joined(document: dict[str, Any], places: Iterable[str]) -> str:
    """Return a key: the members at some pointers with colons between them."""
    return ":".join(_part(document, place) for place in places)


def filled(template: str, document: dict[str, Any]) -> str:
    """Return a subject: its template with each pointer in braces replaced by the member there."""
    return _PLACE.sub(lambda found: _part(document, found[1]), template)


def _part(document: dict[str, Any], place: str) -> str:
    """Return a member's text, or raise for a member that a key can't be made of."""
    try:
        value = at(document, place)
    except (LookupError, TypeError, ValueError):
        value = None
    if value is None or isinstance(value, (dict, list)):
        reason = "payload-invalid" if place.startswith("/data/") else "envelope-invalid"
        raise ContractViolation(
            [violation(reason, place, "is missing, and a key or the subject of the event is made of it", "required")]
        )
    return str(value).lower() if isinstance(value, bool) else str(value)
