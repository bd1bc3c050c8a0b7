"""Two systems of record compared by key: where they disagree, an event says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from ..instants import Instant
from ..violations import InterlockError
from ..wire import encoded

if TYPE_CHECKING:
    from ..contract import Contract
    from ..events import Event
    from ..publishing import Publisher

Action = Literal["REPLAY", "ADJUST_LEFT", "ADJUST_RIGHT", "INVESTIGATE"]


@dataclass(frozen=True, slots=True)
class Figure:
    """What one system says about a key: a quantity with its unit, or a state such as BLOCKED."""

    value: Decimal | None = None
    unit: str | None = None
    state: str | None = None


Snapshot = Iterable[tuple[str, Figure]]


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One key about which two systems disagree; None is a system that does not know it."""

    key: str
    left: Figure | None
    right: Figure | None

    @property
    def difference(self) -> Decimal | None:
        """Left less right, an unknown key counting as nothing; None where quantities can't be compared."""
        units = {figure.unit for figure in (self.left, self.right) if figure is not None}
        left = Decimal(0) if self.left is None else self.left.value
        right = Decimal(0) if self.right is None else self.right.value
        return left - right if left is not None and right is not None and len(units) == 1 else None


class BadSnapshot(InterlockError):  # noqa: N818 - the name says what happened
    """A snapshot has a key twice, or is not sorted although it was said to be."""

    def __init__(self, side: str, key: str, why: str) -> None:
        self.side = side
        self.key = key
        self.why = why
        super().__init__(side, key, why)

    def __str__(self) -> str:
        """Say it in a sentence."""
        return f"the {self.side} snapshot can't be compared: the key {self.key!r} {self.why}"


def discrepancies(
    left: Snapshot, right: Snapshot, *, tolerance: Decimal = Decimal(0), are_sorted: bool = False
) -> Iterator[Discrepancy]:
    """
    Yield the keys about which two snapshots disagree, by key; raise BadSnapshot.

    Quantities that differ by no more than the tolerance agree. Snapshots that are sorted by key are compared as streams;
    others are sorted in memory first.
    """
    one = _rising("left", left if are_sorted else sorted(left, key=_key))
    two = _rising("right", right if are_sorted else sorted(right, key=_key))
    for key, mine, theirs in _paired(one, two):
        if not _agree(mine, theirs, tolerance):
            yield Discrepancy(key, mine, theirs)


def _key(row: tuple[str, Figure]) -> str:
    """Return a row's key."""
    return row[0]


def _rising(side: str, rows: Snapshot) -> Iterator[tuple[str, Figure]]:
    """Yield rows whose keys rise; raise BadSnapshot at the first that does not."""
    before: str | None = None
    for key, figure in rows:
        if before is not None and key <= before:
            raise BadSnapshot(side, key, "stands in it twice" if key == before else f"comes after {before!r}: sort it")
        before = key
        yield key, figure


def _paired(
    left: Iterator[tuple[str, Figure]], right: Iterator[tuple[str, Figure]]
) -> Iterator[tuple[str, Figure | None, Figure | None]]:
    """Yield each key once with what either side says."""
    mine, theirs = next(left, None), next(right, None)
    while mine is not None or theirs is not None:
        if theirs is None or (mine is not None and mine[0] < theirs[0]):
            assert mine is not None  # noqa: S101 - the loop's condition
            yield mine[0], mine[1], None
            mine = next(left, None)
        elif mine is None or theirs[0] < mine[0]:
            yield theirs[0], None, theirs[1]
            theirs = next(right, None)
        else:
            yield mine[0], mine[1], theirs[1]
            mine, theirs = next(left, None), next(right, None)


def _agree(left: Figure | None, right: Figure | None, tolerance: Decimal) -> bool:
    """Say whether two figures are the same; what only one system knows agrees only when it is next to nothing."""
    if left is None or right is None:
        alone = left or right
        return alone is not None and alone.state is None and alone.value is not None and abs(alone.value) <= tolerance
    if left.state != right.state or left.unit != right.unit:
        return False
    if left.value is None or right.value is None:
        return left.value == right.value
    return abs(left.value - right.value) <= tolerance


@dataclass(frozen=True, slots=True)
class Run:
    """One comparison of two systems, which reports what it finds under one number."""

    scope: str
    """Kind of fact, such as INVENTORY."""
    left: str
    """The system whose figure counts as the expected one."""
    right: str
    as_of: dt.datetime
    """Moment for which both systems were asked, so that events under way do not count as differences."""
    number: str
    action: Action | Callable[[Discrepancy], Action] = "INVESTIGATE"

    def report(
        self,
        found: Iterable[Discrepancy],
        publisher: Publisher,
        contract: Contract[Any],
        now: dt.datetime | None = None,
    ) -> list[Event[Any]]:
        """
        Publish one event for each discrepancy, under `platform.reconciliation-discrepancy-detected`.

        A run that is repeated reports each key under the same business key, so that consumers take it once.
        """
        return [
            publisher.publish(
                contract,
                contract.parse_data(encoded(self._data(one, now or Instant.now_utc()))),
                correlationid=f"reconciliation:{self.number}",
            )
            for one in found
        ]

    def _data(self, one: Discrepancy, now: dt.datetime) -> dict[str, Any]:
        """Return the data of one event; quantities in different units can't stand in it, since nothing could sum them."""
        action = self.action if isinstance(self.action, str) else self.action(one)
        made: dict[str, Any] = {
            "reconciliationId": self.number,
            "scope": self.scope,
            "leftSystem": self.left,
            "rightSystem": self.right,
            "key": one.key,
            "asOf": Instant.at(self.as_of).wire,
            "proposedAction": action,
            "detectedAt": Instant.at(now).wire,
        }
        if one.difference is not None:
            unit = next(figure.unit for figure in (one.left, one.right) if figure is not None)
            figures = {"leftQuantity": one.left, "rightQuantity": one.right}
            made |= {name: _quantity(fig.value, unit) for name, fig in figures.items() if fig is not None}
            made["difference"] = _quantity(one.difference, unit)
        return made


def _quantity(value: Decimal | None, unit: str | None) -> dict[str, Any]:
    """Return a quantity as it stands in data."""
    return {"value": value, "unitCode": unit}
