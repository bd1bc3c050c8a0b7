"""
Parameters as they are written, by style and explode (OpenAPI 3.1 section 4.8.12, RFC 6570).

What could not be read back as the same value is refused: an empty list, a text with the delimiter of its style in it,
a list within a list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from ..violations import ContractViolation, Violation, violation
from ..wire import encoded
from .parameters import Parameter
from .plain import json_value

Pair = tuple[str, str]
Quote = Callable[[str], str]

_RESERVED = ":/?@!$'()*;="
"""Kept by `allowReserved`: what RFC 3986 section 2.2 reserves, but for what would end or alter the value in a query."""
_DELIMITERS = {"spaceDelimited": ("%20", " "), "pipeDelimited": ("%7C", "|")}
_HEADER_TEXT = re.compile(r"[!-~]([ -~]*[!-~])?\Z")
"""What a header's value is made of (RFC 9110 section 5.5), in ASCII and without space around it."""
_COOKIE_TEXT = re.compile(r"[!#-:<-\[\]-~]+\Z")
"""What a cookie's value is made of (RFC 6265 section 4.1.1), and the commas between items."""
_DOTS = frozenset({".", ".."})
"""Segments that shorten a path (RFC 3986 section 5.2.4)."""


def judged(parameter: Parameter, value: Any) -> Any:
    """Return a parameter's JSON value, or its JSON text if that is sent; raise ContractViolation when it breaks the contract."""
    plain = json_judged(parameter, value)
    return encoded(plain).decode() if parameter.as_json else plain


def json_judged(parameter: Parameter, value: Any) -> Any:
    """Return a parameter's JSON value; raise ContractViolation when it breaks the contract."""
    place = f"/{parameter.place}/{parameter.name}"
    try:
        plain = json_value(value)
    except ContractViolation as refused:
        raise ContractViolation(_below(place, refused.violations)) from None
    if not parameter.gate.fits(plain):
        raise ContractViolation(_below(place, parameter.gate.faults(plain)))
    return plain


def _below(place: str, faults: Iterable[Violation]) -> list[Violation]:
    """Return faults of a parameter's value with their places in the request."""
    return [replace(fault, pointer=place + fault.pointer) for fault in faults]


def path_text(parameter: Parameter, value: Any) -> str:
    """Return what stands in place of a path parameter; it never reaches beyond its segment."""
    prefix, between = {"simple": ("", ","), "label": (".", "."), "matrix": (";", ";")}[parameter.manner]
    inner = between if parameter.exploded else ","
    parts = _parts(parameter, value, _quoted)
    if parameter.manner == "label" and parameter.exploded and isinstance(value, (list, dict)):
        _refuse_within(parameter, value, ".")
    text = _matrix(parameter, value, parts) if parameter.manner == "matrix" else prefix + inner.join(parts)
    if not text or text in _DOTS:
        raise _refused(parameter, "is empty or only dots, and a path would lead elsewhere")
    return text


def _matrix(parameter: Parameter, value: Any, parts: list[str]) -> str:
    """Return a path parameter in style matrix (RFC 6570 section 3.2.7)."""
    name = _quoted(parameter.name)
    if isinstance(value, dict) and parameter.exploded:
        return "".join(f";{part}" for part in parts)
    if not parameter.exploded or not isinstance(value, list):
        parts = [",".join(parts)]
    return "".join(f";{name}={part}" if part else f";{name}" for part in parts)


def query_text(parameter: Parameter, value: Any) -> str:
    """Return what a query parameter adds to the query."""
    keep = (lambda text: quote(text, safe=_RESERVED)) if parameter.allow_reserved else _quoted
    return "&".join(f"{name}={text}" for name, text in _query_pairs(parameter, value, keep))


def _query_pairs(parameter: Parameter, value: Any, keep: Quote) -> list[Pair]:
    """Return the names and values that a query parameter is written as."""
    name = _quoted(parameter.name)
    if parameter.manner == "deepObject":
        return [(f"{name}%5B{_quoted(member)}%5D", keep(text)) for member, text in _members(parameter, value)]
    parts = _parts(parameter, value, keep)
    if parameter.exploded and isinstance(value, dict):
        return [(_quoted(member), keep(text)) for member, text in _members(parameter, value)]
    if parameter.exploded and isinstance(value, list):
        return [(name, part) for part in parts]
    delimiter, character = _DELIMITERS.get(parameter.manner, (",", ""))
    _refuse_within(parameter, value, character)
    return [(name, delimiter.join(parts))]


def header_text(parameter: Parameter, value: Any) -> str:
    """Return a header's value, in style simple and without any encoding (OpenAPI 3.1 section 4.8.12.1)."""
    if isinstance(value, (list, dict)):
        _refuse_within(parameter, value, ",=")
    text = ",".join(_parts(parameter, value, str))
    if not _HEADER_TEXT.match(text):
        raise _refused(parameter, "holds what a header can't carry: only visible ASCII characters with spaces between")
    return text


def cookie_text(parameter: Parameter, value: Any) -> str:
    """Return a cookie: name and value."""
    if parameter.exploded and isinstance(value, (list, dict)):
        raise _refused(parameter, "is a list or an object, and a cookie is one pair: it needs `explode: false`")
    text = ",".join(_parts(parameter, value, _quoted))
    if not _COOKIE_TEXT.match(text):
        raise _refused(parameter, "is empty, and a cookie without a value can't be told from none")
    return f"{parameter.name}={text}"


def _refuse_within(parameter: Parameter, value: Any, characters: str) -> None:
    """Raise for a text that holds what separates items, where nothing encodes it."""
    for character in characters:
        if any(character in text for text in texts(parameter, value)):
            raise _refused(parameter, f"has a text with {character!r} in it, which separates its items")


def _parts(parameter: Parameter, value: Any, keep: Quote) -> list[str]:
    """Return the encoded pieces that delimiters stand between."""
    if isinstance(value, dict):
        pairs = _members(parameter, value)
        if parameter.exploded:
            return [f"{keep(name)}={keep(text)}" for name, text in pairs]
        return [keep(piece) for pair in pairs for piece in pair]
    return [keep(text) for text in texts(parameter, value)]


def _members(parameter: Parameter, value: Any) -> list[Pair]:
    """Return an object's members as texts."""
    if not isinstance(value, dict):
        raise _refused(parameter, f"is no object, and style {parameter.manner} writes objects alone")
    names: Iterable[str] = value
    return list(zip(names, _each(parameter, value.values()), strict=True))


def texts(parameter: Parameter, value: Any) -> list[str]:
    """Return the texts of a value: of its items and members, or its own."""
    if isinstance(value, dict):
        return [text for pair in _members(parameter, value) for text in pair]
    return _each(parameter, value) if isinstance(value, list) else _each(parameter, [value])


def _each(parameter: Parameter, items: Iterable[Any]) -> list[str]:
    """Return the texts of items; there is at least one, since none could not be told from an absent parameter."""
    texts = [_text(parameter, item) for item in items]
    if not texts:
        raise _refused(parameter, "is empty, which can't be told from absent: leave the parameter out")
    return texts


def _text(parameter: Parameter, item: Any) -> str:
    """Return the text of a string, number or boolean."""
    if isinstance(item, str):
        return item
    if item is None or isinstance(item, (list, dict)):
        raise _refused(parameter, "holds null, or a list or object within another, which no style can write")
    return encoded(item).decode()


def _quoted(text: str) -> str:
    """Return a text percent-encoded but for what RFC 3986 section 2.3 leaves as it is."""
    return quote(text, safe="")


def _refused(parameter: Parameter, why: str) -> ContractViolation:
    """Return the exception for a value that can't be written."""
    return ContractViolation([violation("payload-invalid", f"/{parameter.place}/{parameter.name}", why)])
