"""One delivery as it goes through handling, and the evidence that is left of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..catalog import Catalog, Reader, Row
from ..events import Event
from ..messages import RawMessage
from .entries import EVERY_FLOW, Entry, Placing
from .noticing import late_by
from .outcomes import Origin, Outcome, Receipt
from .reading import Reading

_LONGEST = 500
"""Characters of an attribute that are kept as evidence."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message and how it came."""

    message: RawMessage
    origin: Origin
    received: dt.datetime
    connection: Any = None
    """The handler's database, when the inbox shares its transaction."""
    entry: Entry | None = None
    """The quarantine's entry that is told again."""
    rejects: bool = False
    """Whether the transport can turn a message away to its sender."""
    replayed: bool = False


def holds(catalog: Catalog, row: Row | None) -> bool:
    """Say whether an event that is put aside holds back what comes after it."""
    return row is not None and catalog.policy(row.tier).retry.then == "stop-partition"


def may_be(reader: Reader, catalog: Catalog, reading: Reading, is_so: Callable[[Row], bool]) -> bool:
    """Say whether something holds of the event of a message; of one that can't be read, whether it may."""
    row = reading.route.row
    if row is not None or reading.seen.type is not None:
        return row is not None and is_so(row)
    return any(is_so(each) for line in reader.reads for each in catalog.majors(line.event))


def flow_of(catalog: Catalog, name: str) -> str:
    """Return the flow in which an event keeps its order."""
    return catalog.sequences.get(name, name)


def transport_key(message: RawMessage) -> str | None:
    """Return the transport's key as a text; two keys have one text only when they are the same bytes."""
    return message.key.decode(errors="surrogateescape") if message.key else None


def keys_of(delivery: Delivery, reading: Reading) -> tuple[str, ...]:
    """Return the keys by which a message may be held back."""
    keys = (_partition_key(reading), transport_key(delivery.message))
    return tuple(dict.fromkeys(key for key in keys if key is not None))


def _partition_key(reading: Reading) -> str | None:
    """Return the partition key that an event carries."""
    return reading.event.envelope.partitionkey if reading.event else reading.seen.partitionkey


def placing(catalog: Catalog, reader: Reader, delivery: Delivery, reading: Reading, now: dt.datetime) -> Placing:
    """Return what is known about a message that goes to quarantine."""
    row, seen = reading.route.row, reading.seen
    keys = keys_of(delivery, reading)
    holding = may_be(reader, catalog, reading, lambda each: holds(catalog, each))
    return Placing(
        consumer=reader.name,
        now=now,
        contract=row.name if row else None,
        type=_cut(seen.type),
        source=_cut(seen.source),
        event_id=_cut(seen.id),
        key=keys[0] if keys else None,
        flow=flow_of(catalog, row.name) if row else EVERY_FLOW,
        holding=bool(keys) and holding,
    )


def receipt_of(
    consumer: str, delivery: Delivery, reading: Reading, outcome: Outcome, settled: dt.datetime, **why: Any
) -> Receipt:
    """Return the evidence of a delivery; `why` has what handling adds: reason, facts, attempts and entry."""
    seen, event, row = reading.seen, reading.event, reading.route.row
    return Receipt(
        consumer=consumer,
        outcome=outcome,
        received=delivery.received,
        settled=settled,
        source=_cut(seen.source),
        id=_cut(seen.id),
        type=_cut(seen.type),
        partitionkey=_cut(seen.partitionkey),
        sequence=_cut(seen.sequence),
        contract=row.name if row else None,
        replayed=delivery.replayed,
        channel=delivery.origin.channel,
        **(_said_by(event, delivery) if event else {}),
        **why,
    )


def _said_by(event: Event[Any], delivery: Delivery) -> dict[str, Any]:
    """Return what the envelope of an event that was read says."""
    envelope = event.envelope
    time, recorded = envelope.time, envelope.recordedtime
    late = None if delivery.replayed else late_by(event.contract.sla, time, recorded, delivery.received)
    return {
        "subject": envelope.subject,
        "correlationid": envelope.correlationid,
        "causationid": envelope.causationid,
        "site": envelope.site,
        "time": time,
        "recorded": recorded,
        "late_by": late,
    }


def _cut(text: str | None) -> str | None:
    """Return an attribute, cut to what is kept of it."""
    return text[:_LONGEST] if text is not None else None
