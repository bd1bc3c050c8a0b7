"""Supplier records: a difference is no record, and the date that was asked for is not the date that came true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from acme_contracts import MISSING, CannotDowncast, CannotUpcast, Instant
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


class Requests(Protocol):
    """What a service gives to bring a change back to version 1."""

    def requested_for(self, party_id: str, entity_version: int) -> Instant | None:
        """Return when a change was asked to take effect, or None."""
        ...


@v1.downcaster(2, asks=["requested_for"])
def downcast(new: v2.SupplierMasterChanged, lookup: Requests) -> v1.SupplierMasterChanged:
    """Version 1 has what changed alone, and the date that was asked for, which version 2 no longer tells."""
    asked_for = lookup.requested_for(new.supplier.party_id, new.entity_version)
    if asked_for is None:
        raise CannotDowncast("nobody knows for when the change was asked, which version 1 has to say: read version 2")
    return v1.SupplierMasterChanged(
        supplier=new.supplier,
        entity_version=new.entity_version,
        changed_fields=tuple(map(_old_pointer, new.changed_fields)),
        delta=_delta(new),
        has_bank_details_changed=new.has_bank_details_changed,
        effective_at=asked_for,
        changed_at=new.changed_at,
    )


def _old_pointer(field: str) -> str:
    """Return a JSON Pointer into the record as one into the difference; of other members, those that kept their meaning."""
    if field == "/snapshot" or field.startswith("/snapshot/"):
        return "/delta" + field.removeprefix("/snapshot")
    if field in {"/hasBankDetailsChanged", "/supplier"} or field.startswith("/supplier/"):
        return field
    raise CannotDowncast("version 1 can't say that this member changed: read version 2")


def _delta(new: v2.SupplierMasterChanged) -> v1.SupplierMasterChanged.Delta:
    """Return the members of the record that are new."""
    record, changed = new.snapshot, set(new.changed_fields)
    everything = "/snapshot" in changed
    return v1.SupplierMasterChanged.Delta(
        legal_name=record.legal_name if everything or "/snapshot/legalName" in changed else MISSING,
        status=record.status if everything or "/snapshot/status" in changed else MISSING,
        country=record.country if everything or "/snapshot/country" in changed else MISSING,
        qualification_status=(
            record.qualification_status if everything or "/snapshot/qualificationStatus" in changed else MISSING
        ),
        payment_terms_code=(
            record.payment_terms_code if everything or "/snapshot/paymentTermsCode" in changed else MISSING
        ),
        currency=record.currency if everything or "/snapshot/currency" in changed else MISSING,
    )
