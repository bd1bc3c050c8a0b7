"""
Finds a proof that the checker will accept, for a question that the engine has answered with *compatible*.

Nothing here is trusted: what it finds is replayed by `checking`. It looks for a rule that closes the branch, and splits
the disjunction with the fewest ways left when there is none. A claim that is met below itself is taken to hold; where
it turns out not to, all that was found since is forgotten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .checking import closes, judged, pointed, root_claim, told
from .formulas import KINDS, Claim
from .keywords import KEYWORDS
from .leaves import Leaf
from .meaning import Meaning
from .states import State

if TYPE_CHECKING:
    from interlock.regex import Budget

    from .files import Question

Tree = dict[str, Any]

MOST_CLAIMS = 5_000
DEEPEST = 60
"""Claims about members of members are followed so far."""


class OutOfReachError(Exception):
    """The rules, or the time, do not suffice for a proof."""


def table(question: Question, budget: Budget) -> list[dict[str, Any]]:
    """The table of a proof; raises `OutOfReachError`."""
    return Prover(question, budget).run()


class Prover:
    """The search for one question."""

    def __init__(self, question: Question, budget: Budget) -> None:
        """Nothing is proved yet."""
        self._meaning = Meaning(question, KEYWORDS)
        self._budget = budget
        self._entries: dict[Claim, Tree] = {}
        """Claims proved or, while they are worked on, empty."""
        self._failed: set[Claim] = set()
        self._depth = 0

    def run(self) -> list[Tree]:
        """Prove the root, and number what it leans on."""
        root = root_claim(self._meaning)
        if not self._refute(root):
            raise OutOfReachError("no-proof-found")
        return _numbered(root, self._entries)

    def _refute(self, claim: Claim) -> bool:
        if claim in self._entries:
            return True
        if claim in self._failed:
            return False
        before = len(self._entries)
        self._entries[claim] = {}
        self._depth += 1
        if self._depth > DEEPEST or before > MOST_CLAIMS:
            raise OutOfReachError("too-large")
        trees = self._by_kind(claim)
        self._depth -= 1
        if trees is None:
            for later in list(self._entries)[before:]:
                del self._entries[later]
            self._failed.add(claim)
            return False
        self._entries[claim].update(claim=told(claim), kinds=trees)
        return True

    def _by_kind(self, claim: Claim) -> Tree | None:
        trees = {}
        for bit, name in enumerate(KINDS):
            state = State(self._meaning, 1 << bit, claim)
            if state.closed:
                continue
            tree = self._leaf(state) or self._split(state)
            if tree is None:
                return None
            trees[name] = tree
        return trees

    def _leaf(self, state: State) -> Tree | None:
        """A rule that closes the branch, those first that lean on nothing."""
        self._budget.spend(1)
        later: list[tuple[str, int | None, Leaf]] = []
        for name, at in pointed(state):
            leaf = judged(state, name, at, self._budget)
            if leaf is not None and closes(leaf, frozenset()):
                return _leaf(name, at, {})
            if leaf is not None:
                later.append((name, at, leaf))
        for name, at, leaf in later:
            empty = self._holes(leaf)
            if empty is not None:
                return _leaf(name, at, empty)
        return None

    def _holes(self, leaf: Leaf) -> dict[str, Claim] | None:
        """Enough holes that are proved empty, and none that is not needed."""
        empty: dict[str, Claim] = {}
        left = sum(hole.room for hole in leaf.holes)
        spare = leaf.wanted - 1
        missed = 0
        for hole in leaf.holes:
            if missed > spare or left < leaf.wanted:
                break
            if self._refute(hole.claim):
                empty[hole.label] = hole.claim
                left -= hole.room
            else:
                missed += hole.room
        if left >= leaf.wanted:
            return None
        for hole in leaf.holes:
            if hole.label in empty and left + hole.room < leaf.wanted:
                left += hole.room
                del empty[hole.label]
        return empty

    def _split(self, state: State) -> Tree | None:
        best: tuple[int, str, list[State], list[Tree | None]] | None = None
        for text, clause in state.open_clauses().items():
            states = [state.with_(clause, way) for way in clause[1]]
            trees = [None if s.closed else self._leaf(s) for s in states]
            left = sum(t is None and not s.closed for s, t in zip(states, trees, strict=True))
            if best is None or left < best[0]:
                best = (left, text, states, trees)
            if left == 0 or (left == 1 and best[0] == 1):
                break
        if best is None:
            return None
        _, text, states, trees = best
        for place, (way, tree) in enumerate(zip(states, trees, strict=True)):
            if tree is None and not way.closed:
                trees[place] = self._split(way)
                if trees[place] is None:
                    return None
        return {"split": text, "ways": trees}


def _leaf(rule: str, at: int | None, empty: dict[str, Claim]) -> Tree:
    return {"rule": rule} | ({} if at is None else {"at": at}) | ({"empty": empty} if empty else {})


def _numbered(root: Claim, entries: dict[Claim, Tree]) -> list[Tree]:
    """The claims that the root leans on, in the order in which they are met, named by number."""
    numbers, order = {root: 0}, [root]
    made: list[Tree] = []
    for claim in order:
        trees = entries[claim]["kinds"]
        made.append(
            {"claim": entries[claim]["claim"], "kinds": {k: _renamed(t, numbers, order) for k, t in trees.items()}}
        )
    return made


def _renamed(tree: Tree | None, numbers: dict[Claim, int], order: list[Claim]) -> Tree | None:
    if tree is None:
        return None
    if "split" in tree:
        return {**tree, "ways": [_renamed(way, numbers, order) for way in tree["ways"]]}
    if "empty" not in tree:
        return tree
    for claim in tree["empty"].values():
        if claim not in numbers:
            numbers[claim] = len(order)
            order.append(claim)
    return {**tree, "empty": {label: numbers[claim] for label, claim in tree["empty"].items()}}
