"""The page about the generated package: each door with an example, and each name behind it with its first sentence."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from interlock_codegen.facades import CLIENTS, EXTRAS, OBSERVING, SERVICES, STRATEGIES, TRANSPORTS

WORDS = Path(__file__).with_name("package_page.md")
"""What the page says beside the tables; a line `@names DOOR` stands for a table. Its examples are run by the tests."""
Tables = dict[str, dict[str, tuple[str, ...]]]

DOORS: Tables = {
    "services": SERVICES,
    "clients": CLIENTS,
    "observing": OBSERVING,
    "testing": {"testing.samples": ("edge_samples", "sample", "sample_message"), "testing.texts": ("CannotSample",)},
    "testing.strategies": STRATEGIES,
    "transports": {f"transports.{module}": names for module, names in TRANSPORTS.items()},
}
"""The names behind each door, by module of the runtime."""


def page() -> str:
    """Return the page."""
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    return "\n".join(text for line in lines for text in _filled(line)) + "\n"


def _filled(line: str) -> Iterator[str]:
    """Yield a line, or the table that it stands for."""
    word, _, door = line.partition(" ")
    if word == "@extras":
        yield from ("| extra | brings |", "|---|---|", *(f"| `{extra}` | `{text}` |" for extra, text in EXTRAS.items()))
    elif word == "@names":
        yield from ("| name | is |", "|---|---|")
        yield from (f"| {name} | {what} |" for name, what in sorted(_names(door), key=lambda row: row[0].lower()))
    else:
        yield line


def _names(door: str) -> Iterator[tuple[str, str]]:
    """Yield each name behind a door with what it is."""
    for module, names in DOORS[door].items():
        home = import_module(f"interlock_runtime.{module}")
        shown = f"{module.partition('.')[2]}." if door == "transports" else ""
        for name in names:
            yield f"`{shown}{name}`", _sentence(getattr(home, name)).replace("|", "\\|")


def _sentence(named: object) -> str:
    """Return the first sentence of a docstring, in one line."""
    paragraph = (inspect.getdoc(named) or "").partition("\n\n")[0]
    return " ".join(paragraph.split())
