"""A schema taken out of its document: self-contained JSON Schema 2020-12, and where each part of it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from interlock.compat.answers import Spot
from interlock.compat.jsonschema.dialects import DEFAULT, Shape
from interlock.compat.jsonschema.translating import MARK
from interlock.pointers import child, escape, join, split

from .normalising import UNSEEN, normalised
from .sources import Cursor, Source
from .tagging import tagged, tags

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, eq=False)
class Extracted:
    """A self-contained schema."""

    schema: Any
    at: Cursor
    """Where the schema itself stands."""
    homes: Mapping[str, Cursor]
    """Where each schema under `$defs` stands."""

    @cached_property
    def text(self) -> str:
        """Canonical JSON: equal texts mean the same."""
        return json.dumps(self.schema, sort_keys=True, default=str)

    def spot(self, pointer: str) -> Spot:
        """The place in the document, or the nearest above it: some keywords are written otherwise there."""
        tokens, home = split(pointer), self.at
        if len(tokens) > 1 and tokens[0] == "$defs" and tokens[1] in self.homes:
            home, tokens = self.homes[tokens[1]], tokens[2:]
        value = home.value
        for count, token in enumerate(tokens):
            try:
                value = child(value, token)
            except LookupError:
                return Spot(home.pointer + join(*tokens[:count]), home.document)
        return Spot(home.pointer + join(*tokens), home.document)


@dataclass
class Extractor:
    """Takes schemas out of one side's documents; each is read once."""

    source: Source
    _names: dict[str, Cursor] = field(default_factory=dict[str, Cursor])
    _parts: dict[Cursor, tuple[Any, frozenset[str]]] = field(default_factory=dict[Cursor, tuple[Any, frozenset[str]]])
    _made: dict[Cursor, Extracted] = field(default_factory=dict[Cursor, Extracted])

    def extracted(self, at: Cursor) -> Extracted:
        """The schema at a place, or behind it where that is a mere reference."""
        at = self._behind(at)
        if at not in self._made:
            self._made[at] = self._gathered(at)
        return self._made[at]

    def _behind(self, at: Cursor) -> Cursor:
        seen = {at}
        while isinstance(at.value, dict) and isinstance(at.value.get("$ref"), str):
            found = self.target(at.value["$ref"], at.document)
            only = self.source.is_3_0 or at.value.keys() - UNSEEN == {"$ref"}
            if found is None or found in seen or not only or "$id" in at.value:
                break
            seen.add(found)
            at = found
        return at

    def _gathered(self, at: Cursor) -> Extracted:
        root, waiting = self._part(at)
        parts: dict[str, Any] = {}
        todo = list(waiting)
        while todo:
            name = todo.pop()
            if name not in parts:
                parts[name], further = self._part(self._names[name])
                todo.extend(further)
        if not parts:
            return Extracted(root, at, {})
        whole = {**root, "$defs": {name: parts[name] for name in sorted(parts)}}
        return Extracted(whole, at, {name: self._names[name] for name in parts})

    def _part(self, at: Cursor) -> tuple[Any, frozenset[str]]:
        """One schema with its references rewritten, and the names that they now have."""
        if at not in self._parts:
            self.source.clock.check()
            reached: set[str] = set()
            self._parts[at] = _Copy(self, at.document, reached).of(at.value), frozenset(reached)
        return self._parts[at]

    def target(self, reference: str, document: str) -> Cursor | None:
        """The schema that a reference names; an OpenAPI document as a whole is none."""
        found = self.source.target(reference, document)
        return None if found is not None and (found.document, found.pointer) == ("", "") else found

    def name(self, target: Cursor) -> str:
        """The name under `$defs` of a schema: its place, in characters that need no escaping."""
        plain = name = _UNSAFE.sub("_", f"{target.document}#{target.pointer}").strip("_") or "root"
        count = 1
        while self._names.setdefault(name, target) != target:
            count += 1
            name = f"{plain}_{count}"
        return name


@dataclass
class _Copy:
    """The copy of one schema being made."""

    extractor: Extractor
    document: str
    reached: set[str]

    def of(self, schema: Any, *, embedded: bool = False) -> Any:
        """A schema with all that is below it; `embedded` below an `$id`, which moves where references start."""
        if not isinstance(schema, dict):
            return (
                schema if isinstance(schema, bool) else {MARK: "not-a-schema: this is neither an object nor a boolean"}
            )
        embedded = embedded or isinstance(schema.get("$id"), str)
        made = self._referring(normalised(schema, is_3_0=self.extractor.source.is_3_0), embedded=embedded)
        for keyword, value in made.items():
            shape = DEFAULT.keywords.get(keyword, Shape.NONE)
            if shape is Shape.ONE:
                made[keyword] = self.of(value, embedded=embedded)
            elif shape is Shape.LIST:
                made[keyword] = [self._branch(schema, item, keyword, embedded=embedded) for item in value]
            elif shape is Shape.MAP:
                made[keyword] = {name: self.of(item, embedded=embedded) for name, item in value.items()}
        return made

    def _branch(self, schema: dict[str, Any], branch: Any, keyword: str, *, embedded: bool) -> Any:
        """A schema in a list; one of a choice with a discriminator needs its tag."""
        copied = self.of(branch, embedded=embedded)
        if keyword not in ("oneOf", "anyOf") or "discriminator" not in schema:
            return copied
        return tagged(copied, tags(schema, branch, self.document, self.extractor.target))

    def _referring(self, schema: dict[str, Any], *, embedded: bool) -> dict[str, Any]:
        """The same with its own reference leading into `$defs`."""
        if "$dynamicRef" in schema or (embedded and "$ref" in schema):
            why = "unsupported-reference: dynamic references and references below an $id are not followed here"
            return {k: v for k, v in schema.items() if k not in ("$ref", "$dynamicRef")} | {MARK: why}
        reference = schema.get("$ref")
        if reference is None:
            return schema
        found = self.extractor.target(reference, self.document)
        if found is None:
            why = f"unresolved-reference: $ref {reference} leads to nothing here, and nothing is fetched"
            return {k: v for k, v in schema.items() if k != "$ref"} | {MARK: why}
        name = self.extractor.name(found)
        self.reached.add(name)
        return schema | {"$ref": f"#/$defs/{escape(name)}"}
