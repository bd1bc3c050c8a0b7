"""What the catalog declares about the ways of events: causes, readers, flows. It is held against the evidence, never mixed with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..catalog import Catalog, Step
from ..handling.durations import duration


@dataclass(frozen=True, slots=True)
class Listener:
    """A service that declares to read an event."""

    service: str
    system: str


@dataclass(frozen=True, slots=True)
class Flow:
    """A business flow."""

    name: str
    steps: tuple[Step, ...]

    def ordered(self) -> list[Step]:
        """Return the steps, each after those that it follows; what only follows itself is left out."""
        placed: dict[str, Step] = {}
        waiting = list(self.steps)
        while waiting:
            ready = [step for step in waiting if all(name in placed for name in step.after)]
            if not ready:
                break
            placed |= {step.id: step for step in ready}
            waiting = [step for step in waiting if step.id not in placed]
        return list(placed.values())

    def following(self, start: Step) -> list[Step]:
        """Return the steps that follow one, directly or not, in order."""
        reached = {start.id}
        found: list[Step] = []
        for step in self.ordered():
            if reached & set(step.after):
                reached.add(step.id)
                found.append(step)
        return found


@dataclass(frozen=True, slots=True)
class Declared:
    """What a catalog declares; names are those of contracts, without a major."""

    causes: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """The events that lead to an event."""
    listeners: Mapping[str, tuple[Listener, ...]] = field(default_factory=dict[str, tuple[Listener, ...]])
    """The services that read an event."""
    flows: tuple[Flow, ...] = ()
    deliver: Mapping[str, dt.timedelta] = field(default_factory=dict[str, dt.timedelta])
    """How long an event may take from the broker to each reader."""


def declared_by(catalog: Catalog) -> Declared:
    """Return what a generated package's catalog declares; each contract's promise is read, so all are imported."""
    causes: dict[str, frozenset[str]] = {}
    deliver: dict[str, dt.timedelta] = {}
    for row in catalog.rows:
        causes[row.name] = causes.get(row.name, frozenset()) | frozenset(row.caused_by)
        sla = row.load().sla.deliver
        allowed = duration(sla) if sla else None
        if allowed is not None:
            deliver[row.name] = max(allowed, deliver.get(row.name, allowed))
    listeners: dict[str, dict[str, Listener]] = {}
    for service, reader in sorted(catalog.readers.items()):
        for reads in reader.reads:
            listeners.setdefault(reads.event, {})[service] = Listener(service, reader.system)
    flows = tuple(Flow(flow.name, flow.steps) for flow in sorted(catalog.workflows, key=lambda flow: flow.name))
    return Declared(causes, {event: tuple(found.values()) for event, found in listeners.items()}, flows, deliver)
