"""Compatibility answers for people and for programs: the verdict, each cause with its witness, what is undecided."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from json import dumps
from typing import TYPE_CHECKING, Any

from interlock_cli.reports.escape import message, one_line
from interlock_cli.reports.page import Page

if TYPE_CHECKING:
    from interlock.compat import Comparison, Refusal, Undecided

MOST_WITNESS_LINES = 40


def as_data(answer: Comparison) -> dict[str, Any]:
    """Return an answer as a batch row has it, without its id."""
    row: dict[str, Any] = {
        "verdict": str(answer.verdict),
        "witness": answer.witness,
        "findings": [_refusal(refusal) for refusal in answer.refusals],
        "seconds": round(answer.seconds, 6),
    }
    if answer.undecided:
        row["undecided"] = [_gap(gap) for gap in answer.undecided]
    return row


def _refusal(refusal: Refusal) -> dict[str, Any]:
    """Return one cause."""
    return {
        "cause": refusal.cause,
        "message": refusal.message,
        "at": refusal.at,
        "reader": str(refusal.reader),
        "writer": str(refusal.writer) if refusal.writer else None,
        "witness": refusal.witness,
    }


def _gap(gap: Undecided) -> dict[str, Any]:
    """Return why a question is undecided."""
    return {"code": gap.code, "pointer": gap.spot.pointer, "side": gap.side, "message": gap.message}


def exact(value: Any) -> str:
    """
    Write JSON in one line with every number exactly as it is.

    >>> exact({"a": [Decimal("1E+400"), True, None, 0.1]})
    '{"a":[1E+400,true,null,0.1]}'
    """
    if isinstance(value, dict):
        return "{" + ",".join(f"{dumps(str(key))}:{exact(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(exact, value)) + "]"
    if isinstance(value, Decimal):
        return str(value) if value.is_finite() else dumps(str(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return str(Decimal(value)) if abs(value) >= 10**4000 else str(value)  # str(int) refuses beyond 4,300 digits
    if isinstance(value, float) and not math.isfinite(value):
        return dumps(str(value))
    return dumps(value) if value is None or isinstance(value, bool | float | str) else dumps(str(value))


def lines(answer: Comparison, page: Page) -> Iterator[str]:
    """Yield an answer's causes and gaps for people."""
    for refusal in answer.refusals:
        yield from page.labelled("cause", f"{refusal.cause}: {refusal.message}")
        yield from page.labelled("reader", _spot(str(refusal.reader)))
        if refusal.writer is not None:
            yield from page.labelled("writer", _spot(str(refusal.writer)))
        yield from page.beside("witness", _witness(refusal.witness))
    for gap in answer.undecided:
        yield from page.labelled("undecided", f"{gap.message} ({gap.code}, {gap.side} {_spot(str(gap.spot))})")


def _spot(text: str) -> str:
    """Return a place in a schema; the whole document has no pointer to show."""
    return "the whole schema" if text == "#" else one_line(text, 300)


def _witness(value: Any) -> list[str]:
    """Return a witness as JSON, or as HTTP where it is a message of an API, cut when it is long."""
    found = message(value).split("\n")
    if len(found) <= MOST_WITNESS_LINES:
        return found
    return [*found[:MOST_WITNESS_LINES], f"... {len(found) - MOST_WITNESS_LINES} more lines; --json has all"]
