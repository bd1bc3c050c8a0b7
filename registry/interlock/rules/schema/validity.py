"""Whether a schema is one: valid, complete, and small enough to be compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from interlock.catalog import EnvelopeContract, EventContract, TypeContract
from interlock.differences import MOST_MEMBERS, Location, places, shown
from interlock.pointers import escape, split
from interlock.references import references, subschemas
from interlock.rules.frame import Violations
from interlock.rules.schema.vocabulary import faults
from interlock.rules.subjects import Subject

Schemed = EventContract | TypeContract | EnvelopeContract
"""Contracts with a payload schema of their own."""


def is_valid(subject: Subject[Schemed]) -> Violations:
    """
    The schema is valid JSON Schema 2020-12, and each pattern is a regular expression.

    ## Why
    Validators ignore what they don't understand, so a fault in a schema lets everything pass and nobody is told.
    Source: JSON Schema 2020-12 core section 8, validation section 6; ECMA-262 section 22.2.

    ## Bad
    `maxLength: "20"`

    ## Good
    `maxLength: 20`
    """
    for pointer, message in faults(subject.value.schema):
        yield subject.violation(f"/schema{pointer}", message)
    for pointer, node in subschemas(subject.value.schema):
        why = _unreadable(node.get("pattern"))
        if why:
            yield subject.violation(f"/schema{pointer}/pattern", why, new=node["pattern"])


def required_is_declared(subject: Subject[Schemed]) -> Violations:
    """
    Each name under `required` is declared under `properties`.

    ## Why
    A required member that is spelt otherwise where it is declared makes every event invalid, or none typed. Source:
    L13; found in three releases of a public schema set (`id` required, `ID` declared).

    ## Bad
    `{required: [lotID], properties: {lotId: {...}}}`

    ## Good
    `{required: [lotId], properties: {lotId: {...}}}`
    """
    doubtful = list(_undeclared(subject.value.schema))
    declared = _declared_around(subject, {pointer for pointer, _, _ in doubtful})
    for pointer, index, name in doubtful:
        if pointer in declared and name not in declared[pointer]:
            hint = subject.inspection.nearest(name, declared[pointer]) or ": declare it"
            message = f"{shown(name)} is required and not declared under properties{hint}"
            yield subject.violation(f"/schema{pointer}/required/{index}", message, new=name)


def definitions_are_used(subject: Subject[Schemed]) -> Violations:
    """
    Each definition under `$defs` is referred to.

    ## Why
    A definition that nothing uses is read as part of the contract and is not. Source: L13.

    ## Bad
    `$defs: {line: {...}}` and no `$ref: "#/$defs/line"`

    ## Good
    `lines: {type: array, items: {$ref: "#/$defs/line"}}`
    """
    defined = subject.value.schema.get("$defs")
    if not isinstance(defined, dict):
        return
    used = _definitions_in_use(subject.value.schema, ())
    if not defined.keys() <= used and isinstance(subject.value, TypeContract):
        named = [name for file, name in subject.inspection.named_definitions if file == subject.entry.path]
        used = _definitions_in_use(subject.value.schema, named)
    for name in (name for name in defined if name not in used):
        message = f"nothing refers to the definition {shown(name)}: remove it"
        yield subject.violation(f"/schema/$defs/{escape(name)}", message)


def is_readable_as_a_whole(subject: Subject[Schemed]) -> Violations:
    """
    A schema has no more members, all types resolved, than are compared one by one.

    ## Why
    Types that refer to types grow without looking so; beyond the limit a change could pass unseen. Source: DESIGN
    section 8.

    ## Bad
    Thirty types, each of which has two members of the next type.

    ## Good
    At most 5,000 members, 60 levels deep.
    """
    if subject.location is not None and not _is_whole(subject.location):
        yield subject.violation(
            "/schema",
            "the schema has more members, types resolved, than are compared: split the event or flatten its types",
        )


def _unreadable(pattern: Any) -> str:
    """Say why a text is no regular expression; empty when it is one."""
    from interlock.regex import InvalidPattern, Language, RegexError

    try:
        if isinstance(pattern, str):
            Language.pattern(pattern)
    except InvalidPattern as error:
        return str(error)
    except RegexError:
        return ""
    return ""


def _is_whole(root: Location) -> bool:
    """Say whether all members of a schema are within the limits."""
    found = list(places(root))
    return len(found) <= MOST_MEMBERS and all(place.whole for place in found)


def _undeclared(schema: dict[str, Any]) -> Iterator[tuple[str, int, str]]:
    """Yield pointer, index and name of what a subschema requires and does not itself declare."""
    for pointer, node in subschemas(schema):
        required, declared = node.get("required"), node.get("properties")
        for index, name in enumerate(required if isinstance(required, list) else []):
            if isinstance(name, str) and not (isinstance(declared, dict) and name in declared):
                yield pointer, index, name


def _declared_around(subject: Subject[Schemed], pointers: set[str]) -> dict[str, set[str]]:
    """Return the members declared where some subschemas apply; nothing for one beside which any member may come."""
    found: dict[str, set[str]] = {}
    for place in places(subject.location) if pointers and subject.location else ():
        here = [node.pointer for node in place.nodes if node.pointer in pointers and node.pointer not in found]
        if here and place.values() is None and not place.takes_any_member:
            found.update({pointer: set(place.properties) for pointer in here})
    return found


def _definitions_in_use(schema: dict[str, Any], named: Iterable[str]) -> set[str]:
    """Return the definitions to which a schema leads, and those to which the ones lead that other files name."""
    used = set(named)
    waiting = [{keyword: value for keyword, value in schema.items() if keyword != "$defs"}]
    waiting += [schema["$defs"].get(name) for name in used]
    while waiting:
        for _, ref in references(waiting.pop()):
            parts = split(ref[1:]) if ref.startswith("#/$defs/") else []
            if len(parts) > 1 and parts[1] not in used:
                used.add(parts[1])
                waiting.append(schema["$defs"].get(parts[1]))
    return used
