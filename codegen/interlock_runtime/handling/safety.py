"""What may be said about a message: never a value of its payload, and of names that its sender chose only the start."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..violations import Violation

LONGEST = 64
"""Characters of a name that a sender chose."""
_PLAIN = re.compile(r"[A-Za-z0-9._:/@+~,-]{1,200}\Z")


def safe(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    """Return violations whose pointers can be stored and shown: each name in them cut to its start."""
    return tuple(replace(each, pointer=short(each.pointer)) for each in violations)


def short(pointer: str) -> str:
    """
    Return a JSON Pointer with long names cut.

    >>> short("/data/" + "x" * 70)[-4:]
    'xxx…'
    """
    if len(pointer) <= LONGEST:
        return pointer
    tokens = pointer.split("/")[:32]
    return "/".join(token if len(token) <= LONGEST else f"{token[: LONGEST - 1]}…" for token in tokens)


def line(fields: Mapping[str, object]) -> str:
    r"""
    Return a log line of names and values: one line whatever the values hold.

    >>> line({"outcome": "handled", "id": "a b\n"})
    'outcome=handled id="a b\\n"'
    """
    return " ".join(f"{name}={_shown(str(value))}" for name, value in fields.items() if value not in (None, ""))


def _shown(text: str) -> str:
    """Return a value as it stands in a log line."""
    if _PLAIN.match(text):
        return text
    cut = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return '"' + cut.encode("unicode_escape").decode("ascii").replace('"', '\\"') + '"'


def described(error: BaseException) -> str:
    """Return the kind of an error and the line of code that raised it; its text may hold values and is left out."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.replace(chr(92), '/').rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
