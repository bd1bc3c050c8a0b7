"""Escapes and character classes of ECMA-262 patterns."""

from __future__ import annotations

import re
from typing import Final

from .charsets import ANY, DIGIT, SPACE, WORD, Ranges, category, inverse, normal
from .errors import InvalidPattern, UnsupportedPattern
from .syntax import Note

_SHORTHANDS: Final = {
    "d": DIGIT, "D": inverse(DIGIT), "w": WORD, "W": inverse(WORD), "s": SPACE, "S": inverse(SPACE),
}  # fmt: skip
_CONTROLS: Final = {"t": 0x09, "n": 0x0A, "v": 0x0B, "f": 0x0C, "r": 0x0D}
_CODES: Final = re.compile(
    r"x(?P<x>[0-9A-Fa-f]{2})|u\{(?P<long>[0-9A-Fa-f]+)\}"
    r"|u(?P<high>[Dd][89ABab][0-9A-Fa-f]{2})\\u(?P<low>[Dd][C-Fc-f][0-9A-Fa-f]{2})|u(?P<u>[0-9A-Fa-f]{4})"
    r"|c(?P<control>[A-Za-z])"
)
_PROPERTY: Final = re.compile(r"[pP]\{(?:(?P<name>\w+)=)?(?P<value>\w+)\}", re.ASCII)
_PLAIN_IN_U: Final = frozenset("^$\\.*+?()[]{}|/")

# The long names of general categories: PropertyValueAliases.txt of the Unicode Character Database.
_CATEGORIES: Final = {
    "Cased_Letter": "LC", "Close_Punctuation": "Pe", "Connector_Punctuation": "Pc", "Control": "Cc", "cntrl": "Cc",
    "Currency_Symbol": "Sc", "Dash_Punctuation": "Pd", "Decimal_Number": "Nd", "digit": "Nd", "Enclosing_Mark": "Me",
    "Final_Punctuation": "Pf", "Format": "Cf", "Initial_Punctuation": "Pi", "Letter": "L", "Letter_Number": "Nl",
    "Line_Separator": "Zl", "Lowercase_Letter": "Ll", "Mark": "M", "Combining_Mark": "M", "Math_Symbol": "Sm",
    "Modifier_Letter": "Lm", "Modifier_Symbol": "Sk", "Nonspacing_Mark": "Mn", "Number": "N", "Open_Punctuation": "Ps",
    "Other": "C", "Other_Letter": "Lo", "Other_Number": "No", "Other_Punctuation": "Po", "Other_Symbol": "So",
    "Paragraph_Separator": "Zp", "Private_Use": "Co", "Punctuation": "P", "punct": "P", "Separator": "Z",
    "Space_Separator": "Zs", "Spacing_Mark": "Mc", "Surrogate": "Cs", "Symbol": "S", "Titlecase_Letter": "Lt",
    "Unassigned": "Cn", "Uppercase_Letter": "Lu",
}  # fmt: skip
_BINARY: Final[dict[str, Ranges]] = {
    "Any": ANY,
    "ASCII": ((0x00, 0x7F),),
    "ASCII_Hex_Digit": ((0x30, 0x39), (0x41, 0x46), (0x61, 0x66)),
    "AHex": ((0x30, 0x39), (0x41, 0x46), (0x61, 0x66)),
}


class ClassReader:
    r"""Reads `[...]` and `\...` at a place in a pattern."""

    def __init__(self, pattern: str) -> None:
        self.text = pattern
        self.at = 0
        self.notes: list[Note] = []
        self.only_unicode = False

    def note(self, code: str, at: int) -> None:
        """Remember a construct which is not portable."""
        self.notes.append(Note(code, at))

    def invalid(self, code: str, detail: str, at: int | None = None) -> InvalidPattern:
        """The refusal of the pattern at a place, this one if none is given."""
        return InvalidPattern(self.text, self.at if at is None else at, code, detail)

    def unsupported(self, code: str, detail: str, at: int | None = None) -> UnsupportedPattern:
        """As `invalid`, for what is beyond us and not wrong."""
        return UnsupportedPattern(self.text, self.at if at is None else at, code, detail)

    def escape(self, *, in_class: bool = False) -> Ranges:
        """The set an escape stands for; the reader stands on the backslash."""
        sign = self.text[self.at + 1 : self.at + 2]
        if not sign:
            raise self.invalid("trailing-backslash", "the pattern ends with a lone backslash")
        if sign in _SHORTHANDS:
            self.note("shorthand-class", self.at)
            self.at += 2
            return _SHORTHANDS[sign]
        if sign in "pP":
            return self._property()
        point = self._point(sign, in_class=in_class)
        return ((point, point),)

    def _point(self, sign: str, *, in_class: bool) -> int:
        if sign in _CONTROLS or (sign == "b" and in_class):
            self.at += 2
            return _CONTROLS.get(sign, 0x08)
        if sign.isdigit():
            return self._digit(sign)
        if sign in "xuc":
            return self._code()
        if sign.isascii() and sign.isalpha():
            raise self.unsupported("letter-escape", f"`\\{sign}` means different things to different engines")
        if sign not in _PLAIN_IN_U and not (in_class and sign == "-"):
            self.note("identity-escape", self.at)
        self.at += 2
        return ord(sign)

    def _digit(self, sign: str) -> int:
        if sign != "0" or self.text[self.at + 2 : self.at + 3].isdigit():
            raise self.unsupported("octal", "an octal escape means different things to different engines")
        self.at += 2
        return 0

    def _code(self) -> int:
        found = _CODES.match(self.text, self.at + 1)
        if found is None:
            raise self.unsupported("incomplete-escape", "the escape lacks its digits or its letter")
        point = _code_point(found)
        if point > ANY[0][1]:
            raise self.invalid("code-point", "the escape is beyond the last code point, 10FFFF")
        self.only_unicode |= found["long"] is not None
        self.at = found.end()
        return point

    def _property(self) -> Ranges:
        found = _PROPERTY.match(self.text, self.at + 1)
        if found is None:
            raise self.invalid("unicode-property", "`\\p` needs a property in braces")
        ranges = _property_ranges(found["name"], found["value"])
        if ranges is None:
            raise self.unsupported("unicode-property", f"the Unicode property {found[0][2:-1]!r} is not modelled")
        self.note("unicode-property", self.at)
        self.only_unicode = True
        negated = self.text[self.at + 1] == "P"
        self.at = found.end()
        return inverse(ranges) if negated else ranges

    def char_class(self) -> Ranges:
        """The set of `[...]`; the reader stands on the bracket."""
        start = self.at
        self.at += 1
        negated = self.text.startswith("^", self.at)
        self.at += negated
        found: list[tuple[int, int]] = []
        while not self.text.startswith("]", self.at):
            if self.at >= len(self.text):
                raise self.invalid("unclosed-class", "a character class is not closed", start)
            found += self._class_part()
        self.at += 1
        ranges = normal(found)
        return inverse(ranges) if negated else ranges

    def _class_part(self) -> Ranges:
        """A character, a set, or a range of characters."""
        at = self.at
        low = self._class_atom()
        if not self.text.startswith("-", self.at) or self.text[self.at + 1 : self.at + 2] in ("]", ""):
            return low
        self.at += 1
        high = self._class_atom()
        if _is_set(low) or _is_set(high):
            self.note("bare-hyphen", at)
            return (*low, (0x2D, 0x2D), *high)
        if low[0][0] > high[0][0]:
            raise self.invalid("range-order", f"the range {self.text[at : self.at]!r} runs backwards", at)
        return ((low[0][0], high[0][0]),)

    def _class_atom(self) -> Ranges:
        if self.at >= len(self.text):
            raise self.invalid("unclosed-class", "a character class is not closed")
        if self.text[self.at] == "\\":
            return self.escape(in_class=True)
        if self.text[self.at] == "[":
            self.note("bracket-in-class", self.at)
        self.at += 1
        point = ord(self.text[self.at - 1])
        return ((point, point),)


def _is_set(ranges: Ranges) -> bool:
    return len(ranges) != 1 or ranges[0][0] != ranges[0][1]


def _code_point(found: re.Match[str]) -> int:
    if found["high"]:
        return 0x10000 + ((int(found["high"], 16) & 0x3FF) << 10) + (int(found["low"], 16) & 0x3FF)
    if found["control"]:
        return ord(found["control"]) % 32
    digits = (found["x"] or found["u"] or found["long"]).lstrip("0") or "0"
    return int(digits[:7], 16)


def _property_ranges(name: str | None, value: str) -> Ranges | None:
    if name in (None, "gc", "General_Category"):
        if name is None and value in _BINARY:
            return _BINARY[value]
        if name is None and value == "Assigned":
            return inverse(category("Cn") or ())
        return category(_CATEGORIES.get(value, value))
    return None
