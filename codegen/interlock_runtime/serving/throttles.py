"""How fast one client may ask: token buckets with the rates that the product promises."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from ..products import Throttle, length
from .idempotency import Pairs

_NAME = str.maketrans({'"': "", "\\": ""})


@lru_cache(maxsize=1024)
def pace(throttle: Throttle) -> tuple[float, float]:
    """Return how many requests a second a bucket gains, and how many it holds."""
    return throttle.rate / length(throttle.per).total_seconds(), max(1.0, throttle.rate * throttle.burst)


def quota(group: str, throttle: Throttle, seconds: int) -> Pairs:
    """
    Return what a refused client is told of its throttle (draft-ietf-httpapi-ratelimit-headers, sections 3 and 4).

    A bucket that holds `q` requests and is full again after `w` seconds has the promised rate.

    >>> quota("quality@2 commands", Throttle(2, "PT1S", 2.0), 1)[0]
    (b'ratelimit-policy', b'"commands";q=4;w=2')
    """
    fill, full = pace(throttle)
    name = group.rpartition(" ")[2].encode("ascii", "replace").decode().translate(_NAME)
    policy = f'"{name}";q={int(full)};w={math.ceil(full / fill)}'
    return ((b"ratelimit-policy", policy.encode()), (b"ratelimit", f'"{name}";r=0;t={seconds}'.encode()))


class ThrottleStore(Protocol):
    """Counts the requests of each client."""

    async def wait(self, client: str, group: str, throttle: Throttle) -> float:
        """Take one request from a client's bucket for a group of operations; return 0, or how many seconds to wait."""
        ...


@dataclass(slots=True)
class _Bucket:
    """How many requests are left, and as of when."""

    tokens: float
    at: float


class Buckets:
    """
    Counts requests by client and operation group, in the memory of one process.

    Several processes behind one address each count for themselves: then the rate is that many times the promised one,
    unless the gateway sends a client always to the same, or they share `RedisThrottles`.
    """

    def __init__(self, ticks: Callable[[], float] = time.monotonic, *, most: int = 10_000) -> None:
        """Take a clock in seconds, and how many buckets are kept: of more, those unused for longest start anew."""
        self._ticks = ticks
        self._most = most
        self._buckets: OrderedDict[tuple[str, str], _Bucket] = OrderedDict()

    async def wait(self, client: str, group: str, throttle: Throttle) -> float:
        """Take one request from a client's bucket; return 0, or the seconds after which there is one to take."""
        now = self._ticks()
        fill, full = pace(throttle)
        bucket = self._buckets.get((client, group))
        if bucket is None:
            bucket = self._buckets[client, group] = _Bucket(full, now)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end((client, group))
        bucket.tokens = min(full, bucket.tokens + max(0.0, now - bucket.at) * fill)
        bucket.at = now
        if bucket.tokens < 1:
            return (1 - bucket.tokens) / fill
        bucket.tokens -= 1
        return 0.0
