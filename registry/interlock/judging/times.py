"""Rules about moments and lengths of time, exact to the nanosecond."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from ..pointers import matches
from .codes import Violations
from .instants import Instant, date, duration, instant, written
from .parameters import DurationBetween, NotBefore
from .words import placed, shown


def not_before(value: Any, parameters: NotBefore) -> Violations:
    """
    A moment is not before another one, less a tolerance.

    Both are RFC 3339 date-times (with up to nine fractional digits, in any offset, leap seconds included) or both are
    dates; anything else is the schema's business.

    ## Why
    A window that ends before it starts, or an end that precedes its beginning, comes from two clocks or two fields
    that were swapped.

    ## Bad
    `{"startedAt": "2026-03-16T14:00:00Z", "endedAt": "2026-03-16T06:00:00Z"}`

    ## Good
    The two swapped, declared as `{rule: not-before, parameters: {at: /data/endedAt, than: /data/startedAt}}`; with
    `tolerance: PT5M` the end may lie up to five minutes before the start

    Source: RFC 3339 sections 5.6 and 5.7.
    """
    later = [place for place in matches(value, parameters.at) if isinstance(place[1], str)]
    earlier = [place for place in matches(value, parameters.than) if isinstance(place[1], str)]
    slack = duration(parameters.tolerance) or 0
    bounds = [bound for read in (instant, date) for bound in _latest(earlier, read)]
    for at, text in later:
        for bound in bounds:
            if _precedes(bound.read(text), bound.moment, slack):
                yield at, f"{shown(text)} is before {shown(bound.text)} at {placed(bound.at)}"
                break


class _Bound(NamedTuple):
    """A moment that others must not precede, and how it was read."""

    moment: Instant
    at: str
    text: str
    read: Callable[[Any], Instant | None]


def clearly_follows(later: str, earlier: str) -> bool:
    """
    Say whether two texts of one form in UTC are in order, as nearly all are; what is no moment is not judged anyway.

    >>> clearly_follows("2026-03-16T06:00:01Z", "2026-03-16T06:00:00Z")
    True
    """
    alike = len(later) == len(earlier) and later[-1:] == earlier[-1:] == "Z" and later[10:11] == earlier[10:11] == "T"
    return alike and later >= earlier


def _latest(places: Sequence[tuple[str, str]], read: Callable[[Any], Instant | None]) -> Iterator[_Bound]:
    """Yield the last moment of some, and the one with most time before it: in a leap second the two may differ."""
    bounds = [_Bound(moment, at, text, read) for at, text in places if (moment := read(text)) is not None]
    if bounds:
        last = max(bounds, key=lambda bound: bound.moment)
        longest = max(bounds, key=lambda bound: bound.moment.elapsed)
        yield last
        if longest is not last:
            yield longest


def _precedes(moment: Instant | None, bound: Instant, slack: int) -> bool:
    """Say whether a moment comes too soon before another; False for what is no moment."""
    return moment is not None and moment < bound and (not slack or bound.elapsed - moment.elapsed > slack)


def duration_between(value: Any, parameters: DurationBetween) -> Violations:
    """
    A stated duration is the time between two moments, give or take a tolerance.

    Days are of 24 hours and leap seconds are not counted. A duration with years or months has no fixed length and is
    not judged.

    ## Why
    Availability is computed from the duration by one reader and from the moments by another.

    ## Bad
    `{"startedAt": "2026-03-19T08:03:11Z", "endedAt": "2026-03-19T10:55:30Z", "duration": "PT2H"}`

    ## Good
    `PT2H52M19S`, declared as `{rule: duration-between, parameters: {at: /data/duration, start: /data/startedAt,
    end: /data/endedAt, tolerance: PT1S}}`

    Source: ISO 8601-1 section 5.5.2; RFC 3339.
    """
    start, end = (_first(value, path) for path in (parameters.start, parameters.end))
    if start is None or end is None:
        return
    slack, between = duration(parameters.tolerance) or 0, end.elapsed - start.elapsed
    for at, text in matches(value, parameters.at):
        stated = duration(text)
        if stated is not None and abs(stated - between) > slack:
            yield at, f"{shown(text)} is stated, and the two moments lie {written(between)} apart"


def _first(value: Any, path: str) -> Instant | None:
    """Return the moment at a path."""
    return next((instant(text) for _, text in matches(value, path)), None)
