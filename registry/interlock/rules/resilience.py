"""What tiers and retention promise about losing and replaying events."""

from __future__ import annotations

from interlock.catalog import EventContract, ProductContract
from interlock.rules.durations import shorter
from interlock.rules.frame import Violations
from interlock.rules.subjects import Subject


def replay_window_fits_retention(subject: Subject[EventContract]) -> Violations:
    """
    An event can be replayed no further back than it is kept.

    ## Why
    A replay window beyond the retention promises events that are gone. Source: L36.

    ## Bad
    `{retention: P7D, replay-window: P14D}`

    ## Good
    `{retention: P1Y, replay-window: P14D}`
    """
    event = subject.value
    if shorter(event.retention, event.replay_window):
        message = f"replay-window {event.replay_window} is longer than retention {event.retention}: keep events longer, or replay less"
        yield subject.violation("/replay-window", message, new=event.replay_window)


def tier_has_its_policy(subject: Subject[EventContract] | Subject[ProductContract]) -> Violations:
    """
    The tier of a contract has a policy in `catalog.yaml`.

    ## Why
    A tier is a word until someone says how often a delivery is tried again and who is told when it fails. Source: L36.

    ## Bad
    `tier: T1` and no `T1` under `tiers`

    ## Good
    `tiers: {T1: {notice: P180D, ...}}` in `catalog.yaml`
    """
    tier = subject.value.tier
    if subject.catalog.tier_policy(tier) is None:
        yield subject.violation("/tier", f"catalog.yaml has no policy for tier {tier}: add it under tiers", new=tier)


def critical_events_are_reconciled(subject: Subject[EventContract]) -> Violations:
    """
    A T1 event says how often the systems of record are compared and who owns its dead letters.

    ## Why
    Stock, quality and shipments must agree even when an event was lost; only a comparison finds that. Source: L36.

    ## Bad
    `{tier: T1, reconciliation: none}`

    ## Good
    `{tier: T1, reconciliation: daily, dead-letter: team-warehouse}`
    """
    event = subject.value
    if event.tier == "T1" and event.reconciliation == "none":
        yield subject.violation(
            "/reconciliation", f"{event.name} is T1 and is never reconciled: write reconciliation: daily, or a duration"
        )
    if event.tier == "T1" and event.dead_letter is None:
        yield subject.violation(
            "/dead-letter", f"{event.name} is T1 and nobody owns its dead letters: write dead-letter: <team>"
        )
