"""A document as written: places in it, what its references lead to, and the faults met on the way."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from interlock.compat.answers import Spot
from interlock.pointers import escape, lookup

from .clock import Clock

OLD, NEW = "writer", "reader"
"""The sides of a comparison: the old document writes, the new one reads."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that OpenAPI does not allow, at its place."""

    code: str
    message: str
    spot: Spot
    value: Any = field(default=None, compare=False)


class Source:
    """One side's root document and the documents that it may refer to; nothing is fetched."""

    def __init__(self, side: str, root: Any, documents: Mapping[str, Any], clock: Clock) -> None:
        """Read nothing yet."""
        self.side = side
        self.clock = clock
        self.faults: dict[Fault, None] = {}
        self._documents = {"": root, **{posixpath.normpath(uri): document for uri, document in documents.items()}}
        self._anchors: dict[str, dict[str, str]] = {}
        self.root = Cursor(self, root, "", "")

    @property
    def version(self) -> str:
        """What the document says in `openapi`."""
        root = self.root.value
        return str(root.get("openapi", "")) if isinstance(root, dict) else ""

    @cached_property
    def is_3_0(self) -> bool:
        """Whether its schemas are those of OpenAPI 3.0."""
        return self.version.startswith("3.0")

    def fault(self, code: str, message: str, cursor: Cursor) -> None:
        """Note a fault once."""
        self.faults.setdefault(Fault(code, message, cursor.spot, cursor.value))

    def target(self, reference: str, document: str) -> Cursor | None:
        """What a reference that stands in a document names; None when it is not there."""
        file, _, fragment = reference.partition("#")
        fragment = unquote(fragment)
        if file:
            document = posixpath.normpath(posixpath.join(posixpath.dirname(document), unquote(file)))
        if document not in self._documents:
            return None
        if fragment and not fragment.startswith("/"):
            fragment = self._anchored(document).get(fragment, "/ ")
        try:
            value = lookup(self._documents[document], fragment)
        except (LookupError, ValueError):
            return None
        return Cursor(self, value, document, fragment)

    def _anchored(self, document: str) -> dict[str, str]:
        """Pointers of the schemas with an `$anchor`, by its name (JSON Schema 2020-12 core section 8.2.2)."""
        if document not in self._anchors:
            found = self._anchors[document] = {}
            waiting = [("", self._documents[document])]
            while waiting:
                at, node = waiting.pop()
                self.clock.check()
                if isinstance(node, dict):
                    if isinstance(node.get("$anchor"), str):
                        found.setdefault(node["$anchor"], at)
                    waiting.extend((f"{at}/{escape(name)}", value) for name, value in node.items())
                elif isinstance(node, list):
                    waiting.extend((f"{at}/{index}", value) for index, value in enumerate(node))
        return self._anchors[document]


@dataclass(frozen=True, slots=True)
class Cursor:
    """A value in a document and its place."""

    source: Source = field(repr=False, compare=False)
    value: Any = field(compare=False)
    document: str
    pointer: str

    @property
    def spot(self) -> Spot:
        """The place."""
        return Spot(self.pointer, self.document)

    def get(self, name: str, default: Any = None) -> Any:
        """The plain value of a member."""
        return self.value.get(name, default) if isinstance(self.value, dict) else default

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A member that is true or false."""
        value = self.get(name)
        return value if isinstance(value, bool) else default

    def text(self, name: str) -> str:
        """A member that is a string; empty when there is none."""
        value = self.get(name)
        return value if isinstance(value, str) else ""

    def raw(self, name: str) -> Cursor | None:
        """A member as it stands, be it a reference."""
        if not isinstance(self.value, dict) or name not in self.value:
            return None
        return Cursor(self.source, self.value[name], self.document, f"{self.pointer}/{escape(name)}")

    def member(self, name: str) -> Cursor | None:
        """A member that is an object, behind its references; None when there is none."""
        found = self.raw(name)
        return None if found is None else found.resolved()

    def members(self, name: str) -> Iterator[tuple[str, Cursor]]:
        """The entries of a map of objects, behind their references; extensions are left out."""
        inner = self.member(name)
        for key in inner.value if inner is not None else ():
            known = isinstance(key, str) and not key.startswith("x-")
            entry = inner.member(key) if known and inner is not None else None
            if entry is not None:
                yield key, entry

    def elements(self, name: str) -> Iterator[Cursor]:
        """The entries of a list of objects, behind their references."""
        inner = self.raw(name)
        if inner is None:
            return
        if not isinstance(inner.value, list):
            self.source.fault("not-a-list", f"{name} is no list", inner)
            return
        for index, value in enumerate(inner.value):
            entry = Cursor(self.source, value, inner.document, f"{inner.pointer}/{index}").resolved()
            if entry is not None:
                yield entry

    def resolved(self) -> Cursor | None:
        """The object that a chain of references ends in; a fault and None when it ends in none."""
        here, seen = self, {(self.document, self.pointer)}
        while isinstance(here.value, dict) and isinstance(here.value.get("$ref"), str):
            reference = here.value["$ref"]
            found = self.source.target(reference, here.document)
            if found is None or (found.document, found.pointer) in seen:
                why = "leads back to itself" if found is not None else "leads to nothing here, and nothing is fetched"
                self.source.fault("unresolved-reference", f"$ref {reference} {why}", here)
                return None
            seen.add((found.document, found.pointer))
            here = found
        if not isinstance(here.value, dict):
            self.source.fault("not-an-object", "this is no object", here)
            return None
        return here
