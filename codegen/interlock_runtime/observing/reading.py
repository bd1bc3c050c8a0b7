"""Evidence from files: JSON Lines in which each line is an event (CloudEvents' JSON format), a receipt or an audit record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from ..handling.outcomes import Outcome, Receipt
from ..parsing import loads
from ..violations import ContractViolation, InterlockError
from .evidence import Command, Evidence, moment

_MOMENTS = ("received", "settled", "time", "recorded")
_NUMBERS = ("attempts", "entry")
_TEXTS = tuple(
    one.name
    for one in fields(Receipt)
    if one.name not in (*_MOMENTS, *_NUMBERS, "outcome", "late_by", "facts", "replayed")
)


class BadEvidence(InterlockError):  # noqa: N818 - the name says what happened
    """A line of a file is no evidence of any known form."""

    def __init__(self, line: int, why: str) -> None:
        self.line = line
        self.why = why
        super().__init__(line, why)

    def __str__(self) -> str:
        """Say it in a sentence."""
        return f"line {self.line}: {self.why}"


def read(lines: Iterable[bytes], evidence: Evidence | None = None) -> Evidence:
    """Add what JSON Lines tell to what is known; raise BadEvidence at the first line of another form."""
    found = evidence or Evidence()
    for number, line in enumerate(lines, 1):
        if line.strip():
            _add(found, number, _document(number, line))
    return found


def _document(number: int, line: bytes) -> Mapping[str, Any]:
    """Return the object on a line."""
    try:
        value = loads(line)
    except ContractViolation as refused:
        raise BadEvidence(number, refused.violations[0].text) from None
    if not isinstance(value, dict):
        raise BadEvidence(number, "it holds no JSON object")
    return value


def _add(evidence: Evidence, number: int, document: Mapping[str, Any]) -> None:
    """Add what stands on one line."""
    if "specversion" in document:
        if not all(isinstance(document.get(name), str) for name in ("id", "source", "type")):
            raise BadEvidence(number, "an event needs id, source and type")
        evidence.add_event(document)
    elif "consumer" in document and "outcome" in document:
        evidence.add_receipt(_receipt(number, document))
    elif "operation" in document and "outcome" in document:
        _add_command(evidence, number, document)
    else:
        raise BadEvidence(
            number,
            "it is neither an event (specversion), nor a receipt (consumer, outcome), nor an audit record (operation, outcome)",
        )


def _add_command(evidence: Evidence, number: int, document: Mapping[str, Any]) -> None:
    """Add the command of an audit record, once it was done."""
    time, told = moment(document.get("time")), document.get("results")
    if time is None:
        raise BadEvidence(number, "an audit record needs the moment `time`, such as 2026-03-17T07:15:01Z")
    if document["outcome"] == "done":
        correlation = document.get("correlationid")
        evidence.commands.append(
            Command(
                f"{document.get('product', '')}.{document['operation']}",
                time,
                correlation if isinstance(correlation, str) else None,
                tuple(map(str, told)) if isinstance(told, list) else (),
            )
        )


def _receipt(number: int, document: Mapping[str, Any]) -> Receipt:
    """Return the receipt on a line."""
    try:
        outcome = Outcome(document["outcome"])
    except ValueError:
        raise BadEvidence(number, "the outcome of the receipt is none that is known") from None
    received, settled = moment(document.get("received")), moment(document.get("settled"))
    if received is None or settled is None:
        raise BadEvidence(number, "a receipt needs the moments `received` and `settled`, such as 2026-03-17T07:15:01Z")
    told = document.get("facts")
    known: dict[str, Any] = {name: document[name] for name in _TEXTS if isinstance(document.get(name), str)}
    known |= {name: document[name] for name in _NUMBERS if type(document.get(name)) is int}
    members: dict[str, Any] = {
        **known,
        "outcome": outcome,
        "received": received,
        "settled": settled,
        "time": moment(document.get("time")),
        "recorded": moment(document.get("recorded")),
        "late_by": _length(document.get("late_by")),
        "facts": tuple(fact for fact in told if isinstance(fact, str)) if isinstance(told, list) else (),
        "replayed": document.get("replayed") is True,
    }
    return Receipt(**members)


def _length(seconds: object) -> dt.timedelta | None:
    """Return a length of time that is written in seconds; None for what is none, or beyond a century."""
    if isinstance(seconds, (int, float)) and not isinstance(seconds, bool) and abs(seconds) < _CENTURY:
        return dt.timedelta(seconds=seconds)
    return None


_CENTURY = 100 * 366 * 86_400
