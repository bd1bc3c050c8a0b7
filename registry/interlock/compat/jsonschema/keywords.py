"""What each keyword says, one small function each, and the table that pairs them."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from interlock.regex import Language

from . import containers
from .disjoint import obviously_disjoint
from .evaluated import unevaluated_items, unevaluated_properties
from .formats import format_language
from .reading import MalformedError, a_count, a_language, a_list, a_number
from .values import NAMES, NUMBER, internal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .nodes import Node
    from .scopes import Here
    from .translating import Keyword, Translator


# -- any kind of value


def of_type(t: Translator, _here: Here, value: Any) -> Node:
    """`type`: a kind or a list of them; an integer is a number divisible by one."""
    names = [value] if isinstance(value, str) else a_list("type", value)
    mask = 0
    for name in names:
        if not isinstance(name, str) or (name != "integer" and name not in NAMES):
            raise MalformedError(f"there is no type {name!r}")
        mask |= NUMBER if name == "integer" else NAMES[name]
    types = t.atoms.table.types(mask)
    whole = "integer" in names and "number" not in names
    return t.logic.both(types, t.atoms.multiple(1)) if whole else types


def enum(t: Translator, _here: Here, value: Any) -> Node:
    """`enum`: one of the listed values, by deep equality."""
    return t.atoms.values(internal(a_list("enum", value)))


def const(t: Translator, _here: Here, value: Any) -> Node:
    """`const`: the value itself."""
    return t.atoms.value(internal(value))


def ref(t: Translator, here: Here, value: Any) -> Node:
    """`$ref`: what the schema it leads to says."""
    return _reference(t, here, "$ref", value)


def dynamic_ref(t: Translator, here: Here, value: Any) -> Node:
    """`$dynamicRef` (2020-12): the outermost schema with the anchor in the dynamic scope."""
    return _reference(t, here, "$dynamicRef", value)


def recursive_ref(t: Translator, here: Here, value: Any) -> Node:
    """`$recursiveRef` (2019-09): the outermost resource that calls itself a recursive anchor."""
    return _reference(t, here, "$recursiveRef", value)


def _reference(t: Translator, here: Here, keyword: str, value: Any) -> Node:
    if not isinstance(value, str):
        raise MalformedError(f"{keyword} is no string")
    target = t.target(here, keyword)
    if target is None:
        message = f"nothing is found at {value}"
        return t.opaque(here, keyword, "unresolved-reference", message, [here.place.resource.base, value])
    return t.of(target)


# -- combinations


def all_of(t: Translator, here: Here, value: Any) -> Node:
    """`allOf`: all of them."""
    return t.logic.conj(_branches(t, here, "allOf", value))


def any_of(t: Translator, here: Here, value: Any) -> Node:
    """`anyOf`: at least one."""
    return t.logic.disj(_branches(t, here, "anyOf", value))


def one_of(t: Translator, here: Here, value: Any) -> Node:
    """`oneOf`: one, and none of the others that are not excluded by it anyway."""
    branches = _branches(t, here, "oneOf", value)
    overlapping: list[list[Node]] = [[] for _ in branches]
    for (i, left), (j, right) in combinations(enumerate(branches), 2):
        t.budget.spend()
        if not obviously_disjoint(left, right):
            overlapping[i].append(t.logic.neg(right))
            overlapping[j].append(t.logic.neg(left))
    return t.logic.disj([t.logic.conj([b, *others]) for b, others in zip(branches, overlapping, strict=True)])


def not_(t: Translator, here: Here, _value: Any) -> Node:
    """`not`: the complement."""
    return t.logic.neg(t.of(t.child(here, "not")))


def if_(t: Translator, here: Here, _value: Any) -> Node:
    """`if`: (if and then) or (not if and else), written as two clauses."""
    schema = here.place.schema
    condition = t.of(t.child(here, "if"))
    parts = []
    if "then" in schema:
        parts.append(t.logic.either(t.logic.neg(condition), t.of(t.child(here, "then"))))
    if "else" in schema:
        parts.append(t.logic.either(condition, t.of(t.child(here, "else"))))
    return t.logic.conj(parts)


def _branches(t: Translator, here: Here, keyword: str, value: Any) -> list[Node]:
    return [t.of(t.child(here, keyword, index)) for index in range(len(a_list(keyword, value)))]


# -- numbers


def minimum(t: Translator, here: Here, value: Any) -> Node:
    """`minimum`; in draft 4 `exclusiveMinimum: true` beside it makes it strict."""
    strict = here.place.dialect.bool_exclusive and here.place.schema.get("exclusiveMinimum") is True
    return t.atoms.lower(a_number("minimum", value), strict=strict)


def maximum(t: Translator, here: Here, value: Any) -> Node:
    """`maximum`; in draft 4 `exclusiveMaximum: true` beside it makes it strict."""
    strict = here.place.dialect.bool_exclusive and here.place.schema.get("exclusiveMaximum") is True
    return t.atoms.upper(a_number("maximum", value), strict=strict)


def exclusive_minimum(t: Translator, _here: Here, value: Any) -> Node:
    """`exclusiveMinimum` as a number."""
    return t.atoms.lower(a_number("exclusiveMinimum", value), strict=True)


def exclusive_maximum(t: Translator, _here: Here, value: Any) -> Node:
    """`exclusiveMaximum` as a number."""
    return t.atoms.upper(a_number("exclusiveMaximum", value), strict=True)


def multiple_of(t: Translator, _here: Here, value: Any) -> Node:
    """`multipleOf`, on the decimal as written."""
    step = a_number("multipleOf", value)
    if step <= 0:
        raise MalformedError("multipleOf is not above zero")
    return t.atoms.multiple(step)


# -- strings


def min_length(t: Translator, _here: Here, value: Any) -> Node:
    """`minLength`, in Unicode code points."""
    return t.atoms.language(Language.length(a_count("minLength", value), None))


def max_length(t: Translator, _here: Here, value: Any) -> Node:
    """`maxLength`, in Unicode code points."""
    return t.atoms.language(Language.length(0, a_count("maxLength", value)))


def pattern(t: Translator, _here: Here, value: Any) -> Node:
    """`pattern`: found anywhere in the string, ECMA-262."""
    return t.atoms.language(a_language(value))


def format_(t: Translator, here: Here, value: Any) -> Node:
    """`format`, where it is asserted; a name that no draft defines asserts nothing."""
    if not t.formats or not isinstance(value, str):
        return t.logic.table.true
    language = format_language(value, here.place.dialect.name)
    if language is None:
        return t.opaque(here, "format", "format-not-modelled", f"no language is known for the format {value}", value)
    return t.atoms.language(language)


KEYWORDS: Mapping[str, Keyword] = {
    "$ref": ref, "$dynamicRef": dynamic_ref, "$recursiveRef": recursive_ref,
    "type": of_type, "enum": enum, "const": const,
    "allOf": all_of, "anyOf": any_of, "oneOf": one_of, "not": not_, "if": if_,
    "minimum": minimum, "maximum": maximum, "multipleOf": multiple_of,
    "exclusiveMinimum": exclusive_minimum, "exclusiveMaximum": exclusive_maximum,
    "minLength": min_length, "maxLength": max_length, "pattern": pattern, "format": format_,
    "items": containers.items,
    "prefixItems": containers.prefix_items,
    "additionalItems": containers.additional_items,
    "minItems": containers.min_items,
    "maxItems": containers.max_items,
    "uniqueItems": containers.unique_items,
    "contains": containers.contains,
    "unevaluatedItems": unevaluated_items,
    "properties": containers.properties,
    "patternProperties": containers.pattern_properties,
    "additionalProperties": containers.additional_properties,
    "propertyNames": containers.property_names,
    "required": containers.required,
    "minProperties": containers.min_properties,
    "maxProperties": containers.max_properties,
    "dependentRequired": containers.dependent_required,
    "dependentSchemas": containers.dependent_schemas,
    "dependencies": containers.dependencies,
    "unevaluatedProperties": unevaluated_properties,
}  # fmt: skip
"""Each keyword that says something of a value; which of them a draft knows is in `dialects`."""
