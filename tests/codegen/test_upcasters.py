"""The reviewed functions between majors: every old example and sample arrives, and what cannot be known is never guessed."""

from __future__ import annotations

import importlib
import json
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codegen.generated import shipped

CATALOG = shipped()
OLD = sorted(key for key, entry in CATALOG.events.items() if entry.value.major < len(CATALOG.majors(entry.value.name)))
"""The majors that have a successor."""
NEVER_SAID = "2026-03-20T00:00:00Z"


class Plant:
    """What a service knows: masters and systems of record, asked by the upcasters."""

    def __init__(self, acme: ModuleType, zone: str = "Europe/Berlin") -> None:
        self.acme, self.types, self.zone = acme, acme.types, zone
        hierarchy = self.types.Hierarchy(enterprise="exc", site="muc1")
        self.machine = self.types.EquipmentRef(equipment_id="cnc-07", equipment_level="WORK_UNIT", hierarchy=hierarchy)
        self.place = self.types.LocationRef(location_id="dock-1", location_type="DOCK")

    def upcaster(self, name: str) -> Any:
        """Return a module of upcasters."""
        return importlib.import_module(f"{self.acme.__name__}.upcasters.{name}")

    def unit_code(self, text: str) -> str | None:
        """Know the units of samples, which are any text but the one that nobody knows."""
        return None if text == "unheard-of" else {"KG": "KGM", "kg": "KGM"}.get(text, "H87")

    def work_order(self, work_order_id: str) -> Any:
        """Know every work order."""
        step = self.acme.work_order_released_v2.WorkOrderReleased.Operation(
            operation_id=work_order_id, sequence_number=1
        )
        return self.upcaster("production.work_order_released").WorkOrderFacts(1, self.zone, (step,), self.machine)

    def order(self, work_order_id: str) -> Any:
        """Know every production order."""
        return self.upcaster("production.material_consumed").OrderFacts(work_order_id, self.machine)

    def person(self, personnel_number: str) -> Any:
        """Know every person but one whose key was deleted."""
        known = personnel_number != "deleted"
        return self.types.PersonRef(pseudonym="psn_" + "a" * 16, role="OPERATOR") if known else None

    def equipment(self, machine_id: str) -> Any:
        """Know every machine but one."""
        return None if machine_id == "UNKNOWN" else self.machine

    def hold(self, hold_id: str) -> Any:
        """Know every hold."""
        due = self.acme.Instant.of(NEVER_SAID)
        return self.upcaster("quality.lot_on_hold").HoldFacts(due, False, "OTHER", f"https://example.com/{hold_id}")  # noqa: FBT003

    def shipment(self, shipment_id: str) -> Any:
        """Know every shipment."""
        carrier = self.types.PartyRef(party_id=shipment_id, role="CARRIER")
        facts = self.upcaster("logistics.shipment_dispatched").ShipmentFacts
        return facts(1, carrier, "ROAD", self.place, self.place, ("0" * 18,), self.zone)

    def document(self, document_id: str) -> Any:
        """Know every ledger document."""
        reference = self.types.DocumentRef(document_type="COUNT_DOCUMENT", document_id=document_id)
        facts = self.upcaster("finance.financial_adjustment_posted").DocumentFacts
        return facts("EXC", "SCRAP", "2026-03", "890200", reference, self.acme.Instant.of(NEVER_SAID))

    def record(self, party_id: str, entity_version: int) -> Any:
        """Know every supplier's record."""
        record = self.acme.supplier_master_changed_v2.SupplierMasterChanged.Snapshot(
            legal_name=f"{party_id} {entity_version}", status="ACTIVE", country="DE", qualification_status="QUALIFIED"
        )
        facts = self.upcaster("procurement.supplier_master_changed").RecordFacts
        return facts(record, self.acme.Instant.of(NEVER_SAID), False)  # noqa: FBT003


@pytest.fixture(scope="session")
def plant(acme: ModuleType) -> Plant:
    """Return what a service knows."""
    return Plant(acme)


def successor(acme: ModuleType, key: str) -> Any:
    """Return the contract of the next major."""
    name, _, major = key.partition("@")
    return acme.contract(f"{name}@{int(major) + 1}")


def old_event(key: str, **changes: Any) -> bytes:
    """Return the first accepted example of an old major with some members of its data changed."""
    event = json.loads(json.dumps(next(example.event for example in CATALOG.examples[key] if example.accepted)))
    event["data"].update(changes)
    return json.dumps(event).encode()


def reason(contract: Any, text: bytes, lookup: Any) -> str:
    """Return why an old event can't be brought to a new major."""
    with pytest.raises(Exception, match="cannot-cast") as refused:
        contract.parse(text, lookup=lookup)
    (violation,) = refused.value.violations
    return str(violation.text)


def test_every_old_major_has_its_way(acme: ModuleType) -> None:
    """No major was left behind."""
    assert OLD
    assert all(successor(acme, key).bridges.way(1, 2) == [2] for key in OLD)


@pytest.mark.parametrize("key", OLD)
def test_old_examples_arrive(acme: ModuleType, plant: Plant, key: str) -> None:
    """Each accepted example of the old major is read as the new one: the same fact, under the same id."""
    for example in (example for example in CATALOG.examples[key] if example.accepted):
        read = successor(acme, key).parse(json.dumps(example.event).encode(), lookup=plant)
        assert read.contract is successor(acme, key)
        assert (read.envelope.id, read.envelope.subject) == (example.event["id"], example.event["subject"])


@pytest.mark.parametrize("key", OLD)
@given(st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_old_draws_arrive_or_say_why(acme: ModuleType, plant: Plant, key: str, data: st.DataObject) -> None:
    """Whatever the old contract takes is either valid under the new one or refused with a reason: nothing else happens."""
    strategies = importlib.import_module(f"{acme.__name__}.testing.strategies")
    message = data.draw(strategies.messages(acme.contract(key)))
    contract = successor(acme, key)
    violations = [fault for fault in _faults(contract, message, plant) if fault.reason != "cannot-cast"]
    assert violations == []


def _faults(contract: Any, message: Any, lookup: Any) -> tuple[Any, ...]:
    """Return what is wrong with a message of an old major."""
    package = importlib.import_module(contract.__class__.__module__.partition(".")[0])
    try:
        contract.parse(message, lookup=lookup)
    except package.ContractViolation as refused:
        found: tuple[Any, ...] = refused.violations
        return found
    return ()


@pytest.mark.parametrize("key", OLD)
def test_without_a_lookup_nothing_is_guessed(acme: ModuleType, key: str) -> None:
    """Each of these majors lacks something: without a service that knows it, the event is refused and the reason says what."""
    assert "give parse a lookup" in reason(successor(acme, key), old_event(key), None)


@pytest.mark.parametrize(
    ("time", "said"),
    [("02:30", "occurs twice"), ("02:30:00", "occurs twice"), ("01:59:59", None), ("03:00", None)],
)
def test_the_hour_that_occurs_twice_is_not_guessed(acme: ModuleType, plant: Plant, time: str, said: str | None) -> None:
    """On the night when clocks go back, 02:30 is two points in time and 01:59:59 is one."""
    text = old_event("logistics.shipment-dispatched@1", dispatchDate="2026-10-25", dispatchTime=time)
    contract = acme.contract("logistics.shipment-dispatched@2")
    if said:
        assert said in reason(contract, text, plant)
    else:
        wire = contract.parse(text, lookup=plant).data.dispatched_at.wire
        assert wire == {"01:59:59": "2026-10-24T23:59:59Z", "03:00": "2026-10-25T02:00:00Z"}[time]


def test_the_hour_that_never_occurs_is_refused(acme: ModuleType, plant: Plant) -> None:
    """On the night when clocks go forward, 02:30 is no time."""
    text = old_event("logistics.shipment-dispatched@1", dispatchDate="2026-03-29", dispatchTime="02:30")
    assert "does not exist" in reason(acme.contract("logistics.shipment-dispatched@2"), text, plant)


@pytest.mark.parametrize(
    ("amount", "texts", "sides"),
    [("612.5", "612.50", ("DEBIT", "CREDIT")), ("-0.01", "0.01", ("CREDIT", "DEBIT")), ("999999999999.99", "999999999999.99", ("DEBIT", "CREDIT")), ("19.990", "19.99", ("DEBIT", "CREDIT"))],
)  # fmt: skip
def test_money_never_passes_through_a_binary_float(
    acme: ModuleType, plant: Plant, amount: str, texts: str, sides: tuple[str, str]
) -> None:
    """The digits of the number on the wire are the digits of the text, and the sign becomes the side."""
    text = old_event("finance.financial-adjustment-posted@1", amount="AMOUNT").replace(b'"AMOUNT"', amount.encode())
    lines = acme.contract("finance.financial-adjustment-posted@2").parse(text, lookup=plant).data.lines
    assert {line.amount.amount.wire for line in lines} == {texts}
    assert tuple(line.debit_credit for line in lines) == sides


def test_unknown_unit_text_is_refused_without_its_value(acme: ModuleType, plant: Plant) -> None:
    """A text that stands for no unit is not carried over, and the reason does not quote it."""
    text = old_event("quality.lot-on-hold@1", uom="unheard-of")
    assert "unit" in (said := reason(acme.contract("quality.lot-on-hold@2"), text, plant))
    assert "unheard-of" not in said


def test_a_deleted_pseudonym_and_an_unknown_machine_are_refused(acme: ModuleType, plant: Plant) -> None:
    """What a master does not know stops the event."""
    consumed = old_event("production.material-consumed@1", operatorId="deleted")
    assert "pseudonym" in reason(acme.contract("production.material-consumed@2"), consumed, plant)
    stopped = old_event("equipment.machine-downtime-detected@1", machineId="UNKNOWN")
    assert "equipment master" in reason(acme.contract("equipment.machine-downtime-detected@2"), stopped, plant)


def test_milliseconds_stay_exact(acme: ModuleType, plant: Plant) -> None:
    """Epoch milliseconds become an instant to the millisecond; the alarm's text is not lost."""
    text = old_event("equipment.machine-downtime-detected@1", startTs=1773907391007)
    data = acme.contract("equipment.machine-downtime-detected@2").parse(text, lookup=plant).data
    assert data.started_at.wire == "2026-03-19T08:03:11.007Z"
    assert data.extensions == {"com.example.version-1.alarm-text": "Spindle temperature high"}


def test_the_requested_date_never_becomes_the_date_in_force(acme: ModuleType, plant: Plant) -> None:
    """`effectiveAt` changed its meaning, so its value is asked for anew."""
    data = (
        acme.contract("procurement.supplier-master-changed@2")
        .parse(old_event("procurement.supplier-master-changed@1"), lookup=plant)
        .data
    )
    assert data.effective_at.wire == NEVER_SAID
    assert data.changed_fields == ("/snapshot/qualificationStatus",)


def test_back_to_the_closed_list_of_version_1(acme: ModuleType, plant: Plant) -> None:
    """A hold by quality goes back to version 1 and returns; a kind that version 1 has no name for is refused."""
    v1, v2 = acme.contract("quality.lot-on-hold@1"), acme.contract("quality.lot-on-hold@2")
    new = v2.parse(old_event("quality.lot-on-hold@1"), lookup=plant)
    assert v1.cast(new).data.hold_type == "QUALITY"
    other = type(new)(new.envelope, new.data.model_copy(update={"hold_type": "CUSTOMER"}), v2)
    with pytest.raises(acme.ContractViolation, match="no name for this type"):
        v1.cast(other)


def test_departure_goes_back_in_local_time(acme: ModuleType, plant: Plant) -> None:
    """Down and up again is the same moment, and another unit of weight is refused."""
    v1, v2 = acme.contract("logistics.shipment-dispatched@1"), acme.contract("logistics.shipment-dispatched@2")
    new = v2.parse(old_event("logistics.shipment-dispatched@1"), lookup=plant)
    back = v1.cast(new).data
    assert (back.dispatch_date.wire, back.dispatch_time, back.weight_kg) == ("2026-03-18", "06:12:00", Decimal("960.4"))
    tonnes = new.data.model_copy(update={"total_gross_weight": acme.types.Quantity(value=1, unit_code="TNE")})
    with pytest.raises(acme.ContractViolation, match="kilograms"):
        v1.cast(type(new)(new.envelope, tonnes, v2))
