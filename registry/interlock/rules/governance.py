"""What judges changes is itself judged: settings, teams, waivers and readers, at base and head."""

from __future__ import annotations

from collections.abc import Iterator

from interlock.catalog import Entry, ReaderContract, Reading
from interlock.catalog.settings import TierPolicy
from interlock.findings import Level
from interlock.pointers import join
from interlock.rules.durations import shorter
from interlock.rules.frame import Violation, Violations
from interlock.rules.promises.directions import CARE, falls, loosened
from interlock.rules.subjects import CatalogChange

_SETTINGS = "catalog.yaml"
_WAITS = "it takes effect once merged, this change is judged by the base"
_LENGTHS = ("notice", "replay_window")
"""Promises of a tier that must not become shorter."""
_LIMITS = ("recovery_point", "recovery_time")
"""Promises of a tier that must not become longer."""


def relaxation_waits_for_merge(change: CatalogChange) -> Violations:
    """
    Whatever makes the gate ask less takes effect only after it is merged.

    ## Why
    A change can't lower the bar that it is to jump: levels, modes, tiers, teams, waivers and readers are taken from the
    base, so that a fork can't waive itself. What a change relaxes is shown to whoever approves it. Source: DESIGN section
    4, "The base judges".

    ## Bad
    A pull request that removes a member and the reader contract that reads it

    ## Good
    The reader first, with the approval of its owner; the member after
    """
    yield from _levels(change)
    yield from _defaults(change)
    yield from _letters(change)
    yield from _tiers(change)
    yield from _teams(change)
    yield from _waivers(change)
    yield from _readers(change)


def wire_names_are_kept(change: CatalogChange) -> Violations:
    """
    The prefix of event types and the base of schema URIs stay.

    ## Why
    They are part of every event that was ever published: with another prefix no subscription matches, with another base
    no `dataschema` is found. Source: L06; CloudEvents sections 3.1.1 and 3.1.2.

    ## Bad
    `type-prefix: com.example.mfg` becomes `type-prefix: com.example.plants`

    ## Good
    A new catalog with the new prefix, beside the old one until its readers moved
    """
    old, new = change.base.settings, change.head.settings
    if change.base.events and old.type_prefix != new.type_prefix:
        message = f"the type prefix changes from {old.type_prefix} to {new.type_prefix}: no subscription to any event matches any more; keep it"
        yield change.violation(_SETTINGS, "/type-prefix", message, old=old.type_prefix, new=new.type_prefix)
    if change.base.events and old.base_uri != new.base_uri:
        message = f"the base of schema URIs changes from {old.base_uri} to {new.base_uri}: published events name the old one; keep it"
        yield change.violation(_SETTINGS, "/base-uri", message, old=old.base_uri, new=new.base_uri)
    if old.tag_prefix != new.tag_prefix:
        message = f"the prefix of release tags changes from {old.tag_prefix} to {new.tag_prefix}: what was released would no longer be known; keep it"
        yield change.violation(_SETTINGS, "/tag-prefix", message, old=old.tag_prefix, new=new.tag_prefix)


def _levels(change: CatalogChange) -> Iterator[Violation]:
    """Yield each rule whose level falls."""
    old, new = change.base.settings.rules, change.head.settings.rules
    for name in dict.fromkeys((*old, *new)):
        default = change.rules.get(name, Level.ERROR)
        before, after = (Level[levels[name].upper()] if name in levels else default for levels in (old, new))
        if after < before:
            message = f"the level of {name} falls from {before} to {after}: {_WAITS}"
            yield change.violation(_SETTINGS, join("rules", name), message, old=str(before), new=str(after))


def _defaults(change: CatalogChange) -> Iterator[Violation]:
    """Yield each default that asks less."""
    old, new = change.base.settings.defaults, change.head.settings.defaults
    if loosened(old.compatibility, new.compatibility):
        message = f"the default mode goes from {old.compatibility} to {new.compatibility}, which asks less: {_WAITS}"
        yield change.violation(
            _SETTINGS, "/defaults/compatibility", message, old=old.compatibility, new=new.compatibility
        )
    if falls(CARE, old.on_invalid, new.on_invalid):
        message = f"the default on-invalid goes from {old.on_invalid} to {new.on_invalid}: {_WAITS}"
        yield change.violation(_SETTINGS, "/defaults/on-invalid", message, old=old.on_invalid, new=new.on_invalid)


def _letters(change: CatalogChange) -> Iterator[Violation]:
    """Yield the event for dead letters when it is no longer named: nobody is told any more of what consumers give up."""
    old, new = change.base.settings.dead_letters, change.head.settings.dead_letters
    if old is not None and old != new:
        goes = f"are no longer {old} but {new}" if new else f"are no longer told by {old}, so nobody is told"
        yield change.violation(_SETTINGS, "/dead-letters", f"dead letters {goes}: {_WAITS}", old=old, new=new or "")


def _tiers(change: CatalogChange) -> Iterator[Violation]:
    """Yield what becomes weaker in the policy of each tier."""
    for tier in change.base.settings.tiers:
        before, after = change.base.tier_policy(tier), change.head.tier_policy(tier)
        if before is not None and after is None:
            yield change.violation(
                _SETTINGS, join("tiers", tier), f"the policy of tier {tier} is removed: {_WAITS}", old=tier
            )
        elif before is not None and after is not None:
            for member, what, old, new in _weaker(before, after):
                message = f"{what} of tier {tier} goes from {old} to {new}, which promises less: {_WAITS}"
                yield change.violation(_SETTINGS, join("tiers", tier, member), message, old=old, new=new)


def _weaker(old: TierPolicy, new: TierPolicy) -> Iterator[tuple[str, str, str, str]]:
    """Yield member, words, old and new value of what a policy promises less of."""
    for name in (*_LENGTHS, *_LIMITS):
        before, after = getattr(old, name), getattr(new, name)
        if shorter(after, before) if name in _LENGTHS else shorter(before, after):
            yield name.replace("_", "-"), f"the {name.replace('_', ' ')}", before, after
    if new.retry.attempts < old.retry.attempts:
        yield "retry", "the number of retries", str(old.retry.attempts), str(new.retry.attempts)
    if shorter(new.edge_buffer.keep, old.edge_buffer.keep):
        yield "edge-buffer", "the edge buffer", old.edge_buffer.keep, new.edge_buffer.keep
    if old.ordered and not new.ordered:
        yield "ordered", "the order of delivery", "kept", "not kept"
    if new.waivable and not old.waivable:
        yield "waivable", "what may be waived", "nothing", "anything"


def _teams(change: CatalogChange) -> Iterator[Violation]:
    """Yield each team that is removed while it owns something."""
    for name in change.base.teams:
        owned = [key for key, entry in change.base.contracts.items() if entry.value.owner == name]
        owned += [service for service, entry in change.base.readers.items() if entry.value.owner == name]
        if name not in change.head.teams and owned:
            more = f" and {len(owned) - 3} more" if len(owned) > 3 else ""  # noqa: PLR2004 - as many as are named
            message = f"{name} is removed and owns {', '.join(owned[:3])}{more}: hand them over first; {_WAITS}"
            yield change.violation("teams.yaml", join("teams", name), message, old=name)


def _waivers(change: CatalogChange) -> Iterator[Violation]:
    """Yield each waiver that is new or runs longer."""
    before = {waiver.fingerprint: waiver for waiver in change.base.waivers.waivers}
    for index, waiver in enumerate(change.head.waivers.waivers):
        old = before.get(waiver.fingerprint)
        if old is not None and waiver.until <= old.until:
            continue
        what = f"is extended from {old.until} to {waiver.until}" if old else f"until {waiver.until} is added"
        message = f"a waiver for {waiver.fingerprint} {what} (approved by {waiver.approved_by}): {_WAITS}"
        said = {
            "contract": waiver.contract,
            "old": str(old.until) if old else None,
            "new": f"{waiver.fingerprint} {waiver.until}",
        }
        yield change.violation("waivers.yaml", f"/waivers/{index}", message, **said)


def _readers(change: CatalogChange) -> Iterator[Violation]:
    """Yield each reader contract that is removed, or that reads less."""
    for service, entry in change.base.readers.items():
        after = change.head.readers.get(service)
        if after is None:
            message = (
                f"the reader contract of {service} is removed: {_WAITS}, and {entry.value.owner} should approve it"
            )
            yield change.violation(entry.path, "", message, old=service)
        else:
            yield from _readings(change, entry, after)


def _readings(
    change: CatalogChange, before: Entry[ReaderContract], after: Entry[ReaderContract]
) -> Iterator[Violation]:
    """Yield what a service no longer says it reads."""
    for old in before.value.reads:
        rows = [
            (index, new)
            for index, new in enumerate(after.value.reads)
            if new.event == old.event and new.versions == old.versions
        ]
        index, new = rows[0] if rows else (None, None)
        less = _less(old, new)
        if less:
            message = f"{before.value.service} no longer {less}: {_WAITS}, and {before.value.owner} should approve it"
            pointer = "/reads" if index is None else f"/reads/{index}"
            yield change.violation(before.path, pointer, message, old=f"{old.event} {old.versions}", new=less)


def _less(old: Reading, new: Reading | None) -> str:
    """Say what a reading no longer asks for; empty when it asks for all that it did."""
    if new is None:
        return f"reads {old.event} {old.versions}"
    gone = [field for field in old.fields if field not in new.fields]
    if gone:
        return f"reads {', '.join(gone)} of {old.event}"
    if old.strict and not new.strict:
        return f"validates the whole of {old.event}"
    if old.replay_window is not None and (new.replay_window is None or shorter(new.replay_window, old.replay_window)):
        return f"replays {old.replay_window} of {old.event}"
    kept = [(one.at, one.schema) for one in new.assumptions]
    return next(
        (f"assumes {one.at} of {old.event} as it did" for one in old.assumptions if (one.at, one.schema) not in kept),
        "",
    )
