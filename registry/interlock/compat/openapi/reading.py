"""From a document to its operations; what OpenAPI does not allow is noted as a fault and read as well as it can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .model import METHODS, Key, Operation, Parameter, erased, names
from .sources import Cursor, Source

_STYLES: Mapping[str, tuple[str, ...]] = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}
"""The styles of each place, its default first (OpenAPI 3.1.1 section 4.8.12)."""
_NOT_PARAMETERS = frozenset({"accept", "content-type", "authorization"})
"""Header parameters that are ignored (OpenAPI 3.1.1 section 4.8.12.2); what they say is said by other fields."""


@dataclass
class Paths:
    """The paths of a document by their erased form; their operations are read when they are asked for."""

    source: Source
    _items: dict[str, list[tuple[str, Cursor]]]
    _read: dict[str, dict[str, Operation]] = field(default_factory=dict[str, dict[str, Operation]])

    @classmethod
    def of(cls, source: Source) -> Paths:
        """Find them."""
        found: dict[str, list[tuple[str, Cursor]]] = {}
        for path, item in source.root.members("paths"):
            source.clock.check()
            same = found.setdefault(erased(path), [])
            if same:
                source.fault("ambiguous-path", f"{path} is another spelling of a path that is there already", item)
            same.append((path, item))
        return cls(source, found)

    def __iter__(self) -> Iterator[str]:
        """The erased paths."""
        return iter(self._items)

    def __contains__(self, path: str) -> bool:
        """Whether an erased path is there."""
        return path in self._items

    def written(self, path: str) -> list[str]:
        """How an erased path is written."""
        return [name for name, _ in self._items.get(path, ())]

    def operations(self, path: str) -> dict[str, Operation]:
        """The operations of an erased path by method; none where it is not there."""
        if path not in self._read:
            self._read[path] = {
                method: operation
                for name, item in reversed(self._items.get(path, []))
                for method, operation in of_item(name, item).items()
            }
        return self._read[path]


def of_item(path: str, item: Cursor) -> dict[str, Operation]:
    """The operations of a path item by method."""
    made: dict[str, Operation] = {}
    for method in METHODS:
        at = item.member(method)
        if at is not None:
            made[method] = Operation(method, path, at, item, _parameters(path, item, at))
            _note_responses(at)
    return made


def _note_responses(at: Cursor) -> None:
    if at.member("responses") is None and at.source.is_3_0:
        at.source.fault("no-responses", "an operation of OpenAPI 3.0 says its responses", at)


def _parameters(path: str, item: Cursor, at: Cursor) -> dict[Key, Parameter]:
    """The parameters of an operation: the path's, overridden by its own, and those that only the template names."""
    found: dict[Key, Parameter] = {}
    positions = {name: str(index) for index, name in enumerate(names(path))}
    for cursor in (item, at):
        own: set[Key] = set()
        for entry in cursor.elements("parameters"):
            parameter = _parameter(entry)
            key = _key(parameter, positions) if parameter is not None else None
            if key is None or parameter is None:
                continue
            if key in own:
                at.source.fault("repeated-parameter", f"{parameter} stands here twice", entry)
            own.add(key)
            found[key] = parameter
    for name, index in positions.items():
        found.setdefault(("path", index), Parameter(name, "path", True, at, None, "simple", False))  # noqa: FBT003
    return found


def _key(parameter: Parameter, positions: Mapping[str, str]) -> Key | None:
    """A parameter's identity; None for one that is ignored."""
    if parameter.place == "path":
        index = positions.get(parameter.name)
        if index is None:
            parameter.at.source.fault("unknown-parameter", f"the path has no {{{parameter.name}}}", parameter.at)
            return None
        return "path", index
    if parameter.place == "header":
        name = parameter.name.lower()
        return None if name in _NOT_PARAMETERS else ("header", name)
    return parameter.place, parameter.name


def _parameter(at: Cursor) -> Parameter | None:
    name, place = at.text("name"), at.text("in")
    if not name or place not in _STYLES:
        at.source.fault("no-parameter", "a parameter has a name, and in says path, query, header or cookie", at)
        return None
    required = at.flag("required") or place == "path"
    return described(at, name, place, required=required, styles=_STYLES[place])


def described(at: Cursor, name: str, place: str, *, required: bool, styles: tuple[str, ...]) -> Parameter:
    """A parameter or header with its form written out."""
    style = at.text("style") or styles[0]
    if style not in styles:
        at.source.fault("unknown-style", f"a {place} parameter has no style {style}", at)
    explode = at.flag("explode", default=style == "form")
    content = at.member("content")
    for media in content.value if content is not None else ():
        entry = content.member(media) if content is not None else None
        schema = entry.raw("schema") if entry is not None else None
        return Parameter(name, place, required, at, schema, style, explode, media.lower())
    if at.raw("schema") is None:
        at.source.fault("no-schema", f"{place} parameter {name} has neither a schema nor content", at)
    reserved = place == "query" and at.flag("allowReserved")
    return Parameter(name, place, required, at, at.raw("schema"), style, explode, reserved=reserved)


def headers(response: Cursor) -> Iterator[tuple[str, Parameter]]:
    """The headers of a response, by name in lower case."""
    for name, at in response.members("headers"):
        if name.lower() != "content-type":
            required = at.flag("required")
            yield name.lower(), described(at, name, "response header", required=required, styles=("simple",))


def said_default(values: Mapping[str, Any]) -> list[Any]:
    """A schema's default in a list; empty when it has none."""
    return [values["default"]] if "default" in values else []
