"""Supplier records: a difference is no record, and the date that was asked for is not the date that came true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from acme_contracts import CannotUpcast, Instant
from acme_contracts.procurement.supplier_master_changed import v1, v2

Snapshot = v2.SupplierMasterChanged.Snapshot


@dataclass(frozen=True)
class RecordFacts:
    """The whole record at one entity version, from when it was in force, and whether bank details changed with it."""

    snapshot: Snapshot
    in_force_from: Instant
    has_bank_details_changed: bool


class Suppliers(Protocol):
    """What a service gives to bring a change to version 2."""

    def record(self, party_id: str, entity_version: int) -> RecordFacts | None:
        """Return the record of a supplier at an entity version, or None."""
        ...


@v2.upcaster(1)
def upcast(old: v1.SupplierMasterChanged, lookup: Suppliers | None) -> v2.SupplierMasterChanged:
    """Replace the difference by the record, and never carry `effectiveAt` over: it meant when the change was asked for."""
    facts = lookup.record(old.supplier.party_id, old.entity_version) if lookup is not None else None
    if facts is None:
        raise CannotUpcast(
            "version 1 has only what changed: give parse a lookup that knows the whole record of the supplier"
        )
    return v2.SupplierMasterChanged(
        supplier=old.supplier,
        entity_version=old.entity_version,
        changed_fields=tuple(_pointer(field) for field in old.changed_fields),
        snapshot=facts.snapshot,
        has_bank_details_changed=facts.has_bank_details_changed,
        effective_at=facts.in_force_from,
        changed_at=old.changed_at,
    )


def _pointer(field: str) -> str:
    """Return a JSON Pointer into the difference as one into the record."""
    return "/snapshot" + field.removeprefix("/delta") if field.startswith("/delta/") else field
