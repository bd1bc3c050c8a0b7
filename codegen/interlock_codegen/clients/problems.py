"""Problems that an answer may say (RFC 9457): flat objects, told apart by a constant `type`."""

from __future__ import annotations

from collections.abc import Iterator

from interlock.compat.openapi import media
from interlock.compat.openapi.sources import Cursor
from interlock.pointers import split
from interlock_codegen.clients.api import ApiProblem
from interlock_codegen.clients.definitions import Definitions
from interlock_codegen.lowering.shapes import Root

_PROBLEM = "application/problem+json"


def problems(definitions: Definitions, answer: Cursor) -> tuple[ApiProblem, ...]:
    """Return the problems of an answer; none unless each shape of its body is one of its own."""
    schemas = [entry.raw("schema") for name, entry in answer.members("content") if media.essence(name) == _PROBLEM]
    if len(schemas) != 1 or schemas[0] is None:
        return ()
    found = [list(_of(definitions, place)) for place in _branches(definitions, definitions.end(schemas[0].pointer))]
    return tuple(problem for each in found for problem in each) if all(found) else ()


def _branches(definitions: Definitions, pointer: str) -> list[str]:
    """Return where the schemas stand of which one holds: those of a choice, or the schema itself."""
    schema = definitions.at(pointer)
    for keyword in ("oneOf", "anyOf"):
        parts = schema.get(keyword) if isinstance(schema, dict) else None
        if isinstance(parts, list) and parts:
            return [definitions.end(f"{pointer}/{keyword}/{number}") for number in range(len(parts))]
    return [pointer]


def _of(definitions: Definitions, pointer: str) -> Iterator[ApiProblem]:
    """Yield the problem types that one schema stands for."""
    root = Root(definitions.document)
    schema = definitions.at(pointer)
    values = root.values(root.properties(schema).get("type"))
    if root.types(schema) != frozenset({"object"}) or not values:
        return
    name = definitions.named(pointer, f"{split(pointer)[-1]}-problem")
    yield from (ApiProblem(value, name) for value in values if isinstance(value, str))
