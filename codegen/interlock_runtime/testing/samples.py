"""Samples of a contract: events that it takes, the same for the same seed on any machine."""

from __future__ import annotations

import re
from typing import Any, TypeVar

from ..contract import Contract
from ..envelope import Attribute
from ..events import Event
from ..instants import Instant
from ..messages import RawMessage
from ..wire import encoded
from .choosing import Chooser, Least, Most, Seeded
from .mending import mended
from .texts import CannotSample
from .values import Maker

D = TypeVar("D")

TRIES = 30
"""How many documents are made of one seed before it is given up."""
_MADE_BY_NEW = frozenset({"subject", "partitionkey", "idempotencykey", "data", "data_base64", "dataref"})
_HOLE = re.compile(r"\{(/[^{}]*)\}")
_TIME = "2026-03-16T10:01:15Z"


def sample(contract: Contract[D], seed: object = 0) -> Event[D]:
    """Return an event that the contract takes; raise CannotSample where its schema says too little to make one."""
    for attempt in range(TRIES):
        event = event_by(contract, Seeded((contract.type, seed, attempt)))
        if event is not None:
            return event
    raise CannotSample(f"no sample of {contract.name} was found: give an event of your own")


def edge_samples(contract: Contract[D]) -> list[Event[D]]:
    """Return the extremes that the contract takes: the least of everything, and the most with values nobody knows yet."""
    found = (event_by(contract, chooser) for chooser in (Least(), Most()))
    return [event for event in found if event is not None]


def sample_message(contract: Contract[Any], seed: object = 0) -> RawMessage:
    """Return a sample as the message that a broker would deliver."""
    return contract.serialize(sample(contract, seed))


def event_by(contract: Contract[D], chooser: Chooser) -> Event[D] | None:
    """Return the event that a chooser makes; None when the contract does not take it."""
    document = _document_by(contract, chooser)
    if document is None:
        return None
    attributes = {name: value for name, value in document.items() if name != "data"}
    data = contract.parse_data(encoded(document["data"]))
    event = contract.new(data, source=str(attributes.pop("source")), extensions=attributes, time=Instant.of(_TIME))
    envelope = event.envelope.replace(**attributes)
    made = Event(envelope, data, contract)
    contract.parse(contract.serialize(made))
    return made


def data_by(contract: Contract[Any], chooser: Chooser) -> Any:
    """Return the JSON value of data that a chooser makes; None when the contract does not take it."""
    document = _document_by(contract, chooser)
    return None if document is None else document["data"]


def _document_by(contract: Contract[Any], chooser: Chooser) -> dict[str, Any] | None:
    """Return the data that a chooser makes with the attributes that no key of the contract gives."""
    value = Maker(contract.schema, chooser, _key_parts(contract)).value(contract.schema)
    if not contract.writer_gate.fits(value):
        return None
    return mended(contract, {**_attributes(contract, chooser), "data": value}, chooser)


def _key_parts(contract: Contract[Any]) -> frozenset[str]:
    """Return the JSON Pointers into the data that the keys and the subject of the contract are made of."""
    keys = contract.keys
    said = (
        *keys.partition,
        *keys.idempotency,
        *([keys.order] if keys.order else ()),
        *_HOLE.findall(contract.subject or ""),
    )
    return frozenset(place.removeprefix("/data") for place in said if place.startswith("/data/"))


def _attributes(contract: Contract[Any], chooser: Chooser) -> dict[str, Attribute]:
    """Return the attributes that the envelope requires and that no key of the contract gives."""
    schema = contract.envelope.schema
    members: dict[str, Any] = schema.get("properties", {})
    required = [name for name in schema.get("required", ()) if name not in _MADE_BY_NEW]
    maker = Maker(schema, chooser)
    fixed: dict[str, Attribute] = {
        "specversion": "1.0", "source": "https://plant.example.com/test", "type": contract.type, "time": _TIME,
        "recordedtime": _TIME, "datacontenttype": "application/json", "schemaversion": contract.version,
        "dataclassification": contract.classification, "id": f"sample-{chooser.integer(0, 0xFFFF):04x}",
        **({"dataschema": contract.dataschema} if contract.dataschema else {}),
    }  # fmt: skip
    made = {name: maker.value(members.get(name, {"type": "string"})) for name in required if name not in fixed}
    return {**fixed, **made}
