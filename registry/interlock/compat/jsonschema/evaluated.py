"""
`unevaluatedProperties` and `unevaluatedItems` without annotations.

A member counts as evaluated when some keyword that speaks of its name was applied and held. So for each class of names
that the same keywords speak of: one of the conditions under which such a keyword counts holds, or every member of the
class is as the unevaluated ones must be. Conditions only ever add, which makes this exact.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from interlock.regex import EVERYTHING, Language

from .keys import ALL_KEYS, Keys, union, word
from .reading import MalformedError, declared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .nodes import Node
    from .scopes import Here
    from .translating import Translator

MOST_PATTERNS = 6
MOST_CONDITIONAL_CONTAINS = 4

ENDLESS = 1 << 62
"""How far a keyword evaluates that speaks of all items."""


class Evaluation(NamedTuple):
    """Names, or the first so many items, or items like `like`, that count as evaluated when `given` holds."""

    given: Node
    keys: Keys = Keys()
    items: int = 0
    like: Node | None = None


def unevaluated_properties(t: Translator, here: Here, _value: Any) -> Node:
    """`unevaluatedProperties`: members no adjacent or in-place keyword has evaluated."""
    rest = t.of(t.child(here, "unevaluatedProperties"))
    found = list(_Walk(t, "unevaluatedProperties").evaluations(here))
    always = Keys()
    for evaluation in found:
        if evaluation.given is t.logic.table.true:
            always = ALL_KEYS if ALL_KEYS in (always, evaluation.keys) else union(always, evaluation.keys)
    if always == ALL_KEYS:
        return t.logic.table.true
    maybe = [e for e in found if e.given is not t.logic.table.true]
    return t.logic.conj(list(_name_classes(t, always, maybe, rest)))


def _name_classes(t: Translator, always: Keys, maybe: list[Evaluation], rest: Node) -> Iterator[Node]:
    words = frozenset(w for e in maybe for w in e.keys.words)
    for name in sorted(words):
        if name not in always:
            yield _or_given(t, [e for e in maybe if name in e.keys], t.atoms.all_members(word(name), rest))
    patterns = sorted({p for e in maybe for p in e.keys.patterns}, key=lambda p: p.shortest(t.budget.states) or "")
    if not patterns:
        others = Keys(always.words | words, always.patterns, inverted=True)
        yield _or_given(t, [e for e in maybe if e.keys.inverted], t.atoms.all_members(others, rest))
        return
    if len(patterns) > MOST_PATTERNS:
        raise MalformedError("too many conditional patterns decide what is evaluated")
    for signs in product((False, True), repeat=len(patterns)):
        matched = dict(zip(patterns, signs, strict=True))
        language = _signed(matched, always, words)
        if not language.is_empty(t.budget.states):
            speaking = [e for e in maybe if e.keys.has_class(matched)]
            yield _or_given(t, speaking, t.atoms.all_members(Keys(patterns=frozenset((language,))), rest))


def _signed(matched: dict[Language, bool], always: Keys, words: frozenset[str]) -> Language:
    language = EVERYTHING - Language.words(sorted(always.words | words))
    for pattern in always.patterns:
        language -= pattern
    for pattern, sign in matched.items():
        language = language & pattern if sign else language - pattern
    return language


def _or_given(t: Translator, evaluations: list[Evaluation], node: Node) -> Node:
    return t.logic.disj([*(e.given for e in evaluations), node])


def unevaluated_items(t: Translator, here: Here, _value: Any) -> Node:
    """`unevaluatedItems`: items no adjacent or in-place keyword has evaluated."""
    rest = t.of(t.child(here, "unevaluatedItems"))
    found = list(_Walk(t, "unevaluatedItems").evaluations(here))
    always = max([0, *(e.items for e in found if e.given is t.logic.table.true)])
    if always == ENDLESS:
        return t.logic.table.true
    rest = t.logic.disj([rest, *(e.like for e in found if e.like is not None and e.given is t.logic.table.true)])
    maybe = [e for e in found if e.given is not t.logic.table.true]
    prefixes = sorted({always, *(e.items for e in maybe if always < e.items < ENDLESS)})
    parts = []
    for start, end in zip(prefixes, [*prefixes[1:], ENDLESS], strict=True):
        given = [e for e in maybe if e.items >= end or (end == ENDLESS and e.items == ENDLESS)]
        parts.append(_or_given(t, given, _items_between(t, start, end, rest, [e for e in maybe if e.like is not None])))
    return t.logic.conj(parts)


def _items_between(t: Translator, start: int, end: int, rest: Node, likes: list[Evaluation]) -> Node:
    """Every item in the range is like the rest, or like one of those `contains` whose condition holds."""
    if len(likes) > MOST_CONDITIONAL_CONTAINS:
        raise MalformedError("too many conditional contains decide what is evaluated")
    ways = []
    for chosen in product((False, True), repeat=len(likes)):
        taken = [e for e, sign in zip(likes, chosen, strict=True) if sign]
        node = t.logic.disj([rest, *(e.like for e in taken if e.like is not None)])
        places = (
            [t.atoms.item(i, node) for i in range(start, end)] if end < ENDLESS else [t.atoms.all_items(start, node)]
        )
        ways.append(t.logic.conj([*(e.given for e in taken), *places]))
    return t.logic.disj(ways)


class _Walk:
    """Finds what a schema evaluates, and under which condition."""

    def __init__(self, t: Translator, asking: str) -> None:
        self._t = t
        self._asking = asking
        self._active: set[Here] = set()

    def evaluations(self, here: Here) -> Iterator[Evaluation]:
        """What every keyword but the asking one evaluates."""
        yield from self._schema(here, self._t.logic.table.true, top=True)

    def _schema(self, here: Here, given: Node, *, top: bool = False) -> Iterator[Evaluation]:
        if not isinstance(here.place.schema, dict) or here in self._active:
            return
        self._active.add(here)
        yield from self._own(here, given, top=top)
        for inner, condition in self._in_place(here):
            yield from self._schema(inner, self._t.logic.both(given, condition))
        self._active.discard(here)

    def _own(self, here: Here, given: Node, *, top: bool) -> Iterator[Evaluation]:
        t, schema = self._t, here.place.schema
        known = {k for k in schema if t.knows(here, k)}
        if self._asking == "unevaluatedProperties":
            if "additionalProperties" in known or (self._asking in known and not top):
                yield Evaluation(given, ALL_KEYS)
            elif known & {"properties", "patternProperties"}:
                yield Evaluation(given, declared(here))
            return
        if self._asking in known and not top:
            yield Evaluation(given, items=ENDLESS)
        yield from self._own_items(here, given, known)

    def _own_items(self, here: Here, given: Node, known: set[str]) -> Iterator[Evaluation]:
        t, schema = self._t, here.place.schema
        if "items" in known:
            listed = isinstance(schema["items"], list) and "additionalItems" not in known
            yield Evaluation(given, items=len(schema["items"]) if listed else ENDLESS)
        elif isinstance(schema.get("prefixItems"), list) and "prefixItems" in known:
            yield Evaluation(given, items=len(schema["prefixItems"]))
        if "contains" in known and here.place.dialect.contains_evaluates:
            yield Evaluation(given, like=t.of(t.child(here, "contains")))

    def _in_place(self, here: Here) -> Iterator[tuple[Here, Node]]:
        """Schemas applied to the same value, and the condition under which what they evaluate counts."""
        t, schema, true = self._t, here.place.schema, self._t.logic.table.true
        for keyword in ("$ref", "$dynamicRef", "$recursiveRef"):
            target = t.target(here, keyword) if t.knows(here, keyword) else None
            if target is not None:
                yield target, true
        for keyword in ("allOf", "anyOf", "oneOf"):
            for index in range(len(schema[keyword])) if isinstance(schema.get(keyword), list) else ():
                branch = t.child(here, keyword, index)
                yield branch, true if keyword == "allOf" else t.of(branch)
        if "if" in schema:
            yield from self._conditional(here)
        named = schema.get("dependentSchemas")
        for name in named if isinstance(named, dict) else ():
            yield t.child(here, "dependentSchemas", name), t.atoms.with_member(word(name), true)

    def _conditional(self, here: Here) -> Iterator[tuple[Here, Node]]:
        t, schema = self._t, here.place.schema
        condition = t.of(t.child(here, "if"))
        yield t.child(here, "if"), condition
        if "then" in schema:
            yield t.child(here, "then"), condition
        if "else" in schema:
            yield t.child(here, "else"), t.logic.neg(condition)
