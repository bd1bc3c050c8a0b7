"""
What senders of batches share: messages are begun in order up to the first that is refused, and acknowledged as a number of first ones.

Those behind a refused one must not overtake it, so they are not begun.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Self, TypeVar

from ..messages import RawMessage
from ..sending import SendFailed

B = TypeVar("B")
Batch = Sequence[tuple[str, RawMessage]]


def begun(batch: Batch, begin: Callable[[str, RawMessage], B]) -> list[B]:
    """Begin to send messages up to the first that is refused; raise SendFailed when that is the first of all."""
    made: list[B] = []
    for channel, message in batch:
        try:
            made.append(begin(channel, message))
        except SendFailed:
            if not made:
                raise
            break
    return made


def acknowledged(answers: Iterable[object]) -> tuple[int, BaseException | None]:
    """Return how many first answers are no failures, and the failure behind them."""
    done = 0
    for answer in answers:
        if isinstance(answer, BaseException):
            return done, answer
        done += 1
    return done, None


class InBatches(ABC):
    """Gives a sender of batches the form for one message, and closes it when its block ends."""

    @abstractmethod
    def send_all(self, batch: Batch) -> int:
        """Return how many first messages are acknowledged; raise SendFailed when the first one is not."""

    @abstractmethod
    def close(self) -> None:
        """Leave the broker."""

    def send(self, channel: str, message: RawMessage) -> None:
        """Send one message; raise SendFailed unless it is acknowledged."""
        self.send_all([(channel, message)])

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


class AsyncInBatches(ABC):
    """`InBatches` for asyncio."""

    @abstractmethod
    async def send_all(self, batch: Batch) -> int:
        """Return how many first messages are acknowledged; raise SendFailed when the first one is not."""

    @abstractmethod
    async def aclose(self) -> None:
        """Leave the broker."""

    async def send(self, channel: str, message: RawMessage) -> None:
        """Send one message; raise SendFailed unless it is acknowledged."""
        await self.send_all([(channel, message)])

    async def __aenter__(self) -> Self:
        """Return itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        await self.aclose()
