"""Which major versions one fact is published in: during a deprecation the newest and each older one that still lives."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from hashlib import blake2b
from typing import Any

from .. import minting
from ..bridges import Lookup
from ..catalog import Catalog
from ..contract import Contract
from ..events import Event
from .annotations import highest, plain
from .refusals import NoLongerPublished

LOG = logging.getLogger("interlock.publishing")


def is_over(contract: Contract[Any], today: dt.date) -> bool:
    """Say whether a major version is not published any more."""
    life = contract.lifecycle
    return life.status == "retired" or (life.sunset is not None and dt.date.fromisoformat(life.sunset) <= today)


def older(catalog: Catalog, contract: Contract[Any], today: dt.date, lookup: Lookup) -> list[Contract[Any]]:
    """
    Return the older majors that live beside the newest and that functions lead to, with what this lookup can answer.

    Publishing an older major is that one alone: its readers bring it to theirs.
    """
    rows = [row for row in catalog.majors(contract.name) if row.status != "draft"]
    if not rows or rows[-1].major != contract.major:
        return []
    live = [row.load() for row in rows[:-1]]
    return [
        other
        for other in live
        if not is_over(other, today)
        and other.bridges.way(contract.major, other.major)
        and not _unanswered(other, contract.major, lookup)
    ]


def _unanswered(other: Contract[Any], major: int, lookup: Lookup) -> list[str]:
    """Return what the functions to an older major ask and this lookup has no method for."""
    return [name for name in other.bridges.asked(major, other.major) if not hasattr(lookup, name)]


def without_a_way(
    catalog: Catalog, contract: Contract[Any], today: dt.date, lookup: Lookup
) -> list[tuple[str, list[str]]]:
    """
    Return the older majors that live and that nothing leads to, each with what the lookup would have to answer.

    Their readers learn nothing of new facts.
    """
    rows = catalog.majors(contract.name)
    reached = {other.major for other in older(catalog, contract, today, lookup)}
    return [
        (row.key, _unanswered(row.load(), contract.major, lookup))
        for row in rows
        if row.major < contract.major
        and row.major not in reached
        and row.status != "draft"
        and not is_over(row.load(), today)
    ]


def refuse_the_dead(contract: Contract[Any], today: dt.date) -> None:
    """Raise NoLongerPublished for a major version whose time is over."""
    if is_over(contract, today):
        life = contract.lifecycle
        raise NoLongerPublished(f"{contract.name}@{contract.major}", life.sunset, life.successor)


def as_older(event: Event[Any], contract: Contract[Any], lookup: Lookup, label: str | None = None) -> Event[Any]:
    """
    Return the same fact as an older major: another event by number, the same by idempotency key.

    Its own number, since two events of one number would be one event to whoever reads both, and one that follows from
    the newest's, so that an event that is published again is the same in each major. The newest major's key, since the
    older contract may build its own from other members, and the fact is one. A label that was raised stays raised.
    """
    cast = contract.cast(event, lookup=lookup)
    document = {**cast.envelope.attributes, "data": plain(contract, cast.data)}
    return Event(
        cast.envelope.replace(
            id=_number(event, contract),
            dataclassification=highest(contract.classification, label),
            partitionkey=minting.joined(document, contract.keys.partition) if contract.keys.partition else None,
            subject=minting.filled(contract.subject, document) if contract.subject else cast.envelope.subject,
        ),
        cast.data,
        contract,
    )


def _number(event: Event[Any], contract: Contract[Any]) -> str:
    """Return a number that follows from an event's and a contract: a UUID of version 8 (RFC 9562 section 5.8)."""
    name = f"{event.envelope.source}\n{event.envelope.id}\n{contract.type}".encode()
    made = int.from_bytes(blake2b(name, digest_size=16).digest(), "big")
    made = made & ~(0xF << 76) & ~(0b11 << 62) | 8 << 76 | 0b10 << 62
    return str(uuid.UUID(int=made))
