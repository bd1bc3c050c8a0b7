"""Promises of events: how long they are kept, how they are ordered and delivered, what happens to bad ones."""

from __future__ import annotations

from interlock.catalog import EventContract, Reading
from interlock.findings import Level
from interlock.rules.durations import seconds, shorter
from interlock.rules.frame import Violations
from interlock.rules.hits import hits, named, readings
from interlock.rules.promises.directions import CARE, falls, rarer
from interlock.rules.subjects import Kept
from interlock.versions import Bump


def retention_covers_readers(kept: Kept[EventContract]) -> Violations:
    """
    Events are kept at least as long as the readers replay them.

    ## Why
    A reader that replays sixty days after a failure finds thirty. Source: L36, DESIGN section 4.

    ## Bad
    `retention: P90D` becomes `retention: P30D` while a service has `replay-window: P60D`

    ## Good
    `retention: P90D` becomes `retention: P60D`
    """
    yield from _covers(kept, "retention", kept.old.retention, kept.new.retention)


def replay_window_covers_readers(kept: Kept[EventContract]) -> Violations:
    """
    The replay window stays as long as that of the readers.

    ## Why
    Within the window an event comes back at once and in order; beyond it, from the archive, or not. Source: L36, DESIGN
    section 4.

    ## Bad
    `replay-window: P30D` becomes `replay-window: P7D` while a service has `replay-window: P14D`

    ## Good
    `replay-window: P30D` becomes `replay-window: P14D`
    """
    yield from _covers(kept, "replay-window", kept.old.replay_window, kept.new.replay_window)


def _covers(kept: Kept[EventContract], member: str, old: str, new: str) -> Violations:
    """Yield a length of time that became shorter: an error where a reader counts on more, else a warning."""
    if not shorter(new, old):
        return
    readers = hits(kept.change.base, kept.old, lambda reading: _cut(reading, new), f"replays no more than {new}")
    if named(readers):
        message = f"{member} is cut from {old} to {new}, and {named(readers)} would find less than they replay"
        fix = f"{member}: {_longest(kept, old)}"
        yield kept.violation(f"/{member}", message, old=old, new=new, bump=Bump.MAJOR, readers=readers, fix=fix)
    else:
        message = f"{member} is cut from {old} to {new}: no reader is known to replay more"
        yield kept.violation(
            f"/{member}", message, old=old, new=new, bump=Bump.MINOR, readers=readers, level=Level.WARNING
        )


def _cut(reading: Reading, length: str) -> str:
    """Say that a reader replays more than a length of time; empty when it does not."""
    return f"replays {reading.replay_window}" if shorter(length, reading.replay_window) else ""


def _longest(kept: Kept[EventContract], old: str) -> str:
    """Return the longest time that a reader replays, at most what was promised before."""
    windows = [reading.replay_window for _, _, reading in readings(kept.change.base, kept.old) if reading.replay_window]
    longest = max(windows, key=lambda window: seconds(window) or 0.0, default=old)
    return old if shorter(old, longest) else longest


def sla_is_kept(kept: Kept[EventContract]) -> Violations:
    """
    The times to publish and to deliver do not become longer unannounced.

    ## Why
    Whoever waits five seconds for an event gives up before one that may take ten. Source: dossier 4.1.

    ## Bad
    `sla: {publish: PT1S, deliver: PT5S}` becomes `sla: {publish: PT1S, deliver: PT10S}`

    ## Good
    `sla: {publish: PT1S, deliver: PT3S}`
    """
    for part in ("publish", "deliver"):
        old, new = getattr(kept.old.sla, part), getattr(kept.new.sla, part)
        if shorter(old, new):
            readers = hits(kept.change.base, kept.old, lambda _: "", "may wait less long")
            message = f"the time to {part} grows from {old} to {new}: tell the readers, who may wait less long"
            yield kept.violation(f"/sla/{part}", message, old=old, new=new, bump=Bump.MINOR, readers=readers)


def keys_are_kept(kept: Kept[EventContract]) -> Violations:
    """
    Partition, idempotency and order keys stay within a major version.

    ## Why
    With another partition key events of one entity arrive out of order; with another idempotency key repeats pass as
    new, or new ones as repeats. Source: L27, DESIGN section 4.

    ## Bad
    `partition: [/site, /data/workOrderId]` becomes `partition: [/site]`

    ## Good
    The new key with the next major version
    """
    old, new = kept.old.keys, kept.new.keys
    rows = [
        ("partition", list(old.partition), list(new.partition)),
        ("idempotency", list(old.idempotency), list(new.idempotency)),
    ]
    rows += [("order", [old.order], [new.order])] if old.order != "none" else []
    for name, before, after in rows:
        if before != after:
            message = f"the {name} key changes from {' + '.join(before)} to {' + '.join(after)}: every reader that counts on it is wrong; release a new major"
            readers = hits(kept.change.base, kept.old, lambda _: "counts on it", "")
            yield kept.violation(f"/keys/{name}", message, old=before, new=after, bump=Bump.MAJOR, readers=readers)


def dead_letters_are_kept(kept: Kept[EventContract]) -> Violations:
    """
    An event whose dead letters somebody owns keeps an owner for them.

    ## Why
    Without one, events that could not be delivered are lost in silence. Source: L36, DESIGN section 4.

    ## Bad
    `dead-letter: team-warehouse` is removed

    ## Good
    `dead-letter: team-integration`
    """
    if kept.old.dead_letter is not None and kept.new.dead_letter is None:
        message = f"nobody owns the dead letters any more (it was {kept.old.dead_letter}): name a team"
        yield kept.violation(
            "/dead-letter",
            message,
            old=kept.old.dead_letter,
            bump=Bump.MAJOR,
            fix=f"dead-letter: {kept.old.dead_letter}",
        )


def on_invalid_is_not_loosened(kept: Kept[EventContract]) -> Violations:
    """
    Invalid events are treated with no less care than before.

    ## Why
    From `reject` over `quarantine` and `warn` to `drop`, each step lets more wrong events in, or loses them. Source:
    DESIGN section 4.

    ## Bad
    `on-invalid: quarantine` becomes `on-invalid: warn`

    ## Good
    `on-invalid: quarantine` becomes `on-invalid: reject`
    """
    old, new = kept.old.on_invalid, kept.new.on_invalid
    if falls(CARE, old, new):
        what = (
            "readers will be given events that break their contract"
            if new == "warn"
            else "wrong events are handled with less care"
        )
        yield kept.violation(
            "/on-invalid",
            f"on-invalid goes from {old} to {new}: {what}; keep it, or release a new major",
            old=old,
            new=new,
            bump=Bump.MAJOR,
        )


def producers_are_kept(kept: Kept[EventContract]) -> Violations:
    """
    A system that publishes an event does not fall silent unannounced.

    ## Why
    Readers go on waiting for events that no longer come. Source: L34.

    ## Bad
    `producers: [mes, legacy-mes]` becomes `producers: [mes]` while a plant still runs the old one

    ## Good
    The producer removed when no site runs it
    """
    gone = [name for name in kept.old.producers if name not in kept.new.producers]
    if gone:
        readers = hits(kept.change.base, kept.old, lambda _: "", f"may wait for events of {', '.join(gone)}")
        message = f"{', '.join(gone)} no longer publishes this event: tell the readers, who may wait for it"
        yield kept.violation(
            "/producers",
            message,
            old=list(kept.old.producers),
            new=list(kept.new.producers),
            bump=Bump.MINOR,
            readers=readers,
        )


def reconciliation_is_kept(kept: Kept[EventContract]) -> Violations:
    """
    Systems of record are compared no less often than before.

    ## Why
    The comparison is what finds an event that was lost. Source: L36.

    ## Bad
    `reconciliation: daily` becomes `reconciliation: none`

    ## Good
    `reconciliation: daily` becomes `reconciliation: PT15M`
    """
    old, new = kept.old.reconciliation, kept.new.reconciliation
    if rarer(old, new):
        dropped = new == "none"
        message = f"reconciliation goes from {old} to {new}: lost events are found {'never' if dropped else 'later'}; keep {old}"
        level, bump = (Level.ERROR, Bump.MAJOR) if dropped else (Level.WARNING, Bump.MINOR)
        yield kept.violation(
            "/reconciliation", message, old=old, new=new, bump=bump, level=level, fix=f"reconciliation: {old}"
        )


def readers_stay_open(kept: Kept[EventContract]) -> Violations:
    """
    Readers that take members they don't know do not become strict within a major version.

    ## Why
    Events of later minor versions, and those already published, carry members that a strict reader turns away. Source:
    L15, DESIGN section 4.

    ## Bad
    `readers: open` becomes `readers: strict`

    ## Good
    `readers: strict` with the next major version
    """
    if kept.old.readers == "open" and kept.new.readers == "strict":
        message = "readers become strict: they turn away events with members they don't know, published ones too; release a new major"
        yield kept.violation("/readers", message, old="open", new="strict", bump=Bump.MAJOR, fix="readers: open")


def subject_is_kept(kept: Kept[EventContract]) -> Violations:
    """
    The template of the CloudEvents subject stays within a major version.

    ## Why
    Subscriptions filter by subject, which travels outside the data for that purpose. Source: CloudEvents section 3.1.2,
    `subject`.

    ## Bad
    `subject: lots/{/data/lotId}` becomes `subject: "{/data/materialId}"`

    ## Good
    The new template with the next major version
    """
    old, new = kept.old.subject, kept.new.subject
    if old is not None and old != new:
        message = f"the subject changes from {old!r} to {new or 'nothing'!r}: subscriptions that filter by it miss events; release a new major"
        yield kept.violation("/subject", message, old=old, new=new, bump=Bump.MAJOR, fix=f"subject: {old}")
