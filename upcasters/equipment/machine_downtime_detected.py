"""Downtimes: the equipment master says which equipment a machine number is; the milliseconds stay exact."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from acme_contracts import CannotUpcast, Instant
from acme_contracts.equipment.machine_downtime_detected import v1, v2
from acme_contracts.types import EquipmentRef

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_LAST = 253_402_300_799_999
"""The last millisecond of the year 9999, behind which an instant has no form."""


class EquipmentMaster(Protocol):
    """What a service gives to bring a downtime to version 2."""

    def equipment(self, machine_id: str) -> EquipmentRef | None:
        """Return the equipment that a machine number of SCADA names, or None."""
        ...


@v2.upcaster(1)
def upcast(old: v1.MachineDowntimeDetected, lookup: EquipmentMaster | None) -> v2.MachineDowntimeDetected:
    """Keep the alarm's text as an extension, since version 2 wants a code and a severity that nobody told."""
    equipment = lookup.equipment(old.machine_id) if lookup is not None else None
    if equipment is None:
        raise CannotUpcast(
            "the equipment master does not know the machine: give parse a lookup with the equipment master"
        )
    return v2.MachineDowntimeDetected(
        downtime_id=old.downtime_id,
        equipment=equipment,
        started_at=_instant(old.start_ts),
        detection_method="UNKNOWN",
        category="UNKNOWN",
        is_planned=old.planned,
        reason=old.reason,
        data_quality="UNCERTAIN",
        extensions={"com.example.version-1.alarm-text": old.alarm_text},
    )


def _instant(milliseconds: int) -> Instant:
    """Return the point in time that a number of milliseconds since 1970 says, to the millisecond."""
    if milliseconds > _LAST:
        raise CannotUpcast("the start lies behind the year 9999: the clock of the controller was wrong")
    moment = _EPOCH + dt.timedelta(milliseconds=milliseconds)
    return Instant.of(f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03}Z")
