"""Which bump a changed promise needs, one row for each promise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from interlock.catalog import Contract, EnvelopeContract, EventContract, ProductContract, TypeContract
from interlock.catalog.parts import Authorization, Idempotency, Keys, Pagination, ResultsIn
from interlock.rules.durations import shorter
from interlock.rules.promises.directions import CARE, OPENNESS, TIERS, falls, invariant_changes, rarer
from interlock.versions import Bump

Weight = Callable[[Any, Any], Bump]
"""Returns the bump that a promise's change from one value to another needs."""

NO_PROMISE = frozenset({"name", "version", "lifecycle", "reason", "schema", "openapi"})
"""Members that are no promise: they name the version, or are compared by an engine."""


def promise_bump(old: Contract, new: Contract) -> Bump:
    """
    Return the least bump that the changed promises need: patch for texts, minor for additions, major for what breaks.

    Readers are not asked here: a retention cut below what one of them replays is a finding that says so.
    """
    if type(old) is not type(new):
        return Bump.MAJOR
    rows = ((weigh, getattr(old, name), getattr(new, name)) for name, weigh in WEIGHTS[type(old)].items())
    return max((weigh(before, after) for weigh, before, after in rows if before != after), default=Bump.NONE)


def _always(bump: Bump) -> Weight:
    """Return the same bump whatever the values are."""
    return lambda _old, _new: bump


def _major_if(worse: Callable[[Any, Any], bool], otherwise: Bump = Bump.MINOR) -> Weight:
    """Return a major bump when a change is for the worse."""
    return lambda old, new: Bump.MAJOR if worse(old, new) else otherwise


def _down(order: tuple[str, ...]) -> Weight:
    """Return a major bump when a value falls in its order."""
    return _major_if(lambda old, new: falls(order, old, new))


def _lost(old: tuple[Any, ...], new: tuple[Any, ...]) -> bool:
    """Say whether a list lost a value."""
    return not set(old) <= set(new)


def _keys(old: Keys, new: Keys) -> Bump:
    """Weigh the keys: another partition or another mark of a repeat is major, an order where none was is an addition."""
    if (old.partition, old.idempotency) != (new.partition, new.idempotency):
        return Bump.MAJOR
    if old.order != new.order:
        return Bump.MINOR if old.order == "none" else Bump.MAJOR
    return Bump.PATCH


def _dead_letter(old: str | None, new: str | None) -> Bump:
    """Weigh who takes dead letters: nobody is major, somebody else a patch."""
    if new is None:
        return Bump.MAJOR
    return Bump.MINOR if old is None else Bump.PATCH


def _invariants(old: Any, new: Any) -> Bump:
    """Weigh the invariants: what asks more is major, what asks less or is only declared minor, a text a patch."""
    changes = invariant_changes(old, new)
    if changes:
        return Bump.MAJOR if any(change.tightened for change in changes) else Bump.MINOR
    declared = [
        sorted(str(one.parameters) for one in invariants if one.rule == "stateful") for invariants in (old, new)
    ]
    return Bump.PATCH if declared[0] == declared[1] else Bump.MINOR


def _authorization(old: Mapping[str, Authorization], new: Mapping[str, Authorization]) -> Bump:
    """Weigh what callers must hold: more of it is major."""
    return Bump.MAJOR if any(tightenings(old[name], new[name]) for name in old.keys() & new.keys()) else Bump.MINOR


def tightenings(old: Authorization, new: Authorization) -> list[str]:
    """Return what a caller must now hold or heed that was not asked before."""
    found = [f"the scope {scope}" for scope in new.scopes if scope not in old.scopes]
    found += ["a site claim"] if new.site_claim and not old.site_claim else []
    found += ["a segregation of duties"] if new.segregation_of_duties and not old.segregation_of_duties else []
    return found


def _idempotency(old: Idempotency, new: Idempotency) -> Bump:
    """Weigh how repeats are recognised: another header, or for a shorter time, is major."""
    return (
        Bump.MAJOR if old.header.lower() != new.header.lower() or shorter(new.retention, old.retention) else Bump.MINOR
    )


def _pagination(old: Pagination, new: Pagination) -> Bump:
    """Weigh how lists are paged: another style is major."""
    return Bump.MAJOR if old.style != new.style else Bump.MINOR


def _results(old: Mapping[str, ResultsIn], new: Mapping[str, ResultsIn]) -> Bump:
    """Weigh what follows from operations: an event that no longer does is major."""
    lost = (set(old[name].events) - set(new[name].events) for name in old.keys() & new.keys())
    return Bump.MAJOR if any(lost) else Bump.MINOR


_COMMON: dict[str, Weight] = {"summary": _always(Bump.PATCH), "owner": _always(Bump.PATCH)}
_MINOR = _always(Bump.MINOR)

WEIGHTS: Mapping[type[Contract], Mapping[str, Weight]] = {
    EventContract: {
        **_COMMON,
        "subject": _major_if(lambda old, _new: old is not None),
        "producers": _MINOR,
        "audience": _major_if(_lost),
        "tier": _down(TIERS),
        "classification": _MINOR,
        "retention": _MINOR,
        "replay_window": _MINOR,
        "sla": _MINOR,
        "keys": _keys,
        "on_invalid": _down(CARE),
        "dead_letter": _dead_letter,
        "compatibility": _always(Bump.PATCH),
        "readers": _down(OPENNESS),
        "lineage": _MINOR,
        "reconciliation": _major_if(lambda old, new: new == "none" and rarer(old, new)),
        "invariants": _invariants,
    },
    TypeContract: {**_COMMON, "invariants": _invariants},
    EnvelopeContract: {**_COMMON, "compatibility": _always(Bump.PATCH)},
    ProductContract: {
        **_COMMON,
        "title": _always(Bump.PATCH),
        "layer": _MINOR,
        "systems": _MINOR,
        "audience": _major_if(_lost),
        "tier": _down(TIERS),
        "classification": _MINOR,
        "compatibility": _always(Bump.PATCH),
        "authentication": _major_if(_lost),
        "authorization": _authorization,
        "throttling": _MINOR,
        "idempotency": _idempotency,
        "pagination": _pagination,
        "sla": _MINOR,
        "audit": _MINOR,
        "results_in": _results,
    },
}
"""The weight of each promise by kind of contract; a test holds that none is missing."""
