"""Lengths of time (ISO 8601-1 section 5.5.2) compared with each other and added to dates."""

from __future__ import annotations

import calendar
import datetime as dt
import re

_PARTS = re.compile(
    r"P(?:([0-9]{1,6})Y)?(?:([0-9]{1,6})M)?(?:([0-9]{1,6})W)?(?:([0-9]{1,6})D)?"
    r"(?:T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9}(?:\.[0-9]{1,6})?)S)?)?"
)
_DAY = 86_400.0
_YEAR = 365.2425 * _DAY
_SECONDS = (_YEAR, _YEAR / 12, 7 * _DAY, _DAY, 3_600.0, 60.0, 1.0)
"""Seconds of each part; a year is the mean one of the Gregorian calendar, so that P12M is P1Y."""


def seconds(text: str) -> float | None:
    """
    Return a length in seconds, or None for what is no length.

    >>> seconds("PT2S"), seconds("P1D"), seconds("daily")
    (2.0, 86400.0, None)
    """
    match = _PARTS.fullmatch(text)
    if match is None or not any(match.groups()):
        return None
    return sum(float(part) * unit for part, unit in zip(match.groups(), _SECONDS, strict=True) if part)


def shorter(one: str | None, other: str | None) -> bool:
    """Say whether one length is less than another; False where one of them is none."""
    left, right = seconds(one or ""), seconds(other or "")
    return left is not None and right is not None and left < right


def after(day: dt.date, length: str) -> dt.date:
    """
    Return the day that lies a length of time after another, the hours left out.

    >>> after(dt.date(2028, 1, 31), "P1M")
    datetime.date(2028, 2, 29)
    """
    match = _PARTS.fullmatch(length)
    years, months, weeks, days = (int(part or 0) for part in match.groups()[:4]) if match else (0, 0, 0, 0)
    month = day.year * 12 + day.month - 1 + years * 12 + months
    try:
        start = dt.date(month // 12, month % 12 + 1, min(day.day, calendar.monthrange(month // 12, month % 12 + 1)[1]))
        return start + dt.timedelta(days=weeks * 7 + days)
    except (OverflowError, ValueError):
        return dt.date.max
