"""What a contract promises beside its schema, as the `x-` members that OpenAPI and AsyncAPI leave to others."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from interlock.catalog import Catalog, Contract, Entry, EventContract
from interlock.snapshots import snapshots

_EVENT = ("lifecycle", "producers", "audience", "tier", "classification", "retention", "replay-window", "sla", "keys",
          "on-invalid", "dead-letter", "readers", "lineage", "reconciliation", "invariants")  # fmt: skip
_PRODUCT = ("lifecycle", "layer", "systems", "audience", "tier", "classification", "authentication", "idempotency",
            "pagination", "sla", "audit")  # fmt: skip


def promises(catalog: Catalog, entry: Entry[Any]) -> dict[str, Any]:
    """Return the promises of an event or a product as `x-` members, defaults written out; the digest names this content."""
    contract: Contract = entry.value
    names = _EVENT if isinstance(contract, EventContract) else _PRODUCT
    found = {
        "contract": contract.key,
        "version": contract.version,
        "owner": owner(catalog, contract.owner),
        **{name: spelled(getattr(contract, name.replace("-", "_"))) for name in names},
        "compatibility": getattr(contract, "compatibility", None) or catalog.settings.defaults.compatibility,
        "digest": f"sha256:{snapshots(catalog, [contract.key])[contract.key].identity}",
    }
    return {f"x-{name}": value for name, value in found.items() if value not in (None, [], {})}


def owner(catalog: Catalog, name: str | None) -> dict[str, Any] | None:
    """Return a team by its name, and where it is reached."""
    team = catalog.teams.get(name or "")
    return {"team": name, **({"name": team.name, "contact": team.contact} if team else {})} if name else None


def spelled(value: Any) -> Any:
    """
    Return a catalog value as JSON, under the names that files use and with its defaults.

    >>> from interlock.catalog.parts import Throttle
    >>> spelled(Throttle(rate=5))
    {'rate': 5, 'per': 'PT1S', 'burst': 1.0}
    """
    if isinstance(value, msgspec.Struct):
        members = {field.encode_name: getattr(value, field.name) for field in msgspec.structs.fields(value)}
        return {name: spelled(member) for name, member in members.items() if member is not None}
    if isinstance(value, list | tuple):
        return [spelled(item) for item in value]
    if isinstance(value, dict):
        return {name: spelled(member) for name, member in value.items()}
    return value.isoformat() if isinstance(value, dt.date) else value
