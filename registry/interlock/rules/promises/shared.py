"""Promises that events and products share: tier, classification, audience, compatibility mode, invariants."""

from __future__ import annotations

from interlock.catalog import EnvelopeContract, EventContract, ProductContract, TypeContract
from interlock.findings import Level
from interlock.rules.frame import Violations
from interlock.rules.hits import hits, named
from interlock.rules.promises.directions import LABELS, TIERS, InvariantChange, falls, invariant_changes, loosened
from interlock.rules.subjects import Kept
from interlock.versions import Bump

Offered = EventContract | ProductContract
"""Contracts that are offered to somebody."""


def tier_is_not_lowered(kept: Kept[Offered]) -> Violations:
    """
    The tier of a contract does not fall within a major version.

    ## Why
    The tier says how often a delivery is tried again, how fast it is restored and how much notice readers have; they
    built on that. Source: L36, dossier 3.4.

    ## Bad
    `tier: T1` becomes `tier: T2`

    ## Good
    `tier: T2` becomes `tier: T1`
    """
    if falls(TIERS, kept.old.tier, kept.new.tier):
        message = f"the tier falls from {kept.old.tier} to {kept.new.tier}: delivery, recovery and notice become weaker; release a new major"
        yield kept.violation(
            "/tier", message, old=kept.old.tier, new=kept.new.tier, bump=Bump.MAJOR, fix=f"tier: {kept.old.tier}"
        )


def classification_is_not_lowered(kept: Kept[Offered]) -> Violations:
    """
    A classification is not lowered by whoever changes a contract.

    ## Why
    What was written as confidential is in stores and logs under that label, and stays so; a lower label opens it to more
    people. It needs a waiver that the owner of the data approves. Source: L31; CloudEvents extension
    `dataclassification`.

    ## Bad
    `classification: confidential` becomes `classification: internal`

    ## Good
    A new event without the confidential members
    """
    old, new = kept.old.classification, kept.new.classification
    if falls(LABELS, old, new) or (old is not None and new is None):
        message = f"the classification falls from {old} to {new or 'none at all'}: more people will see what was written under {old}; keep it"
        yield kept.violation(
            "/classification", message, old=old, new=new, bump=Bump.MINOR, fix=f"classification: {old}"
        )


def readers_may_see_it(kept: Kept[Offered]) -> Violations:
    """
    When a classification rises, every reader is known to be allowed to see the higher label.

    ## Why
    A restricted event needs an explicit grant for each consumer; whoever has none stops receiving it. Source: L31,
    dossier 3.5.

    ## Bad
    `classification: internal` becomes `classification: restricted` while five services read it

    ## Good
    Grants first, then the label
    """
    old, new = kept.old.classification, kept.new.classification
    if falls(LABELS, new, old):
        why = "needs an explicit grant from now on" if new == "restricted" else ""
        readers = hits(kept.change.base, kept.old, lambda _: why, f"is a named consumer, as {new} asks")
        losing = f"; without a grant these stop receiving it: {named(readers)}" if named(readers) else ""
        message = f"the classification rises from {old} to {new}{losing}"
        yield kept.violation("/classification", message, old=old, new=new, bump=Bump.MINOR, readers=readers)


def audience_is_not_narrowed(kept: Kept[Offered]) -> Violations:
    """
    Whoever a contract is offered to stays in its audience within a major version.

    ## Why
    A reader outside the audience loses its subscription or its access. Source: L34.

    ## Bad
    `audience: [internal, partner]` becomes `audience: [internal]`

    ## Good
    `audience: [internal]` becomes `audience: [internal, plant]`
    """
    gone = [name for name in kept.old.audience if name not in kept.new.audience]
    if gone:
        readers = hits(kept.change.base, kept.old, lambda _: "", f"may belong to {', '.join(gone)}")
        message = f"the audience loses {', '.join(gone)}: readers there lose access; keep it, or release a new major"
        yield kept.violation(
            "/audience",
            message,
            old=list(kept.old.audience),
            new=list(kept.new.audience),
            bump=Bump.MAJOR,
            readers=readers,
        )


def compatibility_mode_is_kept(kept: Kept[EventContract | ProductContract | EnvelopeContract]) -> Violations:
    """
    A contract's compatibility mode asks no less than before.

    ## Why
    A weaker mode lets later changes break readers who were told that none would. It counts once it is merged: this
    change is still judged by the mode of the base. Source: DESIGN section 4, "The base judges".

    ## Bad
    `compatibility: FULL_TRANSITIVE` becomes `compatibility: BACKWARD`

    ## Good
    `compatibility: BACKWARD` becomes `compatibility: FULL_TRANSITIVE`
    """
    old = kept.old.compatibility or kept.change.base.settings.defaults.compatibility
    new = kept.new.compatibility or kept.change.head.settings.defaults.compatibility
    if kept.old.compatibility != kept.new.compatibility and loosened(old, new):
        message = f"the compatibility mode goes from {old} to {new}, which asks less: it takes effect once merged, this change is judged by {old}"
        yield kept.violation("/compatibility", message, old=old, new=new, bump=Bump.PATCH)


def invariants_are_kept(kept: Kept[EventContract | TypeContract]) -> Violations:
    """
    An invariant is neither added nor made to ask more within a major version; one that asks less is told.

    ## Why
    Events that were valid when they were written fail a tighter invariant when they are replayed. Readers who count on a
    looser one meet values that they never saw. Source: DESIGN section 4, "tightening an invariant".

    ## Bad
    `- {rule: not-zero, parameters: {at: /data/quantity/value}}` added to a released event

    ## Good
    The invariant with the next major version
    """
    for change in invariant_changes(kept.old.invariants, kept.new.invariants):
        yield from _invariant(kept, change)


def _invariant(kept: Kept[EventContract | TypeContract], change: InvariantChange) -> Violations:
    """Yield one invariant that asks more or less."""
    pointer = f"/invariants/{change.index}" if change.new is not None else "/invariants"
    if change.tightened:
        message = f"the invariant {change.rule} {change.what}: events written before it may fail when they are replayed; release a new major"
        readers = hits(
            kept.change.base,
            kept.old,
            lambda r: "replays events that may fail now" if r.replay_window else "",
            "does not replay",
        )
        yield kept.violation(pointer, message, old=change.old, new=change.new, bump=Bump.MAJOR, readers=readers)
    else:
        message = (
            f"the invariant {change.rule} {change.what}: readers who count on it meet values they never saw; tell them"
        )
        readers = hits(kept.change.base, kept.old, lambda _: "", "may count on it")
        yield kept.violation(
            pointer, message, old=change.old, new=change.new, bump=Bump.MINOR, readers=readers, level=Level.WARNING
        )
