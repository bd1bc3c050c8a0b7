"""Proofs of *compatible*: found on request, written as a file, and replayed by a checker of its own."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from interlock.regex import Budget, BudgetExceeded

from .checking import replay
from .files import LARGEST, Proof, Question, UnreadableProofError, digest, read, sealed, written
from .leaves import RefusedError
from .proving import OutOfReachError, table
from .values import NotReadError, fixed

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "OutOfReachError",
    "Proof",
    "RefusedError",
    "UnreadableProofError",
    "digest",
    "prove",
    "read",
    "verify",
    "written",
]

STATES = 2_000_000

DYNAMIC = frozenset({"$dynamicRef", "$recursiveRef"})
"""What these mean depends on where one comes from; the checker names a schema only by where it stands."""


def prove(
    *,
    writer: Any,
    reader: Any,
    dialect: str | None = None,
    formats: str = "annotation",
    documents: Mapping[str, Any] | None = None,
    seconds: float = 10.0,
) -> Proof:
    """A proof that has been replayed once, or `OutOfReachError`, whose text is the reason."""
    question = Question(writer, reader, dialect, formats, dict(documents or {}))
    try:
        proof = Proof(question, [], same=True) if _same(question) else Proof(question, _table(question, seconds))
        verify(proof, seconds=seconds)
        too_large = len(written(proof)) > LARGEST
    except (BudgetExceeded, RecursionError):
        raise OutOfReachError("budget") from None
    except RefusedError as refused:
        raise OutOfReachError(f"not-replayed: {refused}") from None
    if too_large:
        raise OutOfReachError("too-large")
    return proof


def _table(question: Question, seconds: float) -> list[Any]:
    if _is_dynamic(question):
        raise OutOfReachError("dynamic-reference")
    return table(question, Budget(STATES, time.monotonic() + seconds))


def verify(proof: Proof, *, seconds: float = 30.0) -> int:
    """Replay every step, and say how many there were; `RefusedError` at the first that does not follow."""
    try:
        return _verified(proof, Budget(STATES, time.monotonic() + seconds))
    except BudgetExceeded:
        raise RefusedError(f"replaying it takes longer than {seconds:g} s") from None
    except RecursionError:
        raise RefusedError("it nests too deep, or its schemas refer to themselves without end") from None


def _verified(proof: Proof, budget: Budget) -> int:
    if proof.seal not in {None, sealed(proof)}:
        raise RefusedError("the file was changed since it was written")
    if proof.same:
        if proof.table or not _same(proof.question):
            raise RefusedError("the two schemas are said to be equal, and are not")
        return 1
    if _is_dynamic(proof.question):
        raise RefusedError("the schemas have dynamic references, which the checker does not follow")
    return replay(proof, budget)


def _same(question: Question) -> bool:
    """Equal documents, with the same documents to refer to, mean the same whatever they mean."""
    try:
        return bool(fixed(question.writer) == fixed(question.reader))
    except NotReadError:
        return False


def _is_dynamic(question: Question) -> bool:
    todo = [question.writer, question.reader, *question.documents.values()]
    while todo:
        current = todo.pop()
        if isinstance(current, dict):
            if not DYNAMIC.isdisjoint(current):
                return True
            todo += current.values()
        elif isinstance(current, list):
            todo += current
    return False
