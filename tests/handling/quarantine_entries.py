"""Events as tests put them aside."""

from __future__ import annotations

import datetime as dt
from typing import Any

from handling_plant import NOW

from interlock_runtime import RawMessage, Stage, Violation
from interlock_runtime.handling.entries import Placing
from interlock_runtime.handling.outcomes import Origin

LEASE = dt.timedelta(minutes=10)
NOBODY = (None, None)
WHY = (Violation(Stage.PAYLOAD, "payload-invalid", "/data/x", "must be of type integer", "type"),)


def put(quarantine: Any, key: str | None = "L-1", flow: str = "holds", **more: Any) -> int:
    """Put an event aside."""
    given = {"consumer": "warehouse", "now": NOW, "holding": key is not None, "contract": "quality.lot-on-hold", **more}
    value = given.pop("value", b"{}")
    where = given.pop("where", Origin())
    number: int = quarantine.put(
        RawMessage(value, key.encode() if key else None),
        where=where,
        reasons=WHY,
        what=Placing(key=key, flow=flow, **given),
    )
    return number
