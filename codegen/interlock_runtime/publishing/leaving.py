"""The last step of publishing: sequence, bytes, and into the outbox or to the broker."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from .. import minting
from ..contract import Contract
from ..events import Event
from ..handling.reading import size
from ..messages import RawMessage
from ..modes import Mode
from ..outbox import Draft
from ..sending import AsyncSender, Sender, SendFailed
from ..violations import ContractViolation, violation

D = TypeVar("D")
PLACE = "000000000000"
"""Stands for the sequence while an event is judged."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """One event on its way to one channel."""

    channel: str
    event: Event[Any]
    beside: bool = False
    """Whether it is the event before it once more, for another channel, and so has the same sequence."""

    def written(self, sequence: str, mode: Mode, run: str = "") -> RawMessage:
        """Return the message; raise ContractViolation."""
        envelope = self.event.envelope
        source = f"{envelope.source}/{run}" if run else envelope.source
        event = Event(envelope.replace(sequence=sequence, source=source), self.event.data, self.event.contract)
        return event.contract.serialize(event, mode=mode)


def stream(source: str, contract: Contract[Any]) -> str:
    """Return the source of one event at one major within a system's."""
    return f"{source}/{contract.name}.v{contract.major}"


def numbered(event: Event[D], sequence: int | None, run: str = "") -> Event[D]:
    """Return an event with its sequence."""
    source = f"{event.envelope.source}/{run}" if run else event.envelope.source
    return Event(event.envelope.replace(sequence=f"{sequence or 0:012d}", source=source), event.data, event.contract)


def checked(leaving: Sequence[Leaving], most: int, mode: Mode, run: str) -> None:
    """Raise ContractViolation for the first that may not leave: it breaks its contract, or is larger than all take."""
    for one in leaving:
        if size(one.written(PLACE, mode, run)) > most:
            raise ContractViolation([violation("too-large")], one.event.contract.name)


# Into the outbox


def drafts(leaving: Sequence[Leaving], mode: Mode) -> list[Draft]:
    """Return drafts for one put; an event for another channel gets the sequence of the one before it."""
    last = [PLACE]
    return [_draft(one, mode, last) for one in leaving]


def _draft(one: Leaving, mode: Mode, last: list[str]) -> Draft:
    """Return the draft of one event."""

    def write(sequence: str) -> RawMessage:
        if not one.beside:
            last[0] = sequence
        return one.written(last[0], mode)

    key = one.event.envelope.partitionkey
    return Draft(
        one.channel,
        write,
        None if one.beside else one.event.envelope.source,
        one.event.contract.tier,
        None if key is None else key.encode(),
    )


# Straight to a sender


class Counters:
    """Sequences of one start of a process, each source of which carries the start's own number."""

    def __init__(self) -> None:
        self.run = minting.uuid7()
        self.lock = threading.Lock()
        """Held until the broker has acknowledged, so that the sequence is the order of arrival."""
        self._last: dict[str, int] = {}

    def messages(self, leaving: Sequence[Leaving], mode: Mode) -> list[tuple[str, RawMessage]]:
        """Return the messages with their sequences."""
        made: list[tuple[str, RawMessage]] = []
        for one in leaving:
            source = one.event.envelope.source
            self._last[source] = self._last.get(source, 0) + (0 if one.beside else 1)
            made.append((one.channel, one.written(f"{self._last[source]:012d}", mode, self.run)))
        return made

    def sequence(self, event: Event[Any]) -> int:
        """Return the last sequence of an event's source."""
        return self._last[event.envelope.source]


def sent(sender: Sender, leaving: Sequence[Leaving], counters: Counters, mode: Mode) -> Event[Any]:
    """Send and return the first event as it left; raise SendFailed, after which some of them may have arrived."""
    with counters.lock:
        messages = counters.messages(leaving, mode)
        event = numbered(leaving[0].event, counters.sequence(leaving[0].event), counters.run)
        _complete(messages, sender.send_all(messages))
    return event


async def sent_async(sender: AsyncSender, leaving: Sequence[Leaving], counters: Counters, mode: Mode) -> Event[Any]:
    """Send from a task; messages of tasks that publish at once may arrive in another order than their sequence."""
    with counters.lock:
        messages = counters.messages(leaving, mode)
        event = numbered(leaving[0].event, counters.sequence(leaving[0].event), counters.run)
    _complete(messages, await sender.send_all(messages))
    return event


def _complete(messages: Sequence[tuple[str, RawMessage]], acknowledged: int) -> None:
    """Raise SendFailed unless everything was acknowledged."""
    if acknowledged < len(messages):
        raise SendFailed(messages[acknowledged][0], "the messages before it were acknowledged, this one was not")
