"""From schemas as written to propositions: in an order in which what a schema needs is built before it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from interlock.compat.answers import Spot, Undecided
from interlock.regex import InvalidPattern, UnsupportedPattern

from .reading import MalformedError
from .scopes import Here
from .values import HugeNumberError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .atoms import Atoms
    from .budget import Budget
    from .documents import Library, Place, Resource
    from .logic import Logic
    from .nodes import Node

    Keyword = Callable[["Translator", Here, Any], Node]

MARK = "x-interlock-undecided"
"""A view writes this beside what it could not change soundly; its value says why."""


UNKNOWN = "x-interlock-unknown"
"""A view writes this where what stands beside it is no longer what is meant, neither wider nor narrower."""


class Translator:
    """Translates one side's schemas into the shared table."""

    def __init__(
        self, atoms: Atoms, sources: Library, keywords: Mapping[str, Keyword], *, formats: bool, budget: Budget
    ) -> None:
        """A translator that reads with a table of keywords; `formats` asserts the `format` keyword."""
        self.atoms = atoms
        self._keywords = keywords
        self.logic: Logic = atoms.logic
        self.sources = sources
        self.formats = formats
        self.budget = budget
        self.recursive = False
        """Whether some schema refers to one that is above it."""
        self.obstacles: dict[Node, Undecided] = {}
        """Why each opaque proposition is opaque."""

    def root(self) -> Here:
        """The schema asked about."""
        return self.entering(Here(self.sources.root), self.sources.root)

    def node(self, here: Here) -> Node:
        """The proposition of a schema; built without recursion, however deep the references go."""
        built = self.atoms.targets
        if here not in built:
            stack, active = [(here, self._needed(here))], {here}
            while stack:
                current, needed = stack[-1]
                following = next((n for n in needed if n not in built and n not in active), None)
                if following is None:
                    stack.pop()
                    built[current] = self._build(current)
                    active.discard(current)
                else:
                    active.add(following)
                    stack.append((following, self._needed(following)))
        return built[here]

    def of(self, here: Here) -> Node:
        """The proposition of a schema that is built already or, being above, still has only a name."""
        built = self.atoms.targets.get(here)
        if built is None:
            self.recursive = True
            return self.atoms.ref(here)
        return built

    def child(self, here: Here, *tokens: str | int) -> Here:
        """The schema below, in its dynamic scope."""
        place = here.place.child(*tokens)
        return self.entering(here, place)

    def entering(self, here: Here, place: Place) -> Here:
        """The scope after going to a place: its resource's dynamic anchors count unless an outer one has the name."""
        scope = here.scope
        resource: Resource = place.resource
        if not resource.dynamic and not resource.recursive:
            return Here(place, scope)
        names = dict(scope)
        fresh = {name: resource.anchors[name] for name in sorted(resource.dynamic) if name not in names}
        if resource.recursive and "" not in names:
            fresh[""] = resource.root
        return Here(place, (*scope, *fresh.items()))

    def target(self, here: Here, keyword: str) -> Here | None:
        """Where a reference leads."""
        reference = here.place.schema.get(keyword)
        if not isinstance(reference, str):
            return None
        place = self.sources.resolve(here.place.resource, reference)
        if place is None:
            return None
        if keyword != "$ref":
            place = self._dynamic(here, place, reference, keyword)
        return self.entering(here, place)

    def _dynamic(self, here: Here, place: Place, reference: str, keyword: str) -> Place:
        """The outermost schema of the same dynamic anchor, if the nearest one is dynamic at all."""
        if keyword == "$recursiveRef":
            is_root = place.resource.recursive and place.pointer == place.resource.pointer
            return dict(here.scope).get("", place) if is_root else place
        name = reference.partition("#")[2]
        bears = isinstance(place.schema, dict) and name and place.schema.get("$dynamicAnchor") == name
        return dict(here.scope).get(name, place) if bears else place

    def _needed(self, here: Here) -> Iterator[Here]:
        yield from self.referred(here)
        for place in here.place.subschemas():
            yield self.entering(here, place)

    def referred(self, here: Here) -> Iterator[Here]:
        """Where the schema's references lead."""
        for keyword in REFERENCES:
            if self.knows(here, keyword):
                target = self.target(here, keyword)
                if target is not None:
                    yield target

    def knows(self, here: Here, keyword: str) -> bool:
        """Whether the schema has the keyword and its draft knows it there."""
        schema, dialect = here.place.schema, here.place.dialect
        if not isinstance(schema, dict) or keyword not in schema or keyword not in dialect.keywords:
            return False
        return keyword == "$ref" or not (dialect.ref_stands_alone and isinstance(schema.get("$ref"), str))

    def keywords(self, here: Here) -> list[str]:
        """The schema's keywords that say something, in the order written."""
        return [k for k in here.place.schema if k in self._keywords and self.knows(here, k)]

    def _build(self, here: Here) -> Node:
        self.budget.spend()
        schema = here.place.schema
        if isinstance(schema, bool):
            return self.logic.table.true if schema else self.logic.table.false
        if not isinstance(schema, dict):
            return self.opaque(here, "", "not-a-schema", "this is neither an object nor a boolean", schema)
        if here.place.resource.unknown_dialect:
            return self._unknown_dialect(here)
        if UNKNOWN in schema:
            return self._unsound(here, UNKNOWN)
        parts = [self.keyword(here, keyword) for keyword in self.keywords(here)]
        if MARK in schema:
            parts.append(self._unsound(here, MARK))
        return self.logic.conj(parts)

    def _unsound(self, here: Here, mark: str) -> Node:
        why = str(here.place.schema[mark])
        return self.opaque(here, mark, "view-not-sound", why, [self.sources.side, here.place.pointer])

    def _unknown_dialect(self, here: Here) -> Node:
        uri = here.place.resource.unknown_dialect
        return self.opaque(here, "$schema", "unknown-dialect", f"no draft is known as {uri}", here.place.schema)

    def keyword(self, here: Here, keyword: str) -> Node:
        """What one keyword of a schema says."""
        value = here.place.schema[keyword]
        try:
            return self._keywords[keyword](self, here, value)
        except MalformedError as error:
            return self.opaque(here, keyword, "not-a-schema", str(error), value)
        except (UnsupportedPattern, InvalidPattern) as error:
            code = "unsupported-pattern" if isinstance(error, UnsupportedPattern) else "invalid-pattern"
            return self.opaque(here, keyword, code, str(error), value)
        except HugeNumberError:
            return self.opaque(here, keyword, "number-too-large", f"the number in {keyword} is too large", value)

    def opaque(self, here: Here, keyword: str, code: str, message: str, value: Any) -> Node:
        """A proposition nothing is known about; the same wherever the same keyword has the same value."""
        node = self.atoms.opaque(code, keyword, self._text(here, value))
        pointer = f"{here.place.pointer}/{keyword}" if keyword else here.place.pointer
        spot = Spot(pointer, here.place.document)
        self.obstacles.setdefault(node, Undecided(code, message, spot, self.sources.side))
        return node

    def _text(self, here: Here, value: Any) -> str:
        """The value as text, equal for equal values; a place of its own where that cannot be written."""
        try:
            return json.dumps(value, sort_keys=True, default=str)
        except (TypeError, ValueError):
            return f"{self.sources.side} {here.place.document}#{here.place.pointer}"


REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
