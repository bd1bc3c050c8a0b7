"""The generated client of that product: `python call_maintenance.py http://127.0.0.1:8001/maintenance/v1`."""

from __future__ import annotations

import sys

from acme_contracts.clients import Bearer
from acme_contracts.products.maintenance.v1 import Client, CreateMaintenanceWorkOrder, UnauthorizedError
from acme_contracts.types import EquipmentRef, Hierarchy

ORDER = CreateMaintenanceWorkOrder(
    equipment=EquipmentRef(
        equipment_id="cnc-07",
        equipment_level=EquipmentRef.EquipmentLevel.WORK_UNIT,
        hierarchy=Hierarchy(enterprise="exc", site="muc1", area="machining", work_center="line-2", work_unit="cnc-07"),
    ),
    work_type=CreateMaintenanceWorkOrder.WorkType.CORRECTIVE,
    priority=CreateMaintenanceWorkOrder.Priority.EMERGENCY,
    title="Spindle over-temperature on cnc-07",
)


def main(url: str) -> None:
    """Order a repair, twice with one key: the second answer is the first one again."""
    with Client(url, credentials={"oauth2": Bearer("planner")}) as client:
        first = client.create_maintenance_work_order(ORDER, idempotency_key="cnc-07-2026-03-19")
        again = client.create_maintenance_work_order(ORDER, idempotency_key="cnc-07-2026-03-19")
        print(first.maintenance_work_order_id, again.maintenance_work_order_id)
    with Client(url, credentials={"oauth2": Bearer("stranger")}) as client:
        try:
            client.create_maintenance_work_order(ORDER)
        except UnauthorizedError as error:
            print(error.status, error.body.title)


if __name__ == "__main__":
    match sys.argv[1:]:
        case [url]:
            main(url)
        case _:
            sys.exit(__doc__)
