"""Invariants as they are declared in events and types."""

from __future__ import annotations

from interlock.catalog import EventContract, TypeContract
from interlock.rules.frame import Violations
from interlock.rules.subjects import Subject


def declarations_hold(subject: Subject[EventContract | TypeContract]) -> Violations:
    """
    An invariant names a rule of the library, with the parameters that it takes and paths that lead somewhere.

    ## Why
    An invariant with a misspelt path is never broken, and looks as if it held. Where the schema itself is not valid,
    that is told first. Source: L13, DESIGN section 10.

    ## Bad
    `- {rule: positive, parameters: {at: /data/quantity/valu}}`

    ## Good
    `- {rule: positive, parameters: {at: /data/quantity/value}}`
    """
    from interlock.invariants import contract_faults

    paths = (subject.entry.path, *(entry.path for entry in subject.catalog.envelopes.values()))
    if subject.value.invariants and all(map(subject.inspection.is_sound, paths)):
        for pointer, sentence in contract_faults(subject.catalog, subject.entry):
            yield subject.violation(pointer, sentence)
