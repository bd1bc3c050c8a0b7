"""Which major versions one fact is published in: during a deprecation the newest and each older one that still lives."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from .. import minting
from ..bridges import Lookup
from ..catalog import Catalog
from ..contract import Contract
from ..events import Event
from .annotations import plain
from .refusals import NoLongerPublished

LOG = logging.getLogger("interlock.publishing")


def is_over(contract: Contract[Any], today: dt.date) -> bool:
    """Say whether a major version is not published any more."""
    life = contract.lifecycle
    return life.status == "retired" or (life.sunset is not None and dt.date.fromisoformat(life.sunset) <= today)


def older(catalog: Catalog, contract: Contract[Any], today: dt.date) -> list[Contract[Any]]:
    """
    Return the older majors that live beside the newest and that functions lead to.

    Publishing an older major is that one alone: its readers bring it to theirs.
    """
    rows = catalog.majors(contract.name)
    if not rows or rows[-1].major != contract.major:
        return []
    live = [row.load() for row in rows[:-1] if row.status != "draft"]
    return [other for other in live if not is_over(other, today) and other.bridges.way(contract.major, other.major)]


def without_a_way(catalog: Catalog, contract: Contract[Any], today: dt.date) -> list[str]:
    """Return the older majors that still live and that nothing leads to: their readers learn nothing of new facts."""
    rows = catalog.majors(contract.name)
    reached = {other.major for other in older(catalog, contract, today)}
    return [
        row.key
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


def as_older(event: Event[Any], contract: Contract[Any], lookup: Lookup) -> Event[Any]:
    """
    Return the same fact as an older major: another event by number, the same by idempotency key.

    Its own number, since two events of one number would be one event to whoever reads both; the newest major's key,
    since the older contract may build its own from other members, and the fact is one.
    """
    cast = contract.cast(event, lookup=lookup)
    document = {**cast.envelope.attributes, "data": plain(contract, cast.data)}
    return Event(
        cast.envelope.replace(
            id=minting.uuid7(),
            dataclassification=contract.classification,
            partitionkey=minting.joined(document, contract.keys.partition) if contract.keys.partition else None,
            subject=minting.filled(contract.subject, document) if contract.subject else cast.envelope.subject,
        ),
        cast.data,
        contract,
    )
