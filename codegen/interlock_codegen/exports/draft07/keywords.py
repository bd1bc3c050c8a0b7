"""How each keyword of 2020-12 is said in draft-07."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, unquote

from interlock.pointers import escape, lookup
from interlock_codegen.exports.draft07.resources import inside
from interlock_codegen.exports.draft07.running import SILENT, Place, Rule, Run

_UNQUOTED = "/~!$&'()*+,;=:@-._"
"""Characters of a pointer that a URI's fragment takes as they are (RFC 3986 section 3.5)."""


def _one(place: Place, keyword: str) -> bool:
    place.made[keyword], exact = place.under(keyword)
    return exact


def _map(place: Place, keyword: str) -> bool:
    place.made[keyword], exact = place.named(keyword)
    return exact


def _any_of(place: Place, keyword: str) -> bool:
    schemas, exact = place.listed(keyword)
    if "anyOf" in place.made:
        place.joined({"anyOf": schemas})
    else:
        place.made["anyOf"] = schemas
    return exact


def _all_of(place: Place, keyword: str) -> bool:
    schemas, exact = place.listed(keyword)
    place.joined(*schemas)
    return exact


def _one_of(place: Place, keyword: str) -> bool:
    """Exactly one of weaker schemas may refuse what exactly one of the schemas took; any one of them does not."""
    schemas, exact = place.listed(keyword)
    if exact:
        place.made[keyword] = schemas
        return True
    _any_of(place, keyword)
    return place.lose(keyword, "its branches are weaker here, so any of them is enough")


def _not(place: Place, keyword: str) -> bool:
    schema, exact = place.under(keyword)
    if exact:
        place.made[keyword] = schema
        return True
    return place.lose(keyword, "what it forbids can't be said exactly")


def _if(place: Place, keyword: str) -> bool:
    """A condition that is weaker holds more often, so it asks `then` of values that were asked `else`."""
    branches = [branch for branch in ("then", "else") if branch in place.node]
    condition, exact = place.under(keyword)
    if not branches:
        return True
    if not exact:
        return place.lose(keyword, "its condition can't be said exactly")
    place.made[keyword] = condition
    for branch in branches:
        place.made[branch], same = place.under(branch)
        exact &= same
    return exact


def _ref(place: Place, keyword: str) -> bool:
    """A reference means nothing beside it in draft-07 (core section 8.3), so what stands beside it goes into `allOf`."""
    target = _target(place.run, place.node[keyword])
    if target is None:
        return place.lose(keyword, f"{place.node[keyword]} leads out of the document")
    pointer = "" if target == "" else "/definitions/" + escape(place.run.name(target))
    reference = {"$ref": f"#{quote(pointer, safe=_UNQUOTED)}"}
    if place.node.keys() - SILENT == {keyword}:
        place.made.update(reference)
    else:
        place.joined(reference)
    return target not in place.run.assumed


def _target(run: Run, ref: object) -> str | None:
    """Return the place in the document that a reference names; None for another document."""
    if not isinstance(ref, str) or not ref.startswith("#"):
        return None
    fragment = unquote(ref[1:])
    at = run.anchors.get(fragment) if fragment and not fragment.startswith("/") else fragment
    if at is None or inside(at, run.embedded):
        return None
    try:
        return at if isinstance(lookup(run.root, at), dict | bool) else None
    except LookupError:
        return None


def _prefix_items(place: Place, keyword: str) -> bool:
    place.made["items"], exact = place.listed(keyword)
    return exact


def _items(place: Place, keyword: str) -> bool:
    home = "additionalItems" if "prefixItems" in place.node else "items"
    place.made[home], exact = place.under(keyword)
    return exact


def _contains(place: Place, keyword: str) -> bool:
    """Draft-07 asks for one item that fits; so many items must be there at least, whatever they are."""
    least, most = place.node.get("minContains", 1), place.node.get("maxContains")
    exact = most is None or place.lose("maxContains", "draft-07 sets no limit to the items that fit")
    schema, same = place.under(keyword)
    if least == 0:
        return exact
    place.made[keyword] = schema
    if least > 1:
        place.made["minItems"] = max(least, place.node.get("minItems", 0))
        exact &= place.lose("minContains", "draft-07 asks for one item that fits")
    return exact and same


def _min_items(place: Place, keyword: str) -> bool:
    place.made[keyword] = max(place.node[keyword], place.made.get(keyword, 0))
    return True


def _dependent(place: Place, _keyword: str) -> bool:
    """Both keywords are one in draft-07, `dependencies`; the first that stands here makes it."""
    if "dependencies" in place.made:
        return True
    lists: dict[str, Any] = place.node.get("dependentRequired", {})
    schemas, exact = place.named("dependentSchemas") if "dependentSchemas" in place.node else ({}, True)
    place.made["dependencies"] = {
        name: lists[name]
        if name not in schemas
        else schemas[name]
        if name not in lists
        else {"allOf": [{"required": lists[name]}, schemas[name]]}
        for name in dict.fromkeys((*lists, *schemas))
    }
    return exact


_IN_PLACE = frozenset({"$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas"})
"""Keywords whose schemas speak of the same value, and so may evaluate parts of it (core section 10.2)."""


def _unevaluated(place: Place, keyword: str) -> bool:
    """Where nothing else speaks of the value, what is not evaluated is what is additional."""
    members = keyword == "unevaluatedProperties"
    if ("additionalProperties" if members else "items") in place.node or place.node[keyword] in (True, {}):
        return True
    if _IN_PLACE & place.node.keys() or (not members and "contains" in place.node):
        return place.lose(keyword, "draft-07 knows no members or items that other schemas left over")
    home = "additionalProperties" if members else "additionalItems" if "prefixItems" in place.node else "items"
    place.made[home], exact = place.under(keyword)
    return exact


def _format(place: Place, keyword: str) -> bool:
    place.made[keyword] = place.node[keyword]
    return place.node[keyword] not in ("uuid", "duration") or place.lose(keyword, "draft-07 has no such format")


def _content(place: Place, keyword: str) -> bool:
    """Draft-07 validators may refuse content that is not encoded so (validation section 8.2); 2020-12 only tells."""
    return place.lose(keyword, "draft-07 may check what 2020-12 tells", weaker=False)


KEYWORDS: Mapping[str, Rule] = MappingProxyType({
    "additionalProperties": _one, "propertyNames": _one, "properties": _map, "patternProperties": _map,
    "allOf": _all_of, "anyOf": _any_of, "oneOf": _one_of, "not": _not, "if": _if, "$ref": _ref, "$dynamicRef": _ref,
    "prefixItems": _prefix_items, "items": _items, "contains": _contains, "minItems": _min_items,
    "dependentRequired": _dependent, "dependentSchemas": _dependent, "unevaluatedProperties": _unevaluated,
    "unevaluatedItems": _unevaluated, "format": _format, "contentEncoding": _content, "contentMediaType": _content,
})  # fmt: skip
"""How each keyword is said in draft-07; all others are the same in both."""
