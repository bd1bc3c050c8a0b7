"""JSON values for the checker: exact numbers and deep equality."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from .formulas import ARRAY, FALSE, NULL, NUMBER, OBJECT, STRING, TRUE

DIGITS = 2_000
"""Numbers with more digits or a larger exponent are not read."""


class NotReadError(Exception):
    """A keyword that the checker does not read; it then knows nothing about it."""


def number(value: Any) -> Fraction:
    """The exact value of a number as written."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise NotReadError
    if isinstance(value, int):
        if value.bit_length() > 4 * DIGITS:
            raise NotReadError
        return Fraction(value)
    decimal = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not decimal.is_finite() or abs(decimal.adjusted()) > DIGITS or len(decimal.as_tuple().digits) > DIGITS:
        raise NotReadError
    return Fraction(decimal)


def fixed(value: Any) -> Any:
    """A hashable form, the same in every process: lists and objects are tagged, numbers exact, true is no number."""
    if isinstance(value, dict):
        return ("object", tuple((name, fixed(value[name])) for name in sorted(value)))
    if isinstance(value, list):
        return ("array", tuple(map(fixed, value)))
    if value is None or isinstance(value, (bool, str)):
        return (kind(value), value)
    return (NUMBER, number(value))


def kind(value: Any) -> int:
    """The kind of a parsed value."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, str):
        return STRING
    return OBJECT if isinstance(value, dict) else ARRAY if isinstance(value, list) else NUMBER


def kind_of_fixed(value: Any) -> int:
    """The kind of a value in its hashable form."""
    tag = value[0]
    return OBJECT if tag == "object" else ARRAY if tag == "array" else int(tag)


def members(value: Any) -> dict[str, Any]:
    """The members of an object in its hashable form."""
    return dict(value[1])
