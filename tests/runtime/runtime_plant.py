"""The shipped catalog's contracts as runtime values, and a small event with two majors and hand-written classes."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import MISSING, Field

from interlock.compat.views import VIEWS, applied
from interlock.documents import parse
from interlock.references import bundle
from interlock_runtime import Bridges, Contract, EnvelopeRules, Instant, Keys
from interlock_runtime.models import Model

ROOT = Path(__file__).parents[2] / "contracts"


@cache
def file(path: str) -> Any:
    """Return a file of the shipped catalog."""
    return parse(path, (ROOT / path).read_bytes()).data


@cache
def reader_view(path: str) -> dict[str, Any]:
    """Return the bundled schema of a contract as its readers see it."""
    return dict(applied(bundle(path, file).schema, VIEWS["contract-reader"]))


ENVELOPE = EnvelopeRules(lambda: reader_view("envelope/v1.yaml"))


@cache
def shipped(path: str) -> Contract[Any]:
    """Return an event contract of the shipped catalog, its data left as dictionaries."""
    value = file(path)
    return Contract(
        name=value["name"],
        type=f"com.example.mfg.{value['name']}.v{value['version'].partition('.')[0]}",
        version=value["version"],
        load_schema=lambda: reader_view(path),
        load_model=lambda: dict[str, Any],
        keys=Keys(tuple(value["keys"]["partition"]), tuple(value["keys"]["idempotency"])),
        classification=value["classification"],
        subject=value["subject"],
        envelope=ENVELOPE,
    )


class Lot(Model):
    """A lot."""

    lot_id: Annotated[str, Field(alias="lotId")]


class HeldV1(Model):
    """Data of major 1."""

    hold_id: Annotated[str, Field(alias="holdId")]
    lot_id: Annotated[str, Field(alias="lotId")]


class HeldV2(Model):
    """Data of major 2."""

    hold_id: Annotated[str, Field(alias="holdId")]
    lot: Lot
    kind: Literal["QUALITY", "CUSTOMER"] | str = "QUALITY"  # noqa: PYI051 - the known values of an open list
    placed_at: Annotated[Instant | MISSING, Field(alias="placedAt")] = MISSING
    quantity: float | MISSING = MISSING


ID = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"}
SCHEMAS: dict[int, dict[str, Any]] = {
    1: {"type": "object", "required": ["holdId", "lotId"], "properties": {"holdId": ID, "lotId": ID}},
    2: {
        "type": "object",
        "required": ["holdId", "lot"],
        "properties": {
            "holdId": ID,
            "lot": {"$ref": "#/$defs/lot"},
            "kind": {"type": "string", "pattern": "^[A-Z]+$"},
            "placedAt": {"type": "string", "format": "date-time"},
            "quantity": {"type": "number"},
        },
        "$defs": {"lot": {"type": "object", "required": ["lotId"], "properties": {"lotId": ID}}},
    },
    3: {"type": "object", "required": ["hold"], "properties": {"hold": ID}},
}


class HeldV3(Model):
    """Data of major 3."""

    hold: str


def family() -> dict[int, Contract[Any]]:
    """Return three majors of one event that know each other, without functions between them."""
    made: dict[int, Contract[Any]] = {}
    models: dict[int, type[Model]] = {1: HeldV1, 2: HeldV2, 3: HeldV3}
    for major, model in models.items():
        made[major] = Contract(
            name="quality.lot-held",
            type=f"com.example.mfg.quality.lot-held.v{major}",
            version=f"{major}.1.0",
            load_schema=lambda major=major: SCHEMAS[major],
            load_model=lambda model=model: model,
            dataschema=f"https://contracts.example.com/schemas/quality/lot-held/{major}.1.0.json",
            subject="holds/{/data/holdId}" if major < 3 else "holds/{/data/hold}",
            keys=Keys(
                ("/site", "/data/holdId" if major < 3 else "/data/hold"),
                ("/data/holdId" if major < 3 else "/data/hold",),
            ),
            classification="confidential",
            envelope=ENVELOPE,
            bridges=Bridges(made.get),
        )
    return made


ATTRIBUTES: dict[str, Any] = {
    "specversion": "1.0",
    "id": "0198c0de-0000-7000-8000-000000000001",
    "source": "https://muc1.exc.example/qms",
    "type": "com.example.mfg.quality.lot-held.v2",
    "subject": "holds/HD-1",
    "time": "2026-03-17T07:15:01.123456789Z",
    "datacontenttype": "application/json",
    "dataschema": "https://contracts.example.com/schemas/quality/lot-held/2.1.0.json",
    "correlationid": "lot:L-1",
    "partitionkey": "muc1:HD-1",
    "sequence": "000000000002",
    "recordedtime": "2026-03-17T07:15:02Z",
    "idempotencykey": "lot-held:HD-1",
    "schemaversion": "2.1.0",
    "site": "muc1",
    "dataclassification": "confidential",
}
DATA: dict[str, Any] = {
    "holdId": "HD-1",
    "lot": {"lotId": "L-1"},
    "kind": "QUALITY",
    "placedAt": "2026-03-17T07:15:01Z",
}


def event(data: Any = None, **changes: Any) -> bytes:
    """Return a structured event of major 2, some members changed; None takes an attribute away."""
    document = {**ATTRIBUTES, "data": DATA if data is None else data, **changes}
    return json.dumps({name: value for name, value in document.items() if value is not None}).encode()
