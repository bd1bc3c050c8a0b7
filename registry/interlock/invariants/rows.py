"""What a contract declares beyond its schema, as rows that a judge takes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from interlock.catalog import Catalog, EventContract, TypeContract
from interlock.catalog.parts import Invariant
from interlock.references import Bundle


def rows(invariants: Iterable[Invariant]) -> list[dict[str, Any]]:
    """Return declared invariants as rows."""
    return [{"rule": each.rule, "parameters": each.parameters} for each in invariants]


def declared_rows(catalog: Catalog, contract: object, bundle: Bundle) -> dict[str, Any]:
    """Return the rows of a contract (of none that is no event), and by their files those of the types in its bundle."""
    types = {path: rows(_of_type(catalog, path)) for path in sorted(bundle.files)}
    own = contract.invariants if isinstance(contract, EventContract) else ()
    return {"event": rows(own), "types": {path: found for path, found in types.items() if found}}


def _of_type(catalog: Catalog, path: str) -> tuple[Invariant, ...]:
    """Return the invariants that a type's file declares."""
    entry = catalog.by_path.get(path)
    contract = entry.value if entry is not None else None
    return contract.invariants if isinstance(contract, TypeContract) else ()
