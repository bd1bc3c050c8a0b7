"""
Numbers without silent rounding: each JSON number is read as the value that its digits say.

One value has one form, so that equal numbers are equal for the validator too: an integer is an `int` (also `1.0` and
`1e3`), another number a `float` where the float's shortest form says the same value, else a `Decimal`.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

MOST_DIGITS = 400
"""Digits of a number and size of its exponent that are read: more than a double's range, and few enough to divide fast."""

_EXACT_LENGTH = 16
"""At most 15 significant digits fit in so many characters with a point, and a double keeps 15 (IEEE 754 binary64)."""
_EXPONENT = re.compile(r"[eE][+-]?0*([0-9]+)\Z")


class NumberTooLong(Exception):  # noqa: N818 - becomes a violation
    """A number with more digits than are read."""


def number(lexeme: str) -> int | float | Decimal:
    """
    Return the value of a JSON number that has a fraction or an exponent.

    >>> number("1.0"), number("19.990"), number("1e3"), number("0.1000000000000000055511151231257827")
    (1, 19.99, 1000, Decimal('0.1000000000000000055511151231257827'))
    """
    if len(lexeme) <= _EXACT_LENGTH and "e" not in lexeme and "E" not in lexeme:
        value = float(lexeme)
        return int(value) if value.is_integer() else value
    return _exactly(lexeme)


def _exactly(lexeme: str) -> int | float | Decimal:
    """Return the value of a number of which a double may not keep all digits."""
    exponent = _EXPONENT.search(lexeme)
    if len(lexeme) > MOST_DIGITS or (exponent and (len(exponent[1]) > 4 or int(exponent[1]) > MOST_DIGITS)):  # noqa: PLR2004
        raise NumberTooLong
    return plain(Decimal(lexeme))


def plain(value: Decimal) -> int | float | Decimal:
    """Return the one form of a decimal's value."""
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):  # NaN and the infinities have a letter there
        raise NumberTooLong
    text = "".join(map(str, digits))
    stripped = text.rstrip("0")
    if not stripped:
        return 0
    exponent += len(text) - len(stripped)
    if exponent >= 0:
        return int(stripped + "0" * exponent) * (-1 if sign else 1)
    short = Decimal((sign, tuple(map(int, stripped)), exponent))
    near = float(short)
    return near if Decimal(repr(near)) == short else short


def exact(value: Any) -> Any:
    """Return a schema's numbers in their one form; a float says the value of its shortest decimal form."""
    if isinstance(value, dict):
        return {name: exact(item) for name, item in value.items()}
    if isinstance(value, list):
        return [exact(item) for item in value]
    if isinstance(value, float):
        return number(repr(value))
    return plain(value) if isinstance(value, Decimal) else value
