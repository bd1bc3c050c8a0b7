"""
How a branch of a proof ends: small rules, each of which the checker judges by itself.

A rule gets the state and where the proof points, and returns what must be empty for the branch to be: claims about
members or items, which the table has to prove. It raises `RefusedError` when it does not apply.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, lcm
from typing import TYPE_CHECKING, NamedTuple

from interlock.regex import Language

from .formulas import NUMBER, STRING, Claim, Formula
from .holding import holds

if TYPE_CHECKING:
    from interlock.regex import Budget

    from .states import State

ENDLESS = 1 << 40
"""Room for more than anything asks for."""

MOST_TRIED = 2_000
"""More places, names or numbers are not looked at one by one."""


class RefusedError(Exception):
    """A step that does not follow."""


class Hole(NamedTuple):
    """A place where a wanted member or item could be: how many fit, and the claim that none does."""

    label: str
    room: int
    claim: Claim


class Leaf(NamedTuple):
    """Closed when the holes that are not shown empty have room for less than is wanted."""

    wanted: int
    holes: tuple[Hole, ...] = ()


DONE = Leaf(1)


def values(state: State, _at: int, _budget: Budget) -> Leaf:
    """Every value that is listed breaks something else that is said."""
    listed = state.listed()
    if listed is None:
        raise RefusedError
    for value in listed:
        if not any(holds(state.meaning, said, value) is False for said in state.said):
            raise RefusedError
    return DONE


# -- numbers


def number(state: State, _at: int, _budget: Budget) -> Leaf:
    """No number lies within the bounds, divides as it must, and is not excluded."""
    lows = [(f[1], f[2]) for f in state.of("from")]
    highs = [(f[1], not f[2]) for f in state.of("to")]
    steps = [f[1] for f in state.of("multiple")]
    step = _common(steps) if steps else None
    if step is not None and any((step / f[1]).denominator == 1 for f in state.of("no-multiple")):
        return DONE
    if not lows or not highs:
        raise RefusedError
    (low, above), (high, reaches) = max(lows), min(highs)
    if low > high or (low == high and (above or not reaches)):
        return DONE
    if low == high:
        candidates = [low]
    elif step is None or (high - low) / step > MOST_TRIED:
        raise RefusedError
    else:
        candidates = [step * k for k in range(ceil(low / step), floor(high / step) + 1)]
    for number in candidates:
        if not any(holds(state.meaning, said, (NUMBER, number)) is False for said in state.said):
            raise RefusedError
    return DONE


def _common(steps: list[Fraction]) -> Fraction:
    below = lcm(*(s.denominator for s in steps))
    return Fraction(lcm(*(int(s * below) for s in steps)), below)


# -- strings


def string(state: State, _at: int, budget: Budget) -> Leaf:
    """No string is in all the languages."""
    language = Language.length(0, None)
    for literal in state.of("text"):
        language &= literal[1]
    avoided = sorted(text for tag, text in state.avoided() if tag == STRING)
    if not (language - Language.words(avoided)).is_empty(budget):
        raise RefusedError
    return DONE


def nth(literals: list[Formula], at: int) -> Formula:
    """The literal that a proof points to."""
    if not 0 <= at < len(literals):
        raise RefusedError
    return literals[at]
