"""
The writer's view: a producer may send only declared members, so each object is closed.

Closed is each place where a value of its own begins; schemas that judge the same value together (`allOf`, `$ref`)
stay open one by one. What asks a question (`not`, `if`, `contains`) is left as it is, and maps stay maps.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .schemas import ANNOTATIONS, LISTS, MAPS, SINGLES, Schema, pointed, unescaped
from .violations import UnsupportedSchema

_SAME_VALUE = frozenset(
    {"allOf", "anyOf", "oneOf", "then", "else", "dependentSchemas", "$defs", "definitions", "dependencies"}
)
"""Keywords whose schemas judge the value that the schema around them judges, or that only keep schemas by name."""
_QUESTIONS = frozenset({"not", "if", "contains", "propertyNames"})
_TOGETHER = _SAME_VALUE - {"$defs", "definitions"}
_OLD = ("draft-04", "draft-06", "draft-07")


def closed(schema: Schema) -> Schema:
    """Return a schema that takes no member which it does not declare."""
    closing = _Closing(schema)
    result = dict(closing.location(schema))
    twins = {unescaped(name): twin for name, twin in closing.twins.items()}
    return {**result, "$defs": {**result["$defs"], **twins}} if twins else result


class _Closing:
    """Closes the schemas of one document."""

    def __init__(self, root: Schema) -> None:
        self._root = root
        self.twins: dict[str, Any] = {}
        self._old = any(name in str(root.get("$schema", "")) for name in _OLD)

    def location(self, schema: Any) -> Any:
        """Return the schema of a value of its own."""
        if not isinstance(schema, dict):
            return schema
        inside = self._inside(schema)
        if "unevaluatedProperties" in schema or not self._declares_members(schema):
            return inside
        if schema.keys() - ANNOTATIONS == {"$ref"} and (twin := self._twin(schema["$ref"])):
            return {**schema, "$ref": twin}
        if not (schema.keys() & (_TOGETHER | {"$ref", "$dynamicRef", "$recursiveRef", "if"})):
            return {**inside, "additionalProperties": False}  # says the same here, and is judged faster
        if self._old:
            raise UnsupportedSchema(
                "an object that is put together of several schemas can't be closed before draft 2019-09"
            )
        return {**inside, "unevaluatedProperties": False}

    def _twin(self, ref: str) -> str | None:
        """Return a reference to a closed twin of what a reference names, when that stands in the document's `$defs`."""
        start, _, name = ref.rpartition("/")
        if start != "#/$defs" or not isinstance(pointed(self._root, ref), dict):
            return None
        closed_name = f"{name}.closed"
        if closed_name not in self.twins and pointed(self._root, f"{start}/{closed_name}") is not None:
            return None
        if closed_name not in self.twins:
            self.twins[closed_name] = {}  # a type may hold itself
            self.twins[closed_name] = self.location(pointed(self._root, ref))
        return f"{start}/{closed_name}"

    def _inside(self, schema: Any) -> Any:
        """Return a schema whose members and items are closed, and itself not."""
        if not isinstance(schema, dict):
            return schema
        return {keyword: self._below(keyword, value) for keyword, value in schema.items()}

    def _below(self, keyword: str, value: Any) -> Any:
        """Return a keyword's value with the schemas in it closed."""
        if keyword in _QUESTIONS:
            return value
        close = self._inside if keyword in _SAME_VALUE else self.location
        if keyword in MAPS and isinstance(value, dict):
            return {name: close(item) for name, item in value.items()}
        if (keyword in LISTS or keyword in SINGLES) and isinstance(value, list):
            return [close(item) for item in value]
        return close(value) if keyword in SINGLES else value

    def _declares_members(self, schema: Schema) -> bool:
        """Say whether members are declared for the value, and nothing makes it a map."""
        together = list(self._together(schema))
        if any(
            isinstance(part.get("additionalProperties"), dict) or part.get("additionalProperties") is True
            for part in together
        ):
            return False
        return not any(part.get("patternProperties") for part in together) and any(
            "properties" in part for part in together
        )

    def _together(self, schema: Schema) -> Iterator[Schema]:
        """Yield the schemas that judge the same value as this one, itself first."""
        waiting: list[Any] = [schema]
        seen: set[int] = set()
        while waiting:
            node = waiting.pop()
            if not isinstance(node, dict) or id(node) in seen:
                continue
            seen.add(id(node))
            yield node
            for keyword in _TOGETHER & node.keys():
                value = node[keyword]
                waiting.extend(
                    value.values()
                    if isinstance(value, dict) and keyword in MAPS
                    else value
                    if isinstance(value, list)
                    else [value]
                )
            if isinstance(node.get("$ref"), str):
                waiting.append(pointed(self._root, node["$ref"]))
