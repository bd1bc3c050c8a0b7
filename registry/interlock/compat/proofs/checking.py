"""
The checker: replays a proof claim by claim, and trusts nothing of what the engine or the prover thought.

The table holds claims of the form *no value has all of this*. Each claim is split by kind, then by disjunctions, and
each branch ends in a rule of `leaves`. A rule may lean on other claims, its own among them, but only about members and
items of the value at hand: those are smaller, so a smallest value that breaks a claim cannot exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .formulas import KINDS, Claim, described, negated
from .keywords import KEYWORDS
from .leaves import Leaf, RefusedError
from .meaning import Meaning
from .rules import RULES
from .states import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from interlock.regex import Budget

    from .files import Proof


def root_claim(meaning: Meaning) -> Claim:
    """Nothing that the writer may send is turned away."""
    return frozenset((meaning.root("writer"), negated(meaning.root("reader"))))


def told(claim: Claim) -> list[str]:
    """A claim as it stands in the file."""
    return sorted(map(described, claim))


def replay(proof: Proof, budget: Budget) -> int:
    """How many steps were replayed; raises `RefusedError` at the first one that does not follow."""
    return _Replay(proof, budget).run()


class _Replay:
    def __init__(self, proof: Proof, budget: Budget) -> None:
        self._table = proof.table
        self._budget = budget
        self._meaning = Meaning(proof.question, KEYWORDS)
        root = root_claim(self._meaning)
        self._claims: dict[int, Claim] = {0: root}
        self._numbers: dict[Claim, int] = {root: 0}
        self._todo = [0]
        self._steps = 0

    def run(self) -> int:
        if not self._table:
            raise RefusedError("there is no claim")
        while self._todo:
            self._entry(self._todo.pop())
        if len(self._claims) != len(self._table):
            raise RefusedError("the table holds claims that nothing leans on")
        return self._steps

    def _entry(self, number: int) -> None:
        self._steps += 1
        entry, claim = self._table[number], self._claims[number]
        if not isinstance(entry, dict) or entry.keys() != {"claim", "kinds"} or entry["claim"] != told(claim):
            raise RefusedError(f"claim {number} is not the one that is needed there")
        if not isinstance(entry["kinds"], dict):
            raise RefusedError(f"claim {number} has no argument by kind")
        trees = dict(entry["kinds"])
        for bit, name in enumerate(KINDS):
            state = State(self._meaning, 1 << bit, claim)
            if not state.closed:
                self._branches(number, state, trees.pop(name, None))
        if trees:
            raise RefusedError(f"claim {number} argues about kinds that need no argument")

    def _branches(self, number: int, state: State, tree: Any) -> None:
        todo = [(state, tree)]
        while todo:
            state, tree = todo.pop()
            self._steps += 1
            self._budget.spend(1)
            if not isinstance(tree, dict):
                raise RefusedError(f"claim {number} leaves a branch open")
            if tree.keys() == {"split", "ways"}:
                todo += self._split(number, state, tree)
            else:
                self._leaf(number, state, tree)

    def _split(self, number: int, state: State, tree: dict[str, Any]) -> list[tuple[State, Any]]:
        text, ways = tree["split"], tree["ways"]
        clause = state.open_clauses().get(text) if isinstance(text, str) else None
        if clause is None:
            raise RefusedError(f"claim {number} splits what is no disjunction")
        if not isinstance(ways, list) or len(ways) != len(clause[1]):
            raise RefusedError(f"claim {number} does not follow every way of a disjunction")
        states = [state.with_(clause, way) for way in clause[1]]
        if any(s.closed != (w is None) for s, w in zip(states, ways, strict=True)):
            raise RefusedError(f"claim {number} closes a way that is open")
        return [(s, w) for s, w in zip(states, ways, strict=True) if w is not None]

    def _leaf(self, number: int, state: State, tree: dict[str, Any]) -> None:
        if not tree.keys() <= {"rule", "at", "empty"} or not isinstance(tree.get("rule"), str):
            raise RefusedError(f"claim {number} ends in something that is no rule")
        leaf = judged(state, tree["rule"], tree.get("at"), self._budget)
        if leaf is None:
            raise RefusedError(f"claim {number} ends in the rule {tree['rule']}, which does not apply")
        empty = tree.get("empty", {})
        if not isinstance(empty, dict) or not closes(leaf, frozenset(empty)) or ("empty" in tree) != bool(empty):
            raise RefusedError(f"claim {number} ends in the rule {tree['rule']} with claims that do not fit it")
        claims = _claims(leaf, empty)
        for rule, at in pointed(state):
            if (rule, at) == (tree["rule"], tree.get("at")):
                break
            other = judged(state, rule, at, self._budget)
            if other is not None and closes(other, frozenset(empty)) and _claims(other, empty) == claims:
                raise RefusedError(f"claim {number} ends in the rule {tree['rule']} where {rule} does the same")
        for label, lemma in empty.items():
            self._lean(claims[label], lemma)

    def _lean(self, claim: Claim, number: Any) -> None:
        """Accept that a claim is proved by an entry, which is replayed when it is met first."""
        known = self._numbers.get(claim)
        if known is None and type(number) is int and 0 <= number < len(self._table) and number not in self._claims:
            self._claims[number] = claim
            self._numbers[claim] = number
            self._todo.append(number)
        elif known is None or known != number or type(number) is not int:
            raise RefusedError(f"claim {number!r} is leaned on for something it does not say")


def _claims(leaf: Leaf, labels: Iterable[str]) -> dict[str, Claim]:
    return {hole.label: hole.claim for hole in leaf.holes if hole.label in labels}


def pointed(state: State) -> Iterator[tuple[str, int | None]]:
    """Each rule for the kind with each literal that it may point to, in order; a proof names the first that does."""
    for name, (kind, literals, _) in RULES.items():
        if kind in {0, state.kind}:
            yield from ((name, at) for at in (range(len(state.of(literals))) if literals else (None,)))


def judged(state: State, rule: str, at: Any, budget: Budget) -> Leaf | None:
    """What a rule needs to close a branch; None where it does not apply."""
    kind, pointed, judge = RULES.get(rule, (0, None, None))
    if judge is None or kind not in {0, state.kind} or (at is None) != (pointed is None):
        return None
    if at is not None and type(at) is not int:
        return None
    try:
        return judge(state, at or 0, budget)
    except RefusedError:
        return None


def closes(leaf: Leaf, empty: frozenset[str]) -> bool:
    """Whether what is left has too little room, and each claim is needed for that."""
    if not empty <= {hole.label for hole in leaf.holes}:
        return False
    left = sum(hole.room for hole in leaf.holes if hole.label not in empty)
    return left < leaf.wanted and all(left + h.room >= leaf.wanted for h in leaf.holes if h.label in empty)
