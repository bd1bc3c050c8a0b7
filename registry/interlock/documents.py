"""YAML 1.2 and JSON documents: read fast and strictly, with the line of any value when a message needs it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from interlock.errors import DocumentError
from interlock.pointers import escape

MOST_BYTES = 8 * 1024 * 1024
"""A larger file is refused unread: contracts arrive from forks."""

MOST_DEPTH = 100
"""Nesting beyond this is refused."""

_AT = re.compile(r"at line (\d+) column (\d+)")


@dataclass(frozen=True)
class Document:
    """A file's data as plain JSON values, and where each stands in the text."""

    path: str
    data: Any
    text: str = field(repr=False)

    def line(self, pointer: str) -> int | None:
        """Return the line (from 1) of the value at a JSON Pointer, or of the nearest value above it."""
        place = self.position(pointer)
        return place[0] if place else None

    def position(self, pointer: str) -> tuple[int, int] | None:
        """Return line and column (from 1) of the value at a JSON Pointer, or of the nearest value above it."""
        while pointer and pointer not in self._positions:
            pointer = pointer.rpartition("/")[0]
        return self._positions.get(pointer)

    @cached_property
    def _positions(self) -> dict[str, tuple[int, int]]:
        """Line and column of each value, by pointer; composed only when a message needs one."""
        from interlock._positions import positions

        return positions(self.text)


def parse(path: str, content: bytes) -> Document:
    """
    Read a YAML or JSON file.

    Raises DocumentError, with the line where it is known, for a file that is too large or nested too deeply, is not
    UTF-8, is broken, has a key twice, or holds what JSON can't (a key that is no string, infinity, not-a-number).
    """
    if len(content) > MOST_BYTES:
        raise DocumentError(path, f"the file has {len(content):,} bytes, more than the {MOST_BYTES:,} that are read")
    text = _decoded(path, content)
    data = _json(path, text) if path.endswith(".json") else _yaml(path, text)
    _only_json(path, text, data)
    return Document(path, data, text)


def _decoded(path: str, content: bytes) -> str:
    """Decode UTF-8 (a byte order mark is dropped)."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DocumentError(
            path, f"byte {content[error.start]:#04x} is not UTF-8: save the file as UTF-8", line
        ) from None


def _yaml(path: str, text: str) -> Any:
    """Read YAML 1.2 without tags, with each key once."""
    import ryaml

    try:
        return ryaml.loads(text)  # pyright: ignore[reportPrivateImportUsage]
    except (ValueError, RecursionError) as error:
        raise _yaml_error(path, text, str(error)) from None


def _yaml_error(path: str, text: str, message: str) -> DocumentError:
    """Phrase a YAML fault, with its line: from the fast loader, or by composing the text again."""
    from interlock._positions import repeated_key

    found = _AT.search(message)
    line, column = (int(found[1]), int(found[2])) if found else (None, None)
    plain = _AT.sub("", message).split(", while")[0].strip().rstrip(",").strip()
    if "duplicate entry" in message:
        key, line, column = repeated_key(text)
        plain = f"the key {key!r} stands here a second time: keep one of them" if key else "a key stands here twice"
    elif "repetition limit" in message or "recursion limit" in message:
        plain = "aliases or nesting go beyond what is read: write the values out"
    elif "more than one document" in message:
        plain = "the file holds more than one YAML document: keep one a file"
    elif "unhashable" in message:
        plain = "a key is a list or a map: a key is a string"
    elif "expected any YAML value" in message:
        plain = "a number is larger than 64 bits: write it as a string"
    else:
        plain = f"this is not YAML: {plain}"
    return DocumentError(path, plain, line, column)


def _json(path: str, text: str) -> Any:
    """Read JSON (RFC 8259) with each member once."""
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise DocumentError(
            path, f"this is not JSON: {error.msg[0].lower()}{error.msg[1:]}", error.lineno, error.colno
        ) from None
    except _RepeatedMemberError as error:
        line = _second_line(text, error.name)
        raise DocumentError(
            path, f"the member {error.name!r} stands in an object twice: keep one of them", line
        ) from None
    except RecursionError:
        raise DocumentError(path, f"nesting goes beyond the {MOST_DEPTH} levels that are read") from None
    except ValueError as error:
        raise DocumentError(path, f"this is not JSON: {str(error).split(';')[0]}") from None


class _RepeatedMemberError(Exception):
    """An object has a member twice."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object; RFC 8259 section 4 leaves a repeated name open, so it is refused."""
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise _RepeatedMemberError(name)
            seen.add(name)
    return result


def _no_constant(name: str) -> Any:
    """Refuse `NaN` and `Infinity`, which JSON does not have."""
    message = f"{name} is no JSON number"
    raise ValueError(message)


def _second_line(text: str, name: str) -> int | None:
    """Return the line of the second place where a member of this name is written, as a hint."""
    first = text.find(json.dumps(name))
    second = text.find(json.dumps(name), first + 1)
    return text.count("\n", 0, second) + 1 if second >= 0 else None


def _only_json(path: str, text: str, data: Any) -> None:
    """Refuse what YAML can say and JSON can't, and nesting beyond the limit."""
    level = [data]
    for _ in range(MOST_DEPTH):
        if any(_odd(value) for value in level):
            raise _oddity(path, text, data)
        level = [item for value in level for item in _inside(value) if isinstance(item, dict | list | float)]
        if not level:
            return
    raise DocumentError(path, f"nesting goes beyond the {MOST_DEPTH} levels that are read")


def _odd(value: Any) -> bool:
    """Say whether a value itself, not what is in it, can't be JSON."""
    if isinstance(value, dict):
        return not all(isinstance(key, str) for key in value)
    return isinstance(value, float) and not math.isfinite(value)


def _inside(value: Any) -> Iterable[Any]:
    """Return the values directly in a value."""
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _oddity(path: str, text: str, data: Any) -> DocumentError:
    """Phrase the first value that can't be JSON, with its line."""
    at, value = "", data
    waiting = [(at, value)]
    while waiting:
        at, value = waiting.pop(0)
        if _odd(value):
            break
        pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        waiting.extend((f"{at}/{escape(token)}", item) for token, item in pairs)
    key = next((key for key in value if not isinstance(key, str)), None) if isinstance(value, dict) else None
    message = f"{value} is no JSON number" if key is None else f"the key {key!r} is no string: put it in quotes"
    return DocumentError(path, message, Document(path, None, text).line(at))
