"""Departures: a local time has a meaning only in its zone, one hour a year has two, and one has none."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from acme_contracts import CannotDowncast, CannotUpcast, Instant, LocalDate
from acme_contracts.logistics.shipment_dispatched import v1, v2
from acme_contracts.types import LocationRef, PartyRef, Quantity


@dataclass(frozen=True)
class ShipmentFacts:
    """What TMS knows of a shipment and version 1 does not say."""

    entity_version: int
    carrier: PartyRef
    transport_mode: str
    ship_from: LocationRef
    ship_to: LocationRef
    ssccs: tuple[str, ...]
    site_time_zone: str


class Shipments(Protocol):
    """What a service gives to bring a departure to version 2."""

    def shipment(self, shipment_id: str) -> ShipmentFacts | None:
        """Return what TMS knows of a shipment, or None."""
        ...


@v2.upcaster(1)
def upcast(old: v1.ShipmentDispatched, lookup: Shipments | None) -> v2.ShipmentDispatched:
    """Place the local time in the zone of the site; a time that occurs twice is not guessed."""
    facts = lookup.shipment(old.shipment_id) if lookup is not None else None
    if facts is None:
        raise CannotUpcast(
            "version 1 names no places, pallets and time zone: give parse a lookup that knows the shipment"
        )
    if old.weight_kg <= 0:
        raise CannotUpcast("the shipment weighs nothing, which version 2 does not take: the scale was not read")
    return v2.ShipmentDispatched(
        shipment_id=old.shipment_id,
        entity_version=facts.entity_version,
        carrier=facts.carrier,
        transport_mode=facts.transport_mode,
        tracking_number=old.tracking_number,
        ship_from=facts.ship_from,
        ship_to=facts.ship_to,
        ssccs=facts.ssccs,
        total_gross_weight=Quantity(value=old.weight_kg, unit_code="KGM"),
        dispatched_at=_instant(old.dispatch_date, old.dispatch_time, facts.site_time_zone),
        site_time_zone=facts.site_time_zone,
    )


def _instant(date: LocalDate, time: str, zone_name: str) -> Instant:
    """Return the one point in time that a local date and time name."""
    zone = _zone(zone_name)
    wall = dt.datetime.combine(date, dt.time.fromisoformat(time))
    try:
        moments = {wall.replace(tzinfo=zone, fold=fold).astimezone(dt.UTC) for fold in (0, 1)}
    except OverflowError:
        raise CannotUpcast("the departure lies at the edge of the calendar: the date is wrong") from None
    real = {moment for moment in moments if moment.astimezone(zone).replace(tzinfo=None) == wall}
    if len(real) > 1:
        raise CannotUpcast("the local time occurs twice, as clocks were set back: look up which of the two it was")
    if not real:
        raise CannotUpcast("the local time does not exist, as clocks were set forward: the time is wrong")
    return Instant.of(f"{real.pop():%Y-%m-%dT%H:%M:%S}Z")


def _zone(name: str) -> ZoneInfo:
    """Return a time zone by its name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CannotUpcast("the time zone of the site is not known here: install tzdata, or mend its name") from None


@v1.downcaster(2)
def downcast(new: v2.ShipmentDispatched, lookup: object) -> v1.ShipmentDispatched:  # noqa: ARG001 - nothing is asked for
    """Version 1 counts in kilograms, and its local time has whole seconds."""
    weight = new.total_gross_weight
    if weight.unit_code != "KGM" or weight.value < 0:
        raise CannotDowncast("version 1 can only say the weight in kilograms: read version 2")
    local = new.dispatched_at.astimezone(_zone(new.site_time_zone))
    return v1.ShipmentDispatched(
        shipment_id=new.shipment_id,
        carrier_code=new.carrier.party_id,
        dispatch_date=LocalDate(local.year, local.month, local.day),
        dispatch_time=f"{local:%H:%M:%S}",
        weight_kg=weight.value,
        tracking_number=new.tracking_number,
    )
