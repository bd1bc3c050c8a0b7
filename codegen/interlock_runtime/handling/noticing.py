"""What is noticed about a good event: lateness, gaps, going back, unknown causes and values. Nothing of it refuses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ..contract import Contract
from ..events import Event
from ..facts import Sla
from ..schemas import pointed
from ..violations import pointer
from .assuming import places
from .durations import duration
from .protocols import Claim, Standing

SKEW = dt.timedelta(seconds=5)
"""How far clocks of plants may differ before it is worth a word."""
_NONE = dt.timedelta(0)
_MOST_MISSING = 100
"""Numbers of a gap that are listed one by one."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that was noticed."""

    name: str
    """One of `reasons.FACTS`."""
    pointer: str = ""
    value: Any = field(default=None, repr=False)
    """For the handler alone: it may be confidential, so it is in no log, receipt or metric."""
    amount: float = 0.0
    """Seconds of lateness, or how many numbers are missing."""


def noticed(event: Event[Any], whole: dict[str, Any], claim: Claim, standing: Standing) -> Iterator[Fact]:
    """Yield what is noticed about an event that is about to be handled."""
    yield from _timing(event, claim.now)
    if claim.sequence is not None and standing.sequence is not None:
        yield from counted(standing.sequence, claim.sequence.value)
    if claim.version is not None and standing.version is not None and claim.version.value < standing.version:
        yield Fact("version-went-back", amount=standing.version - claim.version.value)
    if claim.cause is not None and not standing.cause_known:
        yield Fact("cause-unknown", "/causationid")
    yield from _unknown_values(event.contract, whole)


def _timing(event: Event[Any], now: dt.datetime) -> Iterator[Fact]:
    """Yield what clocks say."""
    time = event.envelope.time
    late = late_by(event.contract.sla, time, event.envelope.recordedtime, now)
    if late is not None:
        yield Fact("late", amount=late.total_seconds())
    ahead = -(now - time) if time is not None else _NONE
    if ahead > SKEW:
        yield Fact("from-the-future", "/time", amount=ahead.total_seconds())


def late_by(sla: Sla, time: dt.datetime | None, recorded: dt.datetime | None, now: dt.datetime) -> dt.timedelta | None:
    """
    Return how far an event is beyond its SLA, None when it is not.

    Counted are the way from the fact to the broker (`publish`) and the one from there to here (`deliver`), each against
    its own promise. A clock ahead of ours makes a way of negative length, which is in time.
    """
    beyond = [
        end - start - duration(text)
        for start, end, text in ((time, recorded, sla.publish), (recorded or time, now, sla.deliver))
        if start is not None and end is not None and text is not None
    ]
    longest = max(beyond, default=_NONE)
    return longest if longest > _NONE else None


def counted(before: int, number: int) -> Iterator[Fact]:
    """Yield what a source's number says beside the one before it; the same one again is a repetition."""
    if number > before + 1:
        missing = tuple(range(before + 1, min(number, before + 1 + _MOST_MISSING)))
        yield Fact("sequence-gap", "/sequence", missing, amount=number - before - 1)
    elif number < before:
        yield Fact("sequence-went-back", "/sequence", amount=before - number)


def _unknown_values(contract: Contract[Any], whole: dict[str, Any]) -> Iterator[Fact]:
    """Yield a fact for each open enumeration whose value the contract does not know."""
    for at, steps, known in open_enumerations(contract):
        if _is_unknown(whole, steps, known):
            for place, value in places(whole, at):
                if isinstance(value, str) and value not in known:
                    yield Fact("unknown-value", place, value)


def _is_unknown(value: Any, steps: tuple[str, ...], known: frozenset[str]) -> bool:
    """Say whether some steps lead to a text that is not known, without saying where: most values are known."""
    for number, step in enumerate(steps):
        if step == "*":
            rest = steps[number + 1 :]
            return isinstance(value, list | tuple) and any(_is_unknown(item, rest, known) for item in value)
        value = value.get(step) if isinstance(value, dict) else None
    return isinstance(value, str) and value not in known


Open = tuple[str, tuple[str, ...], frozenset[str]]
"""An open enumeration: where it stands, `*` for items, the same in steps, and its known values."""


def open_enumerations(contract: Contract[Any]) -> tuple[Open, ...]:
    """Return the open enumerations of a contract (`x-extensible-enum`)."""
    return _enumerations(_Schema(contract))


class _Schema:
    """A contract's schema as a key: the same contract has the same."""

    __slots__ = ("contract",)

    def __init__(self, contract: Contract[Any]) -> None:
        self.contract = contract

    def __hash__(self) -> int:
        """Hash by identity: a contract is a module's constant."""
        return id(self.contract)

    def __eq__(self, other: object) -> bool:
        """Compare by identity."""
        return isinstance(other, _Schema) and other.contract is self.contract


@cache
def _enumerations(key: _Schema) -> tuple[Open, ...]:
    """Return the open enumerations of a contract, found once."""
    schema = key.contract.schema
    return tuple((pointer(steps), steps, known) for steps, known in _open(schema, schema, ("data",), ()))


def _open(
    root: Any, schema: Any, at: tuple[str, ...], within: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], frozenset[str]]]:
    """Yield the open enumerations at and below a schema; a type inside itself is followed once."""
    if not isinstance(schema, dict):
        return
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference not in within:
        yield from _open(root, pointed(root, reference), at, (*within, reference))
    known = schema.get("x-extensible-enum")
    if isinstance(known, list):
        yield at, frozenset(map(str, known))
    for name, member in (schema.get("properties") or {}).items():
        yield from _open(root, member, (*at, name), within)
    yield from _open(root, schema.get("items"), (*at, "*"), within)
