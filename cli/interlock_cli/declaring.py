"""What the catalog declares about the ways of events, for people and for programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from interlock_cli.console import heading, table

if TYPE_CHECKING:
    from interlock.catalog import Catalog
    from interlock_cli.reports.page import Page
    from interlock_runtime.observing.declared import Declared, Flow


def declared_of(catalog: Catalog) -> Declared:
    """Return what a catalog declares about the ways of events."""
    from interlock_runtime.handling.durations import duration
    from interlock_runtime.observing.declared import Declared, Listener

    causes: dict[str, frozenset[str]] = {}
    deliver: dict[str, dt.timedelta] = {}
    for entry in catalog.events.values():
        event = entry.value
        causes[event.name] = causes.get(event.name, frozenset()) | frozenset(event.lineage.caused_by)
        allowed = duration(event.sla.deliver) if event.sla.deliver else None
        if allowed is not None:
            deliver[event.name] = max(allowed, deliver.get(event.name, allowed))
    listeners: dict[str, dict[str, Listener]] = {}
    for service, reader in sorted(catalog.readers.items()):
        for reading in reader.value.reads:
            listeners.setdefault(reading.event, {})[service] = Listener(service, reader.value.system)
    return Declared(
        causes, {event: tuple(found.values()) for event, found in listeners.items()}, tuple(_flows(catalog)), deliver
    )


def _flows(catalog: Catalog) -> Iterable[Flow]:
    """Yield the workflows of a catalog."""
    from interlock_runtime.catalog import Step
    from interlock_runtime.handling.durations import duration
    from interlock_runtime.observing.declared import Flow

    for name, entry in sorted(catalog.workflows.items()):
        steps = (
            Step(step.id, step.by, step.event, step.command, step.after, duration(step.within) if step.within else None)
            for step in entry.value.steps
        )
        yield Flow(name, tuple(steps))


def declared_data(declared: Declared, name: str, triggers: list[str]) -> dict[str, Any]:
    """Return what is declared about one event, for programs."""
    return {
        "event": name,
        "triggers": triggers,
        "caused-by": sorted(declared.causes.get(name, ())),
        "leads-to": leads_to(declared, name),
        "readers": [{"service": one.service, "system": one.system} for one in declared.listeners.get(name, ())],
        "workflows": [flow.name for flow in declared.flows if any(step.event == name for step in flow.steps)],
    }


def declared_lines(declared: Declared, name: str, triggers: list[str], page: Page) -> list[str]:
    """Return what is declared about one event, for people."""
    data = declared_data(declared, name, triggers)
    lines = [heading(name, page)]
    lines += [line for trigger in triggers for line in page.labelled("trigger", trigger)]
    for title, rows in (
        ("caused by", [(cause, _far(declared, cause, back=True)) for cause in data["caused-by"]]),
        ("leads to", [(effect, _far(declared, effect, back=False)) for effect in data["leads-to"]]),
        ("declared readers", [(one["service"], one["system"]) for one in data["readers"]]),
        ("workflows", [(flow,) for flow in data["workflows"]]),
    ):
        lines += ["", heading(title, page), *table(rows, page)] if rows else []
    return lines


def leads_to(declared: Declared, name: str) -> list[str]:
    """Return the events that name an event as a cause."""
    return sorted(effect for effect, causes in declared.causes.items() if name in causes)


def triggers_of(catalog: Catalog, name: str) -> list[str]:
    """Return what triggers an event at its newest major: commands, signals."""
    events = [entry.value for entry in catalog.events.values() if entry.value.name == name]
    trigger = max(events, key=lambda event: event.major).lineage.trigger
    commands = (trigger.command,) if isinstance(trigger.command, str) else trigger.command or ()
    return [*commands, *([trigger.signal] if trigger.signal else [])]


def _far(declared: Declared, name: str, *, back: bool) -> str:
    """Say what comes before or after an event's neighbour."""
    next_ones = sorted(declared.causes.get(name, ())) if back else leads_to(declared, name)
    return f"{'from' if back else 'to'} {', '.join(next_ones)}" if next_ones else ""
