"""Sources of choices: a seed, the least of everything, the most of everything, or Hypothesis."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")

MOST_ITEMS = 3
"""Items that a list, a map or a repetition has beyond its least number."""


class Chooser(Protocol):
    """Makes the choices that one document consists of."""

    def integer(self, least: int, most: int) -> int:
        """Return an integer between two, both included."""
        ...

    def count(self, least: int, most: int) -> int:
        """Return how many of something there are."""
        ...

    def one_of(self, options: Sequence[T]) -> T:
        """Return one of some options, which are not empty."""
        ...

    def maybe(self) -> bool:
        """Say whether what may be left out is there."""
        ...

    def known(self) -> bool:
        """Say whether a value of an open enumeration is one of those known today."""
        ...


class Seeded:
    """The same choices for the same seed, on any machine."""

    def __init__(self, seed: object) -> None:
        self._random = random.Random(repr(seed))  # noqa: S311 - for tests

    def integer(self, least: int, most: int) -> int:
        """Return an integer, mostly one that people would write."""
        if least <= 0 <= most and self._random.random() < 0.8:  # noqa: PLR2004
            least, most = max(least, -100), min(most, 10_000)
        return self._random.randint(least, most)

    def count(self, least: int, most: int) -> int:
        """Return a small count."""
        return self._random.randint(least, min(most, least + MOST_ITEMS))

    def one_of(self, options: Sequence[T]) -> T:
        """Return any of the options."""
        return self._random.choice(options)

    def maybe(self) -> bool:
        """Say so of every second."""
        return self._random.random() < 0.5  # noqa: PLR2004

    def known(self) -> bool:
        """Say so of nine in ten."""
        return self._random.random() < 0.9  # noqa: PLR2004


class Least:
    """The least of everything: only required members, the smallest numbers, the shortest texts."""

    def integer(self, least: int, most: int) -> int:  # noqa: ARG002 - a chooser is asked with both bounds
        """Return the smaller bound."""
        return least

    def count(self, least: int, most: int) -> int:  # noqa: ARG002
        """Return the smaller bound."""
        return least

    def one_of(self, options: Sequence[T]) -> T:
        """Return the first option."""
        return options[0]

    def maybe(self) -> bool:
        """Leave out what may be left out."""
        return False

    def known(self) -> bool:
        """Keep to what is known."""
        return True


class Most:
    """The most of everything: every member, the greatest numbers, long texts, values that nobody knows yet."""

    def integer(self, least: int, most: int) -> int:  # noqa: ARG002
        """Return the greater bound."""
        return most

    def count(self, least: int, most: int) -> int:
        """Return many, and as many as may be where that is little."""
        return min(most, max(least + MOST_ITEMS, 64)) if most <= 64 else least + MOST_ITEMS  # noqa: PLR2004

    def one_of(self, options: Sequence[T]) -> T:
        """Return the last option."""
        return options[-1]

    def maybe(self) -> bool:
        """Leave nothing out."""
        return True

    def known(self) -> bool:
        """Use what is not known yet."""
        return False
