"""Where a schema speaks of one value: every subschema that applies there, through `$ref` and composition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from interlock.pointers import escape, lookup, split
from interlock.references import ANNOTATIONS

MOST_SUBSCHEMAS = 200
"""More than this at one place is not followed: contracts arrive from forks."""

_DIGITS = 6
"""No array is read beyond so many digits of an index."""
_BRANCHES = ("oneOf", "anyOf")
_CONDITIONAL = ("then", "else")


@dataclass(frozen=True, slots=True)
class Node:
    """One subschema, where it stands in the bundle, and whether it applies whichever branch a value takes."""

    pointer: str
    schema: Any
    certain: bool = True


@dataclass(frozen=True)
class Location:
    """One place of the instance and all the subschemas that apply to it in place (JSON Schema core section 7.5)."""

    root: dict[str, Any]
    pointer: str
    """Where the first subschema that speaks of it stands in the bundle."""
    nodes: tuple[Node, ...]
    whole: bool = True
    """Whether every subschema was followed, none left out for their number."""
    _members: dict[str, Location | None] = field(
        default_factory=dict[str, "Location | None"], compare=False, repr=False
    )
    """The members that were asked for."""

    @cached_property
    def required(self) -> frozenset[str]:
        """The members that every value here has, in whichever branch."""
        names = {name for node in self.nodes if node.certain for name in _names(node.schema)}
        for node in self.nodes:
            if node.certain:
                names.update(*(self._in_all_branches(node, keyword) for keyword in _BRANCHES))
        return frozenset(names)

    def _in_all_branches(self, node: Node, keyword: str) -> set[str]:
        """Return the members that each branch of a choice requires."""
        branches = node.schema.get(keyword)
        if not isinstance(branches, list) or not branches:
            return set()
        named = [
            _certain_names(self.root, f"{node.pointer}/{keyword}/{index}", branch)
            for index, branch in enumerate(branches)
        ]
        return set.intersection(*named)

    @cached_property
    def properties(self) -> dict[str, tuple[Node, ...]]:
        """The subschemas of each member that is named, in the order they are written."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes:
            for name, schema in _map(node.schema, "properties"):
                found.setdefault(name, []).append(
                    Node(f"{node.pointer}/properties/{escape(name)}", schema, node.certain)
                )
        return {name: tuple(nodes) for name, nodes in found.items()}

    def member(self, name: str) -> Location | None:
        """Return the place of a named member; None when no subschema names it."""
        if name not in self._members:
            nodes = self.properties.get(name)
            self._members[name] = _location(self.root, nodes) if nodes else None
        return self._members[name]

    def items(self) -> Location | None:
        """Return the place of an array's elements after the prefix; None when nothing is said of them."""
        return self._below("items")

    def element(self, index: int) -> Location | None:
        """Return the place of one element of an array."""
        prefix: list[Node] = []
        rest: list[Node] = []
        for node in self.nodes:
            listed = node.schema.get("prefixItems")
            if isinstance(listed, list) and index < len(listed):
                prefix.append(Node(f"{node.pointer}/prefixItems/{index}", listed[index], node.certain))
            elif "items" in node.schema:
                rest.append(Node(f"{node.pointer}/items", node.schema["items"], node.certain))
        return _location(self.root, (*prefix, *rest)) if prefix or rest else None

    def values(self) -> Location | None:
        """Return the place of a map's values; None when no subschema says what they are."""
        nodes = [
            Node(f"{node.pointer}/patternProperties/{escape(name)}", schema, node.certain)
            for node in self.nodes
            for name, schema in _map(node.schema, "patternProperties")
        ]
        below = self._below("additionalProperties")
        return _location(self.root, (*nodes, *(below.nodes if below else ()))) if nodes or below else None

    def _below(self, keyword: str) -> Location | None:
        """Return the place that a keyword with one schema speaks of."""
        nodes = [
            Node(f"{node.pointer}/{keyword}", node.schema[keyword], node.certain)
            for node in self.nodes
            if isinstance(node.schema.get(keyword), dict)
        ]
        return _location(self.root, nodes) if nodes else None

    def first(self, keyword: str) -> Any:
        """Return what the first subschema with a keyword says, the outermost before those it refers to; None without one."""
        return next((node.schema[keyword] for node in self.nodes if keyword in node.schema), None)

    def all(self, keyword: str) -> list[Any]:
        """Return what each subschema that certainly applies says under a keyword."""
        return [node.schema[keyword] for node in self.nodes if node.certain and keyword in node.schema]

    @property
    def least_items(self) -> int:
        """How many elements an array here has at least."""
        return max((value for value in self.all("minItems") if isinstance(value, int)), default=0)

    @property
    def takes_any_member(self) -> bool:
        """Whether an object here says that its further members are free (`additionalProperties: true`)."""
        return any(node.schema.get("additionalProperties") is True for node in self.nodes)

    @property
    def constrains(self) -> bool:
        """Whether anything is said beyond annotations."""
        return any(set(node.schema) - ANNOTATIONS for node in self.nodes)


def locate(root: dict[str, Any], schema: Any = None, pointer: str = "") -> Location:
    """Return the place that a schema speaks of; `root` is the bundle in which its references resolve."""
    return _location(root, (Node(pointer, root if schema is None else schema),))


def _location(root: dict[str, Any], nodes: Sequence[Node]) -> Location:
    """Follow references and composition from these subschemas, each once, the outermost first."""
    found: dict[str, Node] = {}
    waiting = list(nodes)
    for node in waiting:  # grows while it is read
        known = found.get(node.pointer)
        if not isinstance(node.schema, dict) or (known is not None and (known.certain or not node.certain)):
            continue
        if len(found) >= MOST_SUBSCHEMAS:
            return Location(root, nodes[0].pointer, tuple(found.values()), whole=False)
        found[node.pointer] = node
        waiting.extend(_in_place(root, node))
    return Location(root, nodes[0].pointer, tuple(found.values()))


def _in_place(root: dict[str, Any], node: Node) -> Iterator[Node]:
    """Yield the subschemas that a subschema applies to the same value."""
    yield from _referred(root, node)
    for keyword in ("allOf", *_BRANCHES):
        branches = node.schema.get(keyword)
        if isinstance(branches, list):
            certain = node.certain and keyword == "allOf"
            yield from (Node(f"{node.pointer}/{keyword}/{index}", item, certain) for index, item in enumerate(branches))
    for keyword in _CONDITIONAL:
        if keyword in node.schema:
            yield Node(f"{node.pointer}/{keyword}", node.schema[keyword], certain=False)
    for name, schema in _map(node.schema, "dependentSchemas"):
        yield Node(f"{node.pointer}/dependentSchemas/{escape(name)}", schema, certain=False)


def _referred(root: dict[str, Any], node: Node) -> Iterator[Node]:
    """Yield what a local reference names; one that names nothing is another rule's business."""
    ref = node.schema.get("$ref")
    if not isinstance(ref, str) or not ref.startswith("#"):
        return
    try:
        yield Node(ref[1:], lookup(root, ref[1:]), node.certain)
    except (LookupError, ValueError):
        return


def _certain_names(root: dict[str, Any], pointer: str, schema: Any) -> set[str]:
    """Return the members that one branch requires, through its references."""
    return {
        name for node in _location(root, (Node(pointer, schema),)).nodes if node.certain for name in _names(node.schema)
    }


def _names(schema: dict[str, Any]) -> list[str]:
    """Return the names under `required`; what is no list of strings is another rule's business."""
    names = schema.get("required")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _map(schema: dict[str, Any], keyword: str) -> list[tuple[str, Any]]:
    """Return the rows of a keyword that maps names to schemas."""
    rows = schema.get(keyword)
    return list(rows.items()) if isinstance(rows, dict) else []


def index_of(token: str) -> int | None:
    """
    Return the number that a token of a pointer is, up to a million; None for any other.

    >>> index_of("12"), index_of("x")
    (12, None)
    """
    return int(token) if token.isascii() and token.isdigit() and len(token) <= _DIGITS else None


def reached(location: Location, path: str) -> tuple[list[Location], str]:
    """
    Return the places that a field path names from here, and the token at which the path ends when it names none.

    `*` stands for every element or member; a number for one element; a member of a free map is taken as named.
    """
    here = [location]
    for token in split(path):
        below = [step for place in here for step in _steps(place, token)]
        if not below:
            return ([], "") if any(place.takes_any_member for place in here) else ([], token)
        here = below
    return here, ""


def _steps(place: Location, token: str) -> Iterator[Location]:
    """Yield the places to which one token leads."""
    if token == "*":  # noqa: S105 - a part of a pointer
        named = [place.member(name) for name in place.properties] if place.values() or not place.items() else []
        found = [place.items(), place.values(), *named]
    elif (member := place.member(token)) is not None:
        found = [member]
    else:
        index = index_of(token)
        found = [place.element(index) if index is not None else None, place.values()]
    yield from (step for step in found if step is not None)
