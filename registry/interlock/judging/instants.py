"""Instants, dates and durations as exact whole numbers of nanoseconds."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, NamedTuple

_INSTANT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?"
    r"(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DURATION = re.compile(
    r"P(?:([0-9]{1,9})W|(?:([0-9]{1,9})D)?(?:T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})(?:\.([0-9]{1,9}))?S)?)?)"
)
_SECOND = 1_000_000_000
_MINUTE = 60 * _SECOND
_DAY = 24 * 60
_LAST_HOUR, _LAST_MINUTE, _LEAP_SECOND = 23, 59, 60


class Instant(NamedTuple):
    """A moment as UTC minute and nanoseconds within it, so that a leap second sorts after :59 and before the next :00."""

    minute: int
    nanoseconds: int

    @property
    def elapsed(self) -> int:
        """Nanoseconds since 0001-01-01 on a clock without leap seconds, as POSIX counts."""
        return self.minute * _MINUTE + self.nanoseconds


def instant(value: Any) -> Instant | None:
    """
    Read an RFC 3339 date-time with up to nine fractional digits; None for anything else.

    >>> instant("2016-12-31T23:59:60Z") < instant("2017-01-01T00:00:00Z")
    True
    """
    match = _INSTANT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    hour, minute, second = int(match[4]), int(match[5]), int(match[6])
    days, offset = _days(match), _offset(match)
    if days is None or offset is None or hour > _LAST_HOUR or minute > _LAST_MINUTE or second > _LEAP_SECOND:
        return None
    at = (days * 24 + hour) * 60 + minute - offset
    if (
        second == _LEAP_SECOND and at % _DAY != _DAY - 1
    ):  # RFC 3339 section 5.7: only the last minute of a UTC day is longer
        return None
    return Instant(at, second * _SECOND + _fraction(match[7]))


def date(value: Any) -> Instant | None:
    """Read an RFC 3339 full-date as the moment its day begins, for comparing dates with dates."""
    match = _DATE.fullmatch(value) if isinstance(value, str) else None
    days = _days(match) if match else None
    return None if days is None else Instant(days * _DAY, 0)


def duration(value: Any) -> int | None:
    """
    Read an ISO 8601 duration of weeks, days, hours, minutes and seconds; None where years or months leave its length open.

    >>> duration("PT2H52M19S")
    10339000000000
    """
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None or value[-1] in "PT":
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[:5])
    whole = (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds
    return whole * _SECOND + _fraction(match[6])


def written(nanoseconds: int) -> str:
    """
    Write a length of time as an ISO 8601 duration.

    >>> written(-10339000000000)
    '-PT2H52M19S'
    """
    sign, rest = ("-" if nanoseconds < 0 else ""), abs(nanoseconds)
    minutes, rest = divmod(rest, _MINUTE)
    seconds, fraction = divmod(rest, _SECOND)
    hours, minutes = divmod(minutes, 60)
    part = f"{seconds}.{fraction:09}".rstrip("0").rstrip(".")
    text = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "") + (f"{part}S" if part != "0" else "")
    return f"{sign}PT{text or '0S'}"


def _days(match: re.Match[str]) -> int | None:
    """Return the day's number in the proleptic Gregorian calendar; None when there is no such day."""
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3])).toordinal()
    except ValueError:
        return None


def _offset(match: re.Match[str]) -> int | None:
    """Return the offset from UTC in minutes."""
    if match[8] is None:
        return 0
    hours, minutes = int(match[9]), int(match[10])
    if hours > _LAST_HOUR or minutes > _LAST_MINUTE:
        return None
    return (hours * 60 + minutes) * (-1 if match[8] == "-" else 1)


def _fraction(digits: str | None) -> int:
    """Return the fraction of a second in nanoseconds."""
    return int((digits or "").ljust(9, "0"))
