"""The names of a client's methods and arguments: snake_case of the document's, never two alike in one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from interlock_codegen.clients.api import ApiOperation, ApiParameter
from interlock_codegen.code import Code
from interlock_codegen.naming import ANNOTATING, Scope, snake

BASE_MEMBERS = frozenset({"aclose", "close", "name", "raw", "schemes", "sharing"})
"""Public names of the base clients, which no method may hide."""
_IN_CLASS = frozenset({"bytes", "cached_property", "deprecated", "list", "object", "property", "type"})
"""Names that the body of a client class uses beside those of annotations."""
_IN_METHOD = frozenset({"body", "reply", "self", "timeout"})
_PLACES = ("path", "query", "header", "cookie", "form")


@dataclass(frozen=True, slots=True)
class MethodNames:
    """The names of one operation's methods."""

    call: Code
    pages: Code
    entries: Code


def method_names(operations: Sequence[ApiOperation]) -> list[MethodNames]:
    """Return the names of each operation's methods; one whose name is Python already keeps it before others."""
    scope = Scope(BASE_MEMBERS | ANNOTATING | _IN_CLASS)
    order = sorted(range(len(operations)), key=lambda index: snake(operations[index].id) != operations[index].id)
    calls = {index: scope.claim(snake(operations[index].id, "call")) for index in order}
    return [
        MethodNames(
            Code(calls[index]), *(_beside(scope, calls[index], what, operation) for what in ("pages", "entries"))
        )
        for index, operation in enumerate(operations)
    ]


def _beside(scope: Scope, call: str, what: str, operation: ApiOperation) -> Code:
    """Return the name of a method that goes on where one call ends; none is taken for an operation without pages."""
    return Code(scope.claim(f"{call}_{what}") if operation.paging else "")


def argument_names(parameters: Sequence[ApiParameter]) -> list[Code]:
    """
    Return the name of each parameter's argument.

    Of two that are called the same, the one that stands first in path, query, header, cookie keeps the name, and the
    other says where it stands.
    """
    scope = Scope(_IN_METHOD)
    wanted = [snake(parameter.name, "value") for parameter in parameters]
    alike = Counter(wanted)
    found: dict[int, str] = {}
    for index in sorted(range(len(parameters)), key=lambda index: _PLACES.index(parameters[index].place)):
        name = wanted[index]
        taken = alike[name] > 1 and name in found.values()
        found[index] = scope.claim(f"{name}_{parameters[index].place}" if taken else name)
    return [Code(found[index]) for index in range(len(parameters))]
