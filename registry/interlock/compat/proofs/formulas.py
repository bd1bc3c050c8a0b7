"""
What a proof says of one JSON value: plain tuples, made and negated here, and of nothing else in the engine.

`("all", parts)`, `("any", parts)` and `("kinds", mask)` speak of every value. An atom speaks of one kind of value and
holds for every value of another kind. `("schema", side, document, pointer)` stands for a schema where it is written.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

    from interlock.regex import Language

Formula: TypeAlias = tuple[Any, ...]
Claim: TypeAlias = frozenset[Formula]
"""Formulas of which it is said that no value has them all."""

KINDS = ("null", "false", "true", "number", "string", "array", "object")
NULL, FALSE, TRUE, NUMBER, STRING, ARRAY, OBJECT = (1 << n for n in range(7))
ANY = (1 << 7) - 1

YES: Formula = ("all", ())
NO: Formula = ("any", ())

SPEAKS_OF = {
    "from": NUMBER, "to": NUMBER, "multiple": NUMBER, "no-multiple": NUMBER,
    "text": STRING,
    "items": ARRAY, "some-items": ARRAY, "few-items": ARRAY, "unique": ARRAY, "repeats": ARRAY,
    "members": OBJECT, "some-members": OBJECT, "few-members": OBJECT,
}  # fmt: skip
"""The atoms and the kind that each speaks of."""


class Names(NamedTuple):
    """The member names in `words` or in one of the languages; all others when `inverted`."""

    words: frozenset[str] = frozenset()
    languages: tuple[Language, ...] = ()
    inverted: bool = False

    def has(self, word: str) -> bool:
        """Whether the name is among them."""
        return (word in self.words or any(language.matches(word) for language in self.languages)) != self.inverted

    def has_rest(self, within: frozenset[Language]) -> bool:
        """Whether names outside all words, which match exactly these languages, are among them."""
        return (not within.isdisjoint(self.languages)) != self.inverted

    def others(self) -> Names:
        """All other names."""
        return Names(self.words, self.languages, not self.inverted)


EVERY_NAME = Names(inverted=True)


def named(word: str) -> Names:
    """One name."""
    return Names(frozenset((word,)))


def every(parts: Iterable[Formula]) -> Formula:
    """All of them, flat and without repetition."""
    flat: dict[Formula, None] = {}
    for part in parts:
        flat.update(dict.fromkeys(part[1] if part[0] == "all" else (part,)))
    if NO in flat:
        return NO
    return next(iter(flat)) if len(flat) == 1 else ("all", tuple(flat))


def some(parts: Iterable[Formula]) -> Formula:
    """At least one of them, flat and without repetition."""
    flat: dict[Formula, None] = {}
    for part in parts:
        flat.update(dict.fromkeys(part[1] if part[0] == "any" else (part,)))
    if YES in flat:
        return YES
    return next(iter(flat)) if len(flat) == 1 else ("any", tuple(flat))


def least(what: str, where: Any, part: Formula, number: int) -> Formula:
    """At least so many `items` or `members` there have the formula."""
    return YES if number <= 0 else (f"some-{what}", where, part, number)


def most(what: str, where: Any, part: Formula, number: int) -> Formula:
    """At most so many `items` or `members` there have the formula."""
    if number < 0:
        return ("kinds", ANY & ~SPEAKS_OF[what])
    return (what, where, negated(part)) if number == 0 else (f"few-{what}", where, part, number)


def dual(atom: Formula) -> Formula:
    """What holds for exactly the other values of the atom's kind."""
    op = atom[0]
    if op in {"from", "to"}:
        return ("to" if op == "from" else "from", atom[1], not atom[2])
    if op in _DUALS:
        return (_DUALS[op], *atom[1:])
    if op == "text":
        return ("text", ~atom[1])
    prefix, _, what = op.rpartition("-")
    if not prefix:
        return least(what, atom[1], negated(atom[2]), 1)
    if prefix == "some":
        return most(what, atom[1], atom[2], atom[3] - 1)
    return least(what, atom[1], atom[2], atom[3] + 1)


_DUALS = {"multiple": "no-multiple", "no-multiple": "multiple", "unique": "repeats", "repeats": "unique"}


def negated(formula: Formula) -> Formula:
    """The exact opposite."""
    op = formula[0]
    if op == "all":
        return some(map(negated, formula[1]))
    if op == "any":
        return every(map(negated, formula[1]))
    if op == "not":
        inner: Formula = formula[1]
        return inner
    if op == "kinds":
        return ("kinds", ANY & ~formula[1])
    if op in SPEAKS_OF:
        return every((("kinds", SPEAKS_OF[op]), dual(formula)))
    return ("not", formula)


def described(formula: Formula) -> str:
    """The formula for people and for comparing; a language is told by its kind only."""
    op = formula[0]
    if op == "schema":
        return f"{formula[1]} {formula[2]}#{formula[3]}"
    if op == "not":
        return f"not {described(formula[1])}"
    if op in {"all", "any"}:
        return f"{op} of ({'; '.join(map(described, formula[1]))})"
    told = [described(a) if _is_formula(a) else _plain(a) for a in formula[1:]]
    return " ".join([op, *told])


def _is_formula(part: Any) -> bool:
    return type(part) is tuple and bool(part) and isinstance(part[0], str)


def _plain(part: Any) -> str:
    if isinstance(part, Names):
        told = [*sorted(part.words), *(["patterns"] if part.languages else [])]
        return f"{'not ' if part.inverted else ''}[{', '.join(told)}]"
    if isinstance(part, frozenset):
        return f"[{', '.join(sorted(map(str, part)))}]"
    return str(part) if isinstance(part, (int, str, tuple, Fraction)) else "language"
