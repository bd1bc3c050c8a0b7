"""How fast one client may ask: token buckets with the rates that the product promises."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache

from ..products import Throttle, length


@lru_cache(maxsize=1024)
def _pace(throttle: Throttle) -> tuple[float, float]:
    """Return how many requests a second a bucket gains, and how many it holds."""
    return throttle.rate / length(throttle.per).total_seconds(), max(1.0, throttle.rate * throttle.burst)


@dataclass(slots=True)
class _Bucket:
    """How many requests are left, and as of when."""

    tokens: float
    at: float


class Buckets:
    """
    Counts requests by client and operation group, in the memory of one process.

    Several processes behind one address each count for themselves: then the rate is that many times the promised one,
    unless the gateway sends a client always to the same.
    """

    def __init__(self, ticks: Callable[[], float] = time.monotonic, *, most: int = 10_000) -> None:
        """Take a clock in seconds, and how many buckets are kept: of more, those unused for longest start anew."""
        self._ticks = ticks
        self._most = most
        self._buckets: OrderedDict[Hashable, _Bucket] = OrderedDict()

    def wait(self, client: Hashable, throttle: Throttle) -> float:
        """Take one request from a client's bucket; return 0, or the seconds after which there is one to take."""
        now = self._ticks()
        fill, full = _pace(throttle)
        bucket = self._buckets.get(client)
        if bucket is None:
            bucket = self._buckets[client] = _Bucket(full, now)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(client)
        bucket.tokens = min(full, bucket.tokens + max(0.0, now - bucket.at) * fill)
        bucket.at = now
        if bucket.tokens < 1:
            return (1 - bucket.tokens) / fill
        bucket.tokens -= 1
        return 0.0
