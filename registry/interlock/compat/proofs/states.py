"""What is certain of one value of one kind while a claim is replayed: literals, and disjunctions still to be split."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .formulas import (
    ARRAY,
    NO,
    OBJECT,
    SPEAKS_OF,
    YES,
    Claim,
    Formula,
    Names,
    described,
    dual,
    every,
    least,
    most,
    named,
    negated,
    some,
)
from .values import kind_of_fixed, members

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from .meaning import Meaning


class State:
    """Everything that is said of the value, opened as far as it can be without splitting."""

    def __init__(self, meaning: Meaning, kind: int, claim: Iterable[Formula]) -> None:
        """Open every formula of the claim."""
        self.meaning = meaning
        self.kind = kind
        self.said: dict[Formula, None] = {}
        """All that was opened, in the order in which it was."""
        self.literals: dict[Formula, None] = {}
        self.clauses: dict[Formula, None] = {}
        self.closed = False
        """Whether it contradicts itself already."""
        self.add(claim)

    def with_(self, clause: Formula, way: Formula) -> State:
        """The state in which one way of a disjunction is taken."""
        state = State(self.meaning, self.kind, ())
        state.said, state.literals = dict(self.said), dict(self.literals)
        state.clauses = {c: None for c in self.clauses if c != clause}
        state.add((way,))
        return state

    def add(self, formulas: Iterable[Formula]) -> None:
        """Open more formulas, in an order that is the same in every process."""
        todo = sorted(formulas, key=described, reverse=True)
        while todo and not self.closed:
            formula = self.under(todo.pop())
            if formula == NO or negated(formula) in self.said:
                self.closed = True
            elif formula not in self.said and formula != YES:
                self.said[formula] = None
                todo += self._opened(formula)

    def _opened(self, formula: Formula) -> Iterable[Formula]:
        op = formula[0]
        if op == "all":
            return reversed(formula[1])
        if op == "any":
            self.clauses[formula] = None
            return ()
        inner = formula[1] if op == "not" else formula
        if inner[0] == "schema":
            opened = self.meaning.opened(inner)
            return (negated(opened) if op == "not" else opened,)
        if op == "not" and inner[0] == "in":
            return self._unlike(inner)
        self.literals[formula] = None
        self.closed |= op in SPEAKS_OF and dual(formula) in self.literals
        return ()

    def under(self, formula: Formula) -> Formula:
        """What is left of a formula for values of the kind; schemas stay as they are."""
        op = formula[0]
        if op in SPEAKS_OF:
            return formula if SPEAKS_OF[op] == self.kind else YES
        if op == "kinds":
            return YES if formula[1] & self.kind else NO
        if op in {"all", "any"}:
            return (every if op == "all" else some)(map(self.under, formula[1]))
        if op == "in":
            left = frozenset(v for v in formula[1] if kind_of_fixed(v) == self.kind)
            return ("in", left) if left else NO
        if op == "not" and formula[1][0] == "in":
            return _not(self.under(formula[1]))
        return formula

    def _unlike(self, listed: Formula) -> Iterable[Formula]:
        """Other than the listed values; for lists and objects told by their parts."""
        if self.kind in {ARRAY, OBJECT}:
            return [negated(_spelled_out(value)) for value in sorted(listed[1], key=repr)]
        self.literals["not", listed] = None
        self.closed |= self.kind < 1 << 3
        return ()

    def open_clauses(self) -> dict[str, Formula]:
        """The disjunctions of which no way is certain already, in the order in which they were met, by their text."""
        found: dict[str, Formula] = {}
        for clause in self.clauses:
            if not any(way in self.said for way in clause[1]):
                text = described(clause)
                same = sum(other == text or other.startswith(f"{text} again ") for other in found)
                found[f"{text} again {same}" if same else text] = clause
        return found

    def of(self, *ops: str) -> list[Formula]:
        """The literals of some operations."""
        return [literal for literal in self.literals if literal[0] in ops]

    def listed(self) -> list[Any] | None:
        """The only values possible, where something lists them."""
        lists = self.of("in")
        return sorted(frozenset.intersection(*(f[1] for f in lists)), key=repr) if lists else None

    def avoided(self) -> set[Any]:
        """Values that are excluded one by one."""
        return {value for literal in self.of("not") if literal[1][0] == "in" for value in literal[1][1]}


def _not(formula: Formula) -> Formula:
    return YES if formula == NO else ("not", formula)


def _spelled_out(value: Any) -> Formula:
    """Exactly this list or object, by its parts."""
    if value[0] == "array":
        size = len(value[1])
        places = [("items", (i, i + 1), ("in", frozenset((item,)))) for i, item in enumerate(value[1])]
        return every(
            (("kinds", ARRAY), *places, least("items", (0, None), YES, size), most("items", (0, None), YES, size))
        )
    parts = [least("members", named(n), ("in", frozenset((v,))), 1) for n, v in sorted(members(value).items())]
    return every((("kinds", OBJECT), *parts, ("members", Names(frozenset(members(value)), inverted=True), NO)))


def claim_of(formulas: Iterable[Formula]) -> Claim:
    """Formulas said of one member or item, as a claim: without what says nothing."""
    claim: set[Formula] = set()
    for formula in formulas:
        claim |= set(formula[1]) if formula[0] == "all" else {formula}
    return frozenset(claim)
