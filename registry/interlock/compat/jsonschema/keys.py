"""Sets of member names: some words and some patterns, or everything but those."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from interlock.regex import Language


@dataclass(frozen=True, eq=True)
class Keys:
    """The names in `words` or in a language of `patterns`; all other names when `inverted`."""

    words: frozenset[str] = frozenset()
    patterns: frozenset[Language] = frozenset()
    inverted: bool = False

    @cached_property
    def _hash(self) -> int:
        return hash((self.words, self.patterns, self.inverted))

    def __hash__(self) -> int:
        """Computed once: a set of names is looked up often."""
        return self._hash

    def __contains__(self, name: str) -> bool:
        """Whether the name belongs to the set."""
        return (name in self.words or any(p.matches(name) for p in self.patterns)) != self.inverted

    def has_class(self, signs: Mapping[Language, bool]) -> bool:
        """Whether names outside all words, matching the patterns with these signs, belong to the set."""
        return any(signs[p] for p in self.patterns) != self.inverted

    def complement(self) -> Keys:
        """All names that do not belong."""
        return Keys(self.words, self.patterns, not self.inverted)

    @property
    def is_none(self) -> bool:
        """Whether the set is certainly empty."""
        return not self.inverted and not self.words and not self.patterns

    @property
    def is_words(self) -> bool:
        """Whether the set is a plain list of words."""
        return not self.inverted and not self.patterns


ALL_KEYS = Keys(inverted=True)


def word(name: str) -> Keys:
    """The set of one name."""
    return Keys(frozenset((name,)))


def union(left: Keys, right: Keys) -> Keys:
    """The names of two sets that are both given positively."""
    return Keys(left.words | right.words, left.patterns | right.patterns)
