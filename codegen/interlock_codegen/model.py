"""What will be printed: a package as a tree of small values, every text in it already inert code."""

from __future__ import annotations

from dataclasses import dataclass

from interlock_codegen.code import Code


@dataclass(frozen=True, slots=True)
class Field:
    """One member of an object."""

    name: Code
    annotation: Code
    """The type with its alias and description, laid out for the field's indent."""
    optional: bool


@dataclass(frozen=True, slots=True)
class Known:
    """A class of constants: the known values of an enumeration."""

    name: Code
    doc: Code
    members: tuple[tuple[Code, Code], ...]
    """Name and literal."""


@dataclass(frozen=True, slots=True)
class Class:
    """A model: what an object of the wire is in Python."""

    name: Code
    doc: Code
    fields: tuple[Field, ...]
    nested: tuple[Class | Known, ...] = ()


@dataclass(frozen=True, slots=True)
class Alias:
    """A name for a type that is no object."""

    name: Code
    annotation: Code
    doc: Code


Definition = Class | Known | Alias
"""What stands at the top level of a module, below the imports."""


@dataclass(frozen=True, slots=True)
class ContractValue:
    """The contract of an event or a plain document, as its module offers it."""

    name: Code
    type: Code
    construction: Code
    doc: Code
    functions: tuple[tuple[Code, Code], ...]
    """Names of module functions and the methods that they are."""


@dataclass(frozen=True, slots=True)
class Module:
    """One generated module with types in it."""

    doc: Code
    imports: tuple[tuple[Code, tuple[Code, ...]], ...]
    """Module and the names taken from it, in order; an empty module parts the sections."""
    definitions: tuple[Definition, ...]
    all: Code
    """The list in `__all__`."""
    contract: ContractValue | None = None


@dataclass(frozen=True, slots=True)
class Index:
    """A package whose names load when they are first used."""

    doc: Code
    up: Code
    """Dots from this package to the module `_lazy`."""
    imports: tuple[tuple[Code, tuple[Code, ...]], ...]
    """For type checkers: module and the names taken from it."""
    all: Code
    homes: Code
    """The table of names for `lazy`."""
