"""Points in time and dates whose wire text is the truth, with Python's value beside it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

WIRE = "wire"
"""Mode of pydantic's serializer in which texts go out as they came in."""

_INSTANT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?([Zz]|[+-][0-9]{2}:[0-9]{2})\Z"
)
_LEAP = "60"


class Instant(dt.datetime):
    """
    A point in time with its zone; `wire` has the text (RFC 3339) to the last digit.

    What a datetime can't hold is the nearest moment that it can: digits beyond microseconds are cut off, a leap second
    is the last microsecond before it.

    >>> Instant.of("2026-03-17T07:15:01.123456789Z").microsecond, Instant.of("2016-12-31T23:59:60Z").second
    (123456, 59)
    """

    __slots__ = ("_wire",)
    _wire: str

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the instant that a text of RFC 3339 says; raise ValueError for another text."""
        try:
            value = cls.fromisoformat(text)
        except ValueError:
            value = cls._nearest(text)
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone: write Z or an offset behind it")
        value._wire = text  # noqa: SLF001 - its own class
        return value

    @classmethod
    def _nearest(cls, text: str) -> Self:
        """Return the nearest moment for what RFC 3339 allows and a datetime does not: leap seconds, the year 0."""
        found = _INSTANT.match(text)
        if found and found[1] == "0000":
            return cls(1, 1, 1, tzinfo=dt.UTC)
        try:
            if found:
                second = "59.999999" if found[6] == _LEAP else text[17 : found.start(8)]
                return cls.fromisoformat(f"{text[:17]}{second}{found[8].upper()}")
        except ValueError:
            pass
        raise ValueError("no instant of RFC 3339: write for example 2026-03-17T07:15:01Z")

    @property
    def wire(self) -> str:
        """The text on the wire; of an instant that was computed, its shortest form in UTC."""
        try:
            return self._wire
        except AttributeError:
            text = self.astimezone(dt.UTC).replace(tzinfo=None).isoformat()
            return f"{text.rstrip('0') if '.' in text else text}Z"

    def __reduce_ex__(self, protocol: object) -> tuple[Callable[[str], Self], tuple[str]]:
        """Copy and pickle with the wire text."""
        return type(self).of, (self.wire,)

    @classmethod
    def at(cls, moment: dt.datetime) -> Self:
        """Return the instant of a datetime; raise ValueError for one without a zone."""
        if isinstance(moment, cls):
            return moment
        if moment.tzinfo is None:
            raise ValueError("an instant needs a time zone: give the datetime one")
        return cls.fromtimestamp(0, dt.UTC) + (moment - dt.datetime.fromtimestamp(0, dt.UTC))

    @classmethod
    def now_utc(cls) -> Self:
        """Return the present moment, to the millisecond."""
        moment = cls.now(dt.UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read from texts and from datetimes that have a zone."""
        return _schema(cls._read, {"type": "string", "format": "date-time"})

    @classmethod
    def _read(cls, value: object) -> Self:
        """Return the instant that a text or a datetime says."""
        if isinstance(value, str):
            return cls.of(value)
        if isinstance(value, dt.datetime):
            return cls.at(value)
        raise ValueError("no instant: give a text of RFC 3339 or a datetime with a time zone")


class LocalDate(dt.date):
    """A calendar date; `wire` has the text (RFC 3339 full-date). The year 0, which a date can't hold, is the year 1."""

    __slots__ = ("_wire",)
    _wire: str

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the date that a text says; raise ValueError for another text."""
        value = (
            cls(1, int(text[5:7]), min(int(text[8:10]), 28)) if text.startswith("0000-") else cls.fromisoformat(text)
        )
        value._wire = text  # noqa: SLF001 - its own class
        return value

    @property
    def wire(self) -> str:
        """The text on the wire."""
        try:
            return self._wire
        except AttributeError:
            return self.isoformat()

    def __reduce_ex__(self, protocol: object) -> tuple[Callable[[str], Self], tuple[str]]:
        """Copy and pickle with the wire text."""
        return type(self).of, (self.wire,)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read from texts and from dates."""
        return _schema(cls._read, {"type": "string", "format": "date"})

    @classmethod
    def _read(cls, value: object) -> Self:
        """Return the date that a text or a date says."""
        if isinstance(value, str):
            return cls.of(value)
        if isinstance(value, cls):
            return value
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return cls(value.year, value.month, value.day)
        raise ValueError("no date: give a text such as 2026-03-17 or a date")


def _schema(read: Any, json_schema: dict[str, str]) -> CoreSchema:
    """Return the schema for a type that is read by one function and written as its wire text."""
    from pydantic_core import core_schema

    return core_schema.no_info_plain_validator_function(
        read,
        json_schema_input_schema=core_schema.str_schema(metadata={"pydantic_js_updates": json_schema}),
        serialization=core_schema.plain_serializer_function_ser_schema(
            _written, info_arg=True, return_schema=core_schema.any_schema()
        ),
    )


def _written(value: Instant | LocalDate, info: Any) -> Any:
    """Return the wire text, or in Python mode the value itself."""
    return value if info.mode == "python" else value.wire
