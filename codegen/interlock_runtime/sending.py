"""What sends messages: one protocol for all transports, and its one failure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from .messages import RawMessage
from .violations import InterlockError


class SendFailed(InterlockError):  # noqa: N818 - the name says what happened
    """A message was not acknowledged by the broker; it may have arrived all the same."""

    def __init__(self, channel: str, why: str, *, lasting: bool = False) -> None:
        self.channel = channel
        self.why = why
        self.lasting = lasting
        """Whether sending the same message again can't help either."""
        super().__init__(channel, why)

    def __str__(self) -> str:
        """Say it in a sentence that carries no value of the message."""
        mend = "it never will be as it is" if self.lasting else "send it again"
        return f"a message to {self.channel} was not acknowledged: {self.why}; {mend}"


class Sender(Protocol):
    """Sends messages; what has returned is acknowledged by the broker."""

    def send(self, channel: str, message: RawMessage) -> None:
        """Send one message; raise SendFailed unless it is acknowledged."""
        ...

    def send_all(self, batch: Sequence[tuple[str, RawMessage]]) -> int:
        """Return how many first messages are acknowledged, in order; raise SendFailed when the first one is not."""
        ...


class AsyncSender(Protocol):
    """`Sender` for asyncio."""

    async def send(self, channel: str, message: RawMessage) -> None:
        """Send one message; raise SendFailed unless it is acknowledged."""
        ...

    async def send_all(self, batch: Sequence[tuple[str, RawMessage]]) -> int:
        """Return how many first messages are acknowledged, in order; raise SendFailed when the first one is not."""
        ...


class OneByOne:
    """Gives a sender the batch form: each message waits for the one before."""

    def send_all(self: Sender, batch: Sequence[tuple[str, RawMessage]]) -> int:
        """Return how many first messages are acknowledged; raise SendFailed when the first one is not."""
        for done, (channel, message) in enumerate(batch):
            try:
                self.send(channel, message)
            except SendFailed:
                if done:
                    return done
                raise
        return len(batch)


class AsyncOneByOne:
    """`OneByOne` for asyncio."""

    async def send_all(self: AsyncSender, batch: Sequence[tuple[str, RawMessage]]) -> int:
        """Return how many first messages are acknowledged; raise SendFailed when the first one is not."""
        for done, (channel, message) in enumerate(batch):
            try:
                await self.send(channel, message)
            except SendFailed:
                if done:
                    return done
                raise
        return len(batch)
