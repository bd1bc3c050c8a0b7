"""The schemas of an OpenAPI document as definitions under names of their own, which refer to nothing but each other."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from interlock.pointers import lookup, split
from interlock.references import ANNOTATIONS, mapped

REFERENCE = "generate/reference-resolves"
CLIENT = "generate/client-is-complete"
"""The rules that a document can break on its way to a client."""

_FILES = "x-bundled"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_SAYING = ANNOTATIONS | {"default", "deprecated", "readOnly", "writeOnly", "example", "externalDocs", "xml"}
"""Keywords beside a reference that change nothing about the values (JSON Schema 2020-12 validation section 9)."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why no exact client can be made of a document, and where."""

    rule: str
    pointer: str
    """Into the bundled document."""
    message: str


@dataclass
class Definitions:
    """Schemas by name, taken from a document one after another with all that they reach."""

    document: Any
    faults: list[Fault]
    schemas: dict[str, Any] = field(default_factory=dict[str, Any])
    """References in them are `#/$defs/<name>`; a name needs no escape."""
    files: dict[str, str] = field(default_factory=dict[str, str])
    """The file of each shared type, by the name that it has here."""
    _names: dict[str, str] = field(default_factory=dict[str, str])
    """Name by pointer into the document."""
    _waiting: list[str] = field(default_factory=list[str])
    """Pointers that have a name and are not read yet."""
    _taken: set[str] = field(default_factory=set[str])
    _lifted: set[str] = field(default_factory=set[str])
    """Names of schemas that stand within an operation."""

    def __post_init__(self) -> None:
        """Keep the names of components for themselves, so that no schema within an operation takes one."""
        self._taken.update(name for name in _components(self.document) if _safe(name) == name)

    def named(self, pointer: str, hint: str) -> str:
        """Return the name of the schema at a pointer, or of the one that it refers to and adds nothing to."""
        end = self.end(pointer)
        name = self._name(end, hint)
        while self._waiting:
            at = self._waiting.pop(0)
            self.schemas[self._names[at]] = self._written(at)
        return name

    def whatever(self, schema: dict[str, Any], hint: str) -> str:
        """Return the name of a schema that stands nowhere in the document."""
        name = self._free(_safe(hint))
        self.schemas[name] = schema
        return name

    def describe(self, name: str, text: str) -> None:
        """Say what a schema is for, where it stands within an operation and says nothing itself."""
        schema = self.schemas[name]
        if text and isinstance(schema, dict) and name in self._lifted:
            self.schemas[name] = {"description": text, **schema}

    def end(self, pointer: str) -> str:
        """Return where a chain of bare references ends."""
        seen: set[str] = set()
        while pointer not in seen:
            seen.add(pointer)
            schema = self.at(pointer)
            ref = schema.get("$ref") if isinstance(schema, dict) and schema.keys() - _SAYING == {"$ref"} else None
            target = self._target(ref, pointer) if isinstance(ref, str) else None
            pointer = pointer if target is None else target
        return pointer

    def _written(self, pointer: str) -> Any:
        """Return the schema at a pointer with its references turned into names."""

        def renamed(node: dict[str, Any]) -> dict[str, Any]:
            target = self._target(node["$ref"], pointer) if isinstance(node.get("$ref"), str) else None
            if target is None:
                return node
            return {**node, "$ref": f"#/$defs/{self._name(target, split(target)[-1])}"}

        schema = self.at(pointer)
        if not isinstance(schema, dict | bool):
            self.faults.append(
                Fault(CLIENT, pointer, "a schema is an object, or true or false: this is something else")
            )
            return True
        return mapped(schema, renamed)

    def _target(self, ref: str, at: str) -> str | None:
        """Return the pointer that a reference names; a fault and None when nothing is there."""
        pointer = unquote(ref.removeprefix("#"))
        if ref.startswith("#") and self.at(pointer) is not None:
            return pointer
        self.faults.append(Fault(REFERENCE, at, f"$ref {ref!r} leads to nothing in this document: name what is there"))
        return None

    def at(self, pointer: str) -> Any:
        """Return what stands at a pointer; None where nothing does."""
        try:
            return lookup(self.document, pointer) if pointer.startswith("/") else None
        except (LookupError, TypeError):
            return None

    def _name(self, pointer: str, hint: str) -> str:
        """Return the name for a pointer: a component's own, a shared type's file, else the next free one like the hint."""
        if pointer not in self._names:
            self._waiting.append(pointer)
            match split(pointer):
                case ["components", "schemas", name] if _safe(name) == name:
                    self._names[pointer] = name
                case [place, file] if place == _FILES:
                    self._names[pointer] = self._free(_safe(file.removesuffix(".yaml")))
                    self.files[self._names[pointer]] = file
                case _:
                    self._names[pointer] = self._free(_safe(hint))
                    self._lifted.add(self._names[pointer])
        return self._names[pointer]

    def _free(self, name: str) -> str:
        """Take a name, or the next free one like it."""
        free, number = name, 1
        while free in self._taken:
            number += 1
            free = f"{name}-{number}"
        self._taken.add(free)
        return free


def _components(document: Any) -> list[str]:
    """Return the names of a document's component schemas."""
    try:
        found = lookup(document, "/components/schemas")
    except (LookupError, TypeError):
        return []
    return [name for name in found if isinstance(name, str)] if isinstance(found, dict) else []


def _safe(name: str) -> str:
    """Return a name that needs no escape in a pointer (the characters that OpenAPI 3.1.1 section 4.8.7 allows)."""
    return _UNSAFE.sub("-", name).strip("-") or "schema"
