"""The drafts of JSON Schema: which keywords each of them knows, and which of those hold schemas."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Shape(Enum):
    """How a keyword holds schemas."""

    NONE = "no schema"
    ONE = "a schema"
    LIST = "a list of schemas"
    MAP = "schemas by name"
    ONE_OR_LIST = "a schema or a list of them"
    MAYBE_MAP = "schemas or lists of names, by name"


_CORE: Mapping[str, Shape] = MappingProxyType({
    "$ref": Shape.NONE, "type": Shape.NONE, "enum": Shape.NONE, "format": Shape.NONE,
    "minimum": Shape.NONE, "maximum": Shape.NONE, "multipleOf": Shape.NONE,
    "minLength": Shape.NONE, "maxLength": Shape.NONE, "pattern": Shape.NONE,
    "minItems": Shape.NONE, "maxItems": Shape.NONE, "uniqueItems": Shape.NONE, "items": Shape.ONE_OR_LIST,
    "minProperties": Shape.NONE, "maxProperties": Shape.NONE, "required": Shape.NONE,
    "properties": Shape.MAP, "patternProperties": Shape.MAP, "additionalProperties": Shape.ONE,
    "allOf": Shape.LIST, "anyOf": Shape.LIST, "oneOf": Shape.LIST, "not": Shape.ONE, "definitions": Shape.MAP,
})  # fmt: skip
_DRAFT4 = {**_CORE, "additionalItems": Shape.ONE, "dependencies": Shape.MAYBE_MAP}
_DRAFT6 = {
    **_DRAFT4, "const": Shape.NONE, "exclusiveMinimum": Shape.NONE, "exclusiveMaximum": Shape.NONE,
    "contains": Shape.ONE, "propertyNames": Shape.ONE,
}  # fmt: skip
_DRAFT7 = {**_DRAFT6, "if": Shape.ONE, "then": Shape.ONE, "else": Shape.ONE}
_DRAFT2019 = {
    **{name: shape for name, shape in _DRAFT7.items() if name != "dependencies"},
    "$defs": Shape.MAP, "dependentRequired": Shape.NONE, "dependentSchemas": Shape.MAP,
    "unevaluatedItems": Shape.ONE, "unevaluatedProperties": Shape.ONE,
    "minContains": Shape.NONE, "maxContains": Shape.NONE, "$recursiveRef": Shape.NONE,
}  # fmt: skip
_DRAFT2020 = {
    **{name: shape for name, shape in _DRAFT2019.items() if name not in {"additionalItems", "$recursiveRef"}},
    "items": Shape.ONE, "prefixItems": Shape.LIST, "$dynamicRef": Shape.NONE,
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Dialect:
    """One draft."""

    name: str
    uri: str
    """What `$schema` says, without an empty fragment."""
    keywords: Mapping[str, Shape]
    id_keyword: str = "$id"
    ref_stands_alone: bool = False
    """Whether `$ref` makes its siblings mean nothing (draft 7 and before)."""
    bool_exclusive: bool = False
    """Whether `exclusiveMinimum` is a boolean beside `minimum` (draft 4)."""
    contains_evaluates: bool = False
    """Whether an item that `contains` matches counts as evaluated (2020-12)."""
    anchors: tuple[str, ...] = ()


DIALECTS: Mapping[str, Dialect] = MappingProxyType({
    d.name: d
    for d in (
        Dialect("draft4", "http://json-schema.org/draft-04/schema", _DRAFT4, "id", ref_stands_alone=True, bool_exclusive=True),
        Dialect("draft6", "http://json-schema.org/draft-06/schema", _DRAFT6, ref_stands_alone=True),
        Dialect("draft7", "http://json-schema.org/draft-07/schema", _DRAFT7, ref_stands_alone=True),
        Dialect("2019-09", "https://json-schema.org/draft/2019-09/schema", _DRAFT2019, anchors=("$anchor",)),
        Dialect(
            "2020-12", "https://json-schema.org/draft/2020-12/schema", _DRAFT2020,
            contains_evaluates=True, anchors=("$anchor", "$dynamicAnchor"),
        ),
    )
})  # fmt: skip
"""Each draft by its name."""

DEFAULT = DIALECTS["2020-12"]

_BY_URI = {d.uri.partition("://")[2]: d for d in DIALECTS.values()} | {"json-schema.org/schema": DEFAULT}


def dialect_of(uri: object) -> Dialect | None:
    """The draft that a `$schema` names, with or without `#` and whichever of http and https it says."""
    if not isinstance(uri, str):
        return None
    return _BY_URI.get(uri.strip().rstrip("#").partition("://")[2])
