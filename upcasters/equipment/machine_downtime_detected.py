"""Downtimes: the equipment master says which equipment a machine number is; the milliseconds stay exact."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from acme_contracts import MISSING, CannotDowncast, CannotUpcast, Instant
from acme_contracts.equipment.machine_downtime_detected import v1, v2
from acme_contracts.types import EquipmentRef

_EPOCH = Instant.of("1970-01-01T00:00:00Z")
_LAST = 253_402_300_799_999
"""The last millisecond of the year 9999, behind which an instant has no form."""


_ALARM_TEXT = "com.example.version-1.alarm-text"
"""Keeps the text of version 1, which has no code and no severity."""
_LONGEST = 200
"""Characters of the text in version 1."""
_MILLISECOND = dt.timedelta(milliseconds=1)


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
        extensions={_ALARM_TEXT: old.alarm_text},
    )


def _instant(milliseconds: int) -> Instant:
    """Return the point in time that a number of milliseconds since 1970 says, to the millisecond."""
    if milliseconds > _LAST:
        raise CannotUpcast("the start lies behind the year 9999: the clock of the controller was wrong")
    moment = _EPOCH + dt.timedelta(milliseconds=milliseconds)
    return Instant.of(f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03}Z")


class MachineNumbers(Protocol):
    """What a service gives to bring a downtime back to version 1."""

    def machine_number(self, equipment_id: str) -> str | None:
        """Return the number that SCADA has for a piece of equipment, or None."""
        ...


@v1.downcaster(2, asks=["machine_number"])
def downcast(new: v2.MachineDowntimeDetected, lookup: MachineNumbers) -> v1.MachineDowntimeDetected:
    """Version 1 counts whole milliseconds since 1970, and has the text of the worst alarm."""
    machine = lookup.machine_number(new.equipment.equipment_id)
    if machine is None:
        raise CannotDowncast("SCADA has no number for the equipment: read version 2")
    milliseconds = (new.started_at - _EPOCH) // _MILLISECOND
    if milliseconds < 0:
        raise CannotDowncast("the start lies before 1970, from where version 1 counts: the clock was wrong")
    return v1.MachineDowntimeDetected(
        downtime_id=new.downtime_id,
        machine_id=machine,
        start_ts=milliseconds,
        alarm_text=_alarm_text(new),
        planned=new.is_planned,
        reason=new.reason,
    )


def _alarm_text(new: v2.MachineDowntimeDetected) -> str:
    """Return the text of the worst alarm, else its code; empty when none stood."""
    if new.alarms is not MISSING and new.alarms:
        worst = new.alarms[0]
        return worst.alarm_code if worst.text is MISSING else worst.text
    kept = None if new.extensions is MISSING else new.extensions.get(_ALARM_TEXT)
    return kept if isinstance(kept, str) and len(kept) <= _LONGEST else ""
