"""Consumption: free unit texts become codes, the personnel number becomes a pseudonym, and the order says the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from acme_contracts import MISSING, CannotUpcast
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
