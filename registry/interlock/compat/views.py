"""
Views: what a contract adds to a schema as written, as named transforms before the question.

Each view takes a JSON Schema 2020-12 and returns a changed copy. Views only add or drop sibling keywords, so a JSON
Pointer into the copy points to the same place in the original.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from .jsonschema.dialects import DEFAULT, Shape, dialect_of
from .jsonschema.documents import escaped, too_deep
from .jsonschema.translating import MARK, UNKNOWN

Schema: TypeAlias = Any
View: TypeAlias = Callable[[Schema], Schema]

EXTENSIBLE = "x-extensible-enum"
"""Beside a pattern: the values known today of an open list."""

_IN_PLACE = frozenset({"allOf", "anyOf", "oneOf", "then", "else", "dependentSchemas"})
_COMPOSING = _IN_PLACE | {"properties", "patternProperties"}
_PLACES = frozenset({"properties", "patternProperties", "additionalProperties", "items", "prefixItems"})
"""Keywords below which a value of its own begins."""

_PREDICATES = frozenset({"not", "if", "contains", "propertyNames"})
"""Schemas that ask a question about what is sent instead of saying what may be sent."""


def closed(schema: Schema) -> Schema:
    """Only declared members: one outermost `unevaluatedProperties: false` for each object; maps stay maps."""
    if too_deep(schema):
        return schema
    return _Closing(schema).location(schema)


def strict(schema: Schema) -> Schema:
    """For a reader that refuses what it does not know, such as an API reading a request: the same as `closed`."""
    return closed(schema)


def opened(schema: Schema) -> Schema:
    """
    Unknown members ignored: no `additionalProperties: false` and no `unevaluatedProperties: false`.

    Under `not`, `if` or branches of a `oneOf` that do not exclude each other, opening changes which values are taken
    in both directions; there the answer is left undecided as far as it depends on it.
    """
    if too_deep(schema):
        return schema
    return _opened(schema, "", frozenset(_asked(schema)))


def open_enums(schema: Schema) -> Schema:
    """An `enum` beside `x-extensible-enum` lists what is known, not all that may come."""
    if too_deep(schema):
        return schema
    return _each(schema, _without_enum)


def applied(schema: Schema, views: Iterable[View]) -> Schema:
    """The schema seen through the views, one after another."""
    for view in views:
        schema = view(schema)
    return schema


VIEWS: Mapping[str, tuple[View, ...]] = MappingProxyType(
    {
        "contract-writer": (open_enums, closed),
        "contract-reader": (open_enums, opened),
        "contract-strict-reader": (open_enums, strict),
    }
)
"""How a contract's schema is seen from each side."""


def _parts(schema: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str | int, ...], Any]]:
    """Each schema directly below: keyword, the tokens after it, the schema."""
    for keyword, value in schema.items():
        shape = DEFAULT.keywords.get(keyword, Shape.NONE)
        if shape is Shape.ONE:
            yield keyword, (), value
        elif shape is Shape.LIST and isinstance(value, list):
            yield from ((keyword, (index,), item) for index, item in enumerate(value))
        elif shape is Shape.MAP and isinstance(value, dict):
            yield from ((keyword, (name,), item) for name, item in value.items())


def _rebuilt(schema: Mapping[str, Any], change: Callable[[str, tuple[str | int, ...], Any], Any]) -> dict[str, Any]:
    """A copy in which every schema directly below is changed."""
    copy: dict[str, Any] = {}
    for keyword, value in schema.items():
        shape = DEFAULT.keywords.get(keyword, Shape.NONE)
        if shape is Shape.ONE:
            copy[keyword] = change(keyword, (), value)
        elif shape is Shape.LIST and isinstance(value, list):
            copy[keyword] = [change(keyword, (index,), item) for index, item in enumerate(value)]
        elif shape is Shape.MAP and isinstance(value, dict):
            copy[keyword] = {name: change(keyword, (name,), item) for name, item in value.items()}
        else:
            copy[keyword] = value
    return copy


def _each(schema: Schema, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Schema:
    if not isinstance(schema, dict):
        return schema
    return change(_rebuilt(schema, lambda _keyword, _tokens, part: _each(part, change)))


def _without_enum(schema: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in schema.items() if k != "enum"} if EXTENSIBLE in schema else schema


def _local(root: Schema, reference: Any) -> tuple[str, Schema] | None:
    """The pointer and schema of a reference within the document."""
    if not isinstance(reference, str) or not reference.startswith("#"):
        return None
    found = root
    for raw in reference[1:].split("/")[1:]:
        token = raw.replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict) and token in found:
            found = found[token]
        elif isinstance(found, list) and token.isdecimal() and int(token) < len(found):
            found = found[int(token)]
        else:
            return None
    return reference[1:], found


# -- closing


class _Closing:
    """Closes each place where a value of its own begins; what is applied in place stays open itself."""

    def __init__(self, root: Schema) -> None:
        self._root = root

    def location(self, schema: Schema) -> Schema:
        """A schema that a value of its own must have."""
        if not isinstance(schema, dict):
            return schema
        inside = self.in_place(schema, alone=not schema.keys() & _COMPOSING)
        if "unevaluatedProperties" in schema or not self._has_fixed_members(schema):
            return inside
        if (known := dialect_of(schema.get("$schema"))) and "unevaluatedProperties" not in known.keywords:
            return {**inside, MARK: f"a schema of {known.name} cannot be closed"}
        return {**inside, "unevaluatedProperties": False}

    def in_place(self, schema: Schema, *, alone: bool = False) -> Schema:
        """A schema that is one of several for the same value, or the only one."""
        if not isinstance(schema, dict):
            return schema
        copy = _rebuilt(schema, self._part)
        if not alone and self._leads_to_closed(schema):
            copy[UNKNOWN] = "a schema that closes a place of its own is used as a part of another"
        return copy

    def _leads_to_closed(self, schema: dict[str, Any]) -> bool:
        """Whether the reference leads to a schema that is closed where it stands."""
        target = _local(self._root, schema.get("$ref"))
        if target is None or not isinstance(target[1], dict):
            return False
        tokens = target[0].split("/")[1:]
        stands_alone = not tokens or tokens[-1] in _PLACES or (len(tokens) > 1 and tokens[-2] in _PLACES)
        return stands_alone and self._has_fixed_members(target[1])

    def _part(self, keyword: str, _tokens: tuple[str | int, ...], part: Schema) -> Schema:
        if keyword in _PREDICATES:
            return part
        return (
            self.in_place(part) if keyword in _IN_PLACE or keyword in {"$defs", "definitions"} else self.location(part)
        )

    def _has_fixed_members(self, schema: dict[str, Any]) -> bool:
        """Whether members are declared in place, and nothing there makes it a map."""
        applied_here = list(_applied_in_place(self._root, schema))
        if any(isinstance(s.get("additionalProperties", False), dict) for s in applied_here):
            return False
        if any(s.get("additionalProperties") is True or s.get("patternProperties") for s in applied_here):
            return False
        return any(isinstance(s.get("properties"), dict) for s in applied_here)


def _applied_in_place(root: Schema, schema: Schema) -> Iterator[dict[str, Any]]:
    """The schema and all that it applies to the same value, through local references."""
    todo, seen = [schema], set[int]()
    while todo:
        current = todo.pop()
        if not isinstance(current, dict) or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        target = _local(root, current.get("$ref"))
        todo += [target[1]] if target else []
        todo += [part for keyword, _, part in _parts(current) if keyword in _IN_PLACE]


# -- opening


def _opened(schema: Schema, pointer: str, asked: frozenset[str]) -> Schema:
    if not isinstance(schema, dict):
        return schema

    def change(keyword: str, tokens: tuple[str | int, ...], part: Schema) -> Schema:
        return _opened(part, pointer + _pointer(keyword, tokens), asked)

    kept = {k: v for k, v in schema.items() if not _closes(k, v)}
    if len(kept) < len(schema) and pointer in asked:
        kept[MARK] = "members that are not declared cannot be ignored under not, if or overlapping branches"
    return _rebuilt(kept, change)


def _closes(keyword: str, value: Any) -> bool:
    return keyword in {"additionalProperties", "unevaluatedProperties"} and value is False


def _pointer(keyword: str, tokens: tuple[str | int, ...]) -> str:
    return "".join(f"/{escaped(token)}" for token in (keyword, *tokens))


def _asked(root: Schema) -> Iterator[str]:
    """Pointers of every schema that is reached under a question: `not`, `if`, an overlapping `oneOf`."""
    todo: list[tuple[str, Schema, bool]] = [("", root, False)]
    seen = set[tuple[str, bool]]()
    while todo:
        pointer, schema, under = todo.pop()
        if not isinstance(schema, dict) or (pointer, under) in seen:
            continue
        seen.add((pointer, under))
        if under:
            yield pointer
        overlapping = not _exclusive(root, schema.get("oneOf"))
        for keyword, tokens, part in _parts(schema):
            if keyword not in {"$defs", "definitions"}:
                below = under or keyword in {"not", "if"} or (keyword == "oneOf" and overlapping)
                todo.append((pointer + _pointer(keyword, tokens), part, below))
        target = _local(root, schema.get("$ref"))
        todo += [(*target, under)] if target else []


def _exclusive(root: Schema, branches: Any) -> bool:
    """Whether each two branches differ in kind or in a discriminating constant that one of them requires."""
    if not isinstance(branches, list):
        return True
    shapes = [list(_applied_always(root, branch)) for branch in branches]
    return all(_differ(a, b) for i, a in enumerate(shapes) for b in shapes[:i])


def _applied_always(root: Schema, schema: Schema) -> Iterator[dict[str, Any]]:
    todo, seen = [schema], set[int]()
    while todo:
        current = todo.pop()
        if isinstance(current, dict) and id(current) not in seen:
            seen.add(id(current))
            yield current
            target = _local(root, current.get("$ref"))
            todo += [target[1]] if target else []
            todo += current["allOf"] if isinstance(current.get("allOf"), list) else []


def _differ(left: list[dict[str, Any]], right: list[dict[str, Any]]) -> bool:
    ours, theirs = _types(left), _types(right)
    if ours and theirs and not ours & theirs and not {"integer", "number"} <= ours | theirs:
        return True
    needed = {name for s in (*left, *right) for name in _words(s.get("required"))}
    a, b = _constants(left), _constants(right)
    return any(not a[name] & b[name] for name in needed & a.keys() & b.keys()) and "object" in ours & theirs


def _types(schemas: list[dict[str, Any]]) -> set[str]:
    said = [s["type"] for s in schemas if "type" in s]
    return set.intersection(*({t} if isinstance(t, str) else set(_words(t)) for t in said)) if said else set()


def _words(value: Any) -> list[str]:
    """The strings of a list; none where a schema writes something else, which the engine names as malformed."""
    return [word for word in value if isinstance(word, str)] if isinstance(value, list) else []


def _constants(schemas: list[dict[str, Any]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for schema in schemas:
        properties = schema.get("properties")
        for name, part in properties.items() if isinstance(properties, dict) else ():
            if not isinstance(part, dict):
                continue
            values = [part["const"]] if "const" in part else part.get("enum")
            if isinstance(values, list) and values and len(_words(values)) == len(values):
                found[name] = set(values)
    return found
