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
        due = self.acme.Instant.of("9999-12-31T23:59:59Z")  # no hold that is drawn is placed later
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

    def plant_number(self, site: str) -> str | None:
        """Know the plant of every site but one."""
        return None if site == "unheard-of" else "1010"

    def personnel_number(self, consumption: Any) -> str | None:
        """Know who reported, the backflush's technical user too, but nobody whose key was deleted."""
        return None if consumption.consumption_id == "deleted" else "00012345"

    def machine_number(self, equipment_id: str) -> str | None:
        """Know every machine but one."""
        return None if equipment_id == "unheard-of" else "CNC-07"

    def adjusted_account(self, document_id: str) -> str | None:
        """Know which account every document but one adjusts."""
        return None if document_id == "unheard-of" else "890100"

    def requested_for(self, party_id: str, entity_version: int) -> Any:
        """Know for when every change but one was asked."""
        return (
            None
            if party_id == "unheard-of"
            else self.acme.Instant.of(f"2026-04-{entity_version % 28 + 1:02}T00:00:00Z")
        )


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
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
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


# Back


def new_event(key: str, number: int = 0, **changes: Any) -> bytes:
    """Return an accepted example of the newer major with some members of its data changed."""
    name, _, major = key.partition("@")
    newer = f"{name}@{int(major) + 1}"
    event = json.loads(json.dumps([each.event for each in CATALOG.examples[newer] if each.accepted][number]))
    event["data"].update(changes)
    return json.dumps(event).encode()


def back(acme: ModuleType, key: str, text: bytes, lookup: Any) -> Any:
    """Return an event of the newer major as the old one, sent and read again by its gate."""
    newer, contract = successor(acme, key), acme.contract(key)
    old = contract.cast(newer.parse(text), lookup=lookup)
    return contract.parse(contract.serialize(old).value)


def refusal(acme: ModuleType, key: str, text: bytes, lookup: Any) -> str:
    """Return why an event of the newer major can't be said in the old one."""
    with pytest.raises(acme.ContractViolation, match="cannot-cast") as refused:
        back(acme, key, text, lookup)
    return str(refused.value.violations[0].text)


SAID_BY_NONE = {
    ("production.material-consumed@1", "C-55020"): "reversals",
    ("finance.financial-adjustment-posted@1", "FA-88013"): "one currency",
    ("quality.lot-on-hold@1", "HD-2002"): "no name for this type",
}
"""Accepted examples that an old major has no words for, by its key and their own, and why."""


def test_every_old_major_has_its_way_back(acme: ModuleType) -> None:
    """While it is deprecated, its readers learn of new facts."""
    assert all(acme.contract(key).bridges.way(2, 1) == [1] for key in OLD)


@pytest.mark.parametrize("key", OLD)
def test_new_examples_go_back(acme: ModuleType, plant: Plant, key: str) -> None:
    """Each accepted example of the new major is taken by the old gate as the same fact, or refused with the reason."""
    name = key.partition("@")[0]
    examples = [example.event for example in CATALOG.examples[f"{name}@2"] if example.accepted]
    for example in examples:
        own = next(iter(example["data"].values()))
        why = SAID_BY_NONE.get((key, own if isinstance(own, str) else ""))
        if why:
            assert why in refusal(acme, key, json.dumps(example).encode(), plant)
        else:
            read = back(acme, key, json.dumps(example).encode(), plant)
            assert (read.envelope.id, read.contract.major) == (example["id"], 1)
    assert examples


@pytest.mark.parametrize("key", OLD)
@given(st.data())
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
def test_new_draws_go_back_or_say_why(acme: ModuleType, plant: Plant, key: str, data: st.DataObject) -> None:
    """Whatever the new contract takes is either valid under the old one or refused with a reason: nothing else happens."""
    strategies = importlib.import_module(f"{acme.__name__}.testing.strategies")
    event = successor(acme, key).parse(data.draw(strategies.messages(successor(acme, key))))
    assert {fault.reason for fault in _faults_back(acme, key, event, plant)} <= {"cannot-cast"}


def _faults_back(acme: ModuleType, key: str, event: Any, lookup: Any) -> tuple[Any, ...]:
    """Return what is wrong with an event of the newer major as the old one."""
    try:
        acme.contract(key).cast(event, lookup=lookup)
    except acme.ContractViolation as refused:
        found: tuple[Any, ...] = refused.violations
        return found
    return ()


NOT_KEPT = {
    "production.work-order-released@1": {"uom"},
    "production.material-consumed@1": {"lines"},
    "quality.lot-on-hold@1": {"uom"},
    "procurement.supplier-master-changed@1": {"effective_at", "delta"},
    "logistics.shipment-dispatched@1": {"carrier_code", "dispatch_time"},
    "finance.financial-adjustment-posted@1": {"reference"},
}
"""What comes back in other words: a code instead of a text, the master's word instead of the event's."""


@pytest.mark.parametrize("key", OLD)
def test_up_and_back_is_the_same_fact(acme: ModuleType, plant: Plant, key: str) -> None:
    """All that version 1 said and the masters agree with comes back."""
    for example in (example for example in CATALOG.examples[key] if example.accepted):
        text = json.dumps(example.event).encode()
        old = acme.contract(key).parse(text)
        again = acme.contract(key).cast(successor(acme, key).parse(text, lookup=plant), lookup=plant)
        kept = [name for name in type(old.data).model_fields if name not in NOT_KEPT.get(key, ())]
        assert len(kept) > len(type(old.data).model_fields) / 2
        for name in kept:
            was = getattr(old.data, name)
            assert getattr(again.data, name) == was or (name == "equipment" and was is acme.MISSING), name


@pytest.mark.parametrize(
    ("key", "changes", "why"),
    [
        ("production.work-order-released@1", {"plannedWindow": {"start": "2026-03-16T06:30:00Z"}}, "an end"),
        ("production.material-consumed@1", {"consumptionId": "deleted"}, "personnel number"),
        ("equipment.machine-downtime-detected@1", {"startedAt": "1969-12-31T23:59:59Z"}, "before 1970"),
        ("finance.financial-adjustment-posted@1", {"adjustmentDocumentId": "unheard-of"}, "one account"),
        ("procurement.supplier-master-changed@1", {"changedFields": ["/effectiveAt"]}, "can't say that this member"),
        ("procurement.supplier-master-changed@1", {"supplier": {"partyId": "unheard-of", "role": "SUPPLIER"}}, "nobody knows"),
    ],
)  # fmt: skip
def test_what_an_old_major_has_no_words_for_is_refused(
    acme: ModuleType, plant: Plant, key: str, changes: dict[str, Any], why: str
) -> None:
    """Never with another meaning, and never with a value in the reason."""
    assert why in (said := refusal(acme, key, new_event(key, **changes), plant))
    assert not [value for value in changes.values() if isinstance(value, str) and value in said]


def test_only_what_changed_goes_back(acme: ModuleType, plant: Plant) -> None:
    """The record becomes a difference; the date is the one that was asked for."""
    key = "procurement.supplier-master-changed@1"
    changes = {"changedFields": ["/snapshot/status", "/hasBankDetailsChanged"]}
    data = back(acme, key, new_event(key, **changes), plant).data
    assert data.changed_fields == ("/delta/status", "/hasBankDetailsChanged")
    assert (data.delta.status, data.delta.country, data.delta.legal_name) == ("ACTIVE", acme.MISSING, acme.MISSING)
    assert data.effective_at.wire.startswith("2026-04-")
    whole = back(acme, key, new_event(key, changedFields=["/snapshot"]), plant).data
    assert (whole.changed_fields, whole.delta.country) == (("/delta",), "DE")


@pytest.mark.parametrize(
    ("extra", "text"),
    [
        ({"alarms": [{"alarmCode": "E-17", "severity": 900}, {"alarmCode": "E-18", "severity": 1, "text": "dust"}]}, "E-17"),
        ({"alarms": []}, ""),
        ({"alarms": [], "extensions": {"com.example.version-1.alarm-text": "Spindle hot"}}, "Spindle hot"),
        ({"alarms": [], "extensions": {"com.example.version-1.alarm-text": {"no": "text"}}}, ""),
    ],
)  # fmt: skip
def test_the_worst_alarm_goes_back(acme: ModuleType, plant: Plant, extra: dict[str, Any], text: str) -> None:
    """Its text, else its code; and whole milliseconds."""
    key = "equipment.machine-downtime-detected@1"
    data = back(acme, key, new_event(key, startedAt="2026-03-19T08:03:11.0079Z", **extra), plant).data
    assert (data.alarm_text, data.start_ts, data.machine_id) == (text, 1773907391007, "CNC-07")


def test_one_account_of_many_lines_goes_back(acme: ModuleType, plant: Plant) -> None:
    """Its lines are added up digit by digit, credits below zero."""
    key = "finance.financial-adjustment-posted@1"
    sides = [("890100", "CREDIT", "612.50"), ("890100", "DEBIT", "0.1"), ("792000", "DEBIT", "612.40")]
    lines = [
        {"lineNumber": number, "ledgerAccountId": account, "debitCredit": side, "amount": {"amount": amount, "currency": "EUR"}}
        for number, (account, side, amount) in enumerate(sides, 1)
    ]  # fmt: skip
    data = back(acme, key, new_event(key, lines=lines), plant).data
    assert (data.account, data.amount) == ("890100", Decimal("-612.40"))
    halves = [{**line, "amount": {"amount": "0.005", "currency": "EUR"}} for line in lines]
    fractions = [halves[0], {**halves[1], "ledgerAccountId": "793000"}]
    assert "whole cents" in refusal(acme, key, new_event(key, lines=fractions), plant)
