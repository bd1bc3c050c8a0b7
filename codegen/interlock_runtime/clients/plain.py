"""What callers give in parameters, as JSON values."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from collections.abc import Mapping
from typing import Any

from ..instants import WIRE, Instant, LocalDate
from ..models import DecimalText
from ..parsing import loads
from ..violations import ContractViolation, violation
from ..wire import encoded


def json_value(value: Any) -> Any:
    """Return the JSON value of anything that a parameter may be given; raise ContractViolation for what is none."""
    return loads(encoded(_plain(value)))


def _plain(value: Any) -> Any:
    """Return a value with its texts as they stand on the wire."""
    if isinstance(value, (Instant, LocalDate, DecimalText)):
        return value.wire
    if isinstance(value, enum.Enum):
        return _plain(value.value)
    if isinstance(value, dt.datetime):
        return _instant(value).wire
    if isinstance(value, (dt.date, uuid.UUID)):
        return str(value)
    if hasattr(value, "__pydantic_serializer__"):
        return value.__pydantic_serializer__.to_python(value, mode=WIRE, by_alias=True)
    return _collected(value)


def _collected(value: Any) -> Any:
    """Return what a mapping, list or tuple holds as it stands on the wire; anything else as it is."""
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def _instant(value: dt.datetime) -> Instant:
    """Return the instant of a datetime, which must have a zone."""
    if value.tzinfo is None:
        raise ContractViolation([violation("not-json", "", "is a datetime without a time zone: give it one")])
    return Instant.at(value)
