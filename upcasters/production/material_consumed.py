"""Consumption: free unit texts become codes, the personnel number becomes a pseudonym, and the order says the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from acme_contracts import MISSING, CannotDowncast, CannotUpcast
from acme_contracts.production.material_consumed import v1, v2
from acme_contracts.types import EquipmentRef, MaterialLotRef, PersonRef
from acme_contracts.upcasters.units import quantity


@dataclass(frozen=True)
class OrderFacts:
    """What MES knows of the work order that used the material."""

    production_order_id: str
    equipment: EquipmentRef


class Consumptions(Protocol):
    """What a service gives to bring a consumption to version 2."""

    def order(self, work_order_id: str) -> OrderFacts | None:
        """Return what is known of a work order, or None."""
        ...

    def person(self, personnel_number: str) -> PersonRef | None:
        """Return the keyed pseudonym of a person, or None."""
        ...


@v2.upcaster(1)
def upcast(old: v1.MaterialConsumed, lookup: Consumptions | None) -> v2.MaterialConsumed:
    """Number the lines in their order; how the quantity became known was never told."""
    facts = lookup.order(old.work_order_id) if lookup is not None else None
    if lookup is None or facts is None:
        raise CannotUpcast(
            "version 1 names neither production order nor equipment: give parse a lookup that knows the work order"
        )
    person = lookup.person(old.operator_id)
    if person is None:
        raise CannotUpcast(
            "the personnel number has no pseudonym: the key may have been deleted, or the person is unknown"
        )
    return v2.MaterialConsumed(
        consumption_id=old.consumption_id,
        work_order_id=old.work_order_id,
        production_order_id=facts.production_order_id,
        equipment=facts.equipment,
        consumption_mode="UNKNOWN",
        lines=tuple(_line(number, line, lookup) for number, line in enumerate(old.lines, 1)),
        operator=person,
        consumed_at=old.timestamp,
    )


def _line(number: int, old: v1.MaterialConsumed.Line, lookup: Consumptions) -> v2.MaterialConsumed.Line:
    """Return one line with its units."""
    return v2.MaterialConsumed.Line(
        line_number=number,
        lot=MaterialLotRef(material_id=old.material_number, lot_id=old.lot_id),
        quantity=quantity(old.quantity, old.uom, lookup),
        scrap_quantity=MISSING if old.scrap_quantity is MISSING else quantity(old.scrap_quantity, old.uom, lookup),
    )


class Reporters(Protocol):
    """What a service gives to bring a consumption back to version 1."""

    def personnel_number(self, consumption: v2.MaterialConsumed) -> str | None:
        """Return the number of who reported, be it the technical user of a backflush; None once it is deleted."""
        ...


@v1.downcaster(2, asks=["personnel_number"])
def downcast(new: v2.MaterialConsumed, lookup: Reporters) -> v1.MaterialConsumed:
    """Version 1 needs a personnel number, and would count a reversal as one more consumption."""
    if new.reversal_of is not MISSING:
        raise CannotDowncast("version 1 has no reversals and would count the material once more: read version 2")
    number = lookup.personnel_number(new)
    if number is None:
        raise CannotDowncast("version 1 needs a personnel number, and nobody's is known: read version 2")
    return v1.MaterialConsumed(
        consumption_id=new.consumption_id,
        work_order_id=new.work_order_id,
        lines=tuple(map(_old_line, new.lines)),
        operator_id=number,
        timestamp=new.consumed_at,
    )


def _old_line(new: v2.MaterialConsumed.Line) -> v1.MaterialConsumed.Line:
    """Return one line, whose scrap version 1 counts in the unit of the quantity."""
    scrap = new.scrap_quantity
    amounts = [new.quantity, *([] if scrap is MISSING else [scrap])]
    if any(amount.value < 0 or amount.unit_code != new.quantity.unit_code for amount in amounts):
        raise CannotDowncast("version 1 counts quantity and scrap in one unit, from zero up: read version 2")
    return v1.MaterialConsumed.Line(
        material_number=new.lot.material_id,
        lot_id=new.lot.lot_id,
        quantity=new.quantity.value,
        uom=new.quantity.unit_code,
        scrap_quantity=MISSING if scrap is MISSING else scrap.value,
    )
