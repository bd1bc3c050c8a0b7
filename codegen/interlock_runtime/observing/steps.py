"""Which steps of a flow the evidence shows, and whether each came within its time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..catalog import Step
from .declared import Declared, Flow
from .evidence import Command, Evidence, Occurrence

Verdict = Literal["in time", "late", "done", "no evidence"]
"""`done` is a step that is there and has no time to keep."""
NO_TIME = dt.timedelta(0)


@dataclass(frozen=True, slots=True)
class Action:
    """One step that should follow an event, and what is known about it."""

    flow: str
    step: Step
    verdict: Verdict
    event: Occurrence | None = None
    """The event that the step is; None for a command."""
    took: dt.timedelta | None = None
    """From the last step before it that is known."""
    allowed: dt.timedelta | None = None
    """Its own time, with that of commands before it of which there is no evidence."""
    due: dt.datetime | None = None
    """Until when it had to come; None when nothing before it is known, or it has no time to keep."""
    held_up: dt.timedelta = NO_TIME
    """How long the step before it stood in an edge buffer, so that nobody could act on it."""


@dataclass(frozen=True, slots=True)
class _Begun:
    """When the time of a step began, as far as it is known."""

    at: dt.datetime
    more: dt.timedelta | None = NO_TIME
    """Time of steps in between that are not known; None when one of them has no limit."""
    held_up: dt.timedelta = NO_TIME


def actions_after(evidence: Evidence, declared: Declared, event: Occurrence) -> Iterator[Action]:
    """Yield the steps that follow an event, in each flow that it belongs to."""
    for flow in declared.flows:
        start = _step_of(evidence, flow, event)
        if start is not None:
            yield from _Walk(evidence, flow, start, event).actions()


def _step_of(evidence: Evidence, flow: Flow, event: Occurrence) -> Step | None:
    """Return the step that an event is; of several with its contract the one that follows its cause."""
    steps = [step for step in flow.ordered() if step.event == event.name and event.system in ("", step.by)]
    causes = evidence.by_id(event.causationid) if event.causationid else []
    for step in steps:
        if any(cause.name in _names_before(flow, step) for cause in causes):
            return step
    return next((step for step in steps if not _names_before(flow, step)), next(iter(steps), None))


def _names_before(flow: Flow, step: Step) -> set[str]:
    """Return the events that come right before a step; commands in between are passed through."""
    by_id = {one.id: one for one in flow.steps}
    found: set[str] = set()
    seen: set[str] = set()
    waiting = list(step.after)
    while waiting:
        name = waiting.pop()
        before = by_id.get(name)
        if before is None or name in seen:
            continue
        seen.add(name)
        if before.event is not None:
            found.add(before.event)
        else:
            waiting.extend(before.after)
    return found


class _Walk:
    """A walk through a flow from one event on; each event of the evidence is one step at most."""

    def __init__(self, evidence: Evidence, flow: Flow, start: Step, event: Occurrence) -> None:
        self._evidence = evidence
        self._flow = flow
        self._start = start
        self._known: dict[str, Occurrence | Command] = {start.id: event}
        self._commands = [one for one in evidence.commands if one.correlationid in (None, event.correlationid)]
        self._steps = {step.id: step for step in flow.steps}
        self._unused = [one for one in evidence.case(event.correlationid) if one.fact != event.fact]

    def actions(self) -> Iterator[Action]:
        """Yield what is known about each step that follows."""
        for step in self._flow.following(self._start):
            begun = self._begun(step)
            found = self._found(step) if step.event is not None else self._commanded(step, begun)
            if found is not None:
                self._known[step.id] = found
            if isinstance(found, Occurrence):
                self._unused.remove(found)
            elif found is not None:
                self._commands.remove(found)
            yield self._judged(step, begun, found)

    def _judged(self, step: Step, begun: _Begun | None, found: Occurrence | Command | None) -> Action:
        """Return one step with its verdict."""
        allowed = None
        if begun is not None and step.within is not None and begun.more is not None:
            allowed = step.within + begun.more
        due = begun.at + allowed if begun is not None and allowed is not None else None
        event = found if isinstance(found, Occurrence) else None
        took = found.time - begun.at if begun is not None and found is not None and found.time is not None else None
        held_up = begun.held_up if begun is not None else NO_TIME
        return Action(self._flow.name, step, _verdict(found, took, allowed), event, took, allowed, due, held_up)

    def _commanded(self, step: Step, begun: _Begun | None) -> Command | None:
        """Return the command of a step: the first one of the case that was taken after the step before it."""
        return next(
            (one for one in self._commands if one.name == step.command and begun is not None and one.time >= begun.at),
            None,
        )

    def _found(self, step: Step) -> Occurrence | None:
        """
        Return the event of a step: one that names an event before the step as its cause, or that a command resulted in.

        An event without a cause begins a case (the envelope's rule for `causationid`), so it follows nothing.
        """
        numbers = {number for known in self._before(step) for number in self._numbers(known)}
        near = (one for one in self._unused if one.name == step.event and one.system in ("", step.by))
        return next((one for one in near if not numbers.isdisjoint((one.causationid, *self._evidence.ids(one)))), None)

    def _numbers(self, known: Occurrence | Command) -> tuple[str, ...]:
        """Return the ids by which what follows names an event as its cause, or is named as a command's result."""
        return known.results if isinstance(known, Command) else self._evidence.ids(known)

    def _before(self, step: Step) -> list[Occurrence | Command]:
        """Return the known events right before a step, and the commands that they are reached through."""
        found: list[Occurrence | Command] = []
        waiting = list(step.after)
        while waiting:
            name = waiting.pop()
            if name in self._known:
                found.append(self._known[name])
            if name in self._steps and self._steps[name].event is None:
                waiting.extend(self._steps[name].after)
        return found

    def _begun(self, step: Step) -> _Begun | None:
        """
        Return when the time of a step began: the last known of those that it follows.

        A command of which there is no audit record leaves nothing. Where only such come before, their own time is added,
        counted from what came before them; where anything is known, it alone counts.
        """
        found = [self._known[name] for name in step.after if name in self._known]
        known = [_Begun(one.time, NO_TIME, _held_up(one)) for one in found if one.time is not None]
        if known:
            return max(known, key=lambda one: one.at)
        commands = [one for name in step.after if (one := self._steps.get(name)) is not None and one.event is None]
        begun = [(self._begun(one), one.within) for one in commands]
        unknown = [
            _Begun(start.at, None if within is None or start.more is None else start.more + within, start.held_up)
            for start, within in begun
            if start is not None
        ]
        return max(unknown, key=lambda one: one.at + (one.more or NO_TIME), default=None)


def _held_up(known: Occurrence | Command) -> dt.timedelta:
    """Return how long after it happened an event was recorded."""
    if isinstance(known, Command) or known.time is None or known.recorded is None:
        return NO_TIME
    return max(NO_TIME, known.recorded - known.time)


def _verdict(found: Occurrence | Command | None, took: dt.timedelta | None, allowed: dt.timedelta | None) -> Verdict:
    """Return what is known about a step."""
    if found is None or found.time is None:
        return "no evidence"
    if took is None or allowed is None:
        return "done"
    return "in time" if took <= allowed else "late"
