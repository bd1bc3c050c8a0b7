"""Editing a catalog file in place: the value asked for changes, every comment and all formatting stay."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from interlock.documents import Document, parse
from interlock.errors import DocumentError, UsageError
from interlock.pointers import lookup, split


def with_scalar(document: Document, pointer: str, new: str) -> Document:
    r"""
    Return a document with another text at a pointer; raise UsageError when the place is not written plainly.

    >>> with_scalar(parse("v1.yaml", b"version: 1.0.0  # kept\n"), "/version", "1.1.0").text
    'version: 1.1.0  # kept\n'
    """
    old = lookup(document.data, pointer)
    line, column = document.position(pointer) or (1, 1)
    lines = document.text.split("\n")
    key = re.escape(split(pointer)[-1])
    match = re.compile(rf"""(["']?){key}\1\s*:\s+(["']?)(?P<old>{re.escape(str(old))})\2""").match(
        lines[line - 1], column - 1
    )
    if match is None:
        raise _not_plain(document, pointer, line)
    lines[line - 1] = lines[line - 1][: match.start("old")] + new + lines[line - 1][match.end("old") :]
    return _verified(document, "\n".join(lines), pointer, new, line)


def with_block(document: Document, key: str, new: Any, written: str) -> Document:
    """Return a document whose top-level member `key` is written as one line; raise UsageError when it has no lines of its own."""
    lines = document.text.split("\n")
    start = next((at for at, line in enumerate(lines) if line.startswith(f"{key}:")), None)
    if start is None:
        raise _not_plain(document, f"/{key}", 1)
    end = next((at for at in range(start + 1, len(lines)) if lines[at][:1] not in ("", " ", "\t", "\r")), len(lines))
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    lines[start:end] = [f"{key}: {written}"]
    return _verified(document, "\n".join(lines), f"/{key}", new, start + 1)


def _verified(document: Document, text: str, pointer: str, new: Any, line: int) -> Document:
    """Return the edited document after making sure that it says the same except at the pointer."""
    try:
        edited = parse(document.path, text.encode("utf-8"))
    except DocumentError:
        raise _not_plain(document, pointer, line) from None
    if edited.data != _replaced(document.data, split(pointer), new):
        raise _not_plain(document, pointer, line)
    return edited


def _replaced(data: Any, tokens: list[str], new: Any) -> Any:
    """Return data with another value at a path of members."""
    if not tokens:
        return new
    return {**data, tokens[0]: _replaced(data[tokens[0]], tokens[1:], new)}


def _not_plain(document: Document, pointer: str, line: int) -> UsageError:
    """Say that a file must be edited by hand."""
    return UsageError(
        f"{document.path}:{line}: {pointer[1:]} is not written on a plain line of its own, so edit it by hand"
    )


def deprecation(today: dt.date, sunset: dt.date | None, successor: str) -> str:
    """Return the `lifecycle` line with which an old major is deprecated."""
    end = f", sunset: {sunset}" if sunset else ", sunset: <date>"
    return f"lifecycle: {{status: deprecated, since: {today}{end}, successor: {successor}, migration: https://...}}"
