"""Examples of media types and parameters, noted where schemas describe their parts, so that witnesses look like the plant's."""

from __future__ import annotations

import copy
from typing import Any

from .sides import in_place
from .sources import Cursor

MOST = 3
"""So many examples are kept at one place."""


def examples_of(owner: Cursor) -> list[Any]:
    """The values that a media type, parameter or header shows (OpenAPI 3.1.1 section 4.8.14)."""
    shown = [owner.value["example"]] if isinstance(owner.value, dict) and "example" in owner.value else []
    return [*shown, *(entry.value["value"] for _, entry in owner.members("examples") if "value" in entry.value)][:MOST]


def noted(schema: Any, values: list[Any]) -> Any:
    """A schema with each scalar of some values among the `examples` of the place that describes it."""
    made = copy.deepcopy(schema) if values else schema
    waiting = [(made, value) for value in values]
    while waiting:
        node, value = waiting.pop()
        for place in in_place(made, node):
            properties, items = place.get("properties"), place.get("items")
            if isinstance(value, dict) and isinstance(properties, dict):
                waiting += [(properties[name], part) for name, part in value.items() if name in properties]
            elif isinstance(value, list) and isinstance(items, dict):
                waiting += [(items, item) for item in value[:MOST]]
            elif not isinstance(value, dict | list):
                place["examples"] = [value, *(other for other in place.get("examples", ()) if other != value)][:MOST]
    return made
