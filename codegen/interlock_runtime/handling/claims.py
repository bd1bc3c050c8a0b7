"""What the inbox is asked about an event: its numbers, its business key, and the counters that it moves on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from ..catalog import Reader, Row, TierPolicy
from ..events import Event
from ..minting import joined
from ..modes import document_of
from ..violations import ContractViolation
from .documents import digest, text_at
from .protocols import Claim, Mark
from .routing import Glance

_LONGEST = 18
"""Digits of a counter that a database keeps as an integer."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a claim depends on besides the event."""

    row: Row
    """What the catalog lists for the type on the wire, before any upcast."""
    reader: Reader
    policy: TierPolicy
    now: dt.datetime
    round: int = 0
    again: bool = False
    """Whether the message comes out of quarantine, so that its number was counted when it arrived."""
    follows: bool = False
    """Whether this consumer should have seen what caused the event."""


def plain_claim(seen: Glance, given: Circumstances) -> Claim | None:
    """Return the claim of a message that can't be read yet; None when it doesn't say which event it is."""
    if seen.source is None or seen.id is None:
        return None
    dedupe = given.policy.dedupe
    window = dedupe.event if dedupe else None
    return Claim(given.reader.name, seen.source, seen.id, given.row.type, given.now, window, round=given.round)


def claim_of(event: Event[Any], whole: dict[str, Any], given: Circumstances) -> Claim:
    """Return the claim of an event, which `whole` has in its JSON format."""
    dedupe, reader, row = given.policy.dedupe, given.reader, given.row
    key = business_key(event, whole) if dedupe and dedupe.business_key else None
    return Claim(
        consumer=reader.name,
        source=event.envelope.source,
        id=event.envelope.id,
        type=row.type,
        now=given.now,
        window=dedupe.event if dedupe else None,
        key=key,
        key_window=dedupe.business_key if dedupe else None,
        digest=digest(_as_it_came(event, whole, row)),
        round=given.round,
        cause=event.envelope.causationid if given.follows else None,
        sequence=sequence_mark(event.envelope.source, event.envelope.sequence) if not given.again else None,
        version=version_mark(event, whole),
    )


def _as_it_came(event: Event[Any], whole: dict[str, Any], row: Row) -> Any:
    """Return the data of an event before any upcast, whose result may depend on what a service looked up."""
    if event.contract.type == row.type or event.raw is None:
        return whole["data"]
    return document_of(event.raw, event.contract.envelope).get("data")


def business_key(event: Event[Any], whole: dict[str, Any]) -> str | None:
    """Return the business key with the event's name before it; None for an event that has none."""
    key = event.envelope.idempotencykey
    if key is None and event.contract.keys.idempotency:
        try:
            key = joined(whole, event.contract.keys.idempotency)
        except ContractViolation:
            return None
    return f"{event.contract.name} {key}" if key is not None else None


def sequence_mark(source: str | None, sequence: str | None) -> Mark | None:
    """Return the counter of a source, when the event has a number of it."""
    if source is None or sequence is None or not _is_counter(sequence):
        return None
    return Mark(f"sequence {source}", int(sequence))


def _is_counter(text: str) -> bool:
    """Say whether a text is a number that a database keeps as an integer."""
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST


def version_mark(event: Event[Any], whole: dict[str, Any]) -> Mark | None:
    """
    Return the version of the event's entity, which the contract's order key names.

    The entity is named by the business key without the version, so that all events of one entity share the counter.
    """
    place = event.contract.keys.order
    if place is None:
        return None
    version = text_at(whole, place)
    if version is None or not _is_counter(version):
        return None
    named = [each for each in event.contract.keys.idempotency if each != place] or list(event.contract.keys.partition)
    entity = " ".join(f"{each.rpartition('/')[2]}={text_at(whole, each)}" for each in named)
    return Mark(f"version {entity}", int(version))
