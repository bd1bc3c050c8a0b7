"""One pass over a schema: every reachable place is converted once, keyword by keyword, and losses are gathered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from interlock.pointers import join, lookup, split
from interlock_codegen.exports.draft07.losses import Loss

Rule: TypeAlias = Callable[["Place", str], bool]
"""Converts one keyword; returns whether the same values are taken."""
SILENT = frozenset({
    "$schema", "$id", "$anchor", "$dynamicAnchor", "$vocabulary", "$defs", "definitions", "dependencies",
    "additionalItems", "$recursiveRef", "$recursiveAnchor", "minContains", "maxContains", "then", "else", "contentSchema",
})  # fmt: skip
"""Keywords that name places, that mean nothing in 2020-12 or that are handled with another."""


@dataclass
class Run:
    """One conversion, which takes for granted that the schemas at some places come out weaker."""

    root: Any
    anchors: Mapping[str, str]
    embedded: frozenset[str]
    assumed: frozenset[str]
    keywords: Mapping[str, Rule]
    losses: list[Loss] = field(default_factory=list[Loss])
    names: dict[str, str] = field(default_factory=dict[str, str])
    """The name under `definitions` of each place that is referred to."""
    taken: set[str] = field(default_factory=set[str])
    weak: dict[str, bool] = field(default_factory=dict[str, bool])
    """Whether the schema at a place that is referred to came out weaker."""

    def whole(self) -> Any:
        """Return the root with all that it reaches under `definitions`."""
        for name in self.root.get("$defs", {}) if isinstance(self.root, dict) else ():
            self.name(join("$defs", name))
        made = self.target("")
        parts: dict[str, Any] = {}
        while waiting := [at for at in self.names if at not in self.weak]:
            for at in waiting:
                parts[self.names[at]] = self.target(at)
        if not parts or not isinstance(made, dict):
            return made
        return {**({"allOf": [made]} if "$ref" in made else made), "definitions": parts}

    def target(self, at: str) -> Any:
        """Return the schema at a place, and note whether it came out weaker."""
        made, exact = self.schema(lookup(self.root, at), at)
        self.weak[at] = not exact
        return made

    def inexact(self) -> frozenset[str]:
        """Return the places whose schemas came out weaker."""
        return frozenset(at for at, weak in self.weak.items() if weak)

    def name(self, at: str) -> str:
        """Return the name under `definitions` of a place."""
        if at not in self.names:
            plain = name = "/".join(split(at.removeprefix("/$defs")))
            count = 1
            while name in self.taken:
                count += 1
                name = f"{plain}-{count}"
            self.names[at] = name
            self.taken.add(name)
        return self.names[at]

    def lose(self, at: str, keyword: str, why: str, *, weaker: bool = True) -> bool:
        """Note a loss; return whether the schema still takes the same values."""
        self.losses.append(Loss(at, keyword, why, weaker))
        return not weaker

    def schema(self, node: Any, at: str) -> tuple[Any, bool]:
        """Return a schema as draft-07, and whether it takes the same values."""
        if not isinstance(node, dict):
            return node, True
        if at in self.embedded:
            return True, self.lose(at, "$id", "a schema with an $id of its own is not taken over")
        made: dict[str, Any] = {}
        exact = True
        for keyword in node:
            if keyword not in SILENT:
                exact &= self.keywords.get(keyword, kept)(Place(self, node, at, made), keyword)
        return made, exact

    def below(self, node: Any, *tokens: str | int, at: str) -> tuple[Any, bool]:
        """Return the schema below a place."""
        return self.schema(node, at + join(*tokens))


@dataclass(frozen=True, slots=True)
class Place:
    """The schema being converted, and what it has become so far."""

    run: Run
    node: dict[str, Any]
    at: str
    made: dict[str, Any]

    def under(self, keyword: str) -> tuple[Any, bool]:
        """Return the one schema under a keyword."""
        return self.run.below(self.node[keyword], keyword, at=self.at)

    def listed(self, keyword: str) -> tuple[list[Any], bool]:
        """Return the schemas in the list under a keyword."""
        found = [self.run.below(item, keyword, i, at=self.at) for i, item in enumerate(self.node[keyword])]
        return [schema for schema, _ in found], all(exact for _, exact in found)

    def named(self, keyword: str) -> tuple[dict[str, Any], bool]:
        """Return the schemas in the map under a keyword."""
        found = {name: self.run.below(item, keyword, name, at=self.at) for name, item in self.node[keyword].items()}
        return {name: schema for name, (schema, _) in found.items()}, all(exact for _, exact in found.values())

    def lose(self, keyword: str, why: str, *, weaker: bool = True) -> bool:
        """Note that a keyword is gone."""
        return self.run.lose(self.at, keyword, why, weaker=weaker)

    def joined(self, *schemas: Any) -> None:
        """Add schemas that must hold as well."""
        self.made["allOf"] = [*self.made.get("allOf", []), *schemas]


def kept(place: Place, keyword: str) -> bool:
    """Take over a keyword that means the same in both drafts."""
    place.made[keyword] = place.node[keyword]
    return True
