"""
Bytes to JSON value, strictly: what two readers could understand differently is refused (RFC 8259; I-JSON, RFC 7493).

Refused are other encodings than UTF-8, a byte order mark, NaN and Infinity, lone surrogates, duplicate members,
and what exceeds a budget. Numbers keep their value (module `numbers`).
"""

from __future__ import annotations

import json
import re
from array import array
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import msgspec

from .numbers import NumberTooLong, number
from .violations import ContractViolation, pointer, violation


@dataclass(frozen=True, slots=True)
class Limits:
    """What a message may cost; a hostile one ends in a violation."""

    size: int = 1_048_576
    """Bytes of the value: the usual limit of brokers."""
    depth: int = 128
    """Levels of arrays and objects."""


LIMITS = Limits()

_BYTE = re.compile(r"\(byte ([0-9]+)\)")
_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_NO_OPENINGS = bytes(set(range(256)) - set(b"[{"))
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
"""Each bracket as a signed byte: one level down, one level up."""
_decode = msgspec.json.Decoder(float_hook=number).decode
_encode = msgspec.json.Encoder().encode


def loads(data: bytes, limits: Limits = LIMITS) -> Any:
    """Return the JSON value of a text; raise ContractViolation of stage framing."""
    if len(data) > limits.size:
        raise _refused(
            "too-large",
            f"the message has {len(data)} bytes and the limit is {limits.size}: send large data by `dataref`",
        )
    if len(data.translate(None, _NO_OPENINGS)) > limits.depth and _is_too_deep(data, limits.depth):
        raise _refused("too-deep")
    try:
        value = _decode(data)
        again = _encode(value)
    except NumberTooLong:
        raise _refused("number-too-long") from None
    except ValueError as error:
        raise _refused(*_why(data, error)) from None
    except RecursionError:  # the caller has used up the interpreter's stack
        raise _refused("too-deep") from None
    if again != data and _may_have_duplicates(data, again):
        _refuse_duplicates(data)
    return value


def size(value: Any) -> int:
    """Return how many bytes a value's text has at least."""
    return len(_encode(value))


def _refused(reason: str, text: str = "", at: str = "") -> ContractViolation:
    """Return the exception for one violation."""
    return ContractViolation([violation(reason, at, text)])


def _why(data: bytes, error: ValueError) -> tuple[str, str]:
    """Return the reason for which a text could not be decoded, and words that quote nothing of it."""
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return "byte-order-mark", ""
    try:
        data.decode()
    except UnicodeDecodeError as fault:
        return "not-utf8", f"the bytes are no UTF-8 text from byte {fault.start} on (RFC 8259 section 8.1)"
    if isinstance(error, msgspec.ValidationError):  # of an untyped value only an integer's length is validated
        return "number-too-long", ""
    if _has_lone_surrogate(data):
        return "lone-surrogate", ""
    place = _BYTE.search(str(error))
    return "malformed", f"the text is no JSON (RFC 8259) {f'from byte {place[1]} on' if place else 'as it is cut off'}"


def _has_lone_surrogate(data: bytes) -> bool:
    """Say whether a text that was refused is JSON but for half a surrogate pair."""
    try:
        text = str(json.loads(data, parse_constant=int, parse_int=len, parse_float=len))
    except (ValueError, RecursionError):
        return False
    return not text.isascii() or "\\ud" in text


def _is_too_deep(data: bytes, limit: int) -> bool:
    """Say whether arrays and objects are nested deeper than a limit, before any parser goes down into them."""
    unescaped = _ESCAPE.sub(b"", data) if b"\\" in data else data
    outside = b"".join(unescaped.split(b'"')[::2])
    steps = array("b", outside.translate(_STEPS, _NO_BRACKETS))
    return max(accumulate(steps), default=0) > limit


def _may_have_duplicates(data: bytes, again: bytes) -> bool:
    """Say whether a text may hold a member twice: then it has more colons than when its value is encoded again."""
    return data.count(b":") != again.count(b":") or (
        b"\\" in data and b"\\u003" in data
    )  # an escaped colon counts in one only


class _Twice(dict[str, Any]):
    """An object with a member that stands in it twice."""

    name: str


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of its members, marked when a name stands twice."""
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    marked = _Twice(members)
    names = [name for name, _ in pairs]
    marked.name = next(name for at, name in enumerate(names) if name in names[:at])
    return marked


def _refuse_duplicates(data: bytes) -> None:
    """Raise when a member stands twice in one object of a text that is known to be JSON."""
    value = json.loads(data, object_pairs_hook=_object, parse_int=len, parse_float=len)
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), value)]
    while waiting:
        path, item = waiting.pop()
        if isinstance(item, _Twice):
            raise _refused("duplicate-member", at=pointer((*path, item.name)))
        if isinstance(item, dict):
            waiting.extend(((*path, name), child) for name, child in item.items())
        elif isinstance(item, list):
            waiting.extend(((*path, index), child) for index, child in enumerate(item))
