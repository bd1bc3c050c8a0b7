"""Hostile patterns end: with an answer, a refusal, or a spent budget, and never with a hang."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest

from interlock.regex import Budget, BudgetExceeded, Language, UnsupportedPattern, lint
from interlock.regex import nodes as table

WORDS = [f"w{number}x{'abc'[number % 3] * 3}" for number in range(300)]
L = Language.pattern


def within(one: str, other: str) -> Callable[[Budget], object]:
    """The question whether one pattern is contained in another."""
    return lambda budget: L(one).issubset(L(other), budget)


ANSWERED: dict[str, tuple[Callable[[Budget], object], object]] = {
    "nested-plus": (within("^(a+)+$", "^a*$"), True),
    "twin-branches": (within("^(a|a)*$", "^a*$"), True),
    "counters-in-counters": (within("^(?:a{1,1000}){1,1000}$", "^a{1,1000000}$"), True),
    "counters-in-counters-one-short": (within("^(?:a{1,1000}){1,1000}$", "^a{1,999999}$"), False),
    "300-alternatives": (within(f"^(?:{'|'.join(WORDS)})$", f"^(?:{'|'.join(WORDS[:-1])})$"), False),
    "300-looping-alternatives": (within(f"^(?:{'[0-9]+|'.join(WORDS)})$", f"^(?:{'[0-9]*|'.join(WORDS)})$"), True),
    "199-groups": (lambda budget: L("(" * 199 + "a" + ")*" * 199).shortest(budget), ""),
    "a-billion": (lambda budget: L("^a{999999999}$").is_empty(budget), False),
    "a-million-too-long": (lambda budget: (L("^a*$") & Language.length(1_000_001, None)).issubset(L("^a{0,1000000}$"), budget), False),
    "hundred-thousand": (lambda budget: (L("^(?:ab|cde)*$") & Language.length(99_999, None)).shortest(budget) is not None, True),
    "periods": ((L("^(?:a{7})*$") & L("^(?:a{11})*$") & L("^(?:a{13})+$")).lengths, (1001, None)),
    "counting-astronomically": (lambda budget: L("^[a-z]{0,300}$").size(10**300, budget), None),
}  # fmt: skip

SPENT: dict[str, Callable[[Budget], object]] = {
    "two-letters-each-from-the-end": lambda budget: L("^[ab]*a[ab]{5}a[ab]{19}$").issubset(
        L("^[ab]*a[ab]{25}$"), budget
    ),
    "twenty-lookaheads": lambda budget: L("^" + "".join(f"(?=.*{c})" for c in "abcdefghijklmnopqrst")).shortest(budget),
    "wide-and-optional": within("^" + "a?b?" * 15_000 + "$", "^[ab]*$"),
    "counters-without-seams": within("^(?:[ab]{2,1000}c){1,1000}$", "^(?:[abc]{2,999}c){1,1000}$"),
    "a-text-of-gigabytes": lambda budget: L("^a{999999999}$").shortest(budget),
}


@pytest.mark.parametrize("name", ANSWERED)
def test_a_hostile_question_is_answered(name: str) -> None:
    """These look costly and are decided within the default budget."""
    question, answer = ANSWERED[name]
    assert question(Budget()) == answer


@pytest.mark.parametrize("name", SPENT)
def test_a_question_beyond_its_budget_says_so(name: str) -> None:
    """These are costly, and end in one sentence."""
    with pytest.raises(BudgetExceeded) as caught:
        SPENT[name](Budget(states=2_000))
    assert "\n" not in str(caught.value)


def test_a_deadline_ends_a_question() -> None:
    """A deadline in the past ends a question which has states left."""
    budget = Budget(states=10**9, deadline=time.monotonic())
    with pytest.raises(BudgetExceeded) as caught:
        SPENT["twenty-lookaheads"](budget)
    assert caught.value.code == "deadline"


def test_a_budget_is_shared() -> None:
    """Two questions spend from one purse."""
    budget = Budget(states=100)
    L("^[ab]{6}c$").shortest(budget)
    left = budget.left
    assert left < 100
    for _ in range(left // (100 - left)):
        L("^[ab]{6}c$").shortest(budget)
    with pytest.raises(BudgetExceeded):
        L("^[ab]{6}c$").shortest(budget)


@pytest.mark.parametrize(
    ("pattern", "code"),
    [("(" * 300 + ")" * 300, "too-deep"), ("a" * 1_000_000, "too-large"), ("(?:a" * 250 + ")+" * 250, "too-deep")],
    ids=["deep", "megabyte", "deep-loops"],
)
def test_a_giant_is_refused_at_once(pattern: str, code: str) -> None:
    """Size and depth have limits, with a code."""
    with pytest.raises(UnsupportedPattern) as caught:
        L(pattern)
    assert caught.value.code == code
    assert [issue.code for issue in lint(pattern)] == [code]
    assert len(str(caught.value)) < 300


def test_lint_of_hostile_patterns_ends() -> None:
    """A pattern which costs too much to judge is reported as not judged."""
    hostile = f"^(?:{'[0-9]*|'.join(WORDS)}[0-9]*)*$"
    assert "backtracking-undecided" in {issue.code for issue in lint(hostile)}


def test_nothing_is_kept_of_what_nobody_uses() -> None:
    """The table of nodes is weak: a thousand questions later it is not a thousand times larger."""
    gc.collect()
    before = len(table._table)  # noqa: SLF001 (the table is what this test is about)
    for number in range(300):
        (Language.words([f"{number}", f"{number * 7}x"]) - L("^[0-9]+$")).shortest()
    from interlock.regex import derivatives

    derivatives._memo.clear()  # noqa: SLF001 (kept only up to a number)
    gc.collect()
    assert len(table._table) <= before + 50  # noqa: SLF001
