"""How a branch about an object ends: asked members have nowhere to be, or there are too many of them."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from interlock.regex import Language

from .formulas import EVERY_NAME, Formula, Names, negated
from .leaves import ENDLESS, MOST_TRIED, Hole, Leaf, RefusedError, nth
from .states import claim_of

if TYPE_CHECKING:
    from interlock.regex import Budget

    from .states import State

MOST_PATTERNS = 6
"""Names are told apart by no more patterns than these."""


class _Names:
    """The names that literals tell apart: each word, and the others by the languages they are in."""

    def __init__(self, state: State, budget: Budget) -> None:
        self.atoms = state.of("members")
        spoken = [f[1] for f in state.of("members", "some-members", "few-members")]
        self.words = sorted({word for names in spoken for word in names.words})
        self.languages = list(dict.fromkeys(language for names in spoken for language in names.languages))
        self.budget = budget

    def holes(self, wanted: Names, part: Formula) -> list[Hole]:
        """Where a member among the names with the formula could be."""
        found = [self.member(word, part) for word in self.words if wanted.has(word)]
        if wanted.inverted or wanted.languages:
            found += self._rest(wanted, part)
        return found

    def member(self, word: str, *parts: Formula) -> Hole:
        """The member of that name, with these formulas."""
        return Hole(word, 1, claim_of([*parts, *(f[2] for f in self.atoms if f[1].has(word))]))

    def _rest(self, wanted: Names, part: Formula) -> list[Hole]:
        if len(self.languages) > MOST_PATTERNS:
            raise RefusedError
        found = []
        for signs in product((False, True), repeat=len(self.languages)):
            within = frozenset(p for p, sign in zip(self.languages, signs, strict=True) if sign)
            room = self._room(signs) if wanted.has_rest(within) else 0
            if room:
                claim = claim_of([part, *(f[2] for f in self.atoms if f[1].has_rest(within))])
                label = "*" + "".join("+" if sign else "-" for sign in signs)
                found.append(Hole(label, room, claim))
        return found

    def _room(self, signs: tuple[bool, ...]) -> int:
        """How many names other than the words match exactly these languages."""
        language = Language.length(0, None) - Language.words(self.words)
        for pattern, sign in zip(self.languages, signs, strict=True):
            language = language & pattern if sign else language - pattern
        size = language.size(MOST_TRIED, self.budget) if signs else None
        return ENDLESS if size is None else size


def member(state: State, at: int, budget: Budget) -> Leaf:
    """The members asked for by one literal have nowhere to be."""
    asked = nth(state.of("some-members"), at)
    return Leaf(asked[3], tuple(_Names(state, budget).holes(asked[1], asked[2])))


def too_many(state: State, at: int, budget: Budget) -> Leaf:
    """More members are certain to be there than one literal allows: none of them may be unlike what it counts."""
    limit, names = nth(state.of("few-members"), at), _Names(state, budget)
    certain = {word: parts for word, parts in _by_name(state).items() if limit[1].has(word)}
    if len(certain) <= limit[3]:
        raise RefusedError
    holes = [names.member(word, negated(limit[2]), *parts) for word, parts in certain.items()]
    return Leaf(len(certain) - limit[3], tuple(holes))


def more_than_most(state: State, at: int, budget: Budget) -> Leaf:
    """One literal asks for more members than another allows, those counted in that are asked for by other names."""
    asked = nth(state.of("some-members"), at)
    for limit in state.of("few-members"):
        if limit[1] not in {asked[1], EVERY_NAME}:
            continue
        beside = {w: p for w, p in _by_name(state).items() if limit[1] == EVERY_NAME and not asked[1].has(w)}
        wanted = asked[3] + len(beside) - limit[3]
        if wanted > 0:
            names, unlike = _Names(state, budget), negated(limit[2])
            holes = [Hole(h.label, h.room, h.claim | claim_of([unlike])) for h in names.holes(asked[1], asked[2])]
            return Leaf(wanted, (*holes, *(names.member(word, unlike, *parts) for word, parts in beside.items())))
    raise RefusedError


def _by_name(state: State) -> dict[str, list[Formula]]:
    """The members that must be there by their name, and what is asked of each."""
    found: dict[str, list[Formula]] = {}
    for _, names, part, _number in state.of("some-members"):
        if not names.inverted and not names.languages and len(names.words) == 1:
            found.setdefault(next(iter(names.words)), []).append(part)
    return dict(sorted(found.items()))
