"""A contract's accepted examples as `examples` of its schema, so that a witness looks like an event of the plant."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from typing import Any

from interlock.catalog import Catalog
from interlock.pointers import lookup

MOST = 3
"""So many examples are kept at one place."""


def payloads(*catalogs: Catalog) -> dict[str, tuple[Any, ...]]:
    """Return the payloads of the accepted examples, by `name@major`; those of the first catalog first."""
    found: dict[str, list[Any]] = {}
    for catalog in catalogs:
        for key, examples in catalog.examples.items():
            events = (example.event for example in examples if example.accepted)
            found.setdefault(key, []).extend(
                event["data"] for event in events if isinstance(event, dict) and "data" in event
            )
    return {key: tuple(values) for key, values in found.items()}


def exemplified(schema: dict[str, Any], examples: Iterable[Any]) -> dict[str, Any]:
    """Return a bundled schema with each scalar of some payloads noted where the schema describes it."""
    made = copy.deepcopy(schema)
    for example in examples:
        waiting = [(made, example)]
        while waiting:
            node, value = waiting.pop()
            if isinstance(value, dict | list):
                waiting.extend(_inside(made, node, value))
            else:
                _note(_in_place(made, node), value)
    return made


def _note(places: Iterable[dict[str, Any]], value: Any) -> None:
    """Add an example to a member's schema and to the shared type behind it."""
    for place in places:
        known = place.setdefault("examples", [])
        if isinstance(known, list) and value not in known and len(known) < MOST:
            known.append(value)


def _inside(root: dict[str, Any], node: dict[str, Any], value: Any) -> Iterator[tuple[dict[str, Any], Any]]:
    """Yield the schemas that describe the members or items of a value, each with its value."""
    for place in _in_place(root, node):
        properties, items = place.get("properties"), place.get("items")
        if isinstance(value, dict) and isinstance(properties, dict):
            yield from ((properties[k], v) for k, v in value.items() if isinstance(properties.get(k), dict))
        elif isinstance(value, list) and isinstance(items, dict):
            yield from ((items, item) for item in value[:MOST])


def _in_place(root: dict[str, Any], node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a schema and what its references lead to, each once."""
    seen: set[int] = set()
    while id(node) not in seen:
        seen.add(id(node))
        yield node
        reference = node.get("$ref")
        if not isinstance(reference, str) or not reference.startswith("#"):
            return
        try:
            node = lookup(root, reference[1:])
        except LookupError:
            return
