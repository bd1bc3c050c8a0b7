"""Rules about moments and lengths of time, exact to the nanosecond."""

from __future__ import annotations

from typing import Any

from interlock.invariants._instants import Instant, date, duration, instant, written
from interlock.invariants._parameters import DurationBetween, NotBefore
from interlock.invariants.codes import Violations
from interlock.invariants.words import placed, shown
from interlock.pointers import matches


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
    slack = duration(parameters.tolerance) or 0
    earliest = [place for place in matches(value, parameters.than) if isinstance(place[1], str)]
    for at, text in matches(value, parameters.at):
        for other, earlier in earliest:
            if _precedes(text, earlier, slack):
                yield at, f"{shown(text)} is before {shown(earlier)} at {placed(other)}"


def _precedes(text: Any, earlier: Any, slack: int) -> bool:
    """Say whether a moment comes too soon before another; False where the two can't be compared."""
    for read in (instant, date):
        moment, bound = read(text), read(earlier)
        if moment is not None and bound is not None:
            return moment < bound and (not slack or bound.elapsed - moment.elapsed > slack)
    return False


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
