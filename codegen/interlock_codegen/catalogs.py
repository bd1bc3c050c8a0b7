"""The catalog as the generated package carries it: contracts, tiers, flows and readers as one file of data."""

from __future__ import annotations

import json
from typing import Any

from interlock.catalog import EventContract, ReaderContract, Workflow
from interlock.catalog.settings import TierPolicy
from interlock.versions import Version, VersionRange
from interlock_codegen.lowering.contracts import Source
from interlock_codegen.printing import MARKER, printed

_LAST = 10**9
"""Above any minor version that there is."""


def catalog_files(source: Source) -> dict[str, bytes]:
    """Return the file with the catalog's data, and the module that offers it as `catalog`."""
    return {"_catalog.json": _as_file(_document(source)), "_catalog.py": printed("catalog.py.j2")}


def _as_file(document: dict[str, Any]) -> bytes:
    """Return a document as a file that says where it comes from, one entry of each list a line."""
    lines = [f"{json.dumps(name)}: {_value(value)}" for name, value in {"$comment": str(MARKER), **document}.items()]
    return ("{" + ",\n".join(lines) + "\n}\n").encode()


def _value(value: Any) -> str:
    """Return a JSON value; of a list each item is a line."""
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(f"  {json.dumps(item)}" for item in value) + "\n]"
    return json.dumps(value)


def _document(source: Source) -> dict[str, Any]:
    """Return what services need to know of the catalog at run time."""
    catalog = source.catalog
    return {
        "name": catalog.settings.name,
        "tiers": {tier: _tier(policy) for tier, policy in sorted(catalog.settings.tiers.items())},
        "events": [_event(source, key) for key in catalog.events],
        "workflows": [_workflow(entry.value) for _, entry in sorted(catalog.workflows.items())],
        "readers": [_reader(source, entry.value) for _, entry in sorted(catalog.readers.items())],
        "systems": sorted(catalog.systems),
        "sites": sorted(catalog.sites),
        **_given(deadLetters=_dead_letters(source)),
        "products": [{"key": key, "module": f".{place.dotted}"} for key, place in source.places.products.items()],
    }


def _dead_letters(source: Source) -> dict[str, str] | None:
    """Return which event tells of dead letters, and where the kinds of failure are explained."""
    settings = source.catalog.settings
    if settings.dead_letters is None or not source.catalog.majors(settings.dead_letters):
        return None
    return {"event": settings.dead_letters, "problems": f"{settings.base_uri}/problems"}


def _given(**members: Any) -> dict[str, Any]:
    """Return members without those that have no value."""
    return {name: value for name, value in members.items() if value not in (None, "", (), [], False)}


def _tier(policy: TierPolicy) -> dict[str, Any]:
    """Return a tier's policy."""
    retry, dedupe, edge = policy.retry, policy.dedupe, policy.edge_buffer
    return {
        "ordered": policy.ordered,
        "retry": {"attempts": retry.attempts, "first": retry.first, "longest": retry.longest, "then": retry.then},
        "edge": {"keep": edge.keep, "storage": edge.storage, "full": edge.when_full},
        "replay": policy.replay_window,
        **_given(dedupe={"event": dedupe.event, "key": dedupe.business_key} if dedupe else None, expiry=policy.expiry),
    }


def _event(source: Source, key: str) -> dict[str, Any]:
    """Return one event contract."""
    value: EventContract = source.catalog.events[key].value
    return {
        "name": value.name,
        "version": value.version,
        "type": f"{source.catalog.settings.type_prefix}.{value.name}.v{value.major}",
        "tier": value.tier,
        "status": value.lifecycle.status,
        "module": f".{source.places.events[key].dotted}",
        **_given(
            owner=value.owner,
            producers=list(value.producers),
            causes=list(value.lineage.caused_by),
            deadLetters=value.dead_letter if value.dead_letter != value.owner else None,
        ),
    }


def _workflow(workflow: Workflow) -> dict[str, Any]:
    """Return one business flow."""
    steps = [
        _given(
            id=step.id, command=step.command, event=step.event, by=step.by, after=list(step.after), within=step.within
        )
        for step in workflow.steps
    ]
    return _given(name=workflow.workflow, tier=workflow.tier, sla=workflow.sla, steps=steps)


def _reader(source: Source, reader: ReaderContract) -> dict[str, Any]:
    """Return one reader contract, with the majors of this catalog that lie in each range."""
    reads = [
        _given(
            event=line.event,
            versions=line.versions,
            majors=_majors(source, line.event, line.versions),
            fields=list(line.fields),
            replay=line.replay_window,
            strict=line.strict,
            assumes=[{"at": each.at, "schema": each.schema, "why": each.why or ""} for each in line.assumptions],
        )
        for line in reader.reads
    ]
    return {"name": reader.service, "system": reader.system, "owner": reader.owner, "reads": reads}


def _majors(source: Source, name: str, versions: str) -> list[int]:
    """Return the majors of an event of which a range takes some version."""
    wanted = VersionRange.parse(versions)
    return [
        entry.value.major
        for entry in source.catalog.majors(name)
        if any(version in wanted for version in _some(Version.parse(entry.value.version)))
    ]


def _some(version: Version) -> tuple[Version, ...]:
    """Return the first, the present and the last imaginable version of a major."""
    return (Version(version.major, 0, 0), version, Version(version.major, _LAST, 0))
