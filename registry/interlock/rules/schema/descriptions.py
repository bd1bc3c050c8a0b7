"""What schemas say to people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from interlock.differences import locate, shown
from interlock.pointers import escape, lookup
from interlock.references import subschemas
from interlock.rules.frame import Violations
from interlock.rules.schema.validity import Schemed
from interlock.rules.subjects import Subject

_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_FILLERS = frozenset(
    {
        "a",
        "an",
        "the",
        "of",
        "this",
        "that",
        "is",
        "for",
        "its",
        "it",
        "in",
        "to",
        "and",
        "field",
        "value",
        "member",
        "property",
    }
)
_SAME_WORD = {"identifier": "id", "ids": "id", "identifiers": "id", "timestamp": "at", "time": "at", "no": "number"}


def property_has_description(subject: Subject[Schemed]) -> Violations:
    """
    Every property says what it means.

    ## Why
    A name is read as each reader likes; the description is what they agree on. A draft is warned, a released version is
    not accepted without. Source: L16.

    ## Bad
    `lotId: {$ref: ../../../types/id/v1.yaml}`

    ## Good
    `lotId: {$ref: ../../../types/id/v1.yaml, description: "The lot that was used up, as the material master knows it."}`
    """
    for pointer, name, node in _properties(subject.value.schema):
        if not _described(subject, pointer, node):
            message = f"{shown(name)} has no description: say what it means, its unit, and who sets it"
            yield subject.violation(f"/schema{pointer}", message)


def description_adds_to_name(subject: Subject[Schemed]) -> Violations:
    """
    A description says more than the name of its property.

    ## Why
    "The lot id" beside `lotId` costs a line and says nothing. Source: L16.

    ## Bad
    `lotId: {description: The lot id.}`

    ## Good
    `lotId: {description: "The lot that was used up, as the material master knows it."}`
    """
    for pointer, name, node in _properties(subject.value.schema):
        description = node.get("description") if isinstance(node, dict) else None
        if isinstance(description, str) and _words(description) - _FILLERS <= _words(name):
            message = f"the description {shown(description, quoted=True)} repeats the name: say what it means, its unit, and who sets it"
            yield subject.violation(f"/schema{pointer}/description", message, new=description)


def _properties(schema: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield pointer, name and schema of each property that is written in a file."""
    for pointer, node in subschemas(schema):
        declared = node.get("properties")
        for name, value in (declared if isinstance(declared, dict) else {}).items():
            yield f"{pointer}/properties/{escape(name)}", name, value


def _described(subject: Subject[Schemed], pointer: str, node: Any) -> bool:
    """Say whether a property has a description, its own or that of what it refers to."""
    own = node.get("description") if isinstance(node, dict) else None
    if isinstance(own, str):
        return bool(own.strip())
    if subject.bundle is None or not isinstance(node, dict) or "$ref" not in node:
        return False
    return isinstance(
        locate(subject.bundle.schema, lookup(subject.bundle.schema, pointer), pointer).first("description"), str
    )


def _words(text: str) -> set[str]:
    """Return the words of a name or a sentence, in small letters, some synonyms made one."""
    words = {word.lower() for word in _WORD.findall(text)}
    return {_SAME_WORD.get(word) or word for word in words}
