"""What stands in an outbox: drafts on the way in, rows on the way out, and how much of each tier has room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

import msgspec

from ..messages import Header, RawMessage

WhenFull = Literal["stop", "drop-oldest"]
"""What happens to the next event once the buffer of its tier is full."""
MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Buffer:
    """How much of one tier an outbox holds; a tier that stops never loses a row, however old it grows."""

    when_full: WhenFull = "stop"
    keep: dt.timedelta | None = None
    """With `drop-oldest`, rows older than this are dropped; with `stop` it is how long an outage may last."""
    most_bytes: int = 1024 * MEBIBYTE
    """Room for values, keys and headers together."""


BUFFERS: Mapping[str, Buffer] = {
    "T1": Buffer("stop", dt.timedelta(hours=72)),
    "T2": Buffer("stop", dt.timedelta(hours=24)),
    "T3": Buffer("drop-oldest", dt.timedelta(hours=4), 64 * MEBIBYTE),
}
"""Where no catalog says otherwise; a tier that is not named stops."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that has everything but its sequence, which is known only inside the transaction."""

    channel: str
    write: Callable[[str], RawMessage]
    """Takes the sequence, twelve digits, and returns the message; what it raises undoes the whole put."""
    source: str | None = None
    """Sequences count within it without a gap; None for a message that has none of its own, such as a forwarded one."""
    tier: str = "T2"
    key: bytes | None = None
    """What order is kept by; the message's own key when None."""

    @classmethod
    def of(cls, channel: str, message: RawMessage, *, tier: str = "T2", key: bytes | None = None) -> Draft:
        """Return the draft of a message that is finished."""
        return cls(channel, lambda _: message, tier=tier, key=key)


@dataclass(frozen=True, slots=True)
class Row:
    """A message that waits; `position` is the order in which they were put."""

    position: int
    channel: str
    message: RawMessage = field(repr=False)
    tier: str
    source: str | None = None
    sequence: int | None = None
    key: bytes | None = field(default=None, repr=False)
    put_at: float = 0.0
    why: str | None = None
    """Why the broker will never take it, for a row that was set aside."""


_decode = msgspec.msgpack.Decoder().decode


def packed_headers(headers: tuple[Header, ...]) -> bytes | None:
    """Return headers as bytes that keep order, repeats, nulls, and whether a name was text."""
    return msgspec.msgpack.encode(headers) if headers else None


def unpacked_headers(packed: bytes | None) -> tuple[Header, ...]:
    """Return the headers of `packed_headers`."""
    return tuple((name, value) for name, value in _decode(packed)) if packed else ()


COLUMNS = "position, channel, value, message_key, headers, tier, source, sequence, key, put_at, why"


def row_of(record: tuple[object, ...]) -> Row:
    """Return the row of a record with `COLUMNS`."""
    position, channel, value, message_key, headers, tier, source, sequence, key, put_at, why = record
    message = RawMessage(
        cast("bytes | None", value),
        cast("bytes | None", message_key),
        unpacked_headers(cast("bytes | None", headers)),
    )
    return Row(
        cast("int", position),
        cast("str", channel),
        message,
        cast("str", tier),
        cast("str | None", source),
        cast("int | None", sequence),
        cast("bytes | None", key),
        cast("float", put_at),
        cast("str | None", why),
    )


def size_of(message: RawMessage, headers: bytes | None) -> int:
    """Return how many bytes a message takes."""
    return len(message.value or b"") + len(message.key or b"") + len(headers or b"")
