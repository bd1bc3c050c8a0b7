"""A catalog of two events with waits of milliseconds, and messages to send: good ones, and each kind of bad one."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

from interlock_runtime import Contract, Event, Header, Keys, RawMessage
from interlock_runtime.catalog import Reader, Reads, Row
from interlock_runtime.facts import Tier
from interlock_runtime.plant import Plant
from interlock_runtime.tiers import Dedupe, Retry, TierPolicy

WEEK = dt.timedelta(days=7)
MOMENT = dt.timedelta(milliseconds=20)
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["lot", "step"],
    "properties": {"lot": {"type": "string", "minLength": 1}, "step": {"type": "integer"}, "note": {"type": "string"}},
}


def _contract(name: str, tier: Tier) -> Contract[Any]:
    """Return a contract at major version 2."""
    return Contract(
        name=name,
        type=f"com.example.mfg.{name}.v2",
        version="2.1.0",
        load_schema=lambda: _SCHEMA,
        load_model=lambda: dict[str, Any],
        subject="lots/{/data/lot}",
        keys=Keys(("/site", "/data/lot"), ("/data/lot", "/data/step")),
        tier=tier,
    )


HELD = _contract("quality.lot-held", "T1")
DONE = _contract("production.step-done", "T2")
_CONTRACTS = {contract.name: contract for contract in (HELD, DONE)}


def _policy(tier: Tier, retry: Retry) -> TierPolicy:
    """Return what a tier promises here."""
    return TierPolicy(tier, retry, Dedupe(WEEK, WEEK))


CATALOG = Plant(
    name="tiny",
    rows=tuple(
        Row(each.name, 2, each.type, each.version, each.tier, lambda each=each: each) for each in _CONTRACTS.values()
    ),
    tiers={
        "T1": _policy("T1", Retry(3, MOMENT, MOMENT * 2, "stop-partition")),
        "T2": _policy("T2", Retry(3, MOMENT, MOMENT * 2, "park")),
    },
    readers={
        name: Reader(name, "wms", tuple(Reads(each, ">=2.0 <3", (2,)) for each in _CONTRACTS))
        for name in ("wms", "archive")
    },
)


def event(number: int, *, lots: int = 10, contract: Contract[Any] = DONE) -> Event[Any]:
    """Return an event about one of some lots."""
    data = {"lot": f"L-{number % lots}", "step": number}
    return contract.new(data, source=f"https://muc1.example/mes/{contract.name}", site="muc1")


def good(number: int, *, lots: int = 10, contract: Contract[Any] = DONE) -> RawMessage:
    """Return the message of an event, every second one in binary mode."""
    return contract.serialize(
        event(number, lots=lots, contract=contract), mode="binary" if number % 2 else "structured"
    )


def structured(contract: Contract[Any] = DONE, **changes: Any) -> RawMessage:
    """Return a structured message with some members changed after it was checked; None takes a member away."""
    message = contract.serialize(event(0, contract=contract))
    document = {**json.loads(message.value or b""), **changes}
    kept = {name: value for name, value in document.items() if value is not None}
    return replace(message, value=json.dumps(kept).encode())


def with_header(message: RawMessage, header: Header) -> RawMessage:
    """Return a message with one more header."""
    return replace(message, headers=(*message.headers, header))


def bad(lacking: frozenset[str] = frozenset(), number: int = 0) -> dict[str, RawMessage]:
    """Return a message of each kind that is quarantined, by kind, but for those that a transport can't carry."""
    whole = with_header(good(number * 2), ("x-number", str(number).encode()))
    value = whole.value or b""
    lot = f"L-{number}"
    made = {
        "malformed": replace(whole, value=b"{bad %d" % number),
        "truncated": replace(whole, value=value[: len(value) // 2]),
        "oversized": replace(whole, value=b'"' + b"x" * 300_000 + b'"'),
        "not-utf8": replace(whole, value=value.replace(b"L-", b"L-\xff")),
        "empty": replace(whole, value=b""),
        "null": replace(whole, value=None),
        "wrong-type": structured(data={"lot": lot, "step": "first"}),
        "newer-major": structured(type="com.example.mfg.production.step-done.v9", schemaversion="9.0.0"),
        "unknown-type": structured(type="com.example.other.v1"),
        "no-id": structured(id=None, subject=f"lots/{lot}"),
        "null-header": with_header(good(number * 6 + 1), ("ce_subject2", None)),
        "header-twice": with_header(good(number * 6 + 3), ("ce_id", b"another")),
        "binary-header": with_header(good(number * 6 + 5), ("ce_blob", bytes(range(256)))),
    }
    return {kind: message for kind, message in made.items() if kind not in lacking}
