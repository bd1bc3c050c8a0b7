"""How a contract moves through its life: forward, with the notice that its readers were promised."""

from __future__ import annotations

import datetime as dt

from interlock.catalog import Contract, Reading
from interlock.findings import ReaderHit
from interlock.rules.durations import after
from interlock.rules.frame import Violation, Violations
from interlock.rules.hits import hits, named, takes
from interlock.rules.lifecycle.written import notice_of
from interlock.rules.subjects import ContractChange, Kept

_ORDER = ("draft", "released", "deprecated", "retired")
_OPEN_FOR = dt.timedelta(days=30)
"""How long a pull request may stay open, so that its `since` may lie so far back."""


def status_moves_forward(kept: Kept[Contract]) -> Violations:
    """
    A contract goes from draft to released to deprecated to retired, never back.

    ## Why
    Released content is in caches, at plant edges and in archives; calling it a draft again takes nothing back. Source:
    dossier 3.1.

    ## Bad
    `status: released` becomes `status: draft`

    ## Good
    `status: released` becomes `status: deprecated`
    """
    old, new = kept.old.lifecycle.status, kept.new.lifecycle.status
    if _ORDER.index(new) < _ORDER.index(old):
        message = f"{kept.new.key} was {old} and can't become {new} again: keep {old}, or release a new major"
        yield kept.violation("/lifecycle/status", message, old=old, new=new, fix=f"status: {old}")


def sunset_moves_later(kept: Kept[Contract]) -> Violations:
    """
    A sunset that was announced moves later or stays, never earlier.

    ## Why
    Whoever planned for the announced day would stand still on the earlier one. Source: L11, V12; RFC 8594.

    ## Bad
    `sunset: 2028-06-30` becomes `sunset: 2028-05-31`

    ## Good
    `sunset: 2028-06-30` becomes `sunset: 2028-09-30`
    """
    old, new = kept.old.lifecycle.sunset, kept.new.lifecycle.sunset
    if old is not None and (new is None or new < old):
        what = f"moves from {old} to {new}, which is earlier" if new else f"{old} is removed"
        message = f"the sunset {what}: readers were promised {old}, keep it or move it later"
        yield kept.violation(
            "/lifecycle/sunset", message, old=str(old), new=str(new) if new else None, fix=f"sunset: {old}"
        )


def deprecation_gives_notice(kept: Kept[Contract]) -> Violations:
    """
    A new deprecation leaves the notice of the tier that the base states, counted from a day that is not long past.

    ## Why
    A tier lowered, a notice shortened or a start backdated in the same change would take from readers the time they
    were promised; a start at most 30 days back allows for the review. Source: L11, dossier 3.1.

    ## Bad
    On 2028-06-01: `{status: deprecated, since: 2027-01-01, sunset: 2028-07-01}`

    ## Good
    On 2028-06-01, tier T2: `{status: deprecated, since: 2028-06-01, sunset: 2028-10-01}`
    """
    lifecycle = kept.new.lifecycle
    if lifecycle.status != "deprecated" or kept.old.lifecycle.status != "released" or lifecycle.sunset is None:
        return
    notice = notice_of(kept.change.base, kept.old)
    started = max(lifecycle.since or kept.change.today, kept.change.today - _OPEN_FOR)
    earliest = after(started, notice) if notice else lifecycle.sunset
    if lifecycle.sunset < earliest:
        message = f"sunset {lifecycle.sunset} leaves less than the {notice} that readers were promised, counted from {started}: move it to {earliest} or later"
        yield kept.violation("/lifecycle/sunset", message, new=str(lifecycle.sunset), fix=f"sunset: {earliest}")


def retiring_waits(kept: Kept[Contract]) -> Violations:
    """
    A contract is retired after its announced sunset, and when no reader needs it.

    ## Why
    The sunset is a promise in both directions, and a reader that is still there stands still. Source: dossier 3.1;
    RFC 8594.

    ## Bad
    `status: released` becomes `status: retired`

    ## Good
    `status: deprecated` with a sunset that has passed becomes `status: retired`
    """
    if kept.new.lifecycle.status != "retired" or kept.old.lifecycle.status == "retired":
        return
    why, readers = _not_yet(kept.change, kept.old)
    if why:
        yield kept.violation(
            "/lifecycle/status",
            f"{kept.new.key} can't be retired: {why}",
            old=kept.old.lifecycle.status,
            readers=readers,
        )


def removal_waits(change: ContractChange) -> Violations:
    """
    A contract's file is removed only when it was a draft, or is retired and past its sunset.

    ## Why
    Removing the file removes the promise, with no trace for those who count on it. Source: L10, L11.

    ## Bad
    Deleting `events/production/operation-started/v1.yaml` while it is released

    ## Good
    Deprecating it with a sunset, retiring it after, deleting it then
    """
    if change.old is None or change.new is not None or change.old.value.lifecycle.status == "draft":
        return
    lifecycle = change.old.value.lifecycle
    why, readers = _not_yet(change, change.old.value)
    if lifecycle.status != "retired":
        first = (
            "deprecate it with a sunset, retire it after that day"
            if lifecycle.status == "released"
            else "retire it after its sunset"
        )
        why = f"it is {lifecycle.status}; {first}, then remove it"
    if why:
        message = f"{change.key} is removed too early: {why}"
        yield Violation(change.old.at("/lifecycle"), message, old=lifecycle.status, readers=readers)


def _not_yet(change: ContractChange, old: Contract) -> tuple[str, tuple[ReaderHit, ...]]:
    """Say why nobody may stop counting on a contract yet, and which readers need it; empty when all may."""
    sunset = old.lifecycle.sunset
    readers = hits(change.base, old, lambda reading: _needs(change, old, reading), "also takes a major that lives on")
    if sunset is None:
        return "no sunset was announced; deprecate it with one first", readers
    if sunset >= change.today:
        return f"its sunset is {sunset}, until then it is promised", readers
    if any(hit.breaks for hit in readers):
        return f"{named(readers)} still needs it; move its range to another major first", readers
    return "", readers


def _needs(change: ContractChange, old: Contract, reading: Reading) -> str:
    """Say that a reader takes no other major that lives at the head; empty when it takes one."""
    others = [entry.value for entry in change.head.majors(old.name) if entry.value.major != old.major]
    living = [other for other in others if other.lifecycle.status in ("released", "deprecated")]
    return "" if any(takes(reading, other) for other in living) else f"takes no other major of {old.name} that lives"
