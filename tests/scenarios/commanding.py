"""Commands of the scenarios, sent with the generated clients by whoever acts: an operator, a planner, a rule."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from scenarios.casting import Command
from scenarios.script import Step
from scenarios.wires import MODULE

Sent = Callable[[Any, Any, Any, str], object]
"""Sends one command by a client: the product's module, the client, the data of the event that is to result, the key."""


def send(url: str, command: Command, step: Step) -> None:
    """Send a command; its key is the same however often it is sent."""
    name, _, major = command.product.partition("@")
    module = import_module(f"{MODULE}.products.{name.replace('-', '_')}.v{major}")
    bearer = import_module(f"{MODULE}.clients").Bearer(command.by)
    contract = import_module(MODULE).catalog.contract(step.contract)
    data = contract.parse_data(json.dumps(dict(step.data)).encode())
    with module.Client(f"{url}/{name}/v{major}", credentials={"oauth2": bearer}) as client:
        SENT[command.operation](module, client, data, step.key)


def _start_operation(module: Any, client: Any, data: Any, key: str) -> object:
    """An operator starts an operation."""
    body = module.StartOperation(
        equipment=data.equipment, started_at=data.started_at, operator=data.operator, shift_id=data.shift_id
    )
    return client.start_operation(
        body, work_order_id=data.work_order_id, operation_id=data.operation_id, idempotency_key=key
    )


def _report_consumption(module: Any, client: Any, data: Any, key: str) -> object:
    """A scanner at the line reports lots, or output backflushes them."""
    lines = tuple(
        module.ConsumptionLine(
            lot=line.lot,
            quantity=line.quantity,
            bom_line_number=line.bom_line_number,
            source_location=line.source_location,
        )
        for line in data.lines
    )
    body = module.ReportConsumption(lines=lines, consumption_mode=data.consumption_mode, consumed_at=data.consumed_at)
    return client.report_consumption(body, work_order_id=data.work_order_id, idempotency_key=key)


def _report_production(module: Any, client: Any, data: Any, key: str) -> object:
    """The line reports its output."""
    outputs = tuple(
        module.ProductionOutput(
            lot=output.lot, good_quantity=output.good_quantity, scrap_quantity=output.scrap_quantity
        )
        for output in data.outputs
    )
    body = module.ReportProduction(
        outputs=outputs,
        is_final=data.is_final,
        started_at=data.started_at,
        completed_at=data.completed_at,
        scrap_reason=data.scrap_reason,
    )
    return client.report_production(body, work_order_id=data.work_order_id, idempotency_key=key)


def _create_maintenance_work_order(module: Any, client: Any, data: Any, key: str) -> object:
    """A rule orders the repair of a machine that stands."""
    body = module.CreateMaintenanceWorkOrder(
        equipment=data.equipment,
        work_type=data.work_type,
        priority=data.priority,
        title="Repair after a breakdown",
        downtime_id=data.downtime_id,
    )
    return client.create_maintenance_work_order(body, idempotency_key=key)


def _change_production_order(module: Any, client: Any, data: Any, key: str) -> object:
    """Planning moves an order behind a downtime."""
    body = module.ChangeProductionOrder(reason=data.reason, planned_window=data.planned_window)
    return client.change_production_order(
        body,
        production_order_id=data.production_order_id,
        if_match=f'"{data.entity_version - 1}"',
        idempotency_key=key,
    )


SENT: Mapping[str, Sent] = {
    "startOperation": _start_operation,
    "reportConsumption": _report_consumption,
    "reportProduction": _report_production,
    "createMaintenanceWorkOrder": _create_maintenance_work_order,
    "changeProductionOrder": _change_production_order,
}
