"""`unevaluated*` for the checker: what counts as evaluated, and under which condition."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .formulas import EVERY_NAME, YES, Formula, Names, every, named, negated, some
from .reading import a_list, a_map, declared, has, known
from .values import NotReadError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interlock.compat.jsonschema.documents import Place

    from .meaning import Meaning

MOST_SCHEMAS = 500
"""More schemas for one value are not walked."""


class Applied(NamedTuple):
    """A schema that is applied to the same value and counts when the condition holds."""

    place: Place
    given: Formula


def members_not_evaluated(m: Meaning, place: Place) -> Formula:
    """Each name either has a keyword that counts and speaks of it, or is as the unevaluated ones must be."""
    rest = m.child(place, "unevaluatedProperties")
    speaks = [(a.given, names) for a in _applied(m, place) for names in _spoken_of(a.place, top=a.place is place)]
    always = [names for given, names in speaks if given == YES]
    if EVERY_NAME in always:
        return YES
    maybe = [(given, names) for given, names in speaks if given != YES]
    if any(names.languages for _, names in maybe):
        raise NotReadError
    words = frozenset(word for _, names in maybe for word in names.words)
    told = [
        some((*(given for given, names in maybe if names.has(word)), ("members", named(word), rest)))
        for word in sorted(words)
        if not any(names.has(word) for names in always)
    ]
    languages = tuple(dict.fromkeys(language for names in always for language in names.languages))
    others = Names(words.union(*(names.words for names in always)), languages, inverted=True)
    endless = [given for given, names in maybe if names == EVERY_NAME]
    return every((*told, some((*endless, ("members", others, rest)))))


def items_not_evaluated(m: Meaning, place: Place) -> Formula:
    """Where no condition decides: every item after the evaluated ones, and unlike what `contains` evaluates."""
    rest, start = [m.child(place, "unevaluatedItems")], 0
    for place_of, given in _applied(m, place):
        words, schema = set(known(place_of)), place_of.schema
        if given != YES and words & {"items", "prefixItems", "contains", "unevaluatedItems"}:
            raise NotReadError
        if "unevaluatedItems" in words and place_of is not place:
            return YES
        if "items" in words and (not isinstance(schema["items"], list) or "additionalItems" in words):
            return YES
        start = max(start, *(len(a_list(schema[k])) for k in ("items", "prefixItems") if k in words), 0)
        if "contains" in words and place_of.dialect.contains_evaluates:
            rest.append(m.child(place_of, "contains"))
    return ("items", (start, None), some(rest))


def _spoken_of(place: Place, *, top: bool) -> Iterator[Names]:
    words = set(known(place))
    if "additionalProperties" in words or ("unevaluatedProperties" in words and not top):
        yield EVERY_NAME
    elif words & {"properties", "patternProperties"}:
        yield declared(place)


def _applied(m: Meaning, top: Place) -> list[Applied]:
    """The schema itself and all that it applies to the same value."""
    found = [Applied(top, YES)]
    for applied in found:
        for inner, condition in _in_place(m, applied.place):
            step = Applied(inner, every((applied.given, condition)))
            if step not in found:
                found.append(step)
        if len(found) > MOST_SCHEMAS:
            raise NotReadError
    return found


def _in_place(m: Meaning, place: Place) -> Iterator[tuple[Place, Formula]]:
    words, schema = set(known(place)), place.schema
    if words & {"$dynamicRef", "$recursiveRef"}:
        raise NotReadError
    if "$ref" in words:
        yield m.target(place, schema["$ref"]), YES
    for keyword in ("allOf", "anyOf", "oneOf"):
        for index in range(len(a_list(schema[keyword]))) if keyword in words else ():
            branch = place.child(keyword, index)
            yield branch, YES if keyword == "allOf" else m.schema(branch)
    if "if" in words:
        condition = m.child(place, "if")
        yield place.child("if"), condition
        for keyword, given in (("then", condition), ("else", negated(condition))):
            if keyword in words:
                yield place.child(keyword), given
    for name in a_map(schema["dependentSchemas"]) if "dependentSchemas" in words else ():
        yield place.child("dependentSchemas", name), every((("kinds", 1 << 6), has(name)))
