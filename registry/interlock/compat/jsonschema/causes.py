"""
Which of the reader's keywords refuse what the writer may send.

The reader's schema is walked from its root. Each keyword is asked by itself, at the root of the document, with the way
to it wrapped around: may the writer send something that breaks this one? Where the answer is no, nothing below is
looked at, so the cost follows the number of causes and not the size of the schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .branches import separated
from .keys import Keys, word
from .reading import declared, pattern_keys
from .shrinking import shrunk
from .steps import Way, at_item, at_items, at_key, at_keys, given
from .translating import UNKNOWN

if TYPE_CHECKING:
    from .engine import Engine
    from .nodes import Node
    from .scopes import Here
    from .translating import Translator

MOST_CAUSES = 25
MOST_VISITS = 2
"""How often one schema is walked on one way; a recursive one shows its causes at the first or second turn."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One keyword, or one name or value of it, that refuses."""

    cause: str
    here: Here
    keyword: str
    way: Way
    broken: Node
    """What holds of the value at the end of the way when the keyword refuses it."""
    subject: Any = None
    """The member name, or the two names, that it is about."""


Walked = tuple["Here", Way]


class Walk:
    """Finds the leaves below one reader's schema."""

    def __init__(self, engine: Engine, writer: Node, reader: Translator, known_names: frozenset[str]) -> None:
        self._engine = engine
        self._writer = writer
        self.reader = reader
        self.atoms = engine.atoms
        self.logic = engine.logic
        self.known_names = known_names

    def leaves(self) -> Iterator[Leaf]:
        """Every cause, in the order of the reader's schema; not deeper than needed and not without end."""
        stack: list[Iterator[Leaf | Walked]] = [iter([(self.reader.root(), Way())])]
        visits: list[Here | None] = [None]
        count = 0
        while stack and count < MOST_CAUSES:
            item = next(stack[-1], None)
            if item is None:
                stack.pop()
                visits.pop()
            elif isinstance(item, Leaf):
                count += 1
                yield item
            elif visits.count(item[0]) < MOST_VISITS:
                stack.append(self._schema(*item))
                visits.append(item[0])

    def refused(self, way: Way, broken: Node) -> Any:
        """Something the writer may send that has the proposition at the end of the way."""
        return self._engine.find(self.logic.both(self._writer, way.lift(broken)))

    def _schema(self, here: Here, way: Way) -> Iterator[Leaf | Walked]:
        schema = here.place.schema
        if not isinstance(schema, dict) or UNKNOWN in schema or here.place.resource.unknown_dialect:
            broken = self.logic.neg(self.reader.of(here))
            if self.refused(way, broken) is not None:
                yield Leaf("never" if schema is False else "branch", here, "", way, broken)
            return
        for keyword in self.reader.keywords(here):
            node = self.reader.keyword(here, keyword)
            broken = self.logic.neg(node)
            if broken is self.logic.table.false or self.refused(way, broken) is None:
                continue
            find = None if node.op == "opaque" else _FURTHER.get(keyword)
            if find is None:
                yield Leaf(CODES.get(keyword, "branch"), here, keyword, way, broken)
            else:
                yield from find(self, here, way, broken)

    # -- keywords that lead further

    def properties(self, here: Here, way: Way, _broken: Node) -> Iterator[Leaf | Walked]:
        """Each member by itself."""
        for name in here.place.schema["properties"]:
            yield self.reader.child(here, "properties", name), way.then(at_key(self.atoms, name))

    def pattern_properties(self, here: Here, way: Way, _broken: Node) -> Iterator[Leaf | Walked]:
        """Each pattern by itself."""
        for text in here.place.schema["patternProperties"]:
            yield self.reader.child(here, "patternProperties", text), way.then(at_keys(self.atoms, pattern_keys(text)))

    def additional(self, here: Here, way: Way, broken: Node) -> Iterator[Leaf | Walked]:
        """Members that are not declared: by what they must be, or each name by itself where none may be."""
        keyword = "additionalProperties"
        if here.place.schema[keyword] is False:
            yield from self._unknown_members(here, keyword, way, declared(here).complement(), broken)
        else:
            yield self.reader.child(here, keyword), way.then(at_keys(self.atoms, declared(here).complement()))

    def unevaluated(self, here: Here, way: Way, broken: Node) -> Iterator[Leaf | Walked]:
        """As for additional members; only where nothing else decides what is evaluated is the name known."""
        if here.place.schema["unevaluatedProperties"] is False:
            yield from self._unknown_members(here, "unevaluatedProperties", way, Keys(inverted=True), broken)
        else:
            yield Leaf("additional-member", here, "unevaluatedProperties", way, broken)

    def _unknown_members(self, here: Here, keyword: str, way: Way, keys: Keys, broken: Node) -> Iterator[Leaf]:
        """One leaf for each name that the writer declares, and one for all others."""
        for _ in range(MOST_CAUSES):
            found = self.refused(way, broken)
            if found is None:
                return
            name = self._refused_name(way, broken, found.value, keys)
            if name is None:
                yield Leaf("additional-member", here, keyword, way, broken)
                return
            has_it = self.atoms.with_member(word(name), self.logic.table.true)
            yield Leaf("additional-member", here, keyword, way, self.logic.both(broken, has_it), name)
            broken = self.logic.both(broken, self.atoms.all_members(word(name), self.logic.table.false))

    def _refused_name(self, way: Way, broken: Node, value: Any, keys: Keys) -> str | None:
        """The declared name without which the smallest such value would not be refused."""
        holds = self._engine.holding.holds
        whole = self.logic.both(self._writer, way.lift(broken))
        value = shrunk(value, lambda smaller: holds(whole, smaller) is True)
        refused = _value_at(value, way.follow(self._engine.holding, broken, value))
        names: list[str] = list(refused) if isinstance(refused, dict) else []
        for name in names:
            rest = {n: v for n, v in refused.items() if n != name}
            if name in self.known_names and name in keys and holds(broken, rest) is False:
                return name
        return None

    def required(self, here: Here, way: Way, _broken: Node) -> Iterator[Leaf | Walked]:
        """Each name by itself."""
        for name in dict.fromkeys(here.place.schema["required"]):
            lacks = self._lacks(name)
            if self.refused(way, lacks) is not None:
                yield Leaf("required", here, "required", way, lacks, name)

    def _lacks(self, name: str) -> Node:
        return self.logic.neg(self.atoms.with_member(word(name), self.logic.table.true))

    def dependent_required(self, here: Here, way: Way, _broken: Node) -> Iterator[Leaf | Walked]:
        """Each name with each name it brings."""
        yield from self._dependent(here, "dependentRequired", way)

    def dependencies(self, here: Here, way: Way, _broken: Node) -> Iterator[Leaf | Walked]:
        """Names as for `dependentRequired`, schemas as for `dependentSchemas`."""
        yield from self._dependent(here, "dependencies", way)
        yield from self._dependent_schemas(here, "dependencies", way)

    def _dependent(self, here: Here, keyword: str, way: Way) -> Iterator[Leaf]:
        for name, needed in here.place.schema[keyword].items():
            for other in [needed] if isinstance(needed, str) else needed if isinstance(needed, list) else ():
                has = self.atoms.with_member(word(name), self.logic.table.true)
                broken = self.logic.both(has, self._lacks(other))
                if self.refused(way, broken) is not None:
                    yield Leaf("dependent", here, keyword, way, broken, (name, other))

    def dependent_schemas(self, here: Here, way: Way, _broken: Node) -> Iterator[Leaf | Walked]:
        """Each schema where its member is there."""
        yield from self._dependent_schemas(here, "dependentSchemas", way)

    def _dependent_schemas(self, here: Here, keyword: str, way: Way) -> Iterator[Walked]:
        for name, schema in here.place.schema[keyword].items():
            if isinstance(schema, (dict, bool)):
                has = self.atoms.with_member(word(name), self.logic.table.true)
                yield self.reader.child(here, keyword, name), way.then(given(self.atoms, has))

    def items(self, here: Here, way: Way, broken: Node) -> Iterator[Leaf | Walked]:
        """The items of a list by position, or all after the prefix."""
        value, schema = here.place.schema["items"], here.place.schema
        if isinstance(value, list):
            yield from self._positions(here, "items", way)
            return
        prefix = schema.get("prefixItems") if self.reader.knows(here, "prefixItems") else None
        yield from self._tail(here, "items", way, len(prefix) if isinstance(prefix, list) else 0, broken)

    def additional_items(self, here: Here, way: Way, broken: Node) -> Iterator[Leaf | Walked]:
        """All items after the list."""
        yield from self._tail(here, "additionalItems", way, len(here.place.schema["items"]), broken)

    def prefix_items(self, here: Here, way: Way, _broken: Node) -> Iterator[Leaf | Walked]:
        """Each item by its position."""
        yield from self._positions(here, "prefixItems", way)

    def _positions(self, here: Here, keyword: str, way: Way) -> Iterator[Walked]:
        for index in range(len(here.place.schema[keyword])):
            yield self.reader.child(here, keyword, index), way.then(at_item(self.atoms, index))

    def _tail(self, here: Here, keyword: str, way: Way, start: int, broken: Node) -> Iterator[Leaf | Walked]:
        if here.place.schema[keyword] is False:
            yield Leaf("additional-item", here, keyword, way, broken)
        else:
            yield self.reader.child(here, keyword), way.then(at_items(self.atoms, start))

    def contains(self, here: Here, way: Way, broken: Node) -> Iterator[Leaf | Walked]:
        """Too few matching items, or too many."""
        schema = here.place.schema
        if self.reader.knows(here, "maxContains") and "maxContains" in schema:
            item = self.reader.of(self.reader.child(here, "contains"))
            within = self.atoms.few_items(0, item, int(schema["maxContains"]))
            if self.refused(way, self.logic.neg(within)) is not None:
                yield Leaf("contains", here, "maxContains", way, self.logic.neg(within))
            broken = self.logic.both(broken, within)
        if self.refused(way, broken) is not None:
            keyword = "minContains" if self.reader.knows(here, "minContains") else "contains"
            yield Leaf("contains", here, keyword, way, broken)

    # -- keywords that stay at the same value

    def reference(self, here: Here, way: Way, _broken: Node) -> Iterator[Leaf | Walked]:
        """What the reference leads to."""
        for keyword in ("$ref", "$dynamicRef", "$recursiveRef"):
            target = self.reader.target(here, keyword) if self.reader.knows(here, keyword) else None
            if target is not None:
                yield target, way

    def all_of(self, here: Here, way: Way, _broken: Node) -> Iterator[Leaf | Walked]:
        """Each branch."""
        for index in range(len(here.place.schema["allOf"])):
            yield self.reader.child(here, "allOf", index), way

    def any_of(self, here: Here, way: Way, broken: Node) -> Iterator[Leaf | Walked]:
        """The branch that a discriminator or the kind points to; what no branch is meant for is a cause of its own."""
        yield from self._branches(here, "anyOf", way, broken)

    def one_of(self, here: Here, way: Way, broken: Node) -> Iterator[Leaf | Walked]:
        """As for `anyOf`, and more than one at a time."""
        yield from self._branches(here, "oneOf", way, broken)

    def _branches(self, here: Here, keyword: str, way: Way, broken: Node) -> Iterator[Leaf | Walked]:
        children = [self.reader.child(here, keyword, i) for i in range(len(here.place.schema[keyword]))]
        nodes = [self.reader.of(child) for child in children]
        nothing_fits = self.logic.neg(self.logic.disj(nodes))
        left = broken
        for child, guard in zip(children, separated(self._engine.atoms, nodes), strict=True):
            meant = None if guard is None else self.logic.both(guard, nothing_fits)
            if meant is not None and self.refused(way, meant) is not None:
                yield child, way.then(given(self.atoms, meant))
                left = self.logic.both(left, self.logic.neg(meant))
        for fits, part in (("none", nothing_fits), ("several", self.logic.neg(nothing_fits))):
            these = self.logic.both(left, part)
            if self.refused(way, these) is not None:
                yield Leaf("branch", here, keyword, way, these, fits)

    def condition(self, here: Here, way: Way, _broken: Node) -> Iterator[Leaf | Walked]:
        """`then` where `if` holds, `else` where it does not."""
        condition = self.reader.of(self.reader.child(here, "if"))
        for keyword, node in (("then", condition), ("else", self.logic.neg(condition))):
            if keyword in here.place.schema:
                yield self.reader.child(here, keyword), way.then(given(self.atoms, node))


def _value_at(value: Any, tokens: list[str | int]) -> Any:
    for token in tokens:
        value = value[token]
    return value


_FURTHER: dict[str, Callable[[Walk, Here, Way, Node], Iterator[Leaf | Walked]]] = {
    "properties": Walk.properties, "patternProperties": Walk.pattern_properties,
    "additionalProperties": Walk.additional, "unevaluatedProperties": Walk.unevaluated,
    "required": Walk.required, "dependentRequired": Walk.dependent_required,
    "dependentSchemas": Walk.dependent_schemas, "dependencies": Walk.dependencies,
    "items": Walk.items, "prefixItems": Walk.prefix_items, "additionalItems": Walk.additional_items,
    "contains": Walk.contains,
    "$ref": Walk.reference, "$dynamicRef": Walk.reference, "$recursiveRef": Walk.reference,
    "allOf": Walk.all_of, "anyOf": Walk.any_of, "oneOf": Walk.one_of, "if": Walk.condition,
}  # fmt: skip
"""Keywords whose cause lies in what they hold."""

CODES = {
    "type": "type", "enum": "enum", "const": "const", "pattern": "pattern", "format": "format",
    "minLength": "length", "maxLength": "length",
    "minimum": "bound", "maximum": "bound", "exclusiveMinimum": "bound", "exclusiveMaximum": "bound",
    "multipleOf": "multiple-of", "minItems": "item-count", "maxItems": "item-count",
    "uniqueItems": "unique-items", "unevaluatedItems": "additional-item",
    "minProperties": "member-count", "maxProperties": "member-count", "propertyNames": "member-name", "not": "not",
}  # fmt: skip
"""The cause that a keyword stands for when it refuses by itself."""
