"""The lines of the text report: columns, wrapping and colour, and nothing about contracts."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from interlock_cli.reports.escape import one_line

LABEL = 10
"""How wide the column of labels is."""

LOOKS = {
    "error": "1;31",
    "warning": "1;33",
    "info": "36",
    "waived": "2",
    "name": "1",
    "aside": "2",
    "BREAKING": "1;31",
    "UNDECIDED": "1;33",
    "REMOVED": "1;33",
    "NEW": "36",
    "COMPATIBLE": "32",
    "FAIL": "1;31",
    "PASS": "1;32",
    "BREAKS": "31",
    "ok": "32",
    "-": "31",
    "+": "32",
}
"""Each look's parameters of Select Graphic Rendition (ECMA-48, 8.3.117)."""


@dataclass(frozen=True, slots=True)
class Page:
    """How wide a line may be, and whether it is coloured."""

    colour: bool = False
    width: int = 80

    def paint(self, text: str, look: str = "") -> str:
        """Return the text in a look; without one, in the look that its own word has."""
        code = LOOKS.get(look or text.strip())
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code else text

    def ends(self, left: str, right: str) -> str:
        """Set one text at the left end of the line and a word at its right end."""
        gap = max(2, self.width - len(left) - len(right))
        return f"{self.paint(left, 'name')}{' ' * gap}{self.paint(right)}"

    def wrapped(self, text: str, indent: int = 2) -> list[str]:
        """Break a text into indented lines at its spaces; a longer word keeps its own line whole."""
        margin = " " * indent
        return textwrap.wrap(
            text,
            max(self.width, indent + 20),
            initial_indent=margin,
            subsequent_indent=margin,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def labelled(self, label: str, text: str) -> list[str]:
        """Set a label before a wrapped text."""
        lines = self.wrapped(one_line(text, 4_000), 2 + LABEL)
        return self.beside(label, [line[2 + LABEL :] for line in lines])

    def beside(self, label: str, lines: list[str]) -> list[str]:
        """Set a label before lines that stay as they are."""
        margin = " " * (2 + LABEL)
        head = f"  {self.paint(f'{label:<{LABEL}}', 'aside')}"
        return [(margin if at else head) + line for at, line in enumerate(lines)]
