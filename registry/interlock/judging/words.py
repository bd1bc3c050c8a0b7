"""How a value stands in a message: short, on one line, nothing in it that a terminal would act on."""

from __future__ import annotations

from typing import Any

from .containers import is_array, is_object

_LONGEST = 60
_MOST_BITS = 4096  # Python refuses to write much longer integers in decimal


def shown(value: Any) -> str:
    r"""
    Return a value for a message: a text in quotes and escaped, an object or array by its size, all shortened.

    >>> shown("WO\n1")
    "'WO\\n1'"
    """
    if value is None or isinstance(value, bool):
        return {True: "true", False: "false", None: "null"}[value]
    if is_object(value):
        return f"an object with {counted(len(value), 'member')}"
    if is_array(value):
        return f"an array with {counted(len(value), 'element')}"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        return f"a whole number of {value.bit_length():,} bits"
    return _shortened(str(value))


def placed(pointer: str) -> str:
    """Return a pointer for a message: member names are the sender's, so they are escaped like texts."""
    return printable(pointer) or "the root"


def printable(text: str, longest: int = 200) -> str:
    r"""
    Return a text that came from outside on one line, shortened, and with what is not printable escaped.

    >>> printable("a\x1b[31m")
    'a\\x1b[31m'
    """
    cut = text if len(text) <= longest else f"{text[: longest - 3]}..."
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in cut)


def counted(count: int, what: str) -> str:
    """
    Return a number with its noun.

    >>> counted(1, "member")
    '1 member'
    """
    return f"{count} {what}{'' if count == 1 else 's'}"


def _text(value: str) -> str:
    """Quote a text; what is not printable (controls, bidirectional overrides, lone surrogates) is escaped by `repr`."""
    return repr(value) if len(value) <= _LONGEST else f"{value[: _LONGEST - 3]!r}... ({len(value)} characters)"


def _shortened(text: str) -> str:
    """Cut a long text."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
