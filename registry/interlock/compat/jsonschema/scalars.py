"""Numbers and strings: a conjunction of their atoms has a plain answer, without asking about anything else."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count
from math import ceil, floor, lcm
from typing import TYPE_CHECKING

from interlock.regex import EVERYTHING, Language

from .table import Answer
from .values import Number, normal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .budget import Budget
    from .nodes import Node
    from .table import Work

SCANNED = 2_000
"""How many neighbouring multiples are tried before the arithmetic of residues is used."""


def _no_look(_: Node) -> None:
    return None


@dataclass(slots=True)
class Range:
    """What a conjunction of number atoms asks for."""

    low: Number | None = None
    low_strict: bool = False
    high: Number | None = None
    high_strict: bool = False
    step: Number | None = None
    unlike: set[Number] = field(default_factory=set)
    """The number is divisible by none of these."""
    only: frozenset[Number] | None = None
    avoid: set[Number] = field(default_factory=set)

    def add(self, atom: Node) -> None:
        """Take one more atom into account."""
        first = atom.args[0]
        if atom.op == "lower":
            if self.low is None or (first, atom.args[1]) > (self.low, self.low_strict):
                self.low, self.low_strict = first, atom.args[1]
        elif atom.op == "upper":
            if self.high is None or (first, not atom.args[1]) < (self.high, not self.high_strict):
                self.high, self.high_strict = first, atom.args[1]
        elif atom.op == "multiple":
            self.step = first if self.step is None else common_multiple(self.step, first)
        elif atom.op == "not-multiple":
            self.unlike.add(first)
        elif atom.op == "numbers":
            self.only = first if self.only is None else self.only & first
        else:
            self.avoid |= first

    def fits(self, number: Number) -> bool:
        """Whether the number has all that is asked."""
        return (
            (self.low is None or number > self.low or (number == self.low and not self.low_strict))
            and (self.high is None or number < self.high or (number == self.high and not self.high_strict))
            and (self.step is None or number % self.step == 0)
            and number not in self.avoid
            and all(number % step for step in self.unlike)
        )

    def grid(self, step: Number) -> Iterator[Number]:
        """The multiples of the step within the bounds, those next to zero first."""
        low = None if self.low is None else ceil(self.low / Fraction(step))
        high = None if self.high is None else floor(self.high / Fraction(step))
        return (normal(Fraction(k * step)) for k in outward(low, high))


def outward(low: int | None, high: int | None) -> Iterator[int]:
    """The whole numbers from low to high, from the one nearest to zero away from it, upwards first."""
    if low is not None and high is not None and low > high:
        return
    start = max(low, 0) if low is not None else 0
    start = min(start, high) if high is not None else start
    for distance in count():
        up, down = start + distance, start - distance
        rising, falling = high is None or up <= high, low is None or down >= low
        if not rising and not falling:
            return
        if rising:
            yield up
        if falling and distance:
            yield down


def common_multiple(left: Number, right: Number) -> Number:
    """The smallest number that both divide."""
    a, b = Fraction(left), Fraction(right)
    return normal(
        Fraction(lcm(a.numerator * b.denominator, b.numerator * a.denominator), a.denominator * b.denominator)
    )


class Numbers:
    """The theory of numbers; a budget pays for every candidate."""

    def __init__(self, budget: Budget) -> None:
        """A theory that spends from the budget."""
        self._budget = budget

    def first_look(self, _atoms: list[Node]) -> Callable[[Node], Node | None]:
        """Nothing to ask of others."""
        return _no_look

    def work(self, atoms: list[Node]) -> Work:
        """The plainest number that has all the atoms."""
        wanted = Range()
        for atom in atoms:
            wanted.add(atom)
        number = self._pick(wanted)
        yield from ()
        return None if number is None else Answer(number)

    def _pick(self, wanted: Range) -> Number | None:
        if wanted.only is not None:
            return min((n for n in wanted.only if wanted.fits(n)), key=_plainness, default=None)
        if wanted.low is not None and wanted.high is not None:
            if wanted.low > wanted.high:
                return None
            if wanted.low == wanted.high:
                return wanted.low if wanted.fits(wanted.low) else None
        if wanted.step is not None:
            return self._multiple(wanted, wanted.step)
        return next(n for n in self._decimals(wanted) if wanted.fits(n))

    def _multiple(self, wanted: Range, step: Number) -> Number | None:
        cycles = [_cycle(step, other) for other in wanted.unlike]
        if 1 in cycles:
            return None
        for tried, number in enumerate(wanted.grid(step)):
            self._budget.spend()
            if wanted.fits(number):
                return number
            if tried == SCANNED + len(wanted.avoid):
                far = self._by_residue(wanted, step, lcm(*cycles))
                if far is not None:
                    return far
        return None

    def _by_residue(self, wanted: Range, step: Number, period: int) -> Number | None:
        """Multiples one more than a multiple of the period are divisible by none of the steps to avoid."""
        shifted = Range(
            None if wanted.low is None else normal(Fraction(wanted.low - step)),
            high=None if wanted.high is None else normal(Fraction(wanted.high - step)),
        )
        for tried, base in enumerate(shifted.grid(normal(Fraction(step * period)))):
            number = normal(Fraction(base + step))
            if wanted.fits(number):
                return number
            if tried > len(wanted.avoid) + 2:
                break
        return None

    def _decimals(self, wanted: Range) -> Iterator[Number]:
        """Whole numbers first, then ever more decimals; between two different bounds some must fit."""
        for places in count():
            for tried, number in enumerate(wanted.grid(normal(Fraction(1, 10**places)))):
                self._budget.spend()
                yield number
                if tried > 50 + len(wanted.avoid):
                    break


def _cycle(step: Number, other: Number) -> int:
    """Every how many multiples of the step one is divisible by the other."""
    return Fraction(common_multiple(step, other), step).numerator if other else 1


def _plainness(number: Number) -> tuple[bool, Fraction, bool]:
    return isinstance(number, Fraction), abs(Fraction(number)), number < 0


class Strings:
    """The theory of strings: all that is said of one is a regular language and some words."""

    def __init__(self, budget: Budget) -> None:
        """A theory that spends from the budget."""
        self._budget = budget

    def first_look(self, _atoms: list[Node]) -> Callable[[Node], Node | None]:
        """Nothing to ask of others."""
        return _no_look

    def work(self, atoms: list[Node]) -> Work:
        """The shortest string that has all the atoms."""
        language, only, avoid = EVERYTHING, None, set[str]()
        for atom in atoms:
            if atom.op == "language":
                language &= atom.args[0]
            elif atom.op == "words":
                only = atom.args[0] if only is None else only & atom.args[0]
            else:
                avoid |= atom.args[0]
        text = self._pick(language, avoid) if only is None else _first(language, only - avoid)
        yield from ()
        return None if text is None else Answer(text)

    def _pick(self, language: Language, avoid: set[str]) -> str | None:
        budget = self._budget.states
        if not avoid:
            return language.shortest(budget)
        return next((t for t in language.samples(len(avoid) + 1, budget) if t not in avoid), None)


def _first(language: Language, words: frozenset[str]) -> str | None:
    return next((w for w in sorted(words) if language.matches(w)), None)
