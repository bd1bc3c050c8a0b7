"""Schemas of one product by name, each with only the definitions that it reaches."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

from ..schemas import DIALECT, subschemas, unescaped
from .operations import Content

T = TypeVar("T")
_PREFIX = "#/$defs/"


class Definitions:
    """The schemas in `$defs` of one file; they refer to each other by `#/$defs/<name>` alone."""

    def __init__(self, load: Callable[[], dict[str, Any]]) -> None:
        """Take a function that reads the file; it is called once, when first needed."""
        self._load = load

    @cached_property
    def _all(self) -> dict[str, Any]:
        """Every schema by its name."""
        found: dict[str, Any] = self._load()["$defs"]
        return found

    def schema(self, name: str) -> Callable[[], dict[str, Any]]:
        """Return a function that gives the schema of a name, complete in itself."""
        return lambda: self._complete(name)

    def content(self, name: str, load_type: Callable[[], type[T]] | Callable[[], Any]) -> Content[T]:
        """Return the JSON content with the schema of a name."""
        return Content(self.schema(name), load_type)

    def _complete(self, name: str) -> dict[str, Any]:
        """Return a schema with its definitions beside it; a schema may also be `true` or `false`."""
        schema = self._all[name]
        own: dict[str, Any] = schema if isinstance(schema, dict) else {"allOf": [schema]}
        return {"$schema": DIALECT, **own, "$defs": self._reached(name)}

    def _reached(self, name: str) -> dict[str, Any]:
        """Return the definitions that one leads to, itself included."""
        found: dict[str, Any] = {}
        waiting = [name]
        while waiting:
            this = waiting.pop()
            if this in found:
                continue
            found[this] = self._all[this]
            references = (node.get("$ref") for node in subschemas(found[this]))
            waiting.extend(
                unescaped(ref.removeprefix(_PREFIX))
                for ref in references
                if isinstance(ref, str) and ref.startswith(_PREFIX)
            )
        return found
