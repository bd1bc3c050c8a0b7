"""A whole response with the call that it answers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from .exchange import Header, header_of
from .retrying import retry_after

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request of a call and what became of it."""

    number: int
    status: int | None
    """None when there was no response."""
    fault: str = ""
    """Why there was none."""
    seconds: float = 0.0
    """How long it took."""
    pause: float | None = None
    """Seconds waited before the next attempt; None for the last."""


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call, without any value that it carried."""

    operation: str
    method: str
    path: str
    """The template, not what was filled in."""
    idempotency_key: str | None = field(default=None, repr=False)
    """Send it with the next call of the same command, so that it is done once."""
    attempts: tuple[Attempt, ...] = ()

    def __str__(self) -> str:
        """Name it in a log."""
        count = len(self.attempts)
        tries = f" after {count} attempts" if count > 1 else ""
        return f"{self.operation} ({self.method} {self.path}){tries}"


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """A response: its typed value and all that came with it."""

    value: T = field(repr=False)
    status: int
    headers: tuple[Header, ...] = field(repr=False)
    body: bytes = field(repr=False)
    """The bytes as they came."""
    record: CallRecord

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """Every request that was sent, the last one answered by this."""
        return self.record.attempts

    def header(self, name: str) -> str | None:
        """Return a header's value by its name in any case; None when it did not come."""
        return header_of(self.headers, name)

    @property
    def etag(self) -> str | None:
        """The entity tag as it stands, quotes included: what `If-Match` of the next change takes (RFC 9110 8.8.3)."""
        return self.header("ETag")

    @property
    def location(self) -> str | None:
        """Where the created resource is (RFC 9110 section 10.2.2)."""
        return self.header("Location")

    def retry_after(self, now: dt.datetime | None = None) -> float | None:
        """Return in how many seconds to ask again for what was only accepted (RFC 9110 section 10.2.3)."""
        return retry_after(self.header("Retry-After"), now or dt.datetime.now(dt.UTC))
