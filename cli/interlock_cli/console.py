"""What the commands print: data on stdout, all else on stderr, colour on a terminal only, and every text inert."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from interlock_cli.reports.page import Page

PLAIN_WIDTH = 80
"""Width of a line where there is no terminal."""
MOST_WIDTH = 120
"""A line longer than this reads badly, however wide the terminal is."""


LEAST_WIDTH = 20
"""Fewer columns than this say too little to be the last ones of a table's row."""


def page() -> Page:
    """Return how stdout wants its lines: coloured on a terminal (see no-color.org), 80 columns elsewhere."""
    import shutil

    from interlock_cli.reports.page import Page

    terminal = sys.stdout.isatty()
    dumb = os.environ.get("TERM") == "dumb" or bool(os.environ.get("NO_COLOR"))
    width = shutil.get_terminal_size((PLAIN_WIDTH, 24)).columns if terminal else PLAIN_WIDTH
    return Page(terminal and not dumb, max(PLAIN_WIDTH, min(width, MOST_WIDTH)))


def say(*lines: str) -> None:
    """Print lines of data."""
    from interlock_cli.reports.escape import quiet

    sys.stdout.write(quiet("".join(f"{line}\n" for line in lines)))


def say_json(value: Any) -> None:
    """Print a value as JSON."""
    from interlock_cli.reports.escape import data

    sys.stdout.write(data(value))


def tell(*lines: str) -> None:
    """Tell the person at the terminal something that is no data, behind the data that was said before."""
    from interlock_cli.reports.escape import quiet

    with contextlib.suppress(OSError, ValueError):  # a closed pipe is told of when the run ends
        sys.stdout.flush()
    sys.stderr.write(quiet("".join(f"{line}\n" for line in lines)))


def complain(sentence: str, code: int) -> int:
    """Say on stderr why a command ends, and return its exit code."""
    from interlock_cli.reports.escape import one_line

    tell(f"interlock: {one_line(sentence, 4_000)}")
    return code


def table(rows: Sequence[Sequence[str]], page: Page, *, indent: int = 2, looks: Sequence[str] = ()) -> list[str]:
    """Return the lines of rows as aligned columns."""
    return [line for lines in aligned(rows, page, indent=indent, looks=looks) for line in lines]


def aligned(
    rows: Sequence[Sequence[str]], page: Page, *, indent: int = 2, looks: Sequence[str] = ()
) -> list[list[str]]:
    """Return each row's lines: the last cell is cut where the line ends, and stands below where little is left of it."""
    from interlock_cli.reports.escape import one_line

    shown = [[one_line(cell, 200) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)][:-1]
    rest = page.width - indent - sum(widths) - 2 * len(widths)
    if rest >= min(LEAST_WIDTH, max((len(row[-1]) for row in shown), default=0)):
        return [[_row([*row[:-1], ellipsis(row[-1], rest)], [*widths, 0], page, indent, looks)] for row in shown]
    below = " " * (indent + 4)
    return [
        [
            _row(row[:-1], widths, page, indent, looks),
            *([below + ellipsis(row[-1], page.width - len(below))] * bool(row[-1])),
        ]
        for row in shown
    ]


def _row(cells: Sequence[str], widths: Sequence[int], page: Page, indent: int, looks: Sequence[str]) -> str:
    """Return one line of a table."""
    padded = [f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)]
    painted = [
        page.paint(cell, look) if look else cell
        for cell, look in zip(padded, [*looks, *[""] * len(padded)], strict=False)
    ]
    return (" " * indent + "  ".join(painted)).rstrip()


def ellipsis(text: str, width: int) -> str:
    """
    Cut a text that is too long for its place.

    >>> ellipsis("work order", 7)
    'work...'
    """
    return text if len(text) <= width else text[: width - 3].rstrip() + "..."


def heading(text: str, page: Page) -> str:
    """Return a heading."""
    from interlock_cli.reports.escape import one_line

    return page.paint(one_line(text, 200), "name")
