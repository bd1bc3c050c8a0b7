"""Who plays what: each step belongs to a service of its system that reads its cause, as the reader contracts say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scenarios.script import Script, Step

AUDIENCE: Mapping[str, tuple[str, ...]] = {
    "A": ("analytics-lake",),
    "B": ("customer-service-desk", "erp-inventory", "qms-traceability"),
    "C": ("operations-desk", "wms-replenishment"),
    "D": ("analytics-lake", "operations-desk"),
    "E": ("legacy-mes-adapter", "operations-desk", "wms-receiving"),
}
"""Services that only listen."""
ADAPTER = "legacy-mes-adapter"
"""Its middleware tells whoever answers for an event that it gave up."""


@dataclass(frozen=True, slots=True)
class Command:
    """The operation of an API product that a step results from."""

    product: str
    """`name@major`."""
    operation: str
    by: str
    """The system that commands."""


COMMANDS: Mapping[tuple[str, str], Command] = {
    ("A", "production.operation-started"): Command("production-execution@1", "startOperation", "mes"),
    ("A", "production.material-consumed"): Command("production-execution@1", "reportConsumption", "mes"),
    ("A", "production.production-completed"): Command("production-execution@1", "reportProduction", "mes"),
    ("C", "maintenance.maintenance-work-order-created"): Command("maintenance@1", "createMaintenanceWorkOrder", "eam"),
    ("C", "production.production-order-changed"): Command("production-orders@2", "changeProductionOrder", "aps"),
}


@dataclass(frozen=True)
class Cast:
    """The services of one scenario and their parts."""

    script: Script
    owners: Mapping[int, str]
    """The service that publishes each step."""
    commanders: Mapping[int, str]
    """The service that commands a step that results from an operation."""

    @property
    def services(self) -> list[str]:
        """All services that run."""
        return sorted({*self.owners.values(), *self.commanders.values(), *AUDIENCE[self.script.letter]})

    def command(self, step: Step) -> Command | None:
        """Return the operation that a step results from."""
        return COMMANDS.get((self.script.letter, step.name))

    def products(self, service: str) -> set[str]:
        """Return the API products that a service serves: those of its steps."""
        commands = [self.command(step) for step in self.script.steps if self.owners[step.number] == service]
        return {command.product for command in commands if command}


def cast(script: Script, readers: Mapping[str, Any]) -> Cast:
    """Give each step to a service."""
    owners: dict[int, str] = {}
    for step in script.steps:
        cause = None if step.cause is None else script.steps[step.cause]
        owners[step.number] = _owner(step, cause, readers)
    for number in (step.number for step in script.steps if step.cause is None):
        same = [owners[step.number] for step in script.steps if step.system == script.steps[number].system]
        owners[number] = next((name for name in same if name), "")
    return Cast(script, owners, _commanders(script, owners))


def _owner(step: Step, cause: Step | None, readers: Mapping[str, Any]) -> str:
    """Return the service of a step's system that reads its cause."""
    if step.system == "middleware":
        return ADAPTER
    candidates = (reader for name, reader in sorted(readers.items()) if reader.system == step.system)
    if cause is None:
        return next(reader.name for reader in candidates)
    found = [reader.name for reader in candidates if cause.contract in contracts(reader)]
    assert found, f"no service of {step.system} reads {cause.contract}"
    return found[0]


def contracts(reader: Any) -> set[str]:
    """Return what a service reads, as `name@major`."""
    return {f"{reads.event}@{major}" for reads in reader.reads for major in reads.majors}


def _commanders(script: Script, owners: Mapping[int, str]) -> dict[int, str]:
    """Return who commands: the step's own service, or the one that published its cause."""
    found: dict[int, str] = {}
    for step in script.steps:
        command = COMMANDS.get((script.letter, step.name))
        if command is not None and step.cause is not None:
            found[step.number] = owners[step.number if command.by == step.system else step.cause]
    return found


def channels(catalog: Any, names: Iterable[str], site: str) -> tuple[str, ...]:
    """Return the addresses of contracts at a site."""
    return tuple(sorted(catalog.channel(catalog.contract(name), site) for name in names))
