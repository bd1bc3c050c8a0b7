"""What will be printed of a client, every text in it already inert code."""

from __future__ import annotations

from dataclasses import dataclass

from interlock_codegen.code import Code
from interlock_codegen.model import Module


@dataclass(frozen=True, slots=True)
class ErrorClass:
    """What is raised for one declared problem."""

    name: Code
    base: Code
    doc: Code


@dataclass(frozen=True, slots=True)
class Constant:
    """A value at the top of the module."""

    name: Code
    type: Code
    """`Final`, or `Final[...]` where the value does not say it."""
    value: Code
    doc: Code | None = None


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a method, on a line of its own."""

    line: Code


@dataclass(frozen=True, slots=True)
class Method:
    """One method of a client."""

    name: Code
    arguments: tuple[Argument, ...]
    """With the star before those that are given by name."""
    returns: Code
    doc: Code
    body: Code
    """Its statements."""
    start: Code
    """`def` or `async def`."""
    deprecated: Code | None
    """The decorator that tells tools, for an operation that goes away."""


@dataclass(frozen=True, slots=True)
class ClientClass:
    """One class of a client: sync or async, plain or with whole responses."""

    name: Code
    base: Code
    doc: Code
    raw: Code | None
    """The class of the same calls with whole responses, for a plain client."""
    methods: tuple[Method, ...]


@dataclass(frozen=True, slots=True)
class ClientModule:
    """The module of one API product at one major version."""

    types: Module
    """Models, and all that the module imports and offers."""
    errors: tuple[ErrorClass, ...]
    constants: tuple[Constant, ...]
    """In the order in which they need each other."""
    product: Code
    """`name@major` as a literal."""
    classes: tuple[ClientClass, ...]
