"""A small plant: contracts of three tiers, one flow, one consumer, and messages for it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated, Any

from pydantic import Field

from interlock_runtime import Bridges, Contract, Keys, Lifecycle, RawMessage, Sla
from interlock_runtime.catalog import (
    Assumption,
    Dedupe,
    Reader,
    Reads,
    Retry,
    Row,
    Step,
    TierPolicy,
    Workflow,
)
from interlock_runtime.handling.consumer import Consumer
from interlock_runtime.models import Model
from interlock_runtime.plant import Plant
from interlock_runtime.stores.memory import MemoryInbox, MemoryQuarantine, MemoryReceipts
from interlock_runtime.violations import CannotUpcast

NOW = dt.datetime(2026, 3, 17, 8, 0, 0, tzinfo=dt.UTC)
PREFIX = "com.example.plant"
ID = {"type": "string", "pattern": "^[A-Za-z0-9.-]{1,40}$"}
MOVED = {
    "type": "object",
    "required": ["lotId", "version"],
    "properties": {
        "lotId": ID,
        "version": {"type": "integer"},
        "status": {"type": "string", "x-extensible-enum": ["FREE", "BLOCKED"]},
        "remark": {"type": "string"},
    },
}
HOLD_1 = {"type": "object", "required": ["holdId", "lot"], "properties": {"holdId": ID, "lot": ID}}
HOLD_2 = {
    "type": "object",
    "required": ["holdId", "lotId"],
    "properties": {"holdId": ID, "lotId": ID, "quantity": {"type": "number"}, "remark": {"type": "string"}},
}


class OrderChanged(Model):
    """Data of the one contract with a class: readers that are strict look at what the class does not know."""

    order_id: Annotated[str, Field(alias="orderId")]
    change: str


ORDER = {
    "type": "object",
    "required": ["orderId", "change"],
    "properties": {"orderId": ID, "change": {"type": "string"}},
}
STATE = {"type": "object", "required": ["machine", "state"], "properties": {"machine": ID, "state": {"type": "string"}}}


def contracts() -> dict[str, Contract[Any]]:
    """Return the contracts of the plant by `name@major`, made anew, so that no test sees another's functions."""
    made: dict[str, Contract[Any]] = {}

    def add(name: str, major: int, schema: Mapping[str, Any], tier: Any, keys: Keys, **more: Any) -> None:
        made[f"{name}@{major}"] = Contract(
            name=name,
            type=f"{PREFIX}.{name}.v{major}",
            version=f"{major}.0.0",
            load_schema=lambda: dict(schema),
            load_model=more.pop("load_model", lambda: dict[str, Any]),
            keys=keys,
            tier=tier,
            classification="confidential",
            sla=Sla("PT5S", "PT30S"),
            bridges=Bridges(lambda other: made.get(f"{name}@{other}")),
            **more,
        )

    add("quality.lot-on-hold", 1, HOLD_1, "T1", Keys(("/data/lot",), ("/data/holdId",)),
        lifecycle=Lifecycle("deprecated", "2026-01-01", "2026-12-31"))  # fmt: skip
    add("quality.lot-on-hold", 2, HOLD_2, "T1", Keys(("/data/lotId",), ("/data/holdId",)))
    add("quality.lot-decided", 1, HOLD_2, "T1", Keys(("/data/lotId",), ("/data/holdId",)))
    add("inventory.moved", 1, MOVED, "T1", Keys(("/data/lotId",), ("/data/lotId", "/data/version"), "/data/version"))
    add("logistics.asn-received", 1, MOVED, "T1", Keys(("/data/lotId",), ("/data/lotId", "/data/version")))
    add("production.order-changed", 1, ORDER, "T2", Keys(("/data/orderId",), ("/data/orderId", "/data/change")),
        load_model=lambda: OrderChanged)  # fmt: skip
    add("equipment.state-changed", 1, STATE, "T3", Keys(("/data/machine",)), on_invalid="drop")

    @made["quality.lot-on-hold@2"].upcaster(1)
    def upcast(old: Any, lookup: Any) -> Any:
        """Give the lot its new name; a lookup may refuse."""
        if lookup == "refuses":
            raise CannotUpcast("the lot is unknown here")
        if callable(lookup):
            lookup()
        return {"holdId": old["holdId"], "lotId": old["lot"]}

    return made


TIERS = {
    "T1": TierPolicy(
        "T1",
        Retry(2, dt.timedelta(seconds=1), dt.timedelta(seconds=3), "stop-partition"),
        Dedupe(dt.timedelta(days=7), dt.timedelta(days=30)),
    ),
    "T2": TierPolicy(
        "T2",
        Retry(1, dt.timedelta(seconds=2), dt.timedelta(seconds=60), "park"),
        Dedupe(dt.timedelta(days=7), dt.timedelta(days=14)),
    ),
    "T3": TierPolicy(
        "T3", Retry(1, dt.timedelta(seconds=1), dt.timedelta(seconds=30), "discard"), expiry=dt.timedelta(minutes=15)
    ),
}
CAUSES = {"quality.lot-decided": ("quality.lot-on-hold",), "inventory.moved": ("quality.lot-decided",)}
FLOW = Workflow(
    "hold-to-release",
    "T1",
    tuple(
        Step(name, "mes", f"{name}")
        for name in ("quality.lot-on-hold", "quality.lot-decided", "inventory.moved", "production.order-changed")
    ),
)


def reads(name: str, *majors: int, **more: Any) -> Reads:
    """Return one line of a reader contract."""
    return Reads(name, f">={majors[0]}.0", majors, **more)


READER = Reader(
    "warehouse",
    "wms",
    (
        reads("quality.lot-on-hold", 2),
        reads("quality.lot-decided", 1),
        reads("inventory.moved", 1),
        reads("logistics.asn-received", 1),
        reads("production.order-changed", 1),
        reads("equipment.state-changed", 1),
    ),
    "team-warehouse",
)
STRICT = Reader(
    "archive",
    "archive",
    (
        reads(
            "production.order-changed",
            1,
            strict=True,
            assumptions=(Assumption("/data/change", lambda: {"enum": ["HELD", "RESUMED"]}, "It stops at others."),),
        ),
    ),
)


def catalog(**changes: Any) -> Plant:
    """Return the plant's catalog."""
    made = contracts()
    rows = tuple(
        Row(
            contract.name,
            contract.major,
            contract.type,
            contract.version,
            contract.tier,
            lambda contract=contract: contract,
            contract.lifecycle.status,
            caused_by=CAUSES.get(contract.name, ()),
        )
        for contract in made.values()
    )
    readers = {reader.name: reader for reader in (READER, STRICT)}
    return Plant(**{"name": "plant", "rows": rows, "tiers": TIERS, "workflows": (FLOW,), "readers": readers, **changes})


CATALOG = catalog()


class Clock:
    """A clock that goes on when it is told to, and lets sleeping do so."""

    def __init__(self, now: dt.datetime = NOW) -> None:
        self.now = now
        self.slept: list[float] = []

    def __call__(self) -> dt.datetime:
        """Return the moment."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.now += dt.timedelta(seconds=seconds)

    async def asleep(self, seconds: float) -> None:
        """Let time pass."""
        self.sleep(seconds)


class Counts:
    """Telemetry that a test can read."""

    def __init__(self) -> None:
        self.counted: list[tuple[str, dict[str, str]]] = []
        self.measured: list[tuple[str, dict[str, str], float]] = []
        self.spans: list[tuple[str, str | None]] = []

    def count(self, name: str, labels: Mapping[str, str], amount: int = 1) -> None:
        """Keep a count."""
        self.counted += [(name, dict(labels))] * amount

    def measure(self, name: str, labels: Mapping[str, str], value: float) -> None:
        """Keep a value."""
        self.measured.append((name, dict(labels), value))

    def span(self, name: str, labels: Mapping[str, str], link: str | None) -> AbstractContextManager[object]:  # noqa: ARG002 - as the protocol has it
        """Keep that there was a span."""
        self.spans.append((name, link))
        return nullcontext()


def consumer(reader: Reader = READER, where: Plant = CATALOG, **settings: Any) -> Consumer:
    """Return a consumer whose clock stands still and whose dice always say one half."""
    clock = settings.pop("clock", Clock())
    given = {
        "inbox": MemoryInbox(),
        "clock": clock,
        "random": lambda: 0.5,
        "sleep": clock.sleep,
        "asleep": clock.asleep,
        **settings,
    }
    return Consumer(where, reader, **given)


_NUMBERS = iter(range(1, 10**9))


def event(name: str, data: Mapping[str, Any], *, major: int = 1, **attributes: Any) -> dict[str, Any]:
    """Return an event in its JSON format; an attribute that is None is left out."""
    contract = CATALOG.of_type(f"{PREFIX}.{name}.v{major}")
    number = next(_NUMBERS)
    made: dict[str, Any] = {
        "specversion": "1.0",
        "id": f"e-{number}",
        "source": "https://muc1.example/mes",
        "type": f"{PREFIX}.{name}.v{major}",
        "time": "2026-03-17T07:59:58Z",
        "recordedtime": "2026-03-17T07:59:59Z",
        "datacontenttype": "application/json",
        "correlationid": "lot:1",
        "partitionkey": str(data.get("lotId") or data.get("lot") or data.get("orderId") or data.get("machine")),
        **attributes,
        "data": dict(data),
    }
    if contract is not None and "idempotencykey" not in attributes and contract.keys.idempotency:
        parts = [str(data.get(place.rpartition("/")[2], "?")) for place in contract.keys.idempotency]
        made["idempotencykey"] = f"{name.rpartition('.')[2]}:{':'.join(parts)}"
    return {member: value for member, value in made.items() if value is not None}


def message(document: Any, key: bytes | None = None, headers: Sequence[Any] = ()) -> RawMessage:
    """Return a structured message."""
    value = document if isinstance(document, bytes) or document is None else json.dumps(document).encode()
    return RawMessage(value, key, tuple(headers))


def hold(lot: str = "L-1", number: str = "HD-1", **more: Any) -> RawMessage:
    """Return the event that a lot is on hold."""
    return message(event("quality.lot-on-hold", {"holdId": number, "lotId": lot}, major=2, **more), lot.encode())


def decided(lot: str = "L-1", number: str = "HD-1", **more: Any) -> RawMessage:
    """Return the event that a held lot's fate is decided."""
    return message(event("quality.lot-decided", {"holdId": number, "lotId": lot}, **more), lot.encode())


def moved(lot: str = "L-1", version: Any = 1, **more: Any) -> RawMessage:
    """Return the event that a lot was moved; a version that is no number breaks the contract."""
    data = {"lotId": lot, "version": version, **more.pop("data", {})}
    return message(event("inventory.moved", data, **more), lot.encode())


def asn(lot: str = "L-1", version: Any = 1, **more: Any) -> RawMessage:
    """Return an event of the same key in no flow with the others."""
    return message(event("logistics.asn-received", {"lotId": lot, "version": version}, **more), lot.encode())


def order(number: str = "PO-1", change: Any = "HELD", **more: Any) -> RawMessage:
    """Return an event of tier T2."""
    data = {"orderId": number, "change": change, **more.pop("data", {})}
    return message(event("production.order-changed", data, **more), number.encode())


def state(machine: str = "M-1", value: Any = "IDLE", **more: Any) -> RawMessage:
    """Return an event of tier T3."""
    return message(event("equipment.state-changed", {"machine": machine, "state": value}, **more), machine.encode())


class Handler:
    """A handler that keeps what it was given and fails when it is told to."""

    def __init__(self, fails: Callable[[Any], BaseException | None] = lambda _: None) -> None:
        self.seen: list[Any] = []
        self.tried = 0
        self.fails = fails

    def __call__(self, given: Any) -> None:
        """Handle an event."""
        self.tried += 1
        error = self.fails(given)
        if error is not None:
            raise error
        self.seen.append(given)

    async def later(self, given: Any) -> None:
        """Handle an event as a coroutine."""
        self(given)

    @property
    def ids(self) -> list[str]:
        """What was handled, in order."""
        return [given.envelope.id for given in self.seen]


def stores() -> dict[str, Any]:
    """Return stores in memory."""
    return {"inbox": MemoryInbox(), "quarantine": MemoryQuarantine(), "receipts": MemoryReceipts()}
