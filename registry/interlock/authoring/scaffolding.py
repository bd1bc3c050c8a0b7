"""New contracts, readers and workflows as drafts that load, with what to do next written in them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from interlock.authoring.writing import filled, template, write_new
from interlock.catalog import Catalog
from interlock.differences import members
from interlock.errors import BadValueError, UsageError
from interlock.kinds import KINDS, Kind
from interlock.snapshots import snapshots

TEMPLATES = {
    "event": {
        "events/@path@/v1.yaml": "event.yaml",
        "events/@path@/examples/v1/accepted/first.json": "accepted.json",
        "events/@path@/examples/v1/rejected/without-@entity-name@.json": "rejected.json",
    },
    "type": {"types/@name@/v1.yaml": "type.yaml"},
    "reader": {"readers/@name@.yaml": "reader.yaml"},
    "workflow": {"workflows/@name@.yaml": "workflow.yaml"},
    "product": {"products/@name@/v1.yaml": "product.yaml", "products/@name@/v1.openapi.yaml": "product.openapi.yaml"},
}
"""Which files each kind starts with: path and template."""
_FEW = 5


def new(folder: Path, catalog: Catalog, kind: str, name: str) -> tuple[str, ...]:
    """Write the first files of a contract, reader or workflow and return their paths; raise BadValueError, UsageError."""
    _check_name(kind, name)
    _check_unused(catalog, kind, name)
    values = {**_names(kind, name), **_surroundings(catalog), **_reading(catalog, kind)}
    contents = {
        filled(path, values): filled(template(f"new/{source}"), values) for path, source in TEMPLATES[kind].items()
    }
    return write_new(folder, contents)


def _check_name(kind: str, name: str) -> None:
    """Refuse what would have no place in a catalog."""
    if kind not in TEMPLATES:
        raise BadValueError("kind of contract", kind, f"write one of {', '.join(TEMPLATES)}")
    row: Kind = KINDS[kind]
    first = filled(next(iter(TEMPLATES[kind])), {"path": name.replace(".", "/"), "name": name})
    example = "production.lot-scrapped" if kind == "event" else {"reader": "wms-receiving"}.get(kind, "storage-bin")
    if row.path.fullmatch(first) is None or (kind == "event") != (name.count(".") == 1):
        form = (
            "<domain>.<entity>-<past participle>, all in kebab-case"
            if kind == "event"
            else "lower-case words joined by hyphens"
        )
        raise BadValueError(f"name of the {kind}", name, f"write {form}, for example {example}")


def _check_unused(catalog: Catalog, kind: str, name: str) -> None:
    """Refuse a name that is taken."""
    majors = catalog.majors(name)
    if majors:
        newest = majors[-1].value
        raise UsageError(
            f"{name} is there at {newest.version}: for the next major run interlock new {kind} {name} --major"
        )


def _names(kind: str, name: str) -> dict[str, str]:
    """Return the forms of a name that templates use."""
    event = name.partition(".")[2] or name
    words = event.split("-")
    entity = "-".join(words[:-1]) if kind == "event" and len(words) > 1 else event
    camel = re.sub("-([a-z0-9])", lambda match: match[1].upper(), entity)
    return {
        "name": name, "path": name.replace(".", "/"), "event": event, "domain": name.partition(".")[0], "entity-name": entity,
        "entity": camel, "Entity": camel[:1].upper() + camel[1:], "title": event.replace("-", " ").capitalize(), "file": "v1.openapi.yaml",
    }  # fmt: skip


def _surroundings(catalog: Catalog) -> dict[str, str]:
    """Choose owner, system, tier and site from what the catalog has: the team that owns most."""
    owners = Counter(entry.value.owner for entry in catalog.contracts.values() if entry.value.owner in catalog.teams)
    owner = next((team for team, _ in owners.most_common(1)), next(iter(catalog.teams), None)) or "team-unnamed"
    owned = [system for system, value in catalog.systems.items() if value.owner == owner]
    system = next(iter([*owned, *catalog.systems]), "system-unnamed")
    site = next(iter(catalog.sites), "site-unnamed")
    tiers = list(catalog.settings.tiers)
    return {
        "owner": str(owner), "system": system, "tier": "T2" if not tiers or "T2" in tiers else tiers[0], "site": site,
        "enterprise": catalog.sites[site].enterprise if site in catalog.sites else "enterprise",
        "prefix": catalog.settings.type_prefix, "base-uri": catalog.settings.base_uri,
    }  # fmt: skip


def _reading(catalog: Catalog, kind: str) -> dict[str, str]:
    """Return what a template refers to: the first event with its required members, and shared types where they are there."""
    up = "../../" if kind == "product" else "../../../"
    shared = {
        name: f"$ref: {up}types/{name}/v1.yaml" if f"{name}@1" in catalog.types else "type: string"
        for name in ("id", "instant")
    }
    if kind not in ("reader", "workflow"):
        return shared
    if not catalog.events:
        raise UsageError(f"a {kind} needs an event, and the catalog has none: start with interlock new event")
    entry = catalog.events[next(iter(catalog.events))]
    bundle = snapshots(catalog, [entry.value.key])[entry.value.key].bundle
    found = members(bundle.schema, at="/data") if bundle else {}
    fields = [path for path, member in found.items() if member.required and member.parent == "/data"][:_FEW] or [
        "/data"
    ]
    major = entry.value.major
    return {
        **shared,
        "reads": entry.value.name,
        "major": str(major),
        "next": str(major + 1),
        "fields": ", ".join(fields),
    }
