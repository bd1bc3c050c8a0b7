"""What keeps a contract's text inert in a terminal, a log and a file: every report passes it through here first."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

DEEPEST = 100
"""How deep a document may nest and still be shown."""
LONGEST = 10_000
"""How many bits an integer may have and still be shown; Python refuses to write one of some 14,000."""

_BEYOND_ASCII = re.compile(r"[^\x20-\x7e]")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_BLANK_LETTERS = "\u034f\u115f\u1160\u2800\u3164\uffa0"
"""Characters that count as letters or symbols in Unicode and leave no mark on the screen."""
_NONCHARACTERS = [*range(0xFDD0, 0xFDF0), *(plane << 16 | last for plane in range(17) for last in (0xFFFE, 0xFFFF))]
"""Code points that Unicode keeps for no character at all (17.0, section 23.7)."""
_HIDDEN = frozenset(_BLANK_LETTERS) | frozenset(map(chr, _NONCHARACTERS))
_LOG_COMMAND = re.compile(r"##(?=[\w.-]*\[)")
_LINE_COMMAND = re.compile(r"(?m)^([^\S\n]*):(?=:)")


def _shown(match: re.Match[str]) -> str:
    """Write an unseen character as its JSON escape, and leave any other as it is."""
    char = match[0]
    if unicodedata.category(char) in _UNSEEN or char in _HIDDEN:
        return json.dumps(char)[1:-1]
    return char


def visible(line: str) -> str:
    r"""
    Show what hides: control, bidirectional and zero-width characters become their JSON escapes.

    >>> visible("lot\u202eDI")
    'lot\\u202eDI'
    """
    return _BEYOND_ASCII.sub(_shown, line)


def shortened(text: str, limit: int) -> str:
    """
    Cut a text and say how much is left out.

    >>> shortened("abcdefgh", 3)
    'abc... (5 more characters)'
    """
    rest = len(text) - limit
    return text if rest <= 0 else f"{text[:limit]}... ({rest:,} more characters)"


def one_line(text: str, limit: int = 1_000) -> str:
    r"""
    Return a text as one visible line.

    >>> one_line("a member\n  was removed")
    'a member was removed'
    """
    return shortened(visible(" ".join(text.split())), limit)


def some_lines(text: str, most: int, limit: int = 1_000) -> list[str]:
    """Return at most so many visible lines of a text, then a line that says how many are left out."""
    found = [shortened(visible(line.expandtabs(4)), limit) for line in text.splitlines()]
    if len(found) <= most:
        return found
    return [*found[:most], f"... {len(found) - most:,} more lines"]


def plain(value: Any, depth: int = DEEPEST) -> Any:
    """Return a value that JSON can write: text for what it has no form for, and a note where it nests too deep."""
    if not isinstance(value, (dict, list, tuple)):
        return _scalar(value)
    if depth == 0:
        return f"(nested more than {DEEPEST} deep)"
    if isinstance(value, dict):
        members = cast("Mapping[Any, Any]", value)
        return {str(key): plain(item, depth - 1) for key, item in members.items()}
    return [plain(item, depth - 1) for item in cast("Sequence[Any]", value)]


def _scalar(value: Any) -> str | int | float | None:
    """Return a value that is neither object nor array as JSON has it, else its text."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int) and value.bit_length() > LONGEST:
        return f"(an integer of {value.bit_length():,} bits)"
    if isinstance(value, Decimal):
        return _number(value)
    return value if value is None or isinstance(value, (str, int, float)) else str(value)


def _number(value: Decimal) -> int | float | str:
    """Return the JSON number of a decimal, or its text where a double would not give the same decimal back."""
    if not value.is_finite() or abs(value.adjusted()) > 300:  # noqa: PLR2004 - near the end of a double's range
        return str(value)
    if value == value.to_integral_value():
        return int(value)
    near = float(value)
    return near if Decimal(repr(near)) == value else str(value)


def document(value: Any, *, indent: int | None = 2) -> str:
    """Return a JSON document for people: characters as they read, unseen ones as escapes."""
    text = json.dumps(plain(value), ensure_ascii=False, indent=indent)
    return "\n".join(map(visible, text.split("\n")))


def is_message(value: Any) -> bool:
    """Say whether a witness is a request or response of an API, which has its text beside its parts."""
    return isinstance(value, dict) and isinstance(value.get("http"), str) and isinstance(value.get("request"), dict)


def message(value: Any) -> str:
    r"""
    Return a witness for people: a request or response as HTTP has it, its JSON over several lines; else the document.

    >>> print(message({"http": 'POST /lots HTTP/1.1\nHost: a\n\n{"b": 1}', "request": {"body": {"b": 1}}}))
    POST /lots HTTP/1.1
    Host: a
    <BLANKLINE>
    {
      "b": 1
    }
    """
    if not is_message(value):
        return document(value)
    head, _, body = value["http"].rstrip("\n").partition("\n\n")
    side = value["response"] if isinstance(value.get("response"), dict) else value["request"]
    parts = side.get("body")
    said = document(parts) if isinstance(parts, dict | list) and body.startswith(("{", "[")) else body
    return "\n".join(map(visible, [*head.split("\n"), *(["", *said.split("\n")] if said else [])]))


def data(value: Any) -> str:
    """Return JSON for a machine, in ASCII and with no sequence that a CI system's log takes for a command."""
    return json.dumps(plain(value), indent=2).replace("##", "#\\u0023") + "\n"


def quiet(text: str) -> str:
    """
    Break what a CI system would run when it reads it in a log.

    GitHub takes `::name::` at a line's start and `##[name]` anywhere in it, Azure `##vso[name]`, TeamCity
    `##teamcity[name]`.

    >>> quiet("  ::stop-commands::x ##[error]y")
    '  : :stop-commands::x # #[error]y'
    """
    return _LOG_COMMAND.sub("# #", _LINE_COMMAND.sub(r"\1: ", text))
