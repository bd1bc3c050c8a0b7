"""Everything that one contract promises, and who is around it, gathered for a person or a program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interlock.authoring.logbook import Released, log
from interlock.authoring.sides import Side, side
from interlock.catalog import AnyContract, Catalog, EventContract, ProductContract, TypeContract
from interlock.differences import Member, members
from interlock.errors import InterlockError, UsageError
from interlock.loading import load
from interlock.rules.operations import operations
from interlock.snapshots import Snapshot, touched
from interlock.trees import WorkTree


@dataclass(frozen=True, slots=True)
class Reads:
    """One service that reads an event, and which of its members."""

    service: str
    versions: str
    owner: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """One contract in full."""

    key: str
    name: str
    version: str
    status: str
    path: str
    summary: str
    promises: Mapping[str, Any]
    """All members of its file but the schema."""
    facts: tuple[tuple[str, str], ...]
    """The promises as labelled sentences."""
    members: tuple[Member, ...]
    operations: tuple[tuple[str, str, str], ...]
    """For a product: operation, request line, and the events that it results in."""
    readers: tuple[Reads, ...]
    leads_to: tuple[str, ...]
    """For an event: the events that name it as a cause."""
    used_by: tuple[str, ...]
    """For a type: the contracts that reach it."""
    releases: tuple[Released, ...]
    note: str = ""
    """Why the releases are not known, where they are not."""


def shown(folder: Path, text: str) -> Shown:
    """Gather a contract named `name`, `name@major` or `name@version`; raise UnknownContractError."""
    catalog = load(WorkTree(folder)).catalog
    found: Side = side(text, folder)
    if found.snapshot is None:
        raise UsageError(f"{text} is a file and no contract of the catalog")
    snapshot, value = found.snapshot, found.snapshot.entry.value
    releases, note = _releases(folder, catalog, value)
    return Shown(
        key=value.key, name=value.name, version=value.version, status=value.lifecycle.status, path=snapshot.path, summary=value.summary,
        promises={name: part for name, part in snapshot.entry.document.data.items() if name != "schema"},
        facts=tuple(_facts(catalog, snapshot)), members=_members(snapshot), operations=tuple(_operations(catalog, value)),
        readers=tuple(_readers(catalog, value)),
        leads_to=tuple(k for k, e in catalog.events.items() if value.name in e.value.lineage.caused_by),
        used_by=tuple(touched(catalog, [snapshot.path])) if isinstance(value, TypeContract) else (), releases=releases, note=note,
    )  # fmt: skip


def _members(snapshot: Snapshot) -> tuple[Member, ...]:
    """Return the members of the schema, without the whole itself."""
    at = "/data" if isinstance(snapshot.entry.value, EventContract) else ""
    found = members(snapshot.bundle.schema, at=at) if snapshot.bundle else {}
    return tuple(member for path, member in found.items() if path != at)


def _releases(folder: Path, catalog: Catalog, value: AnyContract) -> tuple[tuple[Released, ...], str]:
    """Return the releases of this major, or why they can't be known."""
    try:
        return log(folder, catalog, value.name, value.major), ""
    except InterlockError as error:
        return (), f"releases are not known: {error}"


def _readers(catalog: Catalog, value: AnyContract) -> Iterator[Reads]:
    """Yield who reads an event."""
    for entry in catalog.read_by(value.name):
        for reading in entry.value.reads:
            if reading.event == value.name:
                yield Reads(entry.value.service, reading.versions, entry.value.owner, reading.fields)


def _operations(catalog: Catalog, value: AnyContract) -> Iterator[tuple[str, str, str]]:
    """Yield a product's operations with their request lines and results."""
    if not isinstance(value, ProductContract) or value.key not in catalog.products:
        return
    for operation in operations(catalog, catalog.products[value.key]):
        result = value.results_in.get(operation.id)
        events = ", ".join(result.events) if result else ""
        url = operation.pointer.split("/")[2].replace("~1", "/").replace("~0", "~")
        yield operation.id, f"{operation.method.upper()} {url}", events


def _facts(catalog: Catalog, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Yield the promises, each with its label; what a contract does not say is left out."""
    value = snapshot.entry.value
    life = value.lifecycle
    yield "file", snapshot.path
    if value.owner:
        team = catalog.teams.get(value.owner)
        yield "owner", f"{value.owner} ({team.contact})" if team else value.owner
    if life.status in ("deprecated", "retired"):
        yield (
            "sunset",
            f"{life.status} since {life.since}, until {life.sunset}; use {life.successor}, see {life.migration}",
        )
    if isinstance(value, EventContract):
        yield from _event_facts(catalog, value)
    if isinstance(value, ProductContract):
        yield (
            "offered",
            f"{value.layer} API of {', '.join(value.systems)} to {', '.join(value.audience)}; tier {value.tier}, {value.classification}",
        )
        yield "callers", f"{', '.join(value.authentication)}; audited for {value.audit}"
    if isinstance(value, EventContract | TypeContract) and value.invariants:
        yield "rules", ", ".join(invariant.rule for invariant in value.invariants)


def _event_facts(catalog: Catalog, value: EventContract) -> Iterator[tuple[str, str]]:
    """Yield what an event promises."""
    keys, trigger = value.keys, value.lineage.trigger
    yield "type", f"{catalog.settings.type_prefix}.{value.name}.v{value.major}"
    yield (
        "from",
        f"{', '.join(value.producers)} for {', '.join(value.audience)}; tier {value.tier}, {value.classification}",
    )
    yield "sla", f"published within {value.sla.publish}, delivered within {value.sla.deliver} (95th percentile)"
    yield "kept", f"for {value.retention}, replayed up to {value.replay_window}; reconciled: {value.reconciliation}"
    yield "partition", ", ".join(keys.partition)
    yield "repeat", f"when {', '.join(keys.idempotency)} are equal"
    yield "order", keys.order if keys.order != "none" else f"none: {keys.order_reason}"
    yield "invalid", value.on_invalid + (f", dead letters to {value.dead_letter}" if value.dead_letter else "")
    yield "trigger", "; ".join(filter(None, (", ".join(trigger.commands), trigger.signal)))
    if value.lineage.caused_by:
        yield "cause", ", ".join(value.lineage.caused_by)
