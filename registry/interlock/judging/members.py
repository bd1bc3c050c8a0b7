"""Rules about which members and elements are there."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from ..pointers import lookup, matches, split
from .amounts import identity
from .codes import Violations
from .containers import is_array
from .parameters import PointersResolve, PresentAny, RequiredWhen, Statement, Unique
from .words import placed, shown


def unique(value: Any, parameters: Unique) -> Violations:
    """
    No two elements are known by the same value.

    `at` names an array, each of which is judged by itself; when it ends in `*`, the elements of all arrays are judged
    together. `by` is relative to the element; an element without it is not judged.

    ## Why
    A line number or a pallet that is listed twice is booked twice.

    ## Bad
    `{"lines": [{"lineNumber": 10}, {"lineNumber": 10}]}`

    ## Good
    `{"lines": [{"lineNumber": 10}, {"lineNumber": 20}]}`, declared as
    `{rule: unique, parameters: {at: /data/lines, by: /lineNumber}}`
    """
    for group in _groups(value, parameters.at):
        seen: dict[Hashable, str] = {}
        for at, element in group:
            for below, known_by in matches(element, parameters.by):
                first = seen.setdefault(identity(known_by), at + below)
                if first != at + below:
                    yield at + below, f"{shown(known_by)} stands at {placed(first)} too: each is listed once"


def _groups(value: Any, path: str) -> list[list[tuple[str, Any]]]:
    """Return the elements that are judged together."""
    found = list(matches(value, path))
    if path.endswith("/*"):
        return [found]
    return [_elements(at, array) for at, array in found if is_array(array)]


def required_when(value: Any, parameters: RequiredWhen) -> Violations:
    """
    Under a condition, some members must be there.

    The condition `{at, in}` holds when some value at the path is one of those listed.

    ## Why
    What a reader needs often depends on a status. A schema that required it always would force writers to invent it.

    ## Bad
    `{"status": "BLOCKED"}`

    ## Good
    `{"status": "BLOCKED", "blockReason": {"code": "PRICE"}}`, declared as
    `{rule: required-when, parameters: {when: {at: /data/status, in: [BLOCKED]}, then: [/data/blockReason]}}`
    """
    for path in parameters.then:
        if not any(True for _ in matches(value, path)):
            at = path.partition("/*")[0]
            yield at, f"{split(path)[-1]!r} is missing, and {_condition(parameters)} needs it"


def _condition(parameters: RequiredWhen) -> str:
    """Phrase the condition."""
    return f"{placed(parameters.when.at)} being {' or '.join(shown(value) for value in parameters.when.values)}"


def present_any(value: Any, parameters: PresentAny) -> Violations:
    """
    At least one of some members is there.

    ## Why
    A movement that names neither where the goods came from nor where they went can't be booked anywhere.

    ## Bad
    `{"movementId": "M-90001"}`

    ## Good
    `{"movementId": "M-90001", "toLocation": {"locationId": "muc1-ls-2"}}`, declared as
    `{rule: present-any, parameters: {of: [/data/fromLocation, /data/toLocation]}}`
    """
    if not any(True for path in parameters.of for _ in matches(value, path)):
        names = " or ".join(repr(split(path)[-1]) for path in parameters.of)
        yield parameters.of[0], f"{names} is missing{': one of them must be there' if len(parameters.of) > 1 else ''}"


def pointers_resolve(value: Any, parameters: PointersResolve) -> Violations:
    """
    Each JSON Pointer in a list leads to a value.

    `at` names the pointers (or their array), `in` the value that they start from.

    ## Why
    A list of changed members that names what is not there sends its readers looking for it.

    ## Bad
    `{"changedFields": ["/plannedQuantity"]}`

    ## Good
    `{"changedFields": ["/plannedQuantity"], "plannedQuantity": {"value": 5, "unitCode": "H87"}}`, declared as
    `{rule: pointers-resolve, parameters: {at: /data/changedFields/*, in: /data}}`

    Source: RFC 6901.
    """
    for _, root in matches(value, parameters.within):
        for at, item in matches(value, parameters.at):
            for place, text in _elements(at, item):
                if isinstance(text, str) and not leads_somewhere(root, text):
                    yield place, f"{shown(text)} leads to nothing in {placed(parameters.within)}"


def _elements(at: str, value: Any) -> list[tuple[str, Any]]:
    """Return the elements of an array, or what is no array by itself."""
    return [(f"{at}/{index}", item) for index, item in enumerate(value)] if is_array(value) else [(at, value)]


def leads_somewhere(root: Any, pointer: str) -> bool:
    """Say whether a text is a JSON Pointer to a value."""
    if pointer and not pointer.startswith("/"):
        return False
    try:
        lookup(root, pointer)
    except LookupError:
        return False
    return True


def stateful(value: Any, parameters: Statement) -> Violations:  # noqa: ARG001 - a rule that one event can't decide
    """
    A statement about several events or about a system's state: declared, never evaluated here.

    One event alone can't show whether, say, a second hold is active on the same lot. The statement stands in the
    contract, in the generated documentation and in reviews; whoever keeps the state checks it.

    ## Why
    A promise that is not written down is not reviewed. One that pretended to be checked would be worse.

    ## Good
    `{rule: stateful, parameters: {statement: There is no second active hold with the same holdId.}}`
    """
    yield from ()
