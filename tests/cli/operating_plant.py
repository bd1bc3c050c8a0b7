"""What operators' commands work on: the shipped catalog, recordings, handlers of a service, and a stocked quarantine."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from cli.running import Answer, Workspace
from interlock_runtime import RawMessage
from interlock_runtime.handling.entries import Placing
from interlock_runtime.handling.outcomes import Origin
from interlock_runtime.stores.sqlite_quarantine import SqliteQuarantine
from interlock_runtime.violations import violation

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "tests" / "cases" / "scenarios"
NOW = dt.datetime(2026, 3, 17, 7, 15, 5, tzinfo=dt.UTC)
HANDLERS = """
import json
TOLD = []

def keep(event):
    TOLD.append((event.contract.name, event.envelope.id))

async def later(event):
    keep(event)

def fail(event):
    raise OSError("the warehouse is shut")

class Shop:
    keep = staticmethod(keep)
"""


def ask(workspace: Workspace, *words: str) -> Answer:
    """Run a command on the shipped catalog."""
    return workspace.run("--catalog", str(ROOT / "contracts"), *words)


def recorded(scenario: str) -> list[dict[str, Any]]:
    """Return the events of a scenario."""
    return [json.loads(line) for line in (SCENARIOS / f"{scenario}.jsonl").read_text().splitlines()]


HOLD = recorded("B")[1]
BROKEN = RawMessage(
    json.dumps({**HOLD, "data": {**HOLD["data"], "scope": 5}}).encode(), b"\xff\x00k",
    (("ce_id", b"1"), ("ce_id", None), (b"\xfe", bytes(range(256)))),
)  # fmt: skip
GOOD = RawMessage(json.dumps(HOLD).encode(), b"k")


def stocked(path: Path) -> list[int]:
    """Fill a quarantine: one message that breaks its contract, a good one behind it, one of another key."""
    store = SqliteQuarantine(path)
    origin = Origin("kafka", "muc1.quality.lot-on-hold.v2", 3, 77)
    reason = violation("payload-invalid", "/data/scope")
    flow = "inventory.goods-received"

    def put(message: RawMessage, key: str, number: str, **settings: Any) -> int:
        placing = Placing(
            "wms-finished-goods",
            NOW,
            contract="quality.lot-on-hold",
            type=HOLD["type"],
            source=HOLD["source"],
            event_id=number,
            key=key,
            flow=flow,
            holding=True,
            **settings,
        )
        return store.put(message, where=origin, reasons=[reason] if "status" not in settings else [], what=placing)

    numbers = [put(BROKEN, "a", "1"), put(GOOD, "a", HOLD["id"], status="parked"), put(BROKEN, "b", "3")]
    store.close()
    return numbers
