"""What each side does with `readOnly` and `writeOnly` members, and with lists that are open (OpenAPI 3.1.1 section 4.8.24)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from interlock.compat.jsonschema.dialects import DEFAULT, Shape
from interlock.compat.views import closed, open_enums, opened
from interlock.pointers import lookup

from .rules import REQUEST


def sends(schema: Any, leg: str) -> Any:
    """What the writer of a request or response may send: declared members only, and none that is not its to send."""
    return closed(open_enums(_without(schema, _foreign(leg), instead=False)))


def knows(schema: Any, leg: str, *, strict: bool) -> Any:
    """What the reader says of the members that it knows; strictly, of those that are not the writer's to send: nothing."""
    return open_enums(_without(schema, _foreign(leg), instead=not strict))


def takes_strictly(schema: Any, leg: str) -> Any:
    """What a reader takes that refuses what it does not know."""
    return closed(knows(schema, leg, strict=True))


def takes(schema: Any, leg: str) -> Any:
    """What a reader takes that ignores what it does not know."""
    return opened(knows(schema, leg, strict=False))


def _foreign(leg: str) -> str:
    """The keyword of members that do not belong into a request or response."""
    return "readOnly" if leg == REQUEST else "writeOnly"


def _without(schema: Any, keyword: str, *, instead: bool) -> Any:
    """A schema in which the members that have a keyword are never needed, and are `instead`."""
    return _rebuilt(schema, schema, keyword, frozenset(), instead=instead) if f"'{keyword}'" in repr(schema) else schema


def _rebuilt(root: Any, schema: Any, keyword: str, above: frozenset[str], *, instead: bool) -> Any:
    if not isinstance(schema, dict):
        return schema
    names = above | {name for part in in_place(root, schema) for name in _marked(root, part, keyword)}

    def below(part: Any, inherited: frozenset[str] = frozenset()) -> Any:
        return _rebuilt(root, part, keyword, inherited, instead=instead)

    made: dict[str, Any] = {}
    for name, value in schema.items():
        shape = DEFAULT.keywords.get(name, Shape.NONE)
        if name == "required":
            made[name] = [member for member in value if member not in names]
        elif name == "properties":
            made[name] = {key: instead if key in names else below(part) for key, part in value.items()}
        elif shape is Shape.ONE:
            made[name] = below(value)
        elif shape is Shape.LIST:
            made[name] = [below(part, names) for part in value]
        elif shape is Shape.MAP:
            made[name] = {key: below(part) for key, part in value.items()}
        else:
            made[name] = value
    return made


def in_place(root: Any, schema: Any) -> Iterator[dict[str, Any]]:
    """A schema and what its references and `allOf` apply to the same value, each once."""
    todo, seen = [schema], set[int]()
    while todo:
        here = todo.pop(0)
        if not isinstance(here, dict) or id(here) in seen:
            continue
        seen.add(id(here))
        yield here
        if isinstance(here.get("$ref"), str):
            todo.append(lookup(root, here["$ref"][1:]))
        todo.extend(here.get("allOf", ()))


def _marked(root: Any, schema: dict[str, Any], keyword: str) -> Iterator[str]:
    """The names of a schema's members that have a keyword."""
    for name, part in schema.get("properties", {}).items():
        if any(here.get(keyword) is True for here in in_place(root, part)):
            yield name
