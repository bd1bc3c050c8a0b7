r"""
Patterns with the meaning of ECMA-262, which JSON Schema prescribes, for an engine of another dialect.

Rust's engine and ECMA-262 (with the `u` flag) differ in what `.`, `\d`, `\w`, `\s` and `\b` take, in how a class is
written (`[a[b]`, `[a&&b]`, `[^]`), and in escapes. Each is written out here as the set of characters it stands for.
What ECMA-262 does not know (`\A`, `a++`, `(?i)`) is refused and not passed through with a foreign meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_DIGIT = "0-9"
_WORD = "0-9A-Z_a-z"
_SPACE = "\\t-\\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_LINE_ENDS = "\\n\\r\u2028\u2029"
_TOP = "\U0010ffff"
_SETS = {
    "d": _DIGIT,
    "D": f"\\x00-\\x2f\\x3a-{_TOP}",
    "w": _WORD,
    "W": f"\\x00-\\x2f\\x3a-\\x40\\x5b-\\x5e\\x60\\x7b-{_TOP}",
    "s": _SPACE,
    "S": "\\x00-\\x08\\x0e-\\x1f\\x21-\u009f\u00a1-\u167f\u1681-\u1fff\u200b-\u2027\u202a-\u202e\u2030-\u205e\u2060-\u2fff\u3001-\ufefe\uff00-"
    + _TOP,
}
"""What stands for a set, as the inside of a class (ECMA-262 section 22.2.2.9, CharacterClassEscape)."""
_BOUNDARY = f"(?:(?<=[{_WORD}])(?![{_WORD}])|(?<![{_WORD}])(?=[{_WORD}]))"
_NO_BOUNDARY = f"(?:(?<=[{_WORD}])(?=[{_WORD}])|(?<![{_WORD}])(?![{_WORD}]))"
_ANY = f"[\\x00-{_TOP}]"
_NONE = f"[^\\x00-{_TOP}]"

_CONTROL = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13}
_SYNTAX = frozenset("^$\\.*+?()[]{}|/-")
_NUMBERED = frozenset("123456789")
_QUANTIFIER = re.compile(r"(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})\??")
_PROPERTY = re.compile(r"\{(?:[A-Za-z_]+=)?[A-Za-z0-9_]+\}")
_CODE = re.compile(
    r"\\(?:x([0-9A-Fa-f]{2})|u\{([0-9A-Fa-f]{1,8})\}|u([0-9A-Fa-f]{4})(?:\\u([Dd][C-Fc-f][0-9A-Fa-f]{2}))?)"
)
_LETTER = re.compile("[A-Za-z]")
_GROUP = re.compile(r"\((?:\?(?::|=|!|<=|<!|<([A-Za-z_$][A-Za-z0-9_$]*)>))?")
_LEAD = range(0xD800, 0xDC00)
_LAST = 0x10FFFF


class BadPattern(Exception):  # noqa: N818 - becomes UnsupportedSchema
    """A text that is no regular expression of ECMA-262, or one that can't be brought over."""


def translated(pattern: str) -> str:
    r"""
    Return a pattern of ECMA-262 in the dialect of Rust's engine.

    >>> translated(r"^[\d-]+$"), translated("a.b") == "a[^\\n\\r\u2028\u2029]b"
    ('^[0-9\\-]+$', True)
    """
    return "".join(_Reader(pattern).pieces())


class _Reader:
    """Reads a pattern from left to right."""

    def __init__(self, pattern: str) -> None:
        self.text = pattern
        self.at = 0
        self.open = 0

    def pieces(self) -> Iterator[str]:
        """Yield the pattern piece by piece in the other dialect."""
        repeatable = False
        while self.at < len(self.text):
            char = self.text[self.at]
            quantifier = _QUANTIFIER.match(self.text, self.at)
            if quantifier:
                if not repeatable:
                    raise BadPattern("nothing stands before a quantifier")
                self.at = quantifier.end()
                repeatable = False
                yield quantifier[0]
                continue
            piece = self._piece(char)
            repeatable = char not in "^$|(" and piece not in (_BOUNDARY, _NO_BOUNDARY)
            yield piece
        if self.open:
            raise BadPattern("a group is not closed")

    def _piece(self, char: str) -> str:
        """Return one piece that is no quantifier."""
        if char == "(":
            return self._group()
        if char == "[":
            return self._class()
        if char == "\\":
            return self._escape()
        self.at += 1
        if char == ".":
            return f"[^{_LINE_ENDS}]"
        if char == ")":
            self.open -= 1
            if self.open < 0:
                raise BadPattern("a group is closed that was not opened")
        elif char in "{}]*+?":
            raise BadPattern(f"{char} stands alone: write \\{char}")
        return char if char in "^$|)" else _literal(ord(char))

    def _group(self) -> str:
        """Return the opening of a group; a named one loses its name, since nothing refers to it."""
        opening = _GROUP.match(self.text, self.at)
        if opening is None or self.text[opening.end() :].startswith("?"):
            raise BadPattern("a group opens in a way that ECMA-262 does not know")
        self.at = opening.end()
        self.open += 1
        return "(" if opening[1] else opening[0]

    def _escape(self) -> str:
        """Return what an escape outside of a class stands for."""
        following = self.text[self.at + 1 : self.at + 2]
        if following in ("b", "B"):
            self.at += 2
            return _BOUNDARY if following == "b" else _NO_BOUNDARY
        if following == "k" or following in _NUMBERED:
            raise BadPattern("it refers back to what a group took, and engines disagree about groups that took nothing")
        kind, value = self._atom()
        if isinstance(value, int):
            return _literal(value)
        return kind if kind.startswith(("\\p", "\\P")) else f"[{kind}]"

    def _atom(self) -> tuple[str, int | None]:
        """Return the set that an escape stands for, or else the code of its character."""
        code = _CODE.match(self.text, self.at)
        if code:
            return "", self._code(code)
        following = self.text[self.at + 1 : self.at + 2]
        self.at += 2
        if following in _SETS:
            return _SETS[following], None
        if following in ("p", "P"):
            return self._property(following), None
        return "", self._character(following)

    def _character(self, following: str) -> int:
        """Return the character that a letter or a sign behind a backslash stands for."""
        if following in _CONTROL:
            return _CONTROL[following]
        if following == "c" and _LETTER.match(self.text, self.at):
            self.at += 1
            return ord(self.text[self.at - 1]) % 32
        if following == "0" and not self.text[self.at : self.at + 1].isdigit():
            return 0
        if following and following in _SYNTAX:
            return ord(following)
        raise BadPattern(f"\\{following} is no escape of ECMA-262")

    def _code(self, found: re.Match[str]) -> int:
        """Return the character of a hexadecimal escape; two halves of a surrogate pair are one character."""
        value = int(found[1] or found[2] or found[3], 16)
        self.at = found.end()
        if found[3] and value in _LEAD and found[4]:
            return 0x10000 + ((value - 0xD800) << 10) + int(found[4], 16) - 0xDC00
        if found[4]:
            self.at -= 6
        if value > _LAST or 0xD800 <= value <= 0xDFFF:  # noqa: PLR2004 - surrogates (Unicode section 3.8)
            raise BadPattern("it names a code that is no character")
        return value

    def _property(self, letter: str) -> str:
        """Return a Unicode property, which both dialects write alike."""
        name = _PROPERTY.match(self.text, self.at)
        if name is None:
            raise BadPattern("\\p needs a property in braces")
        self.at = name.end()
        return f"\\{letter}{name[0]}"

    def _class(self) -> str:
        """Return a class of characters."""
        self.at += 1
        negated = self.text.startswith("^", self.at)
        self.at += negated
        items: list[str] = []
        while not self.text.startswith("]", self.at):
            if self.at >= len(self.text):
                raise BadPattern("a class is not closed")
            items.append(self._class_item())
        self.at += 1
        if not items:
            return _ANY if negated else _NONE
        return f"[{'^' if negated else ''}{''.join(items)}]"

    def _class_item(self) -> str:
        """Return one member of a class: a set, a character or a range of them."""
        kind, low = self._class_atom()
        ranged = self.text.startswith("-", self.at) and not self.text.startswith("-]", self.at)
        if not ranged:
            return kind or _literal(low or 0)
        self.at += 1
        end, high = self._class_atom()
        if low is None or high is None:  # `[\w-.]`: an error with the `u` flag, three members without it
            return f"{kind or _literal(low or 0)}\\-{end or _literal(high or 0)}"
        if high < low:
            raise BadPattern("a range in a class runs backwards")
        return f"{_literal(low)}-{_literal(high)}"

    def _class_atom(self) -> tuple[str, int | None]:
        """Return one set or character inside a class."""
        if self.at >= len(self.text):
            raise BadPattern("a class is not closed")
        if self.text[self.at] != "\\":
            self.at += 1
            return "", ord(self.text[self.at - 1])
        if self.text.startswith("\\b", self.at):
            self.at += 2
            return "", 8
        return self._atom()


def _literal(code: int) -> str:
    """Return a character so that no dialect reads it as anything else."""
    char = chr(code)
    if char.isalnum() or char in "_ " or code > 127:  # noqa: PLR2004 - ASCII
        return char
    named = {value: f"\\{letter}" for letter, value in _CONTROL.items()}
    if code in named:
        return named[code]
    return f"\\x{code:02x}" if code < 32 or code == 127 or char in "&~<>\"'#%,:;=@`!" else f"\\{char}"  # noqa: PLR2004 - control characters
