"""Holds: version 1 knows neither the due date nor the coded reason; back, its closed list of hold types is the trap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from acme_contracts import MISSING, CannotDowncast, CannotUpcast, Instant
from acme_contracts.quality.lot_on_hold import v1, v2
from acme_contracts.types import MaterialLotRef, Reason
from acme_contracts.upcasters.units import quantity

_HOLD_TYPES: dict[str, Literal["QUALITY", "REGULATORY"]] = {"QUALITY": "QUALITY", "REGULATORY": "REGULATORY"}
"""The closed list of version 1."""


@dataclass(frozen=True)
class HoldFacts:
    """What QMS knows of a hold and version 1 does not say."""

    disposition_due_by: Instant
    is_regulated: bool
    reason_code: str
    code_system: str


class Holds(Protocol):
    """What a service gives to bring a hold to version 2."""

    def hold(self, hold_id: str) -> HoldFacts | None:
        """Return what QMS knows of a hold, or None."""
        ...


@v2.upcaster(1)
def upcast(old: v1.LotOnHold, lookup: Holds | None) -> v2.LotOnHold:
    """A hold of version 1 blocks a whole lot; everything else that version 2 adds is asked of QMS."""
    facts = lookup.hold(old.hold_id) if lookup is not None else None
    if facts is None:
        raise CannotUpcast("version 1 does not say until when to decide: give parse a lookup that knows the hold")
    return v2.LotOnHold(
        hold_id=old.hold_id,
        lot=MaterialLotRef(material_id=old.material_number, lot_id=old.lot_id),
        affected_quantity=quantity(old.quantity, old.uom, lookup),
        scope=v2.LotOnHold.Scope.LOT,
        hold_type=old.hold_type,
        stock_status=v2.LotOnHold.StockStatus.BLOCKED,
        reason=Reason(code=facts.reason_code, code_system=facts.code_system, text=old.reason_text),
        is_regulated=facts.is_regulated,
        disposition_due_by=facts.disposition_due_by,
        placed_at=old.placed_at,
    )


@v1.downcaster(2)
def downcast(new: v2.LotOnHold, lookup: object) -> v1.LotOnHold:  # noqa: ARG001 - nothing is asked for
    """Version 1 has two kinds of hold, blocks whole lots, and has no negative quantities."""
    hold_type = _HOLD_TYPES.get(new.hold_type)
    if hold_type is None:
        raise CannotDowncast("version 1 has no name for this type of hold: read version 2")
    if new.scope != v2.LotOnHold.Scope.LOT or new.affected_quantity.value < 0:
        raise CannotDowncast("version 1 can only say that a whole lot is on hold: read version 2")
    return v1.LotOnHold(
        hold_id=new.hold_id,
        material_number=new.lot.material_id,
        lot_id=new.lot.lot_id,
        quantity=new.affected_quantity.value,
        uom=new.affected_quantity.unit_code,
        hold_type=hold_type,
        reason_text=new.reason.code if new.reason.text is MISSING or not new.reason.text else new.reason.text,
        placed_at=new.placed_at,
    )
