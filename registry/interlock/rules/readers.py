"""Reader contracts: what a service says it reads is there to be read."""

from __future__ import annotations

from collections.abc import Iterator

from interlock.catalog import Entry, EventContract, ReaderContract, Reading
from interlock.differences import reached
from interlock.errors import BadValueError
from interlock.pointers import join, split
from interlock.rules.durations import shorter
from interlock.rules.frame import Violations
from interlock.rules.subjects import Subject
from interlock.versions import Version, VersionRange


def read_events_exist(subject: Subject[ReaderContract]) -> Violations:
    """
    A service reads events that are in the catalog.

    ## Why
    Who reads what decides who is hit by a change; a misspelt name hides a reader. Source: L38.

    ## Bad
    `event: inventory.inventory-move`

    ## Good
    `event: inventory.inventory-moved`
    """
    events = subject.inspection.events
    for index, reading in enumerate(subject.value.reads):
        if reading.event not in events:
            message = f"{subject.value.service} reads {reading.event}, and there is no such event{subject.inspection.nearest(reading.event, events)}"
            yield subject.violation(f"/reads/{index}/event", message, new=reading.event)


def range_holds_a_living_version(subject: Subject[ReaderContract]) -> Violations:
    """
    The range of versions that a service takes holds at least one that is published.

    ## Why
    A reader of versions that nobody sends reads nothing, or its range is out of date. Source: L38.

    ## Bad
    `versions: ">=3"`, where 2.1.0 is the newest

    ## Good
    `versions: ">=2 <3"`
    """
    for index, reading in enumerate(subject.value.reads):
        living = [
            entry.value
            for entry in subject.inspection.events.get(reading.event, ())
            if entry.value.lifecycle.status != "retired"
        ]
        if reading.event in subject.catalog.unloaded:  # one of its majors is there and did not load
            continue
        if living and not any(_takes(reading, event) for event in living):
            there = ", ".join(event.version for event in living)
            message = (
                f"{reading.versions!r} holds no version of {reading.event} that is published ({there}): widen the range"
            )
            yield subject.violation(f"/reads/{index}/versions", message, new=reading.versions)


def fields_resolve(subject: Subject[ReaderContract]) -> Violations:
    """
    Each field that a service reads is declared in every major that it takes.

    ## Why
    Whether a change hits a reader is decided by its fields; one that is not there is never hit. Source: L38.

    ## Bad
    `fields: [/data/lines/*/qty]`

    ## Good
    `fields: [/data/lines/*/quantity]`
    """
    for index, reading in enumerate(subject.value.reads):
        rows = [(f"/reads/{index}/fields/{number}", field) for number, field in enumerate(reading.fields)]
        rows += [
            (f"/reads/{index}/assumptions/{number}/at", assumption.at)
            for number, assumption in enumerate(reading.assumptions)
        ]
        for entry in _taken(subject, reading):
            for pointer, field in rows:
                why = _missing(subject, entry, field)
                if why:
                    yield subject.violation(
                        pointer, f"{field} is not in {entry.value.key}: {why}", old=entry.value.key, new=field
                    )


def replay_fits_the_event(subject: Subject[ReaderContract]) -> Violations:
    """
    A service replays no further back than its events are kept.

    ## Why
    What is gone can't be replayed, and this is learnt on the day it is needed. Source: L36.

    ## Bad
    `replay-window: P60D`, where the event has `retention: P30D`

    ## Good
    `replay-window: P14D`
    """
    for index, reading in enumerate(subject.value.reads):
        for entry in _taken(subject, reading):
            if shorter(entry.value.retention, reading.replay_window):
                message = f"{subject.value.service} replays {reading.replay_window} and {entry.value.key} is kept {entry.value.retention}: replay less"
                yield subject.violation(
                    f"/reads/{index}/replay-window", message, old=entry.value.retention, new=reading.replay_window
                )


def _taken(subject: Subject[ReaderContract], reading: Reading) -> Iterator[Entry[EventContract]]:
    """Yield the majors that a service takes of one event, retired ones left out."""
    for entry in subject.inspection.events.get(reading.event, ()):
        if entry.value.lifecycle.status != "retired" and _takes(reading, entry.value):
            yield entry


def _takes(reading: Reading, event: EventContract) -> bool:
    """Say whether a reader's range holds an event's version."""
    try:
        return Version.parse(event.version) in VersionRange.parse(reading.versions)
    except BadValueError:
        return False


def _missing(subject: Subject[ReaderContract], entry: Entry[EventContract], field: str) -> str:
    """Say why a field is not part of an event; empty when it is, or when that is not known."""
    tokens = split(field)
    if tokens[:1] == ["data"]:
        place = subject.inspection.location(entry.path)
        tokens = tokens[1:]
    else:
        place = subject.inspection.envelope
    missing = reached(place, join(*tokens))[1] if place is not None else ""
    return f"nothing is declared at {missing!r}" if missing else ""
