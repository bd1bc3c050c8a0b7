"""
Serialized values taken apart by place, style and explode (OpenAPI 3.1.1 section 4.8.12.3, RFC 6570).

A text may stand for a string or for a JSON number, boolean or null; it is taken as what the schema names, and a value
that fits in another reading is taken in that one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from ..parsing import loads
from ..violations import ContractViolation
from .shapes import ANY, Shapes

Raw = str | list[str] | dict[str, str]
"""A value whose leaves are still texts."""
Decode = Callable[[str], str]


class Written(Protocol):
    """A parameter or header, as far as its style goes."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def style(self) -> str:
        """How its parts are joined."""
        ...

    @property
    def explode(self) -> bool:
        """Whether each part stands for itself."""
        ...


_LITERAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null")
DELIMITERS = {
    "form": re.compile(","),
    "simple": re.compile(","),
    "spaceDelimited": re.compile(r"%20|\+| "),
    "pipeDelimited": re.compile(r"%7C|\|", re.IGNORECASE),
}
"""What stands between the parts of a value that is one text."""


def taken_apart(text: str, parameter: Written, shape: Shapes, decode: Decode) -> list[Raw]:
    """Return what a text may stand for, the simplest first; empty when it is not written in the parameter's style."""
    style, explode = parameter.style, parameter.explode
    if style == "matrix":
        return _matrix(text, parameter, shape, decode)
    if style == "label":
        between = re.compile(r"\.") if explode else DELIMITERS["simple"]
        return _parted(text[1:], between, shape, decode, "=" if explode else None) if text.startswith(".") else []
    joint = "=" if explode and style == "simple" else None
    return _parted(text, DELIMITERS.get(style, DELIMITERS["simple"]), shape, decode, joint)


def _parted(text: str, between: re.Pattern[str], shape: Shapes, decode: Decode, joint: str | None) -> list[Raw]:
    """Return what a text with delimiters may stand for; `joint` stands between names and values when it is exploded."""
    found: list[Raw] = [decode(text)] if shape.is_scalar else []
    if not (shape.is_array or shape.is_object):
        return found
    parts = between.split(text)
    if shape.is_array:
        found.append([decode(part) for part in parts])
        found.extend([] if text else [[]])
    if shape.is_object:
        members = _members(parts, joint)
        found.append({decode(name): decode(value) for name, value in members} if members is not None else decode(text))
    return found


def _members(parts: list[str], joint: str | None) -> list[tuple[str, str]] | None:
    """Return names and values, each pair joined or one after the other; None where something is left over."""
    if joint is None:
        return list(zip(parts[::2], parts[1::2], strict=True)) if len(parts) % 2 == 0 else None
    pairs = [part.partition(joint) for part in parts]
    return [(name, value) for name, _, value in pairs] if all(middle for _, middle, _ in pairs) else None


def _matrix(text: str, parameter: Written, shape: Shapes, decode: Decode) -> list[Raw]:
    """Return what a text of style matrix may stand for, `;name=value` (RFC 6570 section 3.2.7)."""
    if not text.startswith(";"):
        return []
    pairs = [(key, value) for part in text[1:].split(";") for key, _, value in [part.partition("=")]]
    if parameter.explode and shape.is_object:
        return [{decode(key): decode(value) for key, value in pairs}]
    if {key for key, _ in pairs} != {parameter.name}:
        return []
    if parameter.explode and shape.is_array:
        return [[decode(value) for _, value in pairs]]
    return _parted(pairs[0][1], DELIMITERS["simple"], shape, decode, None) if len(pairs) == 1 else []


def values(raw: Raw, shape: Shapes) -> Iterator[Any]:
    """Yield the JSON values that a raw one may stand for, the likeliest first."""
    if isinstance(raw, str):
        yield _likely(raw, shape.types)
        yield from _literals(raw)
    elif isinstance(raw, list):
        yield [_likely(item, shape.items) for item in raw]
        yield [next(_literals(item), item) for item in raw]
    else:
        yield {name: _likely(text, shape.members.get(name, ANY)) for name, text in raw.items()}
        yield {name: next(_literals(text), text) for name, text in raw.items()}


def _likely(text: str, types: frozenset[str]) -> Any:
    """Return a text as its schema names it: a string where that is possible."""
    return text if "string" in types else next(_literals(text), text)


def _literals(text: str) -> Iterator[Any]:
    """Yield the number, boolean or null that a text writes as JSON does."""
    if _LITERAL.fullmatch(text):
        try:
            yield loads(text.encode())
        except ContractViolation:  # more digits than are read: it stays a text
            return
