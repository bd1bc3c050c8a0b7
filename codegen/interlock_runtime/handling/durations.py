"""ISO 8601 durations as contracts write them."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache

_DURATION = re.compile(
    r"P(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)W)?(?:([0-9]+)D)?"
    r"(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?\Z"
)
_DAY = 86_400
_SECONDS = (365 * _DAY, 30 * _DAY, 7 * _DAY, _DAY, 3_600, 60, 1)
"""A year counts 365 days and a month 30: enough for how long something is kept."""


@cache
def duration(text: str) -> dt.timedelta:
    """
    Return the length of a duration; raise ValueError for another text.

    >>> duration("PT1M30S"), duration("P1M")
    (datetime.timedelta(seconds=90), datetime.timedelta(days=30))
    """
    found = _DURATION.match(text)
    if found is None or not any(found.groups()):
        raise ValueError(f"{text!r} is no duration: write for example PT30S or P7D (ISO 8601)")
    amounts = zip(found.groups(), _SECONDS, strict=True)
    return dt.timedelta(seconds=sum(float(amount) * each for amount, each in amounts if amount))
