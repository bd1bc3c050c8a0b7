"""
Laying code out as ruff formats it, so that what is generated is formatted without a formatter at hand.

An expression that fits its line stands on it. Else a bracketed list has one item a line with a trailing comma, and
alternatives stand one a line behind their `|`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from interlock_codegen.code import WIDTH, Code, literal


@dataclass(frozen=True, slots=True)
class Brackets:
    """A call, a subscript or a display: what stands up to the opening bracket, the items, the closing bracket."""

    opening: str
    items: tuple[Node, ...]
    closing: str

    def __str__(self) -> str:
        """On one line."""
        one = len(self.items) == 1 and self.opening == "("  # a tuple of one item keeps its comma
        return f"{self.opening}{', '.join(map(str, self.items))}{',' if one else ''}{self.closing}"


@dataclass(frozen=True, slots=True)
class Alternatives:
    """A union of types."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        """On one line."""
        return " | ".join(map(str, self.parts))


@dataclass(frozen=True, slots=True)
class Named:
    """A keyword argument (`name=`) or an entry of a dictionary (`"name": `)."""

    name: str
    value: Node

    def __str__(self) -> str:
        """On one line."""
        return f"{self.name}{self.value}"


Node: TypeAlias = Code | Brackets | Alternatives | Named
"""An expression that can be laid out."""


def union(*parts: Node) -> Node:
    """Return a union of types, each once, with `None` at its end."""
    flat = dict.fromkeys(each for part in parts for each in (part.parts if isinstance(part, Alternatives) else (part,)))
    if "None" in flat:
        flat[Code("None")] = flat.pop(Code("None"))
    return next(iter(flat)) if len(flat) == 1 else Alternatives(tuple(flat))


def call(name: str, *items: Node) -> Brackets:
    """Return a call."""
    return Brackets(f"{name}(", items, ")")


def subscript(name: str, *items: Node) -> Brackets:
    """Return a subscript."""
    return Brackets(f"{name}[", items, "]")


def listed(*items: Node) -> Brackets:
    """Return a list display."""
    return Brackets("[", items, "]")


def argument(name: str, value: Node) -> Named:
    """Return a keyword argument."""
    return Named(f"{name}=", value)


def value(data: Any) -> Node:
    """Return a JSON value as an expression."""
    if isinstance(data, dict):
        return Brackets("{", tuple(Named(f"{literal(str(name))}: ", value(item)) for name, item in data.items()), "}")
    if isinstance(data, list | tuple):
        opening, closing = "[]" if isinstance(data, list) else "()"
        return Brackets(opening, tuple(map(value, data)), closing)
    return literal(data)


def shown(node: Node, indent: int = 0, *, before: int = 0, after: int = 0, bracketed: bool = False) -> Code:
    """
    Return an expression laid out at an indent, with so many columns before it on its first and behind it on its last line.

    >>> shown(call("f", Code("a"), Code("b")))
    'f(a, b)'
    """
    line = str(node)
    if len(line) + indent + before + after <= WIDTH or isinstance(node, Code):
        return Code(line)
    if isinstance(node, Named):
        return Code(node.name + shown(node.value, indent, before=before + len(node.name), after=after))
    if isinstance(node, Alternatives):
        return _alternatives(node, indent, bracketed=bracketed)
    if not node.items:
        return Code(line)
    pad = " " * (indent + 4)
    items = [shown(item, indent + 4, after=1, bracketed=True) for item in node.items]
    alone = len(items) == 1 and node.opening.endswith("[") and node.opening != "["  # a comma would make it a tuple
    return Code(
        f"{node.opening}\n"
        + "".join(f"{pad}{item}{'' if alone else ','}\n" for item in items)
        + " " * indent
        + node.closing
    )


def _alternatives(node: Alternatives, indent: int, *, bracketed: bool) -> Code:
    """Return alternatives one a line, in parentheses of their own where they stand in no brackets."""
    inner = indent if bracketed else indent + 4
    pad = " " * inner
    if not bracketed and inner + len(str(node)) <= WIDTH:
        return Code(f"(\n{pad}{node}\n{' ' * indent})")
    lines = f"\n{pad}| ".join(shown(part, inner, before=2 * bool(number)) for number, part in enumerate(node.parts))
    return Code(lines if bracketed else f"(\n{pad}{lines}\n{' ' * indent})")
