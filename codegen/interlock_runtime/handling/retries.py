"""How long to wait before the next attempt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from ..catalog import Retry

Random = Callable[[], float]
"""Returns a number from 0 up to, not including, 1."""
_MOST_DOUBLINGS = 20


def wait(retry: Retry, attempt: int, random: Random) -> dt.timedelta:
    """
    Return the wait after a failed attempt: doubled each time up to the longest, then between half of it and all of it.

    The random half keeps consumers that failed together from coming back together.
    """
    doubled = retry.first * (1 << min(max(attempt - 1, 0), _MOST_DOUBLINGS))
    return min(doubled, retry.longest) * (0.5 + random() / 2)
