"""
Text of a contract in Markdown and HTML, so that it makes no markup, link, mention or reference.

Entities end its role in CommonMark (0.31, section 2.5) and in HTML. GitHub and GitLab turn them back into characters
before they look for mentions and references, and GFM before it looks for links (0.29, section 6.9), so a zero-width
space parts what they look for. The text itself has none: `one_line` shows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from interlock_cli.reports.escape import one_line

_MARKUP = re.compile(r"[\\`*_{}\[\]<>()|~^$&]")
"""What means something inside a line; no text of a contract stands at a line's start."""
_LINK = re.compile(r"@(?=[\w.-]*\.)|:(?=//)|(?<=\bwww)(?=\.)", re.IGNORECASE)
_REFERENCE = re.compile(
    r"[@#!%&~$^](?=[\w\"])"  # a person or team, an issue, a merge request, a milestone, an epic, a label, a snippet
    r"|:(?=[\w+-]+:)"  # an emoji
    r"|(?<=[A-Za-z])-(?=[0-9])"  # a ticket
    r"|[0-9a-f]{6}(?=[0-9a-f])",  # a commit, of seven digits at least
    re.IGNORECASE,
)
_PART = "\u200b"


def _parted(text: str, *patterns: re.Pattern[str]) -> str:
    """Part a text after each match, then write markup as entities."""
    for pattern in patterns:
        text = pattern.sub(lambda match: match[0] + _PART, text)
    return _MARKUP.sub(lambda match: f"&#{ord(match[0])};", text).replace(_PART, "&#8203;")


def prose(text: str, limit: int = 500) -> str:
    """
    Return a text as prose of one line.

    >>> prose("ask @acme/all, see #12")
    'ask @&#8203;acme/all, see #&#8203;12'
    """
    return _parted(one_line(text, limit), _LINK, _REFERENCE)


def code(text: str, limit: int = 200) -> str:
    """
    Return a text as code of one line, also inside HTML and a table; mentions and references are not looked for there.

    >>> code("a|b")
    '<code>a&#124;b</code>'
    """
    line = _parted(one_line(text, limit), _LINK)
    return f"<code>{line}</code>" if line else ""


def fenced(lines: Iterable[str], language: str = "") -> str:
    """Return lines as a code block with a longer fence than any of them has (CommonMark 0.31, section 4.5)."""
    text = "\n".join(lines)
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}{language}\n{text}\n{fence}"
