"""Attributes of the envelope that follow from the contract and the data, so that no service has to think of them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from ..contract import Contract
from ..envelope import Attribute
from ..events import Event
from ..instants import Instant
from .annotations import Note, highest, is_annotated, notes, plain
from .projecting import label_of

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+\Z")


def stamped(event: Event[Any], expiry: dt.timedelta | None, today: dt.date) -> dict[str, Attribute]:
    """Return the attributes that an event gets unless the service has set them."""
    contract = event.contract
    found = notes(contract, plain(contract, event.data)) if is_annotated(contract) else []
    made = {**_personal(found), **_deprecation(contract, today), **_expiry(event, expiry)}
    given_label = event.envelope.dataclassification
    given = {name: value for name, value in made.items() if event.envelope.get(name) is None}
    return {**given, "dataclassification": highest(label_of(event, found), given_label)}


def _personal(found: list[Note]) -> dict[str, Attribute]:
    """Return what an event says that refers to a person, even by pseudonym (GDPR article 4(5))."""
    return {"dataregulation": "GDPR", "datacategory": "standard"} if any(note.personal for note in found) else {}


def _deprecation(contract: Contract[Any], today: dt.date) -> dict[str, Attribute]:
    """Return the attributes of CloudEvents' deprecation extension, from the day on which it begins."""
    life = contract.lifecycle
    if life.status != "deprecated" or (life.since is not None and dt.date.fromisoformat(life.since) > today):
        return {}
    made: dict[str, Attribute] = {"deprecated": True}
    if life.since:
        made["deprecationfrom"] = f"{life.since}T00:00:00Z"
    if life.sunset:
        made["deprecationsunset"] = f"{life.sunset}T00:00:00Z"
    if life.migration and _URI.match(life.migration):
        made["deprecationmigration"] = life.migration
    return made


def _expiry(event: Event[Any], expiry: dt.timedelta | None) -> dict[str, Attribute]:
    """Return when an event of a tier that expires is of no use any more."""
    time = event.envelope.time
    return {} if expiry is None or time is None else {"expirytime": Instant.at(time + expiry).wire}
