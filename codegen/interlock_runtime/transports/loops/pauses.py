"""The partitions that wait."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Hashable
from typing import Generic, TypeVar

from .stopping import TICK

P = TypeVar("P", bound=Hashable)
M = TypeVar("M")


class Pauses(Generic[P, M]):
    """The messages whose partition waits for its next attempt; other partitions go on meanwhile."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held: dict[P, tuple[float, M]] = {}

    def hold(self, partition: P, message: M, seconds: float) -> None:
        """Keep a message until its partition has waited."""
        self._held[partition] = (self._clock() + seconds, message)

    def due(self) -> tuple[P, M] | None:
        """Take out the message that has waited longest beyond its time; None when none has."""
        first = min(self._held, key=lambda partition: self._held[partition][0], default=None)
        if first is None or self._held[first][0] > self._clock():
            return None
        return first, self._held.pop(first)[1]

    def patience(self) -> float:
        """Return how many seconds a poll may last, so that no wait is overslept."""
        return min([TICK, *(max(0.0, until - self._clock()) for until, _ in self._held.values())])

    def drop(self, partitions: Collection[P]) -> None:
        """Forget the messages of partitions that others have now; they read them again."""
        for partition in partitions:
            self._held.pop(partition, None)
