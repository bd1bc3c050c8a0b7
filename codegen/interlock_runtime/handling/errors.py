"""
How handling ends otherwise than well.

    InterlockError
    ├── RetryLater          the handler failed: deliver the same message again after a wait, acknowledge nothing
    ├── StopConsuming       a store can't be written: stop and acknowledge nothing
    ├── CannotHandle        raised by handlers: trying again is of no use
    ├── OutOfOrder          raised by handlers: something that belongs before this has not come yet
    ├── Misuse              the settings of a consumer or a store contradict each other
    └── StoreFault          a file is no store of ours
"""

from __future__ import annotations

import datetime as dt

from ..violations import InterlockError


class RetryLater(InterlockError):  # noqa: N818 - the name says what to do
    """The handler failed and may be tried again: wait while the partition waits, then deliver the same message."""

    def __init__(self, delay: dt.timedelta, attempt: int, attempts: int) -> None:
        self.delay = delay
        self.attempt = attempt
        self.attempts = attempts
        super().__init__(delay, attempt, attempts)

    def __str__(self) -> str:
        """Say it in a sentence."""
        return f"attempt {self.attempt} of {self.attempts} failed: deliver the message again in {self.delay.total_seconds():.1f} s"


class StopConsuming(InterlockError):  # noqa: N818 - the name says what to do
    """What would be lost can't be kept: stop without acknowledging, and start again once `reason` is mended."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)

    def __str__(self) -> str:
        """Say what is wrong and that nothing was acknowledged."""
        return f"consuming stops and the message is not acknowledged: {self.reason}"


class CannotHandle(InterlockError):  # noqa: N818 - the name says what happened
    """A handler can't take this event, now or later; the reason must not carry values of the payload."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class OutOfOrder(InterlockError):  # noqa: N818 - the name says what happened
    """A handler needs something first that has not come; the reason must not carry values of the payload."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Misuse(InterlockError, ValueError):  # noqa: N818 - the name says what happened
    """Settings that contradict each other, or a step that isn't possible now."""


class StoreFault(InterlockError):  # noqa: N818 - the name says what happened
    """A store can't be opened or is none of ours."""
