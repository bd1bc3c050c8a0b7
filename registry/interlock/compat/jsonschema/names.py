"""Classes of member names: every word that is spoken of by itself, and the rest by the patterns they match."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from interlock.regex import EVERYTHING, Language

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from interlock.regex import Budget as StateBudget

    from .budget import Budget
    from .keys import Keys

ENDLESS = 1_000_000
"""Classes with more names than this count as endless."""

PLAUSIBLE = ("extra", "note", "comment", "other")
"""What a member is called when any name will do."""


@dataclass(frozen=True, eq=False)
class NameClass:
    """Names that no proposition at hand tells apart."""

    word: str | None
    signs: Mapping[Language, bool] = field(default_factory=dict)
    language: Language = EVERYTHING
    taken: frozenset[str] = frozenset()
    """The words that have a class of their own."""

    def within(self, keys: Keys) -> bool:
        """Whether the names of the class belong to the set."""
        return self.word in keys if self.word is not None else keys.has_class(self.signs)

    def capacity(self, budget: StateBudget) -> int:
        """How many different names there are, `ENDLESS` or more counting as endless."""
        if self.word is not None:
            return 1
        size = None if self.language is EVERYTHING else self.language.size(ENDLESS, budget)
        return ENDLESS if size is None else size - sum(self.language.matches(w) for w in self.taken)

    def names(self, number: int, budget: StateBudget) -> list[str]:
        """So many different names of the class."""
        if self.word is not None:
            return [self.word]
        if self.language is EVERYTHING:
            return _first(number, (n for n in _made_up() if n not in self.taken))
        overlap = sum(self.language.matches(w) for w in self.taken)
        return [n for n in self.language.samples(number + overlap, budget) if n not in self.taken][:number]


def _made_up() -> Iterator[str]:
    yield from PLAUSIBLE
    yield from (f"extra{number}" for number in count(2))


def _first(number: int, names: Iterator[str]) -> list[str]:
    return [next(names) for _ in range(number)]


class NameClasses:
    """The classes of names outside all words, for each set of patterns met so far."""

    def __init__(self, budget: Budget) -> None:
        """No classes yet; telling whether one is empty costs states."""
        self._budget = budget
        self._known: dict[frozenset[Language], list[tuple[dict[Language, bool], Language]]] = {}

    @property
    def budget(self) -> StateBudget:
        """What languages are explored with."""
        return self._budget.states

    def rest(self, words: frozenset[str], patterns: frozenset[Language]) -> list[NameClass]:
        """Classes of the names that are none of the words."""
        found = [NameClass(None, signs, language, words) for signs, language in self._minterms(patterns)]
        return [c for c in found if not patterns or c.names(1, self.budget)]

    def _minterms(self, patterns: frozenset[Language]) -> list[tuple[dict[Language, bool], Language]]:
        if patterns not in self._known:
            parts: list[tuple[dict[Language, bool], Language]] = [({}, EVERYTHING)]
            for pattern in sorted(patterns, key=lambda p: p.shortest(self.budget) or ""):
                parts = list(self._split(parts, pattern))
            self._known[patterns] = parts
        return self._known[patterns]

    def _split(
        self, parts: Iterable[tuple[dict[Language, bool], Language]], pattern: Language
    ) -> Iterator[tuple[dict[Language, bool], Language]]:
        for signs, language in parts:
            for sign, half in ((False, language - pattern), (True, language & pattern)):
                self.budget.spend(1)
                if not half.is_empty(self.budget):
                    yield {**signs, pattern: sign}, half
