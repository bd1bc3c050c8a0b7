"""A schema's members as people read them: `/data/lines/*/quantity/unitCode`, each with what is said of it."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from interlock.differences.locations import Location, locate
from interlock.pointers import escape, unescape
from interlock.references import ANNOTATIONS, LISTS, MAPS, SINGLES

MOST_MEMBERS = 5000
"""A schema with more members than this is not read to its end."""
MOST_LEVELS = 60
"""Members nested deeper than this are not read."""

_SHARED = re.compile(r"/\$defs/types/([^/]+)/v[0-9]+\.yaml")

MEANINGS = ("x-unit", "x-time-zone", "x-code-list", "x-identifier-scheme")
"""Keywords that say what a value means beside its JSON type."""

_ELSEWHERE = (
    MAPS
    | LISTS
    | SINGLES
    | ANNOTATIONS
    | frozenset({"$ref", "type", "required", "enum", "const", "x-extensible-enum", *MEANINGS})
)


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an event: where it is, whether it must be there, and what is said of its value."""

    path: str
    """JSON Pointer in which `*` stands for every element or value of a map."""
    pointer: str
    """JSON Pointer into the bundled schema, to the outermost subschema that speaks of it."""
    required: bool
    type: str
    """JSON types for people, for example `string` or `integer or string`."""
    shared: str = ""
    """The shared type that it refers to, for example `quantity`."""
    values: tuple[Any, ...] = ()
    """The known values: of a closed or an open enum, or the constant."""
    open: bool = False
    """Whether further values may come (`x-extensible-enum`)."""
    meaning: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What the keywords of `MEANINGS` say."""
    rules: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What bounds the value, by keyword, for example `maxLength`."""
    description: str = ""

    @property
    def parent(self) -> str:
        """The path of the object or array around it."""
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        """The last part of its path."""
        return unescape(self.path.rpartition("/")[2])


@dataclass(frozen=True, slots=True)
class Flat:
    """The members of a schema, and whether these are all of them."""

    members: Mapping[str, Member]
    complete: bool


def members(schema: dict[str, Any], definitions: Mapping[str, Any] | None = None, *, at: str = "") -> dict[str, Member]:
    """
    Return the members of a bundled JSON Schema by path; `at` is what stands before each path, `/data` for an event.

    `definitions` stand in for `$defs` when the schema comes without them. A recursive type is read once a path.
    """
    return dict(flattened(schema, definitions, at=at).members)


def flattened(schema: dict[str, Any], definitions: Mapping[str, Any] | None = None, *, at: str = "") -> Flat:
    """Return the members of a bundled JSON Schema, and whether the limits left any out."""
    root = schema if definitions is None else {**schema, "$defs": dict(definitions)}
    found: dict[str, Member] = {}
    complete = True
    for step in _steps(locate(root), at):
        if len(found) >= MOST_MEMBERS or step.path.count("/") > MOST_LEVELS:
            return Flat(found, complete=False)
        complete = complete and step.place.whole
        found[step.path] = _member(step)
    return Flat(found, complete)


def places(root: Location) -> Iterator[Location]:
    """Yield a place and every place below it, up to one more than the limit."""
    for count, step in enumerate(_steps(root, "")):
        if count > MOST_MEMBERS or step.path.count("/") > MOST_LEVELS:
            return
        yield step.place


def _steps(root: Location, at: str) -> Iterator[_Step]:
    """Yield each place of a schema, in the order it is written; the caller sets the limit."""
    waiting = [_Step(at, root, required=True, above=frozenset())]
    while waiting:
        step = waiting.pop()
        yield step
        waiting.extend(reversed(list(_below(step))))


@dataclass(frozen=True, slots=True)
class _Step:
    """A place that is still to be read."""

    path: str
    place: Location
    required: bool
    above: frozenset[str]
    """The subschemas already read on the way here: a recursive type ends at its second reading."""


def _below(step: _Step) -> Iterator[_Step]:
    """Yield the places of the members and elements of one place."""
    here = frozenset(node.pointer for node in step.place.nodes)
    if here & step.above:
        return
    above = step.above | here
    for name in step.place.properties:
        place = step.place.member(name)
        if place is not None:
            yield _Step(f"{step.path}/{escape(name)}", place, name in step.place.required, above)
    for index in range(_longest_prefix(step.place)):
        place = step.place.element(index)
        if place is not None:
            yield _Step(f"{step.path}/{index}", place, index < step.place.least_items, above)
    for place in (step.place.items(), step.place.values()):
        if place is not None and place.constrains:
            yield _Step(f"{step.path}/*", place, required=False, above=above)


def _longest_prefix(place: Location) -> int:
    """Return how many elements are described one by one."""
    return max((len(listed) for listed in place.all("prefixItems") if isinstance(listed, list)), default=0)


def _member(step: _Step) -> Member:
    """Put together what all the subschemas say of one place."""
    place = step.place
    description = place.first("description")
    known = place.first("x-extensible-enum")
    return Member(
        path=step.path,
        pointer=place.pointer,
        required=step.required,
        type=_type(place),
        shared=_shared(place),
        values=tuple(known if isinstance(known, list) else _enumerated(place) or _constant(place)),
        open=isinstance(known, list),
        meaning={keyword: value for keyword in MEANINGS if (value := place.first(keyword)) is not None},
        rules=_rules(place),
        description=description if isinstance(description, str) else "",
    )


def _enumerated(place: Location) -> list[Any]:
    """Return the values of a closed enum."""
    values = place.first("enum")
    return values if isinstance(values, list) else []


def _constant(place: Location) -> list[Any]:
    """Return the constant as the one known value."""
    return [node.schema["const"] for node in place.nodes if "const" in node.schema]


def _type(place: Location) -> str:
    """Name the JSON types of a place."""
    kinds: dict[str, None] = {}
    for node in place.nodes:
        kind = node.schema.get("type")
        kinds.update(dict.fromkeys(map(str, kind if isinstance(kind, list) else [] if kind is None else [kind])))
    if not kinds:
        kinds = dict.fromkeys(kind for keyword, kind in _IMPLIED.items() if place.first(keyword) is not None)
    if not kinds:
        kinds = dict.fromkeys(json_type(value) for value in [*_constant(place), *_enumerated(place)])
    return " or ".join(kinds) or "any value"


_IMPLIED = {"properties": "object", "items": "array"}
"""The type of a value whose `type` is not written."""
_TYPES: dict[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
    type(None): "null",
}


def json_type(value: Any) -> str:
    """Name the JSON type of a value."""
    return _TYPES.get(type(value), "number")


def _shared(place: Location) -> str:
    """Name the shared type that a place refers to first: it stands in the bundle under its file's path."""
    found = (_SHARED.fullmatch(unescape(node.pointer)) for node in place.nodes)
    return next((match[1] for match in found if match), "")


def _rules(place: Location) -> dict[str, Any]:
    """Return what bounds the value by keyword; where subschemas differ, all that they say."""
    found: dict[str, list[Any]] = {}
    for node in place.nodes:
        for keyword, value in node.schema.items():
            if keyword not in _ELSEWHERE:
                said = found.setdefault(keyword, [])
                if not any(same(value, other) for other in said):
                    said.append(value)
    return {keyword: said[0] if len(said) == 1 else said for keyword, said in found.items()}


def same(left: Any, right: Any) -> bool:
    """
    Say whether two JSON values are equal (JSON Schema core section 4.2.2): 1.0 is 1, true is not.

    >>> same(1, True), same([1.0], [1])
    (False, True)
    """
    return mark(left) == mark(right)


def mark(value: Any) -> Hashable:
    """Return what equal JSON values share and different ones do not, to be put into a set."""
    if isinstance(value, dict):
        return "object", frozenset((name, mark(item)) for name, item in value.items())
    if isinstance(value, list):
        return "array", tuple(map(mark, value))
    return ("boolean", value) if isinstance(value, bool) else value
