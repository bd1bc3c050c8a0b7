"""Problem details as any service may send them (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..parsing import LIMITS, loads
from ..violations import ContractViolation

MEDIA_TYPE = "application/problem+json"
BLANK = "about:blank"
"""The type of a problem that says no more than its status (RFC 9457 section 4.2.1)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem of any type; only its type and status are shown, since the rest may speak of the request."""

    type: str = BLANK
    status: int | None = None
    title: str | None = field(default=None, repr=False)
    detail: str | None = field(default=None, repr=False)
    instance: str | None = field(default=None, repr=False)
    members: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """All members, those of the extension included."""

    @classmethod
    def of(cls, content_type: str | None, body: bytes) -> Problem | None:
        """Return the problem that a response holds; None when it holds none."""
        if essence(content_type) != MEDIA_TYPE:
            return None
        try:
            members = loads(body, LIMITS)
        except ContractViolation:
            return None
        return cls.reading(members) if isinstance(members, dict) else None

    @classmethod
    def reading(cls, members: Mapping[str, Any]) -> Problem:
        """Return the problem of some members; one of another type than it should have is passed over (section 3.1)."""
        texts = {name: text for name in _TEXTS if isinstance(text := members.get(name), str)}
        status = members.get("status")
        whole = status if isinstance(status, int) and not isinstance(status, bool) else None
        return cls(status=whole, members=members, **texts)

    def __repr__(self) -> str:
        """Show what is safe in a log: how many members there are, and the status."""
        return f"Problem(status={self.status}, members={len(self.members)})"


_TEXTS = ("type", "title", "detail", "instance")


def essence(content_type: str | None) -> str:
    """Return a media type without its parameters, in lower case (RFC 9110 section 8.3.1)."""
    return (content_type or "").partition(";")[0].strip().lower()
