"""Enumerations: the type of their values, and a class with a constant for each known one."""

from __future__ import annotations

from typing import Any

from interlock_codegen.code import Code, docstring, literal
from interlock_codegen.layout import Node, subscript, union
from interlock_codegen.lowering.module import ModuleNames
from interlock_codegen.lowering.place import Place
from interlock_codegen.model import Known
from interlock_codegen.naming import Scope, constant, snake

MOST_KNOWN = 500
"""A longer list of values is a plain text to the type checker, which would crawl."""


def in_literal(values: list[Any]) -> bool:
    """Say whether a `Literal` can hold these values and tells them apart: texts and null, or integers."""
    texts = all(value is None or isinstance(value, str) for value in values)
    integers = all(isinstance(value, int) and not isinstance(value, bool) for value in values)
    boolean = len(values) == 1 and isinstance(values[0], bool)
    return 0 < len(values) <= MOST_KNOWN and (texts or integers or boolean)


def literal_type(names: ModuleNames, values: list[Any]) -> Node:
    """Return a `Literal` of some values, each once."""
    said = list(dict.fromkeys(map(literal, values)))
    texts = [text for text in said if text != "None"]
    parts: list[Node] = [subscript(names.use("Literal"), *texts)] if texts else []
    return union(*parts, *([Code("None")] if len(texts) < len(said) else []))


def open_type(names: ModuleNames, values: list[str]) -> Node:
    """Return the type of an open enumeration: the known texts for people and tools, any other for the wire."""
    return union(literal_type(names, values), Code("str")) if len(values) <= MOST_KNOWN else Code("str")


def constants(names: ModuleNames, name: Code, values: list[str], doc: str, depth: int = 0) -> Known:
    """Return the class of an enumeration's constants."""
    names.use("Final")
    scope = Scope(frozenset({"mro"}))
    members = tuple((Code(scope.claim(constant(value))), literal(value)) for value in values[:MOST_KNOWN])
    return Known(name, docstring(doc, indent=4 * depth + 4), members)


def nest_constants(names: ModuleNames, values: list[str], place: Place) -> None:
    """Define the constants of an enumeration beside the member that has it."""
    name = Code(place.scope.claim(place.hint))
    place.define(constants(names, name, values, f"Known values of `{snake(place.hint)}`.", place.depth))
