"""The question itself: what the writer may send and the reader turns away."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from interlock.compat.answers import Comparison, Refusal, Spot, Undecided, Verdict
from interlock.regex import BudgetExceeded

from .budget import Budget, BudgetSpentError
from .dialects import DIALECTS
from .documents import MAX_NESTING, too_deep
from .engine import Engine
from .explaining import Explanation
from .nodes import TooDeepError
from .values import HugeNumberError, frozen

SPENT = (BudgetSpentError, BudgetExceeded)

MORE_TO_EXPLAIN = 0.5
"""The share of the time for deciding that may be spent again on explaining a difference that was found."""

Answered = tuple[Verdict, tuple[Refusal, ...], tuple[Undecided, ...]]


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked."""

    writer: Any
    reader: Any
    documents: Mapping[str, Any]
    dialect: str | None
    formats: bool
    seconds: float


def refusals(
    *,
    writer: Any,
    reader: Any,
    dialect: str | None = None,
    formats: str = "annotation",
    documents: Mapping[str, Any] | None = None,
    seconds: float = 2.0,
) -> Comparison:
    """Everything the writer may send that the reader turns away, one refusal for each cause; see `compare`."""
    started = time.monotonic()
    _check(dialect, formats)
    question = Question(writer, reader, documents or {}, dialect, formats == "assertion", seconds)
    verdict, found, undecided = _deep(question) or _same(question) or _answer(question)
    return Comparison(verdict, found, undecided, round(time.monotonic() - started, 6))


def _check(dialect: str | None, formats: str) -> None:
    if dialect is not None and dialect not in DIALECTS:
        raise ValueError(f"there is no dialect {dialect!r}: choose one of {', '.join(DIALECTS)}")
    if formats not in {"annotation", "assertion"}:
        raise ValueError(f"formats is {formats!r}: choose annotation or assertion")


def _deep(question: Question) -> Answered | None:
    for side, schema in (("writer", question.writer), ("reader", question.reader)):
        if too_deep(schema):
            return _undecided("too-deep", f"the {side}'s schema nests more than {MAX_NESTING} levels deep", side)
    return None


def _same(question: Question) -> Answered | None:
    """Equal documents, with the same documents to refer to, mean the same whatever they mean."""
    writer, reader = question.writer, question.reader
    try:
        same = writer is reader or (writer == reader and frozen(writer) == frozen(reader))
    except HugeNumberError:
        return None
    return (Verdict.COMPATIBLE, (), ()) if same else None


def _undecided(code: str, message: str, side: str = "reader") -> Answered:
    return Verdict.UNDECIDED, (), (Undecided(code, message, Spot(""), side),)


def _answer(question: Question) -> Answered:
    try:
        return _decided(question)
    except SPENT:
        return _undecided("budget", f"an answer takes longer than {question.seconds:g} s or more steps than allowed")
    except (TooDeepError, RecursionError):
        return _undecided("too-deep", "the schemas, applied to each other, nest deeper than the engine follows")


def _decided(question: Question) -> Answered:
    budget = Budget(question.seconds)
    engine = Engine(budget)
    sends, takes = (
        engine.side(name, schema, question.documents, question.dialect, formats=question.formats)
        for name, schema in (("writer", question.writer), ("reader", question.reader))
    )
    sent, taken = sends.node(sends.root()), takes.node(takes.root())
    found = engine.find(engine.logic.both(sent, engine.logic.neg(taken)))
    if found is None:
        return Verdict.COMPATIBLE, (), ()
    budget.extend(question.seconds * MORE_TO_EXPLAIN)
    explanation = Explanation(engine, sends, takes, question.dialect, formats=question.formats)
    try:
        refused, undecided = explanation.causes(found)
    except (*SPENT, TooDeepError, RecursionError):
        budget.extend(question.seconds * MORE_TO_EXPLAIN)
        refused, undecided = explanation.as_a_whole(found)
    return (Verdict.BREAKING if refused else Verdict.UNDECIDED), refused, undecided
