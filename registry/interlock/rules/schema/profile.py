"""The authoring profile: the keywords from which exact types, diffs and fast checks can be made."""

from __future__ import annotations

import re
from typing import Any

from interlock.catalog import EventContract, TypeContract
from interlock.differences import Location, locate, mark, shown
from interlock.pointers import escape, lookup
from interlock.references import Bundle, subschemas
from interlock.rules.frame import Violations
from interlock.rules.schema.vocabulary import KEYWORDS
from interlock.rules.subjects import Inspection, Subject

Written = EventContract | TypeContract
"""Contracts whose schema is ours to write; the envelope's is CloudEvents'."""

PROFILE = frozenset({
    "type", "properties", "required", "enum", "const", "pattern", "format", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "items", "minItems", "maxItems", "uniqueItems", "minProperties",
    "maxProperties", "additionalProperties", "oneOf", "$ref", "$defs", "$id", "$schema", "$comment", "title", "description",
    "examples", "default", "deprecated", "readOnly", "writeOnly",
})  # fmt: skip
"""Keywords from which types, exact diffs and fast checks can be made (dossier 3.1)."""

_CONSTRUCT = re.compile(r"\\(.)|(\(\?<?[=!])", re.DOTALL)
_CLASSES = {
    "d": "[0-9]",
    "w": "[A-Za-z0-9_]",
    "s": "[ \\t\\r\\n]",
    "D": "[^0-9]",
    "W": "[^A-Za-z0-9_]",
    "S": "[^ \\t\\r\\n]",
}


def stays_in_profile(subject: Subject[Written]) -> Violations:
    r"""
    A schema keeps to the keywords from which exact types, diffs and fast checks can be made.

    ## Why
    The profile is `type`, `properties`, `required`, `enum`, `const`, `pattern`, `format`, bounds, `items`, `$ref`,
    `description` and `x-*`; maps by `additionalProperties` and `propertyNames`; `oneOf` only where one constant member
    tells the branches apart. A misspelt keyword is ignored by every validator. In patterns `\d`, `\w` and `\s` mean
    other characters in other engines, and lookaround is refused by the fast ones. Source: L18, dossier 3.1.

    ## Bad
    `{not: {required: [lotId]}}`, `{type: [string, number]}`, `{pattern: "^\\d+$"}`

    ## Good
    `{type: string, pattern: "^[0-9]+$"}`
    """
    for pointer, node in subschemas(subject.value.schema):
        for keyword in node:
            if not _in_profile(keyword, node):
                message = f"{shown(keyword)} is outside the authoring profile{_instead(subject.inspection, keyword)}"
                yield subject.violation(f"/schema{pointer}/{escape(keyword)}", message)
        if isinstance(node.get("type"), list):
            yield subject.violation(
                f"/schema{pointer}/type", "several types in one place have no exact type in a program: choose one"
            )
        if isinstance(node.get("oneOf"), list) and not _told_apart(subject.bundle, pointer):
            message = (
                "oneOf has no member that tells its branches apart: require one with another constant in each branch"
            )
            yield subject.violation(f"/schema{pointer}/oneOf", message)
        yield from _constructs(subject, pointer, node.get("pattern"))


def reader_is_open(subject: Subject[Written]) -> Violations:
    """
    A schema does not forbid members that it does not know.

    ## Why
    A reader that refuses unknown members breaks when a producer adds an optional one, so nothing could ever be added.
    Producers are checked closed without being asked: a misspelt member is found there. A service that must be strict
    says so with `readers: strict`. Source: L15.

    ## Bad
    `additionalProperties: false`

    ## Good
    Neither `additionalProperties: false` nor `unevaluatedProperties: false`
    """
    for pointer, node in subschemas(subject.value.schema):
        for keyword in ("additionalProperties", "unevaluatedProperties"):
            if node.get(keyword) is False:
                message = f"{keyword}: false shuts readers against added members: remove it (strict readers: write readers: strict)"
                yield subject.violation(f"/schema{pointer}/{keyword}", message)


def _in_profile(keyword: str, node: dict[str, Any]) -> bool:
    """Say whether a keyword belongs to the profile where it stands."""
    return keyword in PROFILE or keyword.startswith("x-") or (keyword == "propertyNames" and "properties" not in node)


def _instead(inspection: Inspection, keyword: str) -> str:
    """Say what to write in place of a keyword outside the profile."""
    if keyword in KEYWORDS:
        return ": say it with the profile's keywords, or as an invariant"
    return f" and no keyword of JSON Schema{inspection.nearest(keyword, PROFILE) or '; a member of your own starts with x-'}"


def _told_apart(bundle: Bundle | None, pointer: str) -> bool:
    """Say whether a required constant member tells the branches of a `oneOf` apart; what can't be bundled counts as so."""
    if bundle is None:
        return True
    branches = lookup(bundle.schema, pointer)["oneOf"]
    found = [
        _constants(locate(bundle.schema, branch, f"{pointer}/oneOf/{index}")) for index, branch in enumerate(branches)
    ]
    return any(_all_differ([constants.get(name) for constants in found]) for name in (found[0] if found else {}))


def _constants(place: Location) -> dict[str, list[Any]]:
    """Return the one value, in a list, of each required member that has a constant."""
    constant = {name: member.first("const") for name in place.required if (member := place.member(name)) is not None}
    return {name: [value] for name, value in constant.items() if value is not None}


def _all_differ(values: list[list[Any] | None]) -> bool:
    """Say whether each branch has a value and no two have the same."""
    return None not in values and len({mark(value) for value in values}) == len(values)


def _constructs(subject: Subject[Any], pointer: str, pattern: Any) -> Violations:
    """Yield the constructs of a pattern that engines read differently."""
    for escaped, around in dict.fromkeys(_CONSTRUCT.findall(pattern) if isinstance(pattern, str) else []):
        if around:
            message = f"the pattern looks around ({around}...), which linear-time engines refuse: write it without"
            yield subject.violation(f"/schema{pointer}/pattern", message, new=around)
        elif escaped in _CLASSES:
            message = f"\\{escaped} means other characters in other engines: write {_CLASSES[escaped]}"
            yield subject.violation(f"/schema{pointer}/pattern", message, new=escaped)
