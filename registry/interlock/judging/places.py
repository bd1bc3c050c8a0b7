"""What a schema leads to: of each place that a value may stand at, the types that hold there and the way further down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..pointers import escape, lookup
from .containers import is_object
from .table import Check

LISTS = ("anyOf", "oneOf")
"""Keywords whose schemas hold where they accept the value."""
BRANCHES = ("if", "then", "else")
_MAPS = ("dependentSchemas", "properties", "patternProperties")
_SINGLES = (*BRANCHES, "additionalProperties", "propertyNames", "items", "contains")
_SEVERAL = ("allOf", *LISTS, "prefixItems")
_ASKED = frozenset({*LISTS, *BRANCHES, "dependentSchemas"})
_MEMBERS = frozenset({"patternProperties", "additionalProperties", "propertyNames"})
_ELEMENTS = frozenset({"prefixItems", "contains"})


@dataclass(slots=True)
class Place:
    """All that applies to one value, whatever it is; what depends on the value is left to whoever walks."""

    checks: tuple[Check, ...] = ()
    named: tuple[tuple[str, str, Any], ...] = ()
    """Name, its end of a pointer, and schema of each member."""
    items: tuple[Any, ...] = ()
    """The schemas of every element."""
    asked: tuple[dict[str, Any], ...] = ()
    """Schemas of which some part applies only to some values."""
    members: tuple[dict[str, Any], ...] = ()
    """Schemas that find the schema of a member by more than its name."""
    elements: tuple[dict[str, Any], ...] = ()
    """Schemas that find the schema of an element by its place or by what it is."""


@dataclass
class Places:
    """The places of one schema, each put together when it is first met."""

    root: Any
    checks: Mapping[str, tuple[Check, ...]]
    """Of each reference to a type with invariants."""
    _leads: frozenset[int] = field(init=False)
    _known: dict[int, Place] = field(init=False, default_factory=dict[int, Place])

    def __post_init__(self) -> None:
        """Find the schemas that lead to a type with invariants, so that the rest is not walked."""
        self._leads = _leading(self.root, self.checks.keys())

    def leads(self, schema: Any) -> bool:
        """Say whether a type with invariants can be reached from a schema."""
        return id(schema) in self._leads

    def of(self, schema: Any) -> Place:
        """Return what applies to a value that a schema is for."""
        place = self._known.get(id(schema))
        if place is None:
            place = self._known[id(schema)] = self._made(list(self._together(schema)))
        return place

    def _together(self, schema: Any) -> Iterator[dict[str, Any]]:
        """Yield a schema with all that applies beside it, whatever the value; only what leads further."""
        waiting, seen = [schema], set[int]()
        while waiting:
            node = waiting.pop()
            if self.leads(node) and id(node) not in seen:
                seen.add(id(node))
                yield node
                waiting += [_referred(self.root, node), *node.get("allOf", ())]

    def _made(self, nodes: list[dict[str, Any]]) -> Place:
        """Put a place together."""
        plain = [node for node in nodes if not self._some(node, _MEMBERS)]
        listed = [node for node in nodes if not self._some(node, _ELEMENTS)]
        refs = dict.fromkeys(str(node.get("$ref")) for node in nodes)
        return Place(
            tuple(check for ref in refs for check in self.checks.get(ref, ())),
            tuple(member for node in plain for member in self._named(node)),
            tuple(node["items"] for node in listed if self.leads(node.get("items")) and "prefixItems" not in node),
            tuple(node for node in nodes if self._some(node, _ASKED)),
            tuple(node for node in nodes if self._some(node, _MEMBERS)),
            tuple(node for node in nodes if self._some(node, _ELEMENTS) or ("prefixItems" in node and "items" in node)),
        )

    def _named(self, node: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
        """Yield the members of a schema that lead further."""
        for name, part in node.get("properties", {}).items():
            if self.leads(part):
                yield name, f"/{escape(name)}", part

    def _some(self, node: dict[str, Any], keywords: frozenset[str]) -> bool:
        """Say whether one of some keywords leads further."""
        return any(self.leads(part) for keyword in keywords & node.keys() for part in _parts(node, keyword))


def _parts(node: dict[str, Any], keyword: str) -> Iterator[Any]:
    """Yield the schemas of one keyword that are followed."""
    if keyword in _SINGLES:
        yield node[keyword]
    elif keyword in _SEVERAL:
        yield from node[keyword]
    elif keyword in _MAPS:
        yield from node[keyword].values()


def _referred(root: Any, node: dict[str, Any]) -> Any:
    """Return what a schema's `$ref` names in the bundle; None when it has none."""
    ref = node.get("$ref")
    if not isinstance(ref, str) or not ref.startswith("#"):
        return None
    try:
        return lookup(root, ref[1:])
    except LookupError:
        return None


def _leading(root: Any, wanted: Iterable[str]) -> frozenset[int]:
    """Return the schemas (by identity) from which a reference to some types can be reached."""
    types, uses, leads = frozenset(wanted), dict[int, list[int]](), list[int]()
    waiting, seen = [root], set[int]()
    while waiting:
        node = waiting.pop()
        if not is_object(node) or id(node) in seen:
            continue
        seen.add(id(node))
        if node.get("$ref") in types:
            leads.append(id(node))
        for part in (_referred(root, node), *(part for keyword in node for part in _parts(node, keyword))):
            uses.setdefault(id(part), []).append(id(node))
            waiting.append(part)
    found: set[int] = set()
    while leads:
        one = leads.pop()
        if one not in found:
            found.add(one)
            leads.extend(uses.get(one, ()))
    return frozenset(found)
