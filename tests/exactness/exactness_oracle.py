"""
The oracle: python-jsonschema with asserted formats, as it is, and with its known faults mended.

`stock` is what a service gets that uses the library as its documentation shows. `exact` reads numbers by their digits
and patterns by ECMA-262's `$`, and knows leap seconds and the year 0: each mend has the standard's words in `MENDS`.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from decimal import Decimal, localcontext
from functools import cache
from typing import Any

import jsonschema
from jsonschema.validators import extend

MENDS = {
    "numbers": "JSON Schema 2020-12 core section 4.2: a number is an arbitrary-precision, base-10 decimal value (the library works on doubles)",
    "end of a text": "ECMA-262 section 22.2.2.4: $ matches only at the end of the input (Python's $ also matches before a final line feed)",
    "date-time": "RFC 3339 section 5.6: the second may be 60 at a leap second, the year may be 0000, and nothing follows the offset (the library asks Python's datetime)",
    "uri": "RFC 3986 section 2: a URI is made of a limited set of characters, and a line feed is none of them (the check's pattern ends in Python's $)",
    "documents": "RFC 7493 (I-JSON): no duplicate members, no lone surrogates, no NaN, UTF-8 without a mark (Python's json takes them all)",
}
"""Where the oracle itself is wrong, with the standard's words."""

MOST_DIGITS = 400
DEPTH = 128
_INTEGERS = jsonschema.Draft202012Validator.TYPE_CHECKER.redefine(
    "integer",
    lambda _, value: (
        (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, Decimal) and value == int(value))
    ),
)
_LIBRARY = jsonschema.Draft202012Validator.FORMAT_CHECKER
_FORMATS = jsonschema.FormatChecker()
_DATE_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]+)?([Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)


@_FORMATS.checks("date-time")
def _is_date_time(value: object) -> bool:
    """Say whether a text is a date-time of RFC 3339, read from the grammar there."""
    if not isinstance(value, str):
        return True
    found = _DATE_TIME.fullmatch(value)
    if found is None:
        return False
    date, hour, minute, second = found[1], int(found[2]), int(found[3]), int(found[4])
    offset_hour, offset_minute = int(found[8] or 0), int(found[9] or 0)
    if not _is_date(date) or hour > 23 or minute > 59 or second > 60 or offset_hour > 23 or offset_minute > 59:
        return False
    offset = (offset_hour * 60 + offset_minute) * (-1 if found[7] == "-" else 1)
    return second < 60 or (hour * 60 + minute - offset) % 1440 == 1439


@_FORMATS.checks("uri")
def _is_uri(value: object) -> bool:
    """Say whether a text is a URI, without a line feed at its end."""
    return not isinstance(value, str) or ("\n" not in value and _LIBRARY.conforms(value, "uri"))


@_FORMATS.checks("uri-reference")
def _is_uri_reference(value: object) -> bool:
    """Say whether a text is a URI reference, without a line feed at its end."""
    return not isinstance(value, str) or ("\n" not in value and _LIBRARY.conforms(value, "uri-reference"))


def _is_date(text: str) -> bool:
    """Say whether a calendar has a day; the year 0 is a leap year."""
    try:
        dt.date.fromisoformat(text.replace("0000", "2000", 1) if text.startswith("0000") else text)
    except ValueError:
        return False
    return True


_Exact = extend(jsonschema.Draft202012Validator, type_checker=_INTEGERS)


@cache
def _stock(schema: str) -> Any:
    """Return the library's validator as the documentation shows it."""
    value = json.loads(schema)
    kind = jsonschema.validators.validator_for(value, default=jsonschema.Draft202012Validator)
    return kind(value, format_checker=kind.FORMAT_CHECKER)


def stock(schema: Any, data: bytes) -> bool | None:
    """Say whether a service with `json.loads` and the library takes a text; None when it crashes."""
    try:
        return bool(_stock(json.dumps(schema)).is_valid(json.loads(data)))
    except ValueError:
        return False
    except (RecursionError, OverflowError, re.error):
        return None


def exact(schema: Any) -> Callable[[bytes], bool]:
    """Return the mended oracle of a schema."""
    mended = json.loads(json.dumps(_mended(schema)), parse_float=Decimal)
    validator = _Exact(mended, format_checker=_FORMATS)

    def accepts(data: bytes) -> bool:
        try:
            value = document(data)
        except (ValueError, RecursionError):
            return False
        with localcontext() as context:
            context.prec = 6000
            return bool(validator.is_valid(value))

    return accepts


def _mended(schema: Any) -> Any:
    """Return a schema whose patterns end at the end; the catalog's patterns need no other mend."""
    if isinstance(schema, dict):
        return {
            key: re.sub(r"\$$", r"\\Z", value) if key == "pattern" and isinstance(value, str) else _mended(value)
            for key, value in schema.items()
        }
    return [_mended(item) for item in schema] if isinstance(schema, list) else schema


def document(data: bytes) -> Any:
    """Return the value of an I-JSON text by the standard library; raise ValueError for what is none."""
    text = data.decode("utf-8", "strict")
    value = json.loads(
        text, parse_float=_decimal, parse_int=_integer, parse_constant=_refused, object_pairs_hook=_members
    )
    if _depth(value) > DEPTH:
        raise ValueError("too deep")
    json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "strict")  # raises for lone surrogates
    return value


def _decimal(lexeme: str) -> Decimal:
    """Return a number by its digits."""
    value = Decimal(lexeme)
    if len(lexeme) > MOST_DIGITS or (value and abs(value.adjusted()) > 2 * MOST_DIGITS):
        raise ValueError("too many digits")
    return value


def _integer(lexeme: str) -> int:
    """Return an integer; the interpreter's own limit holds."""
    return int(lexeme)


def _refused(name: str) -> Any:
    """Refuse NaN and the infinities."""
    raise ValueError(name)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object, or refuse a member that stands twice."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("duplicate member")
    return members


def _depth(value: Any) -> int:
    """Return how deep a value is."""
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if children is None else 1 + max(map(_depth, children), default=0)
