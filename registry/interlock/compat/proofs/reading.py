"""Reading a schema's own words: which keywords count, and values of the type that their draft asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from interlock.regex import Language

from .formulas import YES, Formula, Names, least, named
from .values import NotReadError

if TYPE_CHECKING:
    from interlock.compat.jsonschema.documents import Place


def known(place: Place) -> list[str]:
    """The keywords of a schema that its draft knows."""
    schema, dialect = place.schema, place.dialect
    if not isinstance(schema, dict):
        return []
    alone = dialect.ref_stands_alone and isinstance(schema.get("$ref"), str)
    return [k for k in schema if k in dialect.keywords and (not alone or k == "$ref")]


def a_list(value: Any) -> list[Any]:
    """A list."""
    if not isinstance(value, list):
        raise NotReadError
    return value


def a_map(value: Any) -> dict[str, Any]:
    """An object."""
    if not isinstance(value, dict):
        raise NotReadError
    return value


def declared(place: Place) -> Names:
    """The names that `properties` and `patternProperties` of a schema speak of."""
    schema = place.schema
    words = frozenset(a_map(schema.get("properties", {})))
    return Names(words, tuple(map(Language.pattern, a_map(schema.get("patternProperties", {})))))


def has(name: str) -> Formula:
    """An object has a member of that name."""
    return least("members", named(name), YES, 1)
