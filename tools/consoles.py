"""Run the commands that a page shows, in a scratch copy of the catalog, and write what they print below them.

A page takes part when it has a `console` block. Its blocks are one story, from the top:

- `console`: each line after `$ ` is run; what follows is what it printed. With the word `first-finding`, what is shown
  ends with the first finding, a line `...` and the summary.
- `diff`: applied to the working copy.
- `yaml PATH`, `json PATH`, `python PATH`: the file is written.
- a paragraph "Edit `PATH`: `old` becomes `new`, `old` becomes `new`.": texts of a file are replaced.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from plant import Plant, plant

BLOCK = re.compile(
    r"^```(?P<kind>console|diff|yaml|json|python)(?: (?P<more>[^\n`]+))?\n(?P<body>.*?)^```$"
    r"|^Edit `(?P<path>[^`]+)`: (?P<pairs>`[^\n]*`)\.$",
    re.MULTILINE | re.DOTALL,
)
VARYING = (
    (re.compile(r"\b[0-9a-f]{7}(?:[0-9a-f]{5})?\b"), "<commit>"),
    (re.compile(r"\b\d+\.\d\d s\b"), "<seconds>"),
)
"""What differs from run to run and is no difference: commit ids, and how long it took."""


def has_commands(text: str) -> bool:
    """Say whether a page shows commands to run."""
    return "\n```console" in text


def recorded(text: str) -> str:
    """Return a page as it reads when all its commands are run, in a new scratch copy."""
    with tempfile.TemporaryDirectory(prefix="interlock-docs-") as folder:
        return _told(text, plant(Path(folder)))


def same(old: str, new: str) -> bool:
    """Say whether two recordings differ only in what varies from run to run."""
    return _steady(old) == _steady(new)


def _steady(text: str) -> str:
    """Replace what varies from run to run."""
    for pattern, word in VARYING:
        text = pattern.sub(word, text)
    return text


def _told(text: str, here: Plant) -> str:
    """Tell the story of a page from its top, writing down what each command prints."""
    code = 0

    def block(match: re.Match[str]) -> str:
        nonlocal code
        if match["path"]:
            _edit(here.root / match["path"], match["pairs"])
        elif match["kind"] == "diff":
            here.apply(match["body"])
        elif match["kind"] == "console":
            body, code = _session(match["body"], here, code, _first_finding if match["more"] else str)
            return match[0].replace(match["body"], body)
        elif match["more"]:
            path = here.root / match["more"].strip()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(match["body"], encoding="utf-8")
        return match[0]

    return BLOCK.sub(block, text)


def _session(body: str, here: Plant, code: int, shorten: Callable[[str], str]) -> tuple[str, int]:
    """Run the commands of one block; return the block with what they print, and how the last one ended."""
    lines: list[str] = []
    for command in re.findall(r"^\$ (.*(?:\\\n.*)*)$", body, re.MULTILINE):
        shown, code = here.run(command, code)
        if code != 0 and "interlock" not in command:
            raise RuntimeError(f"{command} ended with {code}:\n{shown}")
        lines += [f"$ {command}", *([shorten(shown)] if shown else [])]
    return "\n".join(lines) + "\n", code


def _first_finding(shown: str) -> str:
    """Keep what a check prints up to the end of its first finding, and its summary at the end."""
    parts = shown.split("\n\n")
    first = next(index for index, part in enumerate(parts) if part.startswith(("error ", "warning ")))
    return "\n\n".join([*parts[: first + 1], "...", parts[-1]])


def _edit(path: Path, pairs: str) -> None:
    """Replace texts of a file; each has to be there."""
    text = path.read_text(encoding="utf-8")
    for old, new in re.findall(r"`([^`]+)` becomes `([^`]+)`", pairs):
        if old not in text:
            raise RuntimeError(f"{path.name} has no {old!r} to edit")
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
