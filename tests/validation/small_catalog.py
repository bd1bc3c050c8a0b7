"""A small catalog in memory, and an event of it that every stage accepts."""

from __future__ import annotations

import copy
import json
from typing import Any

from interlock.catalog import Catalog
from interlock.loading import load
from interlock.trees import MemoryTree

INSTANT: dict[str, Any] = {"type": "string", "format": "date-time"}
ENVELOPE: dict[str, Any] = {
    "type": "object",
    "required": ["specversion", "id", "source", "type", "time", "schemaversion", "dataclassification"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "minLength": 1},
        "source": {"type": "string", "format": "uri"},
        "type": {"type": "string"},
        "subject": {"type": "string"},
        "time": INSTANT,
        "schemaversion": {"type": "string"},
        "dataclassification": {"enum": ["public", "internal", "confidential", "restricted"]},
        "site": {"type": "string"},
        "data": {"type": "object"},
        "dataref": {"type": "string"},
    },
}
PALLET: dict[str, Any] = {"type": "string", "pattern": "^[0-9]{18}$"}
PAYLOAD: dict[str, Any] = {
    "type": "object",
    "required": ["orderId", "run"],
    "properties": {
        "orderId": {"type": "string", "pattern": "^[A-Z0-9-]{1,20}$"},
        "run": {"type": "integer", "minimum": 1},
        "weight": {"type": "number", "multipleOf": 0.01},
        "finishedAt": INSTANT,
        "startedAt": INSTANT,
        "pallet": {"$ref": "../../../types/pallet/v1.yaml"},
        "pallets": {"type": "array", "items": {"$ref": "../../../types/pallet/v1.yaml"}},
    },
}
EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "e-1",
    "source": "https://muc1.example/mes",
    "type": "com.example.mfg.plant.run-finished.v1",
    "subject": "runs/PO-1/7",
    "time": "2026-03-16T06:00:00Z",
    "dataschema": "https://contracts.example.com/schemas/plant/run-finished/1.2.0.json",
    "partitionkey": "muc1:PO-1",
    "idempotencykey": "run-finished:PO-1:7",
    "schemaversion": "1.2.0",
    "dataclassification": "internal",
    "site": "muc1",
    "data": {"orderId": "PO-1", "run": 7},
}


def contract(version: str = "1.2.0", **members: Any) -> dict[str, Any]:
    """Return the event contract of the small catalog, with some members in other words."""
    return {
        "contract": "event",
        "name": "plant.run-finished",
        "version": version,
        "summary": "A run of an order ended.",
        "owner": "team-plant",
        "lifecycle": {"status": "released"},
        "subject": "runs/{/data/orderId}/{/data/run}",
        "tier": "T2",
        "classification": "internal",
        "retention": "P1Y",
        "replay-window": "P14D",
        "sla": {"publish": "PT2S", "deliver": "PT30S"},
        "keys": {"partition": ["/site", "/data/orderId"], "idempotency": ["/data/orderId", "/data/run"], "order": "none", "order-reason": "One event a run."},
        "lineage": {"trigger": {"signal": "The run ends."}},
        "invariants": [{"rule": "not-before", "parameters": {"at": "/data/finishedAt", "than": "/data/startedAt"}}],
        "schema": PAYLOAD,
        **members,
    }  # fmt: skip


def files(**members: Any) -> dict[str, Any]:
    """Return the files of the small catalog, by path."""
    return {
        "catalog.yaml": {"name": "small", "type-prefix": "com.example.mfg", "base-uri": "https://contracts.example.com"},
        "envelope/v1.yaml": {"contract": "envelope", "name": "envelope", "version": "1.0.0", "summary": "CloudEvents.", "schema": ENVELOPE},
        "types/pallet/v1.yaml": {
            "contract": "type", "name": "pallet", "version": "1.0.0", "summary": "SSCC of a pallet.",
            "invariants": [{"rule": "gs1-check-digit", "parameters": {"at": ""}}], "schema": PALLET,
        },
        "events/plant/run-finished/v1.yaml": contract(**members),
    }  # fmt: skip


def catalog(more: dict[str, Any] | None = None, **members: Any) -> Catalog:
    """Return the small catalog with more files, and with members of its event contract in other words."""
    content = {**files(**members), **(more or {})}
    loaded = load(MemoryTree({path: json.dumps(data).encode() for path, data in content.items()}))
    assert loaded.findings == ()
    return loaded.catalog


def changed(*changes: tuple[str, Any]) -> dict[str, Any]:
    """Return the good event with values set at pointers; `...` removes the member."""
    event = copy.deepcopy(EVENT)
    for pointer, value in changes:
        *above, last = pointer.split("/")[1:]
        parent = event
        for token in above:
            parent = parent[token]
        if value is ...:
            del parent[last]
        else:
            parent[last] = value
    return event
