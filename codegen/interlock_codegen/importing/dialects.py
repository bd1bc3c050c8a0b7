"""Bringing a schema of an older draft to JSON Schema 2020-12 without changing what it takes, as far as that goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from interlock.references import LISTS, MAPS, SINGLES

Schema = dict[str, Any]
OLD = ("draft-03", "draft-04", "draft-05", "draft-06", "draft-07")


@dataclass
class Renewal:
    """One schema being brought to 2020-12, and what is lost."""

    dialect: str
    losses: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Pointer, and what is no longer said there."""

    @property
    def _is_old(self) -> bool:
        """Whether the dialect is draft 7 or older."""
        return any(name in self.dialect for name in OLD)

    def renewed(self, schema: Any, at: str = "") -> Any:
        """Return a schema in 2020-12."""
        if not isinstance(schema, dict):
            return schema
        result: Schema = dict(schema)
        for step in self._steps():
            step(result, at)
        return {keyword: self._below(keyword, value, f"{at}/{keyword}") for keyword, value in result.items()}

    def _below(self, keyword: str, value: Any, at: str) -> Any:
        """Return one keyword's value with the schemas in it renewed."""
        if keyword in MAPS and isinstance(value, dict):
            return {name: self.renewed(item, f"{at}/{name}") for name, item in value.items()}
        if (keyword in LISTS or keyword in SINGLES) and isinstance(value, list):
            return [self.renewed(item, f"{at}/{index}") for index, item in enumerate(value)]
        return self.renewed(value, at) if keyword in SINGLES else value

    def _steps(self) -> Iterator[Callable[[Schema, str], None]]:
        """Yield the changes that the dialect needs, in their order."""
        if self._is_old:
            yield self._only_reference
        if "draft-04" in self.dialect or "draft-03" in self.dialect:
            yield self._exclusive_bounds
            yield self._unknown_in_draft_4
        if "2020-12" not in self.dialect and self.dialect:
            yield self._tuples
            yield _dependencies
        yield self._identifiers

    def _only_reference(self, schema: Schema, at: str) -> None:
        """Drop what stands beside a `$ref`, which drafts up to 7 ignore (draft 7 core section 8.3)."""
        if not isinstance(schema.get("$ref"), str):
            return
        for keyword in [
            key for key in schema if key not in {"$ref", "title", "description", "definitions", "$schema", "$id", "id"}
        ]:
            del schema[keyword]
            self.losses.append((at, f"{keyword!r} beside a $ref was dropped: this dialect ignores it"))

    def _exclusive_bounds(self, schema: Schema, at: str) -> None:
        """Turn `exclusiveMinimum: true` into the bound itself (draft 4 validation section 5.1.2)."""
        for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if schema.get(exclusive) is True and bound in schema:
                schema[exclusive] = schema.pop(bound)
            elif isinstance(schema.get(exclusive), bool) and schema.pop(exclusive):
                self.losses.append((at, f"{exclusive!r} without {bound!r} was dropped: it says nothing"))

    def _unknown_in_draft_4(self, schema: Schema, at: str) -> None:
        """Drop keywords that draft 4 does not know and 2020-12 would assert."""
        for keyword in ("const", "contains", "propertyNames", "if", "then", "else"):
            if keyword in schema:
                del schema[keyword]
                self.losses.append((at, f"{keyword!r} was dropped: this dialect ignores it"))

    def _tuples(self, schema: Schema, at: str) -> None:
        """Turn a list under `items` into `prefixItems` (2020-12 release notes)."""
        if isinstance(schema.get("items"), list):
            schema["prefixItems"] = schema.pop("items")
            if "additionalItems" in schema:
                schema["items"] = schema.pop("additionalItems")
        elif schema.pop("additionalItems", None) is not None:
            self.losses.append((at, "'additionalItems' was dropped: without a list under 'items' it says nothing"))

    def _identifiers(self, schema: Schema, at: str) -> None:
        """Drop identifiers and dialects: the contract's name and version say them."""
        for keyword in ("$schema", "$id", "id") if not at else ("$schema", "$id"):
            value = schema.get(keyword)
            if isinstance(value, str):
                del schema[keyword]
                if keyword != "$schema":
                    self.losses.append(
                        (at, f"the identifier {value!r} was dropped: the contract's name and version take its place")
                    )


def _dependencies(schema: Schema, at: str) -> None:  # noqa: ARG001 - a step like the others
    """Split `dependencies` by what they hold (2019-09 release notes)."""
    said = schema.pop("dependencies", None)
    if not isinstance(said, dict):
        return
    lists = {name: value for name, value in said.items() if isinstance(value, list)}
    schemas = {name: value for name, value in said.items() if not isinstance(value, list)}
    schema.update({"dependentRequired": lists} if lists else {}, **({"dependentSchemas": schemas} if schemas else {}))
