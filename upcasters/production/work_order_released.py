"""Work orders: version 1 names a plant and a bare number; the rest of version 2 is asked of the system that released it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from acme_contracts import MISSING, CannotUpcast
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
