"""
Text that may stand in generated code: the only way from a contract's text into a file.

Templates print values of type `Code` and refuse every other (see `printing`). What makes one is here: a literal, a
docstring, a comment, a name that `naming` made. So a quote, a newline or a template tag in a contract stays text.
"""

from __future__ import annotations

import json
import re
import textwrap
import unicodedata
from decimal import Decimal
from typing import Any

WIDTH = 120
"""Columns of a generated line of code."""


class Code(str):
    """Text that is code, or inert inside code."""

    __slots__ = ()


class UnprintableError(ValueError):
    """A value that has no literal."""


def literal(value: Any) -> Code:
    r"""
    Return a plain JSON value as a Python literal; of arrays and objects `layout.value` makes an expression.

    >>> literal("a\"b\n"), literal(True)
    ('\'a"b\\n\'', 'True')
    """
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Decimal):
        return Code(f'Decimal("{value}")')
    if value is None or isinstance(value, bool | int | float):
        return Code(repr(value))
    raise UnprintableError(type(value).__name__)


def _string(text: str) -> Code:
    """Return a string literal in the quotes that need fewer escapes, with everything invisible escaped."""
    if text.isascii() and text.isprintable() and "\\" not in text and '"' not in text:
        return Code(f'"{text}"')
    quote = "'" if text.count('"') > text.count("'") else '"'
    return Code(quote + "".join(_escaped(character, quote) for character in text) + quote)


_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\\": "\\\\"}


def _escaped(character: str, quote: str = "") -> str:
    """Return a character as it may stand in a string: itself when one can see what it is."""
    if character == quote:
        return f"\\{quote}"
    if character in _SHORT:
        return _SHORT[character]
    if character.isascii() and character.isprintable():
        return character
    return character if _plain(character) else _code_point(character)


def _plain(character: str) -> bool:
    """Say whether a character beyond ASCII shows what it is: a letter, digit, mark or common sign, no look-alike blank."""
    return character.isprintable() and unicodedata.category(character) not in {"Cf", "Co", "Cn", "Cs", "Zs"}


def _code_point(character: str) -> str:
    """Return the escape of a character."""
    number = ord(character)
    return f"\\x{number:02x}" if number <= 0xFF else f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"  # noqa: PLR2004


def prose(text: str) -> str:
    """Return a text for people on one line: white space collapsed, invisible characters shown by their code point."""
    return "".join(
        c if c.isprintable() and (c.isascii() or _plain(c)) else f"U+{ord(c):04X}" for c in " ".join(text.split())
    )


def docstring(*paragraphs: str, indent: int = 4) -> Code:
    """
    Return a docstring of paragraphs, with the indent of what it documents behind each line break.

    >>> print(docstring("Half a lot.")[3:-3])
    Half a lot.
    """
    texts = [_inert(prose(text)) for text in paragraphs if text.strip()]
    quotes = 'r"""' if any("\\" in text for text in texts) else '"""'
    pad = " " * indent
    first, *rest = texts or ["No description."]
    if not rest and len(first) + indent + len(quotes) + 3 <= WIDTH:
        return Code(f'{quotes}{first}"""')
    lines: list[str] = []
    for number, text in enumerate((first, *rest)):
        lines += [""] if number else []
        lines += textwrap.wrap(text, max(40, WIDTH - indent - 7), break_long_words=False, break_on_hyphens=False)
    body = "\n".join(f"{pad}{line}" if line else "" for line in lines)
    return Code(f'{quotes}\n{body}\n{pad}"""')


def _inert(text: str) -> str:
    """Return a text that cannot end a docstring (backslashes stand in raw ones), closed by a full stop."""
    if '"""' in text or text.startswith('"') or text.endswith('"'):
        text = text.replace('"', "'")
    return text if text[-1:] in ".!?:" else f"{text}."


def comment(text: str) -> Code:
    """Return a text as one line of a comment, without the number sign."""
    return Code(prose(text))


def toml_string(text: str) -> Code:
    """Return a text as a basic string of TOML 1.0: JSON's escapes are among TOML's."""
    return Code(json.dumps(prose(text)))


def markdown(text: str) -> Code:
    """Return a text as inert inline Markdown."""
    return Code(re.sub(r"([\\`*_{}\[\]<>()#+!|~-])", r"\\\1", prose(text)))
