"""Whether a value has a formula, as far as the checker knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .formulas import ARRAY, SPEAKS_OF, Formula
from .values import kind_of_fixed, members

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .meaning import Meaning


def holds(meaning: Meaning, formula: Formula, value: Any) -> bool | None:
    """Whether a value in its hashable form has the formula; None where the checker does not know."""
    op = formula[0]
    if op == "not":
        inner = holds(meaning, formula[1], value)
        return None if inner is None else not inner
    if op in {"all", "any"}:
        return _joined((holds(meaning, part, value) for part in formula[1]), stop=op == "any")
    if op == "kinds":
        return bool(formula[1] & kind_of_fixed(value))
    if op == "in":
        return value in formula[1]
    if op == "schema":
        return holds(meaning, meaning.opened(formula), value)
    return _has(meaning, formula, value) if op in SPEAKS_OF else None


def _joined(answers: Iterable[bool | None], *, stop: bool) -> bool | None:
    unsure = False
    for answer in answers:
        if answer is stop:
            return stop
        unsure |= answer is None
    return None if unsure else not stop


def _has(meaning: Meaning, atom: Formula, value: Any) -> bool | None:
    op: str = atom[0]
    data = value[1]
    if SPEAKS_OF[op] != kind_of_fixed(value):
        return True
    if SPEAKS_OF[op] < ARRAY:
        return _is(atom, data)
    if op in {"unique", "repeats"}:
        return (len(set(data)) == len(data)) == (op == "unique")
    if SPEAKS_OF[op] == ARRAY:
        start, end = atom[1]
        return _counted(meaning, atom, data[start:end])
    return _counted(meaning, atom, [member for name, member in members(value).items() if atom[1].has(name)])


def _is(atom: Formula, data: Any) -> bool:
    """Whether a number or a string is so."""
    op: str = atom[0]
    if op in {"from", "to"}:
        return bool(data > atom[1] if op == "from" else data < atom[1]) or bool(data == atom[1] and not atom[2])
    if op in {"multiple", "no-multiple"}:
        return (not data % atom[1]) == (op == "multiple")
    return bool(atom[1].matches(data))


def _counted(meaning: Meaning, atom: Formula, values: Iterable[Any]) -> bool | None:
    answers = [holds(meaning, atom[2], value) for value in values]
    sure, possible = answers.count(True), len(answers) - answers.count(False)
    if atom[0] in {"items", "members"}:
        return True if sure == len(answers) else None if possible == len(answers) else False
    if atom[0].startswith("some"):
        return True if sure >= atom[3] else None if possible >= atom[3] else False
    return True if possible <= atom[3] else None if sure <= atom[3] else False
