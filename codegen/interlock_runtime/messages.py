"""The message as a transport delivered it."""

from __future__ import annotations

from dataclasses import dataclass

Header = tuple[str | bytes, bytes | None]
"""A header's name and value; a transport may deliver a name twice, and a name without a value."""


@dataclass(frozen=True, slots=True)
class RawMessage:
    """Value, key and headers untouched: the evidence, and what is forwarded."""

    value: bytes | None
    """None is a tombstone: a broker's mark that a key has no value any more."""
    key: bytes | None = None
    headers: tuple[Header, ...] = ()
