"""When a request is sent again, and after how long."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from .exchange import ConnectionFault, Response, TimeoutFault, TransportFault
from .problems import Problem

_MOST_DIGITS = 9
_PASSING = frozenset({429, 502, 503, 504})
"""Refusals and failures that pass (RFC 6585 section 4, RFC 9110 section 15.6)."""
_CONFLICT = 409
_IN_PROGRESS = "/request-in-progress"
"""How the type of the problem ends which says that the first request with a key has not ended."""

Outcome = Response | TransportFault


def _now() -> dt.datetime:
    """Return the present moment."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """Time as the client sees and spends it; tests give their own."""

    now: Callable[[], dt.datetime] = _now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep
    asleep: Callable[[float], Awaitable[object]] = asyncio.sleep


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """
    How often and how fast; what the call's total timeout leaves no time for is not tried.

    Waits double from `first` to `longest` seconds, each shortened by up to a half at random, so that clients which
    failed together do not come back together. A `Retry-After` counts instead, up to `longest_told` seconds: a service
    that asks for more is not asked again.
    """

    attempts: int = 3
    first: float = 0.5
    longest: float = 8.0
    longest_told: float = 30.0
    random: Callable[[], float] = random.random

    def __post_init__(self) -> None:
        """Refuse what is no policy."""
        if self.attempts < 1:
            raise ValueError(f"a call has at least 1 attempt, and {self.attempts} was given")
        if not 0 < self.first <= self.longest:
            raise ValueError(f"waits grow from first={self.first} to longest={self.longest}: give 0 < first <= longest")

    def pause(self, attempt: int, outcome: Outcome, now: dt.datetime) -> float | None:
        """Return the seconds to wait after an attempt (from 1), before the next; None when there is none."""
        if attempt >= self.attempts or not passing(outcome):
            return None
        told = retry_after(outcome.header("Retry-After"), now) if isinstance(outcome, Response) else None
        if told is not None:
            return told if told <= self.longest_told else None
        wait = min(self.longest, self.first * float(1 << min(attempt - 1, 32)))
        return wait * (1 - self.random() / 2)


NO_RETRY = Retry(attempts=1)


def passing(outcome: Outcome) -> bool:
    """Say whether another attempt may end otherwise."""
    if isinstance(outcome, TransportFault):
        return isinstance(outcome, (ConnectionFault, TimeoutFault))
    if outcome.status != _CONFLICT:
        return outcome.status in _PASSING
    problem = Problem.of(outcome.header("Content-Type"), outcome.body)
    return problem is not None and problem.type.endswith(_IN_PROGRESS)


def retry_after(text: str | None, now: dt.datetime) -> float | None:
    """
    Return the seconds that a `Retry-After` asks for, in either of its forms (RFC 9110 section 10.2.3).

    >>> retry_after("120", dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    120.0
    """
    if text is None:
        return None
    if text.isascii() and text.isdigit():
        return float(text[: _MOST_DIGITS + 1])
    moment = http_date(text)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def http_date(text: str) -> dt.datetime | None:
    """Return the moment of an HTTP-date (RFC 9110 section 5.6.7); None for another text."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
