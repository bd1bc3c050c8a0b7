"""How long a comparison may take; a spent budget ends in *undecided*, never in a hang."""

from __future__ import annotations

import time

SHORTEST = 0.01
"""Less than this many seconds are not worth a question to the engine."""


class TimeIsUpError(Exception):
    """The comparison took longer than it may."""


class Clock:
    """The wall time that all parts of one comparison share."""

    __slots__ = ("deadline", "seconds")

    def __init__(self, seconds: float) -> None:
        """Start to run now."""
        self.seconds = seconds
        self.deadline = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds until the deadline; raises TimeIsUpError when hardly any are left."""
        left = self.deadline - time.monotonic()
        if left < SHORTEST:
            raise TimeIsUpError
        return left

    def check(self) -> None:
        """Raise TimeIsUpError once the time is up."""
        if time.monotonic() > self.deadline:
            raise TimeIsUpError
