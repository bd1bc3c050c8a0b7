"""Plans of OpenAPI documents: what a document means, drawn piece by piece, and small changes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

Pick: TypeAlias = Callable[[Sequence[Any]], Any]
"""Chooses one of some options: Hypothesis in the tests, a random number by hand."""
Schema: TypeAlias = Mapping[str, Any]

NAMES = ("lot", "site", "count")
STYLES: Mapping[str, tuple[str, ...]] = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}
SCALARS: tuple[Schema, ...] = (
    {"type": "string"}, {"type": "string", "maxLength": 2}, {"type": "string", "minLength": 1}, {"type": "string", "enum": ["a", "bb"]},
    {"type": "string", "enum": ["a", "7"]}, {"type": "string", "pattern": "^[a-z]+$"}, {"type": "string", "pattern": "^[0-9]+$"},
    {"type": "integer"}, {"type": "integer", "format": "int32"}, {"type": "integer", "minimum": 0, "maximum": 9}, {"type": "integer", "enum": [1, 7]},
    {"type": "integer", "exclusiveMinimum": 0}, {"type": "number"}, {"type": "number", "maximum": 7}, {"type": "boolean"},
    {"type": "boolean", "enum": [True]},
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A parameter of a request or a header of a response."""

    name: str
    place: str
    style: str
    explode: bool
    required: bool
    schema: Schema


@dataclass(frozen=True)
class Answer:
    """A response: its bodies by media type, and its headers."""

    bodies: Mapping[str, Schema]
    headers: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Plan:
    """One operation with all that a message to it shows."""

    parts: tuple[Part, ...]
    bodies: Mapping[str, Schema]
    needs_body: bool
    answers: Mapping[str, Answer]
    security: tuple[frozenset[str], ...]


def scalar(pick: Pick) -> Schema:
    """A schema of texts, numbers or booleans."""
    return dict(pick(SCALARS))


def listed(pick: Pick, items: Schema) -> Schema:
    """A schema of lists."""
    return {"type": "array", "items": items, **pick([{}, {"maxItems": 2}, {"minItems": 1}])}


def shaped(pick: Pick, deep: int) -> Schema:
    """A schema of objects."""
    names = [name for name in NAMES if pick([True, False])] or ([] if deep else [pick(NAMES)])
    members = {name: anything(pick, deep - 1) if deep else scalar(pick) for name in names}
    needed = [name for name in sorted(members) if pick([True, False])]
    more = (
        pick([{}, {}, {}, {"additionalProperties": False}, {"additionalProperties": {"type": "integer"}}])
        if deep
        else {}
    )
    return {"type": "object", "properties": members, "required": needed, **more}


def anything(pick: Pick, deep: int) -> Schema:
    """A schema of JSON: scalars, lists, objects, choices, null."""
    kind = pick(["scalar", "scalar", "list", "object", "null", "choice", "flagged"] if deep else ["scalar"])
    if kind == "list":
        return listed(pick, anything(pick, deep - 1))
    if kind == "object":
        return shaped(pick, deep - 1)
    if kind == "choice":
        return {"anyOf": [anything(pick, deep - 1), scalar(pick)]}
    if kind == "null":
        inner = scalar(pick)
        said = {"enum": [*inner["enum"], None]} if "enum" in inner else {}
        return {**inner, **said, "type": [inner["type"], "null"]}
    return {**scalar(pick), pick(["readOnly", "writeOnly"]): True} if kind == "flagged" else scalar(pick)


def spelled(pick: Pick) -> Schema:
    """A schema of what travels as text: scalars, lists of them, flat objects."""
    kind = pick(["scalar", "scalar", "list", "object"])
    return scalar(pick) if kind == "scalar" else listed(pick, scalar(pick)) if kind == "list" else shaped(pick, 0)


def part(pick: Pick, name: str, place: str) -> Part:
    """A parameter at a place; its style fits what its schema says."""
    schema = spelled(pick)
    style, explode = form(pick, place, schema["type"]) if name != "filter" else ("form", False)
    return Part(name, place, style, explode, place == "path" or pick([True, False]), schema)


def form(pick: Pick, place: str, kind: str) -> tuple[str, bool]:
    """A style of a place, and whether it explodes, that OpenAPI defines for a kind (3.1.1 section 4.8.12.3)."""
    style = pick(STYLES[place])
    if style == "deepObject":
        return (style, True) if kind == "object" else ("form", True)
    if style in ("spaceDelimited", "pipeDelimited"):
        return (style, False) if kind == "array" else ("form", pick([True, False]))
    return style, pick([True, False]) if place != "cookie" and style != "label" else False


def answer(pick: Pick) -> Answer:
    """A response."""
    bodies = {"application/json": anything(pick, 2)} if pick([True, True, False]) else {}
    bodies |= {"text/plain": {"type": "string", "maxLength": pick([2, 5])}} if pick([True, False, False]) else {}
    return Answer(bodies, (part(pick, "X-Total", "header"),) if pick([True, False]) else ())


def plan(pick: Pick) -> Plan:
    """A whole plan."""
    parts = [part(pick, "lot", "path")]
    parts += [part(pick, name, place) for name, place in _PARTS if pick([True, False])]
    statuses = ["200"] + [status for status in ("201", "2XX", "404", "default") if pick([True, False, False])]
    return Plan(
        tuple(parts), bodies(pick), pick([True, False]), {status: answer(pick) for status in statuses}, security(pick)
    )


_PARTS = (("q", "query"), ("filter", "query"), ("X-Site", "header"), ("sid", "cookie"))


def bodies(pick: Pick) -> Mapping[str, Schema]:
    """The bodies of a request."""
    made = {"application/json": shaped(pick, 2)} if pick([True, True, False]) else {}
    form_body = {"application/x-www-form-urlencoded": shaped(pick, 0)} if pick([True, False, False]) else {}
    return made | form_body


def security(pick: Pick) -> tuple[frozenset[str], ...]:
    """Alternatives of schemes; none at all is open to anyone."""
    options = [frozenset[str](), frozenset({"key"}), frozenset({"basic"}), frozenset({"key", "basic"})]
    return tuple(option for option in options if pick([True, False, False]))


def near(pick: Pick, schema: Schema, *, deep: int) -> Schema:
    """A schema that differs in one place."""
    if schema.get("type") == "array":
        return listed(pick, near(pick, schema["items"], deep=deep))
    members = schema.get("properties")
    if not members or pick([True, False, False]):
        return anything(pick, deep) if deep else scalar(pick)
    name = pick(sorted(members))
    how = pick(["need", "drop", "add", "change"])
    needed = set(schema["required"])
    if how == "need":
        return {**schema, "required": sorted(needed ^ {name})}
    if how == "drop":
        left = {key: value for key, value in members.items() if key != name} or members
        return {**schema, "properties": left, "required": sorted(needed - {name})}
    if how == "add":
        return {**schema, "properties": {**members, "note": {"type": "string"}}}
    return {**schema, "properties": {**members, name: near(pick, members[name], deep=max(0, deep - 1))}}


def changed(pick: Pick, old: Plan) -> Plan:
    """A plan that differs in one respect."""
    how = pick(["part", "part", "part", "body", "body", "answer", "answer", "whole"])
    if how == "part":
        index = pick(range(len(old.parts)))
        return replace(old, parts=_swapped(old.parts, index, changed_part(pick, old.parts[index])))
    if how == "body" and old.bodies:
        media = pick(sorted(old.bodies))
        return replace(old, bodies={**old.bodies, media: _body(pick, media, old.bodies[media])})
    if how == "answer":
        status = pick(sorted(old.answers))
        return replace(old, answers={**old.answers, status: changed_answer(pick, old.answers[status])})
    other = plan(pick)
    kept = {"200": old.answers["200"]}
    new: Mapping[str, Any] = {
        "parts": other.parts, "security": other.security, "answers": {**other.answers, **kept},
        "needs_body": not old.needs_body, "bodies": other.bodies,
    }  # fmt: skip
    name = pick(sorted(new))
    return replace(old, **{name: new[name]})


def _body(pick: Pick, media: str, schema: Schema) -> Schema:
    made = near(pick, schema, deep=2 if media.endswith("json") else 0)
    return made if "properties" in made else schema


def _swapped(parts: tuple[Part, ...], index: int, one: Part) -> tuple[Part, ...]:
    return (*parts[:index], one, *parts[index + 1 :])


def changed_part(pick: Pick, old: Part) -> Part:
    """A parameter that differs in one respect."""
    how = pick(["schema", "schema", "schema", "form", "need", "kind"])
    if how == "schema":
        return replace(
            old, schema=near(pick, old.schema, deep=0) if old.schema["type"] != "object" else _flat(pick, old)
        )
    if how == "form" and old.name != "filter":
        style, explode = form(pick, old.place, old.schema["type"])
        return replace(old, style=style, explode=explode)
    if how == "need":
        return replace(old, required=old.place == "path" or not old.required)
    return replace(part(pick, old.name, old.place), required=old.required)


def _flat(pick: Pick, old: Part) -> Schema:
    made = near(pick, old.schema, deep=0)
    return made if "properties" in made else old.schema


def changed_answer(pick: Pick, old: Answer) -> Answer:
    """A response that differs in one respect."""
    media = pick([*sorted(old.bodies), "header", "all"])
    if media in old.bodies:
        made = near(pick, old.bodies[media], deep=2) if media.endswith("json") else {"type": "string"}
        return replace(old, bodies={**old.bodies, media: made})
    if media == "header" and old.headers:
        return replace(old, headers=(changed_part(pick, old.headers[0]),))
    return answer(pick)
