"""JSON values inside the engine: numbers are exact (`int` or `Fraction`), equality is deep, 1 equals 1.0, true is not 1."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

Number: TypeAlias = int | Fraction

NULL, FALSE, TRUE, NUMBER, STRING, ARRAY, OBJECT = (1 << n for n in range(7))
BOOLEAN = FALSE | TRUE
ANY = (1 << 7) - 1
KINDS = (NULL, FALSE, TRUE, NUMBER, STRING, ARRAY, OBJECT)
NAMES = {"null": NULL, "boolean": BOOLEAN, "number": NUMBER, "string": STRING, "array": ARRAY, "object": OBJECT}
"""JSON Schema's type names (`integer` is a number divisible by one) and their kinds."""

MAX_EXPONENT = 2_000
"""Largest decimal exponent read as an exact number; a longer one is refused rather than expanded."""


class HugeNumberError(ValueError):
    """A number whose exact form would not fit in reasonable memory."""


def exact(number: float | Decimal | Fraction) -> Number:
    """The number's exact value, read from its shortest decimal form."""
    if isinstance(number, int):
        if number.bit_length() > MAX_EXPONENT * 4:
            raise HugeNumberError
        return number
    if isinstance(number, Fraction):
        return normal(number)
    decimal = number if isinstance(number, Decimal) else Decimal(repr(number))
    if (
        not decimal.is_finite()
        or abs(decimal.adjusted()) > MAX_EXPONENT
        or len(decimal.as_tuple().digits) > MAX_EXPONENT
    ):
        raise HugeNumberError
    return normal(Fraction(decimal))


def normal(number: int | Fraction) -> Number:
    """An `int` where the value is whole."""
    return number.numerator if number.denominator == 1 else number


def is_number(value: object) -> bool:
    """Whether a parsed JSON value is a number; Python's booleans are not."""
    return isinstance(value, (int, float, Decimal, Fraction)) and not isinstance(value, bool)


def kind_of(value: object) -> int:
    """The kind bit of a JSON value."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, str):
        return STRING
    if isinstance(value, dict):
        return OBJECT
    return ARRAY if isinstance(value, (list, tuple)) else NUMBER


def internal(value: Any) -> Any:
    """A parsed JSON document with its numbers made exact."""
    if isinstance(value, dict):
        return {str(key): internal(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [internal(item) for item in value]
    return exact(value) if is_number(value) else value


def external(value: Any) -> Any:
    """The value with numbers as `json` writes them; a `Decimal` only where no float has that shortest form."""
    if isinstance(value, dict):
        return {key: external(member) for key, member in value.items()}
    if isinstance(value, list):
        return [external(item) for item in value]
    return _float_or_decimal(value) if isinstance(value, Fraction) else value


def _float_or_decimal(number: Fraction) -> float | Decimal:
    try:
        nearest = float(number)
    except OverflowError:
        return decimal_of(number)
    return nearest if Fraction(Decimal(repr(nearest))) == number else decimal_of(number)


def decimal_of(number: Number) -> Decimal:
    """The exact decimal of a number whose denominator divides a power of ten."""
    if isinstance(number, int):
        return Decimal(number)
    places = max(_power(number.denominator, 2), _power(number.denominator, 5))
    return Decimal((int(number < 0), tuple(map(int, str(abs(int(number * 10**places))))), -places))


def _power(number: int, prime: int) -> int:
    count = 0
    while number % prime == 0:
        number //= prime
        count += 1
    return count


def decimals(value: Any) -> Any:
    """The value with every fractional number as `Decimal`, so that validators compute exactly."""
    if isinstance(value, dict):
        return {key: decimals(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [decimals(item) for item in value]
    return _decimal_or_int(value) if isinstance(value, (float, Decimal, Fraction)) else value


def _decimal_or_int(number: float | Decimal | Fraction) -> Decimal | int:
    value = exact(number)
    return value if isinstance(value, int) else decimal_of(value)


def frozen(value: Any) -> Any:
    """A hashable form: equal for values that JSON Schema calls equal, different for all others."""
    if isinstance(value, bool):
        return ("b", value)
    if isinstance(value, dict):
        return ("o", frozenset((key, frozen(member)) for key, member in value.items()))
    if isinstance(value, (list, tuple)):
        return ("a", tuple(frozen(item) for item in value))
    return exact(value) if is_number(value) else value
