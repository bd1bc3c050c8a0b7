"""Work orders: version 1 names a plant and a bare number; the rest of version 2 is asked of the system that released it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from acme_contracts import MISSING, CannotDowncast, CannotUpcast
from acme_contracts.production.work_order_released import v1, v2
from acme_contracts.types import EquipmentRef, MaterialRef, TimeWindow
from acme_contracts.upcasters.units import quantity


@dataclass(frozen=True)
class WorkOrderFacts:
    """What ERP knows of a work order and version 1 does not say."""

    entity_version: int
    site_time_zone: str
    operations: tuple[v2.WorkOrderReleased.Operation, ...]
    equipment: EquipmentRef


class WorkOrders(Protocol):
    """What a service gives to bring a work order to version 2."""

    def work_order(self, work_order_id: str) -> WorkOrderFacts | None:
        """Return what ERP knows of a work order, or None."""
        ...


@v2.upcaster(1)
def upcast(old: v1.WorkOrderReleased, lookup: WorkOrders | None) -> v2.WorkOrderReleased:
    """Take over what is said, ask for operations and time zone, and give the quantity its unit."""
    facts = lookup.work_order(old.work_order_id) if lookup is not None else None
    if facts is None:
        raise CannotUpcast(
            "version 1 has no operations and no time zone: give parse a lookup that knows the work order"
        )
    return v2.WorkOrderReleased(
        work_order_id=old.work_order_id,
        production_order_id=old.production_order_id,
        entity_version=facts.entity_version,
        material=MaterialRef(material_id=old.material_number),
        planned_quantity=quantity(old.quantity, old.uom, lookup),
        equipment=facts.equipment if old.equipment is MISSING else old.equipment,
        planned_window=TimeWindow(start=old.start_time, end=old.end_time),
        site_time_zone=facts.site_time_zone,
        engineering_change_id=old.engineering_change_id,
        operations=facts.operations,
        released_at=old.released_at,
    )


class Plants(Protocol):
    """What a service gives to bring a work order back to version 1."""

    def plant_number(self, site: str) -> str | None:
        """Return the number that ERP has for a site, or None."""
        ...


@v1.downcaster(2, asks=["plant_number"])
def downcast(new: v2.WorkOrderReleased, lookup: Plants) -> v1.WorkOrderReleased:
    """Version 1 numbers the plant as ERP does, and always has an end; the operations it never had are left away."""
    plant = lookup.plant_number(new.equipment.hierarchy.site)
    if plant is None:
        raise CannotDowncast("ERP has no number for the site: add it to the table of plants")
    if new.planned_window.end is MISSING or new.planned_quantity.value < 0:
        raise CannotDowncast("version 1 can only say a window with an end, and an amount above zero: read version 2")
    return v1.WorkOrderReleased(
        work_order_id=new.work_order_id,
        production_order_id=new.production_order_id,
        material_number=new.material.material_id,
        plant=plant,
        quantity=new.planned_quantity.value,
        uom=new.planned_quantity.unit_code,
        start_time=new.planned_window.start,
        end_time=new.planned_window.end,
        released_at=new.released_at,
        engineering_change_id=new.engineering_change_id,
        equipment=new.equipment,
    )
