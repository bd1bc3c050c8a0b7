"""
From `createProductionOrder` to `releaseWorkOrder`, by the generated clients against a server on loopback.

The server holds requests and answers to the same contracts by the generated middleware, and a gateway before it fails.
What the release results in is an event, judged by the library that knows nothing of the generated package.
"""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest

from codegen.generated import shipped
from interlock.validation import Validator
from stories.story_plant import SLOW, Plant

CORRELATION = "prodorder:PO-100040"
TRACE = "00-4002a6f493126e44457117047b731cb0-de5c07f32a81f72f-01"


@pytest.fixture
def orders(package: ModuleType) -> Any:
    """Return the module of production orders."""
    return package.products.production_orders.v2


@pytest.fixture
def stock(package: ModuleType) -> Any:
    """Return the module of the inventory."""
    return package.products.inventory.v1


def settings(package: ModuleType, **changes: Any) -> dict[str, Any]:
    """Return what every client of the story is set up with: a planner's token, and no waits longer than a test may take."""
    clients = package.clients
    retry = clients.Retry(attempts=4, first=0.01, longest=0.02)
    options = clients.Options(timeout=clients.Timeout(connect=2, read=SLOW / 2, total=20), retry=retry)
    return {"credentials": {"oauth2": clients.Bearer("planner")}, "options": options, **changes}


def order_of(package: ModuleType, orders: Any) -> Any:
    """Return the demand for 1000 housings."""
    types = package.types
    return orders.CreateProductionOrder(
        material=types.MaterialRef(material_id="FG-2200", revision="C"),
        planned_quantity=types.Quantity(value=Decimal(1000), unit_code="H87"),
        planned_window=types.TimeWindow(start=package.Instant.of("2026-03-16T06:30:00Z")),
        site="muc1",
    )


def release_of(package: ModuleType, orders: Any) -> Any:
    """Return the release of all of it on line 2."""
    types = package.types
    hierarchy = {"enterprise": "exc", "site": "muc1", "area": "machining", "work_center": "line-2"}
    equipment = types.EquipmentRef.model_validate(
        {"equipment_id": "line-2", "equipment_level": "PRODUCTION_LINE", "hierarchy": hierarchy}
    )
    return orders.ReleaseWorkOrder(
        equipment=equipment, planned_window=types.TimeWindow(start=package.Instant.of("2026-03-16T06:30:00Z"))
    )


def judged(plant: Plant, package: ModuleType, accepted: Any) -> None:
    """Hold the one event of a release to its contract, with the library and with the package of a reader."""
    (message,) = plant.published
    assert not Validator(shipped()).check(json.loads(message.value), closed=True)
    event = package.work_order_released_v2.parse(message)
    assert event.data.work_order_id == accepted.work_order_id
    assert event.data.planned_quantity.value == Decimal(1000)
    assert event.envelope.correlationid == CORRELATION
    assert event.envelope.attributes["traceparent"] == TRACE
    assert [record.results for record in plant.audited if record.results] == [(event.envelope.id,)]


FAULTS = ["full", "down", "slow"]


@pytest.mark.parametrize("fault", ["", *FAULTS])
def test_an_order_is_created_and_released(plant: Plant, package: ModuleType, orders: Any, fault: str) -> None:
    """Whatever the gateway does once to each call, the order is created once, released once, and one event follows."""
    handled = package.services.Context(correlationid=CORRELATION, traceparent=TRACE)
    with (
        package.services.entered(handled),
        orders.Client(f"{plant.url}/production-orders/v2", **settings(package)) as client,
    ):
        plant.faults.append(fault)
        created = client.raw.create_production_order(order_of(package, orders))
        plant.faults.append(fault)
        accepted = client.release_work_order(
            release_of(package, orders), production_order_id=created.value.production_order_id, if_match=created.etag
        )
        order = client.get_production_order(production_order_id=created.value.production_order_id)
    assert len(plant.orders) == 1
    assert order.work_order_ids == (accepted.work_order_id,)
    judged(plant, package, accepted)


@pytest.mark.parametrize("fault", ["", *FAULTS])
def test_tasks_create_and_release_an_order(plant: Plant, package: ModuleType, orders: Any, fault: str) -> None:
    """The async client tells the same story."""

    async def told() -> Any:
        handled = package.services.Context(correlationid=CORRELATION, traceparent=TRACE)
        with package.services.entered(handled):
            async with orders.AsyncClient(f"{plant.url}/production-orders/v2", **settings(package)) as client:
                plant.faults.append(fault)
                created = await client.raw.create_production_order(order_of(package, orders))
                plant.faults.append(fault)
                return await client.release_work_order(
                    release_of(package, orders),
                    production_order_id=created.value.production_order_id,
                    if_match=created.etag,
                )

    accepted = asyncio.run(told())
    assert len(plant.orders) == 1
    judged(plant, package, accepted)


def test_a_repeated_attempt_has_the_same_key_and_no_other_call_has_it(
    plant: Plant, package: ModuleType, orders: Any
) -> None:
    """The key of a command is made once: each attempt sends it again, and the next command has its own."""
    with orders.Client(f"{plant.url}/production-orders/v2", **settings(package)) as client:
        plant.faults += ["full", "down", ""]
        client.create_production_order(order_of(package, orders))
        client.create_production_order(order_of(package, orders))
    keys = [headers["idempotency-key"] for _, headers in plant.seen]
    assert len(keys) == 4
    assert len(set(keys[:3])) == 1
    assert keys[3] != keys[0]
    assert len(plant.orders) == 2


def test_what_a_newer_server_adds_survives(plant: Plant, package: ModuleType, orders: Any) -> None:
    """A state and a member that this client was not built with arrive as they are."""
    with orders.Client(f"{plant.url}/production-orders/v2", **settings(package)) as client:
        plant.faults.append("newer")
        created = client.create_production_order(order_of(package, orders))
    assert created.order_state == "PAUSED_FOR_AUDIT"
    assert created.model_extra == {"auditor": {"personRef": "psn_1"}}


def test_a_page_of_a_proxy_is_an_error_with_the_page(plant: Plant, package: ModuleType, orders: Any) -> None:
    """HTML with status 500 is neither a problem nor a value: the error keeps it, for whoever looks into it."""
    with orders.Client(f"{plant.url}/production-orders/v2", **settings(package)) as client:
        plant.faults.append("page")
        with pytest.raises(package.clients.ServerError) as caught:
            client.create_production_order(order_of(package, orders))
    assert (caught.value.status, caught.value.content) == (500, b"<html>oops</html>")


def test_problems_are_exceptions_with_their_members(plant: Plant, package: ModuleType, orders: Any, stock: Any) -> None:
    """Each declared problem has a class of its own, and its body is typed."""
    types, settled = package.types, settings(package)
    with orders.Client(f"{plant.url}/production-orders/v2", **settled) as client:
        created = client.create_production_order(order_of(package, orders))
        with pytest.raises(orders.PreconditionFailedError):
            client.release_work_order(
                release_of(package, orders), production_order_id=created.production_order_id, if_match='"7"'
            )
        with pytest.raises(orders.NotFoundError):
            client.get_production_order(production_order_id="PO-199999")
    movement = stock.PostGoodsMovement(
        movement_type="TRANSFER", lot=types.MaterialLotRef(material_id="RM-0310", lot_id="B-7790"),
        quantity=types.Quantity(value=Decimal(250), unit_code="KGM"), posting_date=package.LocalDate.of("2026-03-16"),
        from_location=types.LocationRef(location_id="muc1-hb-a", location_type="STORAGE_ZONE", site="muc1"),
        reference=types.DocumentRef(document_type="MATERIAL_DOCUMENT", document_id="RP-3301"),
    )  # fmt: skip
    with stock.Client(f"{plant.url}/inventory/v1", **settled) as client, pytest.raises(stock.LotOnHoldError) as caught:
        client.post_goods_movement(movement)
    assert caught.value.body.hold_id == "HD-2001"


def test_who_may_not_is_told_so(plant: Plant, package: ModuleType, orders: Any) -> None:
    """A token without the scope is refused by the server, and the error is the product's own."""
    changes = {"credentials": {"oauth2": package.clients.Bearer("viewer")}}
    client = orders.Client(f"{plant.url}/production-orders/v2", **settings(package, **changes))
    with client, pytest.raises(orders.ForbiddenError):
        client.create_production_order(order_of(package, orders))
    assert not plant.orders


def test_nothing_wrong_leaves_the_client(plant: Plant, package: ModuleType, orders: Any) -> None:
    """A body or a parameter that breaks the contract is refused before a request is made."""
    wrong = order_of(package, orders).model_copy(update={"priority": 17})
    with orders.Client(f"{plant.url}/production-orders/v2", **settings(package)) as client:
        with pytest.raises(package.ContractViolation, match="/priority"):
            client.create_production_order(wrong)
        with pytest.raises(package.ContractViolation, match="If-Match"):
            client.release_work_order(release_of(package, orders), production_order_id="PO-1", if_match="7")
    assert not plant.seen


def test_a_replayed_event_sends_no_command(plant: Plant, package: ModuleType, orders: Any) -> None:
    """While an event is told again, reading goes on and a command is refused before it leaves."""
    handled = package.services.Context(correlationid=CORRELATION, replayed=True)
    with (
        package.services.entered(handled),
        orders.Client(f"{plant.url}/production-orders/v2", **settings(package)) as client,
    ):
        with pytest.raises(package.clients.CommandSuppressed):
            client.create_production_order(order_of(package, orders))
        with pytest.raises(orders.NotFoundError):
            client.get_production_order(production_order_id="PO-199999")
    assert [line for line, _ in plant.seen] == ["GET /production-orders/v2/production-orders/PO-199999"]


def test_pages_lead_on_by_themselves(plant: Plant, package: ModuleType, stock: Any) -> None:
    """Every entry of every page comes once, sync and async, also when the gateway is full in the middle."""

    async def lots() -> list[str]:
        async with stock.AsyncClient(f"{plant.url}/inventory/v1", **settings(package)) as client:
            return [entry.lot.lot_id async for entry in client.get_stock_entries(site="muc1")]

    expected = [f"L26031{number}-01" for number in range(5)]
    plant.faults += ["", "full", ""]
    with stock.Client(f"{plant.url}/inventory/v1", **settings(package)) as client:
        assert [entry.lot.lot_id for entry in client.get_stock_entries(site="muc1")] == expected
        assert [len(page.stock) for page in client.get_stock_pages(site="muc1", cursor="2")] == [2, 1]
    assert asyncio.run(lots()) == expected
