"""What the keywords of arrays and objects say, one small function each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .keys import ALL_KEYS, word
from .reading import MalformedError, a_count, a_list, a_map, declared, pattern_keys, some_names

if TYPE_CHECKING:
    from .nodes import Node
    from .scopes import Here
    from .translating import Translator


# -- arrays


def items(t: Translator, here: Here, value: Any) -> Node:
    """`items`: before 2020-12 also a list by position; else every item after the prefix."""
    if isinstance(value, list):
        if "prefixItems" in here.place.dialect.keywords:
            raise MalformedError("items is a list, which this draft calls prefixItems")
        return _by_position(t, here, "items", value)
    prefix = here.place.schema.get("prefixItems") if "prefixItems" in here.place.dialect.keywords else None
    return t.atoms.all_items(len(prefix) if isinstance(prefix, list) else 0, t.of(t.child(here, "items")))


def prefix_items(t: Translator, here: Here, value: Any) -> Node:
    """`prefixItems`: each item by its position."""
    return _by_position(t, here, "prefixItems", a_list("prefixItems", value))


def _by_position(t: Translator, here: Here, keyword: str, value: list[Any]) -> Node:
    return t.logic.conj([t.atoms.item(i, t.of(t.child(here, keyword, i))) for i in range(len(value))])


def additional_items(t: Translator, here: Here, _value: Any) -> Node:
    """`additionalItems`: what follows an `items` list, and nothing where `items` is no list."""
    before = here.place.schema.get("items")
    if not isinstance(before, list):
        return t.logic.table.true
    return t.atoms.all_items(len(before), t.of(t.child(here, "additionalItems")))


def min_items(t: Translator, _here: Here, value: Any) -> Node:
    """`minItems`."""
    return t.atoms.some_items(0, t.logic.table.true, a_count("minItems", value))


def max_items(t: Translator, _here: Here, value: Any) -> Node:
    """`maxItems`."""
    return t.atoms.few_items(0, t.logic.table.true, a_count("maxItems", value))


def unique_items(t: Translator, _here: Here, value: Any) -> Node:
    """`uniqueItems`."""
    return t.atoms.unique() if value is True else t.logic.table.true


def contains(t: Translator, here: Here, _value: Any) -> Node:
    """`contains`, with `minContains` and `maxContains` where the draft knows them."""
    node, schema = t.of(t.child(here, "contains")), here.place.schema
    counted = "minContains" in here.place.dialect.keywords
    least = a_count("minContains", schema["minContains"]) if counted and "minContains" in schema else 1
    parts = [t.atoms.some_items(0, node, least)]
    if counted and "maxContains" in schema:
        parts.append(t.atoms.few_items(0, node, a_count("maxContains", schema["maxContains"])))
    return t.logic.conj(parts)


# -- objects


def properties(t: Translator, here: Here, value: Any) -> Node:
    """`properties`: each member by its name."""
    names = a_map("properties", value)
    return t.logic.conj([t.atoms.all_members(word(name), t.of(t.child(here, "properties", name))) for name in names])


def pattern_properties(t: Translator, here: Here, value: Any) -> Node:
    """`patternProperties`: each member by what its name matches."""
    names = a_map("patternProperties", value)
    return t.logic.conj(
        [t.atoms.all_members(pattern_keys(name), t.of(t.child(here, "patternProperties", name))) for name in names]
    )


def additional_properties(t: Translator, here: Here, _value: Any) -> Node:
    """`additionalProperties`: every member that neither sibling speaks of."""
    return t.atoms.all_members(declared(here).complement(), t.of(t.child(here, "additionalProperties")))


def property_names(t: Translator, here: Here, _value: Any) -> Node:
    """`propertyNames`: no member has a name outside the language of the schema."""
    return t.atoms.named(t.of(t.child(here, "propertyNames")))


def required(t: Translator, _here: Here, value: Any) -> Node:
    """`required`: members that must be there."""
    return t.logic.conj([has(t, name) for name in some_names("required", value)])


def has(t: Translator, name: str) -> Node:
    """Objects with a member of that name."""
    return t.atoms.some_members(word(name), t.logic.table.true)


def lacks(t: Translator, name: str) -> Node:
    """Objects without a member of that name."""
    return t.atoms.all_members(word(name), t.logic.table.false)


def min_properties(t: Translator, _here: Here, value: Any) -> Node:
    """`minProperties`."""
    return t.atoms.some_members(ALL_KEYS, t.logic.table.true, a_count("minProperties", value))


def max_properties(t: Translator, _here: Here, value: Any) -> Node:
    """`maxProperties`."""
    return t.atoms.few_members(ALL_KEYS, t.logic.table.true, a_count("maxProperties", value))


def dependent_required(t: Translator, _here: Here, value: Any) -> Node:
    """`dependentRequired`: a member brings others with it."""
    return t.logic.conj([_brings(t, name, needed) for name, needed in a_map("dependentRequired", value).items()])


def _brings(t: Translator, name: str, needed: Any) -> Node:
    names = [needed] if isinstance(needed, str) else some_names("dependencies", needed)
    return t.logic.either(lacks(t, name), t.logic.conj([has(t, other) for other in names]))


def dependent_schemas(t: Translator, here: Here, value: Any) -> Node:
    """`dependentSchemas`: a member brings a schema for the whole object with it."""
    names = a_map("dependentSchemas", value)
    return t.logic.conj([_asks(t, name, t.of(t.child(here, "dependentSchemas", name))) for name in names])


def _asks(t: Translator, name: str, node: Node) -> Node:
    return t.logic.either(lacks(t, name), node)


def dependencies(t: Translator, here: Here, value: Any) -> Node:
    """`dependencies` (to draft 7): names or a schema."""
    return t.logic.conj(
        [
            _brings(t, name, needed)
            if isinstance(needed, (list, str))
            else _asks(t, name, t.of(t.child(here, "dependencies", name)))
            for name, needed in a_map("dependencies", value).items()
        ]
    )
