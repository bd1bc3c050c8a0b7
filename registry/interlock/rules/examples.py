"""Examples: what a contract means, shown by events."""

from __future__ import annotations

from interlock.catalog import EventContract
from interlock.rules.frame import Violations
from interlock.rules.subjects import Subject


def event_has_example(subject: Subject[EventContract]) -> Violations:
    """
    Each released event has at least one accepted example.

    ## Why
    An example is read before the schema, and one that validates shows that the schema can be met at all. Source: L14;
    a third of the examples of a public schema set fail their own schema.

    ## Bad
    `events/production/operation-started/v1.yaml` alone

    ## Good
    `events/production/operation-started/examples/v1/accepted/on-time.json` beside it
    """
    event = subject.value
    folder = f"events/{event.name.replace('.', '/')}/examples/v{event.major}/accepted/"
    if any(path.startswith(folder) for path in subject.catalog.unloaded):
        return
    if event.lifecycle.status in ("released", "deprecated") and not any(
        e.accepted for e in subject.catalog.examples.get(event.key, ())
    ):
        yield subject.violation(
            "/version", f"{event.key} is {event.lifecycle.status} and has no example: add one under {folder}"
        )
