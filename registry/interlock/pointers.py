"""JSON Pointers (RFC 6901) and field paths, in which `*` stands for every element or member."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_LONGEST_INDEX = 10
"""No array of a catalog has an index of so many digits."""


def escape(token: str | int) -> str:
    """
    Write one reference token.

    >>> escape("a/b~c")
    'a~1b~0c'
    """
    return str(token).replace("~", "~0").replace("/", "~1")


def unescape(token: str) -> str:
    """Read one reference token."""
    return token.replace("~1", "/").replace("~0", "~")


def split(pointer: str) -> list[str]:
    """
    Return the reference tokens of a pointer.

    >>> split("/lines/0/a~1b")
    ['lines', '0', 'a/b']
    """
    return [unescape(token) for token in pointer.split("/")[1:]]


def join(*tokens: str | int) -> str:
    """
    Return the pointer of these tokens.

    >>> join("lines", 0, "a/b")
    '/lines/0/a~1b'
    """
    return "".join("/" + escape(token) for token in tokens)


def lookup(document: Any, pointer: str) -> Any:
    """Return the value at a pointer; raise LookupError when there is none."""
    for token in split(pointer):
        document = child(document, token)
    return document


def child(value: Any, token: str) -> Any:
    """Return the member or element that a token names; raise LookupError when there is none."""
    if isinstance(value, dict):
        return value[token]
    if isinstance(value, list) and token.isascii() and token.isdigit() and len(token) < _LONGEST_INDEX:
        return value[int(token)]
    raise LookupError(token)


def matches(document: Any, path: str) -> Iterator[tuple[str, Any]]:
    """
    Yield pointer and value for each place that a field path names.

    >>> list(matches({"lines": [{"n": 1}, {"n": 2}]}, "/lines/*/n"))
    [('/lines/0/n', 1), ('/lines/1/n', 2)]
    """
    tokens = _tokens(path)
    if "*" in path:
        found: list[tuple[str, Any]] = [("", document)]
        for token in tokens:
            found = [step for at, value in found for step in steps(at, value, token)]
        yield from found
        return
    try:
        for token in tokens:
            document = document[token] if type(document) is dict else child(document, token)
    except LookupError:
        return
    yield path, document  # one place at most, and the path is its pointer


@lru_cache(4096)
def _tokens(path: str) -> tuple[str, ...]:
    """Return the tokens of a field path; those of a catalog are few and asked for with each event."""
    return tuple(split(path))


def steps(at: str, value: Any, token: str) -> Iterator[tuple[str, Any]]:
    """Yield what one token of a field path leads to, of a value that stands at a pointer."""
    if token != "*":  # noqa: S105 - a reference token of a field path
        try:
            yield f"{at}/{escape(token)}", child(value, token)
        except LookupError:
            return
    elif isinstance(value, list):
        yield from ((f"{at}/{index}", element) for index, element in enumerate(value))
    elif isinstance(value, dict):
        yield from ((f"{at}/{escape(key)}", member) for key, member in value.items())
