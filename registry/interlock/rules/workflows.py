"""Workflows: every step is a contract of the catalog, and the steps have an order."""

from __future__ import annotations

from interlock.catalog import Workflow
from interlock.rules.frame import Violations
from interlock.rules.subjects import Subject

_MOST_SHOWN = 100
"""So many steps of a circle are named."""


def steps_are_contracts(subject: Subject[Workflow]) -> Violations:
    """
    Each step of a workflow is one event or one command of the catalog.

    ## Why
    A critical flow is governed only as far as its steps are. Source: L38, L28.

    ## Bad
    `- {id: hold, event: quality.lot-held, by: qms}`

    ## Good
    `- {id: hold, event: quality.lot-on-hold, by: qms}`
    """
    events, commands = subject.inspection.events, subject.inspection.commands
    for index, step in enumerate(subject.value.steps):
        at = f"/steps/{index}"
        if (step.event is None) == (step.command is None):
            yield subject.violation(
                at,
                f"the step {step.id!r} has {'both' if step.event else 'neither'} event and command: write one of them",
                new=step.id,
            )
        elif step.event is not None and step.event not in events:
            message = f"the step {step.id!r} names {step.event}, and there is no such event{subject.inspection.nearest(step.event, events)}"
            yield subject.violation(f"{at}/event", message, new=step.event)
        elif (
            step.command is not None and step.command not in commands and not subject.inspection.is_unread(step.command)
        ):
            message = f"the step {step.id!r} names {step.command}, which is no operation of a product{subject.inspection.nearest(step.command, commands)}"
            yield subject.violation(f"{at}/command", message, new=step.command)


def steps_follow_steps(subject: Subject[Workflow]) -> Violations:
    """
    Each step has its own id, and follows steps that are in the workflow.

    ## Why
    Times between steps are measured along `after`. Source: L38.

    ## Bad
    `after: [hodl]`

    ## Good
    `after: [hold]`
    """
    ids = {step.id for step in subject.value.steps}
    earlier: set[str] = set()
    for index, step in enumerate(subject.value.steps):
        if step.id in earlier:
            yield subject.violation(
                f"/steps/{index}/id", f"the id {step.id!r} is taken by an earlier step: choose another", new=step.id
            )
        earlier.add(step.id)
        for number, name in enumerate(step.after):
            if name not in ids:
                message = f"the step {step.id!r} follows {name!r}, and there is no such step{subject.inspection.nearest(name, ids)}"
                yield subject.violation(f"/steps/{index}/after/{number}", message, new=name)


def steps_have_a_start(subject: Subject[Workflow]) -> Violations:
    """
    No step of a workflow follows itself, directly or through others.

    ## Why
    Steps in a circle never begin. Source: L38.

    ## Bad
    `- {id: a, after: [b]}` and `- {id: b, after: [a]}`

    ## Good
    `- {id: a}` and `- {id: b, after: [a]}`
    """
    steps = {step.id: set(step.after) for step in subject.value.steps}
    circling = _not_ended(_not_ended(steps))
    rows = [(index, step.id) for index, step in enumerate(subject.value.steps) if step.id in circling]
    for index, name in rows[:_MOST_SHOWN]:
        if _leads_back(name, circling):
            message = f"the step {name!r} follows itself by way of {', '.join(sorted(circling[name]))}: remove one of them from after"
            yield subject.violation(f"/steps/{index}/after", message, new=name)


def _not_ended(after: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return the steps that are left when those which follow none of the others are done, turned round: who follows whom."""
    followers: dict[str, set[str]] = {name: set() for name in after}
    waits = {name: {other for other in others if other in after} for name, others in after.items()}
    for name, others in waits.items():
        for other in others:
            followers[other].add(name)
    ready = [name for name, others in waits.items() if not others]
    while ready:
        done = ready.pop()
        for name in followers.pop(done):
            waits[name].discard(done)
            if not waits[name]:
                ready.append(name)
    return {name: others & followers.keys() for name, others in followers.items()}


def _leads_back(name: str, after: dict[str, set[str]]) -> bool:
    """Say whether a step comes after itself."""
    seen: set[str] = set()
    waiting = list(after[name])
    while waiting:
        here = waiting.pop()
        if here not in seen and here in after:
            seen.add(here)
            waiting.extend(after[here])
    return name in seen
