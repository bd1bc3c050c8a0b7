"""An event that kept its contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .wire import unknown_members

if TYPE_CHECKING:
    from .contract import Contract
    from .envelope import Envelope
    from .messages import RawMessage

D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Event(Generic[D]):
    """Envelope and typed data; `raw` is the message it came from, which is what forwarding sends."""

    envelope: Envelope
    data: D
    contract: Contract[D] = field(repr=False)
    raw: RawMessage | None = field(default=None, repr=False, compare=False)
    """None for an event that was made here and not received."""

    @property
    def extra(self) -> Mapping[str, Any]:
        """The members of the data that the contract does not declare, by JSON Pointer into the event."""
        return unknown_members(self.data, "/data")
