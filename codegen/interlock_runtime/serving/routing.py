"""From a path to the operations behind it: concrete paths before templates (OpenAPI 3.1.1 section 4.8.8)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from .description import Operation

_VARIABLE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Route:
    """A path template with its operations by method."""

    template: str
    operations: Mapping[str, Operation]

    @property
    def allow(self) -> bytes:
        """The methods, as the header `Allow` lists them (RFC 9110 section 10.2.1)."""
        return ", ".join(sorted({*self.operations, *(["HEAD"] if "GET" in self.operations else ())})).encode()

    def operation(self, method: str) -> Operation | None:
        """Return the operation of a method; HEAD is answered where GET is (RFC 9110 section 9.3.2)."""
        found = self.operations.get(method)
        return self.operations.get("GET") if found is None and method == "HEAD" else found


class _Segment:
    """A segment of a template that has variables in it."""

    __slots__ = ("below", "literals", "names", "pattern")

    def __init__(self, text: str) -> None:
        parts = _VARIABLE.split(text)
        texts = [re.escape(part) if index % 2 == 0 else "(.+?)" for index, part in enumerate(parts)]
        self.names = tuple(parts[1::2])
        self.pattern = None if text == f"{{{self.names[0]}}}" else re.compile("".join(texts), re.DOTALL)
        self.literals = sum(map(len, parts[::2]))
        """How many characters are given: of two segments with variables the more concrete one is tried first."""
        self.below = _Node()

    def values(self, segment: str, raw: str) -> dict[str, str] | None:
        """Return the escaped texts of the variables, each at least one character; None for a segment that does not fit."""
        if self.pattern is None:
            return {self.names[0]: raw} if segment else None
        match = self.pattern.fullmatch(segment)
        return dict(zip(self.names, map(escaped, match.groups()), strict=True)) if match else None


@dataclass(slots=True)
class _Node:
    """What may follow after some segments."""

    literals: dict[str, _Node] = field(default_factory=dict[str, "_Node"])
    variables: dict[str, _Segment] = field(default_factory=dict[str, _Segment])
    route: Route | None = None


class Router:
    """Finds the route of a path in the order that the contract prescribes, segment by segment."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        """Sort the operations by their templates."""
        by_template: dict[str, dict[str, Operation]] = {}
        for operation in operations:
            by_template.setdefault(operation.path, {})[operation.method] = operation
        self._root = _Node()
        for template, methods in by_template.items():
            self._add(Route(template, methods))

    def _add(self, route: Route) -> None:
        """Hang a route under the segments of its template."""
        node = self._root
        for segment in route.template.split("/"):
            if _VARIABLE.search(segment) is None:
                node = node.literals.setdefault(segment, _Node())
            else:
                below = node.variables.setdefault(segment, _Segment(segment)).below
                node.variables = dict(sorted(node.variables.items(), key=lambda item: -item[1].literals))
                node = below
        node.route = route

    def find(self, path: str, raw: str) -> tuple[Route, dict[str, str]] | None:
        """Return the route of a path and the escaped texts of its variables; None for a path of no template."""
        segments = path.split("/")
        raws = raw.split("/")[-len(segments) :] if "%" in raw else segments
        if raws is not segments and [unquote(text) for text in raws] != segments:  # something has rewritten the path
            raws = [escaped(text) for text in segments]
        return _search(self._root, list(zip(segments, raws, strict=True)), 0, {})


def escaped(text: str) -> str:
    """Return a text that means itself once its escapes are resolved."""
    return text.replace("%", "%25")


def _search(
    node: _Node, segments: list[tuple[str, str]], at: int, values: dict[str, str]
) -> tuple[Route, dict[str, str]] | None:
    """Go down along the segments, the concrete way first."""
    if at == len(segments):
        return (node.route, values) if node.route else None
    literal = node.literals.get(segments[at][0])
    if literal is not None and (found := _search(literal, segments, at + 1, values)):
        return found
    for variable in node.variables.values():
        texts = variable.values(*segments[at])
        if texts is not None and (found := _search(variable.below, segments, at + 1, {**values, **texts})):
            return found
    return None
