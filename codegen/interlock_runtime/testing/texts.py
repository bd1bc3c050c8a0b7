"""Texts that match a pattern or have a format, built piece by piece and never found by trying."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeAlias

from .choosing import Chooser

Make: TypeAlias = Callable[[Chooser], str]
"""Makes a text by the choices of a chooser."""

_parser: Any = re._parser  # type: ignore[attr-defined]  # noqa: SLF001 - the parsed pattern has no public form
_CLASSES = {"CATEGORY_DIGIT": "0123456789", "CATEGORY_WORD": "abcXYZ019_", "CATEGORY_SPACE": " "}
_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .-_"
_MOST_OF_RANGE = 200
_EPOCH = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


class CannotSample(Exception):  # noqa: N818 - says what it can't do
    """A schema of which no sample can be made, and why."""


def matching(pattern: str, chooser: Chooser) -> str:
    """
    Return a text that a pattern matches; raise CannotSample for what the pattern asks beyond sets and repetitions.

    >>> from .choosing import Least
    >>> matching("^[A-Z]{3}-[0-9]+$", Least())
    'AAA-0'
    """
    return _made(pattern)(chooser)


@lru_cache(maxsize=1000)
def _made(pattern: str) -> Make:
    """Return what makes texts that a pattern matches."""
    try:
        return _sequence(_parser.parse(pattern))
    except (re.error, RecursionError, OverflowError) as error:
        raise CannotSample(f"the pattern {pattern!r} has no form that samples can be made of: {error}") from None


def _sequence(pieces: Any) -> Make:
    """Return what makes texts of pieces in a row."""
    makes = [_piece(str(operation), argument) for operation, argument in pieces]
    return lambda chooser: "".join([make(chooser) for make in makes])


def _piece(operation: str, argument: Any) -> Make:
    """Return what makes texts of one piece of a parsed pattern."""
    makers: dict[str, Callable[[Any], Make]] = {
        "LITERAL": lambda code: lambda _: chr(code),
        "NOT_LITERAL": lambda code: _choice(_set([("NEGATE", None), ("LITERAL", code)])),
        "ANY": lambda _: _choice(_PLAIN),
        "IN": lambda parts: _choice(_set(parts)),
        "BRANCH": lambda parts: _branch([_sequence(branch) for branch in parts[1]]),
        "SUBPATTERN": lambda parts: _sequence(parts[-1]),
        "MAX_REPEAT": lambda parts: _repeat(int(parts[0]), int(parts[1]), _sequence(parts[2])),
        "MIN_REPEAT": lambda parts: _repeat(int(parts[0]), int(parts[1]), _sequence(parts[2])),
        "AT": lambda _: lambda _: "",
    }
    if operation not in makers:
        raise CannotSample(f"a pattern asks for {operation.lower().replace('_', ' ')}, of which no sample can be made")
    return makers[operation](argument)


def _choice(characters: str) -> Make:
    """Return what makes one of some characters."""
    return lambda chooser: chooser.one_of(characters)


def _branch(makes: list[Make]) -> Make:
    """Return what makes a text of one of some branches."""
    return lambda chooser: chooser.one_of(makes)(chooser)


def _repeat(least: int, most: int, make: Make) -> Make:
    """Return what makes a text several times."""
    return lambda chooser: "".join([make(chooser) for _ in range(chooser.count(least, most))])


def _set(parts: Any) -> str:
    """Return characters of a set, as many as are worth choosing from."""
    found: dict[str, None] = {}
    negated = False
    for operation, argument in parts:
        match str(operation):
            case "NEGATE":
                negated = True
            case "LITERAL":
                found[chr(argument)] = None
            case "RANGE":
                last = min(argument[1], argument[0] + _MOST_OF_RANGE)
                found |= dict.fromkeys(map(chr, range(argument[0], last + 1)))
            case _:
                found |= dict.fromkeys(_CLASSES.get(str(argument), ""))
    chosen = "".join(character for character in _PLAIN if character not in found) if negated else "".join(found)
    if not chosen:
        raise CannotSample("a pattern has a set of characters of which no sample can be made")
    return chosen


def plain(least: int, most: int, chooser: Chooser) -> str:
    """Return a text of a length between two."""
    length = chooser.count(least, most)
    return "".join(chooser.one_of(_PLAIN[:-4]) for _ in range(length))


def formatted(name: str, chooser: Chooser) -> str | None:
    """Return a text of a format; None for a format that is not known here."""
    made = _FORMATS.get(name)
    return made(chooser) if made else None


def _instant(chooser: Chooser) -> str:
    """Return a point in time of RFC 3339 in UTC."""
    moment = _EPOCH + dt.timedelta(seconds=chooser.integer(-31_536_000, 31_536_000))
    fraction = chooser.one_of(("", ".5", ".123456789"))
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z"


def _date(chooser: Chooser) -> str:
    """Return a date."""
    return (_EPOCH + dt.timedelta(days=chooser.integer(-365, 365))).date().isoformat()


def _time(chooser: Chooser) -> str:
    """Return a time of day with its offset."""
    seconds = chooser.integer(0, 86_399)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}Z"


def _number(chooser: Chooser) -> str:
    """Return a number of some digits."""
    return f"{chooser.integer(0, 0xFFFF):04x}"


def _uuid(chooser: Chooser) -> str:
    """Return a UUID."""
    return f"0192{_number(chooser)}-{_number(chooser)}-7{_number(chooser)[1:]}-8{_number(chooser)[1:]}-{_number(chooser) * 3}"


_FORMATS: dict[str, Make] = {
    "date-time": _instant,
    "date": _date,
    "time": _time,
    "duration": lambda chooser: f"PT{chooser.integer(0, 3600)}S",
    "uuid": _uuid,
    "uri": lambda chooser: f"https://example.com/{_number(chooser)}",
    "uri-reference": lambda chooser: f"/{_number(chooser)}",
    "iri": lambda chooser: f"https://example.com/{_number(chooser)}",
    "iri-reference": lambda chooser: f"/{_number(chooser)}",
    "email": lambda chooser: f"shift{_number(chooser)}@example.com",
    "idn-email": lambda chooser: f"shift{_number(chooser)}@example.com",
    "hostname": lambda chooser: f"host{_number(chooser)}.example.com",
    "idn-hostname": lambda chooser: f"host{_number(chooser)}.example.com",
    "ipv4": lambda chooser: f"192.0.2.{chooser.integer(0, 255)}",
    "ipv6": lambda chooser: f"2001:db8::{_number(chooser)}",
    "json-pointer": lambda chooser: f"/{_number(chooser)}",
    "relative-json-pointer": lambda chooser: f"0/{_number(chooser)}",
    "regex": lambda chooser: f"^{_number(chooser)}$",
    "uri-template": lambda chooser: f"https://example.com/{{{_number(chooser)}}}",
}
