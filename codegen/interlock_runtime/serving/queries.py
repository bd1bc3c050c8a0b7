"""The query of a request: its pairs, and what stands in them for one parameter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from .description import Parameter
from .problems import Refused
from .styles import Raw, taken_apart

Pairs = list[tuple[str, str]]
"""Names and values, the names decoded and the values as they came."""

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_MOST = 1000


def query_pairs(query: bytes) -> Pairs:
    """Return the pairs of a query; raise Refused for what two servers would read differently."""
    if not query:
        return []
    if not query.isascii() or _BAD_ESCAPE.search(query.decode("ascii")):
        raise Refused("malformed", "The query has a percent sign without two hexadecimal digits, or is not ASCII.")
    parts = [part for part in query.decode("ascii").split("&") if part]
    if len(parts) > _MOST:
        raise Refused("malformed", f"The query has more than {_MOST} parameters.")
    return [(decoded(name), value) for part in parts for name, _, value in [part.partition("=")]]


def decoded(text: str) -> str:
    """Return a text of a query without its escapes; raise Refused when their bytes are no UTF-8."""
    try:
        return unquote(text.replace("+", " "), errors="strict")
    except UnicodeDecodeError:
        raise Refused("malformed", "The query has escaped bytes that are no UTF-8 text.") from None


def in_query(parameter: Parameter, pairs: Pairs, others: frozenset[str]) -> tuple[list[Raw], set[str]]:
    """Return the readings of a parameter in a query and the names that they use; nothing where it is absent."""
    spread = _spread(parameter, pairs, others)
    if spread:
        return [{key: decoded(text) for key, (_, text) in spread.items()}], {name for name, _ in spread.values()}
    texts = [text for name, text in pairs if name == parameter.name]
    if not texts or parameter.style == "deepObject":
        return [], set()
    if parameter.may_be_empty and texts == [""]:
        return [], {parameter.name}
    if parameter.explode and parameter.shape.is_array and parameter.media is None:
        single: list[Raw] = [decoded(texts[0])] if parameter.shape.is_scalar and len(texts) == 1 else []
        return [*single, [decoded(text) for text in texts]], {parameter.name}
    if len(texts) > 1:
        raise Refused("malformed", f"The {parameter} stands in the request more than once.")
    if parameter.media is not None:
        return [decoded(texts[0])], {parameter.name}
    return taken_apart(texts[0], parameter, parameter.shape, decoded), {parameter.name}


def _spread(parameter: Parameter, pairs: Pairs, others: frozenset[str]) -> dict[str, tuple[str, str]] | None:
    """Return the members of an object whose every member is a parameter of its own: by member the name and the text."""
    if not parameter.shape.is_object or parameter.media is not None:
        return None
    if parameter.style == "deepObject":
        found = _deep(parameter.name, pairs)
    elif parameter.style == "form" and parameter.explode:
        found = (
            (name, name, text)
            for name, text in pairs
            if name in parameter.shape.members or (parameter.shape.is_map and name not in others)
        )
    else:
        return None
    members: dict[str, tuple[str, str]] = {}
    for member, name, text in found:
        if member in members:
            raise Refused("malformed", f"The {parameter} has a member that stands in the request more than once.")
        members[member] = (name, text)
    return members


def _deep(parameter: str, pairs: Pairs) -> Iterator[tuple[str, str, str]]:
    """Yield member, name and text of each `name[member]=text`."""
    for name, text in pairs:
        if name.startswith(f"{parameter}[") and name.endswith("]"):
            yield name[len(parameter) + 1 : -1], name, text
