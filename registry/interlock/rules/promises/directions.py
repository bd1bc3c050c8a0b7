"""The order of each promise's values, so that one can say whether a change weakens it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from interlock.catalog._base import Compatibility
from interlock.catalog.parts import Invariant
from interlock.differences import mark, same, shown
from interlock.rules.durations import seconds, shorter

TIERS = ("T3", "T2", "T1")
LABELS = ("public", "internal", "confidential", "restricted")
CARE = ("drop", "warn", "quarantine", "reject")
"""What is done with an invalid event, from careless to careful."""
OPENNESS = ("strict", "open")
_INTERVALS = {"hourly": "PT1H", "daily": "P1D", "weekly": "P7D", "monthly": "P1M"}
_ADJUSTABLE = frozenset({"codes", "tolerance"})
"""Parameters of invariants that have a direction."""


def falls(order: Sequence[str], old: str | None, new: str | None) -> bool:
    """Say whether a value moves down in its order; False where one of them is not said."""
    return old in order and new in order and order.index(new) < order.index(old)


def loosened(old: Compatibility, new: Compatibility) -> bool:
    """
    Say whether a compatibility mode asks less than another.

    >>> loosened("FULL_TRANSITIVE", "BACKWARD"), loosened("BACKWARD", "FULL")
    (True, False)
    """
    return not _questions(old) <= _questions(new)


def _questions(mode: str) -> set[str]:
    """Return what a mode asks: of the last release or of all, in one direction or both."""
    name = mode.removesuffix("_TRANSITIVE")
    directions = {"FULL": {"backward", "forward"}, "BACKWARD": {"backward"}, "FORWARD": {"forward"}}.get(name, set())
    return directions | ({f"{direction} to all" for direction in directions} if mode != name else set())


def rarer(old: str, new: str) -> bool:
    """Say whether a reconciliation comes less often; `none` is the rarest."""
    if new == "none":
        return old != "none"
    return shorter(_INTERVALS.get(old, old), _INTERVALS.get(new, new))


@dataclass(frozen=True, slots=True)
class InvariantChange:
    """One invariant that asks more or less than before."""

    index: int
    """Its place in the list: of the head, or of the base when it is gone."""
    rule: str
    tightened: bool
    what: str
    """`is added`, `is removed`, `asks more`, `asks less`, or `is changed` with what stands where."""
    old: Any
    new: Any


def invariant_changes(old: tuple[Invariant, ...], new: tuple[Invariant, ...]) -> list[InvariantChange]:
    """Return the invariants that differ; those which are declared and never evaluated (`stateful`) count for nothing."""
    before, after = _unlike(old, new), _unlike(new, old)
    found = [_change(left, right) for left, right in _pairs(before, after)]
    gone = [
        InvariantChange(i, one.rule, tightened=False, what="is removed", old=one.parameters, new=None)
        for i, one in before
    ]
    come = [
        InvariantChange(i, one.rule, tightened=True, what="is added", old=None, new=one.parameters) for i, one in after
    ]
    return sorted([*found, *come], key=lambda change: change.index) + gone


_Row: TypeAlias = tuple[int, Invariant]
"""An invariant with its place in the list."""


def _unlike(some: tuple[Invariant, ...], others: tuple[Invariant, ...]) -> list[_Row]:
    """Return the invariants that the other list does not have."""
    return [(i, one) for i, one in enumerate(some) if one.rule != "stateful" and not _among(one, others)]


def _pairs(before: list[_Row], after: list[_Row]) -> Iterator[tuple[_Row, _Row]]:
    """Yield what became what, and take it from both lists: a rule about the same place, else the same rule about another."""
    for alike in (_one_place, _one_rule):
        for right in list(after):
            left = max(
                (row for row in before if alike(row[1], right[1])), key=lambda row: _shared(row, right), default=None
            )
            if left is not None:
                before.remove(left)
                after.remove(right)
                yield left, right


def _change(left: _Row, right: _Row) -> InvariantChange:
    """Return what became of one invariant."""
    index, rule, old, new = right[0], right[1].rule, left[1].parameters, right[1].parameters
    if not _one_place(left[1], right[1]):
        return InvariantChange(index, rule, tightened=True, what=_instead(old, new), old=old, new=new)
    tightened = not _asks_less(old, new)
    return InvariantChange(index, rule, tightened, "asks more" if tightened else "asks less", old, new)


def _one_rule(one: Invariant, other: Invariant) -> bool:
    """Say whether two invariants are one rule."""
    return one.rule == other.rule


def _shared(left: _Row, right: _Row) -> int:
    """Count the parameters that two invariants have alike."""
    old, new = left[1].parameters, right[1].parameters
    return sum(same(old[name], new[name]) for name in old.keys() & new.keys())


def _instead(old: dict[str, Any], new: dict[str, Any]) -> str:
    """Say which parameters differ; a member that was renamed stands there by both names."""
    names = [name for name in sorted(old.keys() | new.keys()) if not same(old.get(name), new.get(name))]
    said = (f"{name}: {shown(new.get(name))} instead of {shown(old.get(name))}" for name in names)
    return f"is changed ({', '.join(said)})"


def _among(one: Invariant, others: tuple[Invariant, ...]) -> bool:
    """Say whether an invariant stands in a list, asking the same."""
    both = ((one.parameters, other.parameters) for other in others if _one_place(one, other))
    return any(_asks_less(left, right) and _asks_less(right, left) for left, right in both)


def _one_place(one: Invariant, other: Invariant) -> bool:
    """Say whether two invariants are one rule about one place."""
    fixed = [{name: value for name, value in row.parameters.items() if name not in _ADJUSTABLE} for row in (one, other)]
    return one.rule == other.rule and same(*fixed)


def _asks_less(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Say whether parameters only became wider: more codes, a longer tolerance."""
    return _wider_codes(old.get("codes"), new.get("codes")) and _longer(old.get("tolerance"), new.get("tolerance"))


def _wider_codes(old: Any, new: Any) -> bool:
    """Say whether a list of codes lost none."""
    if isinstance(old, list) and isinstance(new, list):
        return set(map(mark, old)) <= set(map(mark, new))
    return same(old, new)


def _longer(old: Any, new: Any) -> bool:
    """Say whether a tolerance did not become shorter; what is no length of time must be the same."""
    if (
        isinstance(new, str)
        and seconds(new) is not None
        and (old is None or (isinstance(old, str) and seconds(old) is not None))
    ):
        return not shorter(new, old)
    return same(old, new)
