"""Amounts as exact decimals, each with its unit or currency; never by float arithmetic."""

from __future__ import annotations

import decimal
import math
import re
from collections.abc import Hashable, Iterable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from ..pointers import matches, steps, unescape
from .containers import is_array, is_object

_TEXT = re.compile(r"-?[0-9]{1,400}(\.[0-9]{1,400})?")
_FARTHEST = 1000
_MOST_BITS = 3 * _FARTHEST
_EXACT = decimal.Context(prec=8 * _FARTHEST, traps=[])
_FORMS = (("value", "unitCode"), ("amount", "currency"))


class Amount(NamedTuple):
    """A number, what one of it stands for (empty when nothing says so), and where it was read."""

    number: Decimal
    unit: str
    at: str


def number(value: Any) -> Decimal | None:
    """
    Read a JSON number or a decimal text; floats by their shortest form. None for anything else, or beyond 10^±1000.

    >>> number(0.1) + number("0.2")
    Decimal('0.3')
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value) if value.bit_length() <= _MOST_BITS else None
    if isinstance(value, float):
        return Decimal(repr(value)) if math.isfinite(value) else None
    if isinstance(value, str):
        return Decimal(value) if _TEXT.fullmatch(value) else None
    return value if isinstance(value, Decimal) and _is_near(value) else None


def _is_near(value: Decimal) -> bool:
    """Say whether a decimal is a number, and written within so many places of the point that arithmetic stays cheap."""
    if not value.is_finite():
        return False
    return abs(value.adjusted()) <= _FARTHEST and int(value.as_tuple().exponent) >= -_FARTHEST


def total(numbers: Iterable[Decimal]) -> Decimal:
    """Return the exact sum."""
    result = Decimal(0)
    for item in numbers:
        result = _EXACT.add(result, item)
    return result


def plain(value: Decimal) -> str:
    """
    Write a decimal without exponent and without trailing zeros.

    >>> plain(Decimal("1E+2"))
    '100'
    """
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def amounts(document: Any, path: str) -> Iterator[Amount]:
    """Yield the amount at each place of a path: a Quantity, a Money, or a bare number whose unit its parent may say."""
    for pointer, value, parent in _with_parents(document, path):
        found = _amount(value, parent)
        if found is not None:
            yield Amount(*found, pointer)


def _with_parents(document: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    """Yield each place of a path with its value and the object or array that this stands in."""
    above, slash, last = path.rpartition("/")
    if not slash:
        yield "", document, None
        return
    token = unescape(last)
    for at, parent in matches(document, above):
        yield from ((pointer, value, parent) for pointer, value in steps(at, parent, token))


def _amount(value: Any, parent: Any) -> tuple[Decimal, str] | None:
    """Read an amount from a Quantity or Money object, or from a number beside its unit."""
    unit: Any = ""
    if is_object(value):
        member, name = next(((m, n) for m, n in _FORMS if m in value), ("", ""))
        value, unit = value.get(member), value.get(name, "")
    elif is_object(parent):
        unit = next((parent[name] for _, name in _FORMS if name in parent), "")
    found = number(value)
    return None if found is None or not isinstance(unit, str) else (found, unit)


def unit_of(value: Any, at: str) -> Iterator[tuple[str, str]]:
    """Yield pointer and text of the unit or currency that a Quantity, a Money or a bare code states."""
    if is_object(value):
        yield from ((f"{at}/{name}", value[name]) for _, name in _FORMS if isinstance(value.get(name), str))
    elif isinstance(value, str):
        yield at, value


def equal(left: Any, right: Any) -> bool:
    """Say whether two JSON values are equal (JSON Schema core section 4.2.2: 1 equals 1.0 and not true)."""
    return identity(left) == identity(right)


def identity(value: Any) -> Hashable:
    """Return a key that is equal exactly for equal JSON values."""
    if value is None or isinstance(value, bool):
        return ("constant", value)
    if is_array(value):
        return ("array", tuple(identity(item) for item in value))
    if is_object(value):
        return ("object", frozenset((name, identity(member)) for name, member in value.items()))
    if isinstance(value, str):
        return ("text", value)
    found = Decimal(repr(value)) if isinstance(value, float) else value
    return ("no number", str(found)) if isinstance(found, Decimal) and found.is_nan() else ("number", found)
