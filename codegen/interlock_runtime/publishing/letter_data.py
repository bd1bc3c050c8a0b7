"""What a dead letter says about an entry of a quarantine: all of it follows from the entry, and no value of its data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from ..catalog import Catalog, Row
from ..handling.entries import Entry
from ..handling.reasons import failure_class
from ..instants import Instant
from .annotations import LABELS, rank

TITLES: Mapping[str, str] = {
    "SCHEMA_INVALID": "The event breaks its contract, or what the consumer relies on",
    "UNKNOWN_TYPE": "The consumer does not know the event's type or version",
    "SUNSET_PASSED": "The event's major version is past its sunset",
    "CLASSIFICATION_UNSUPPORTED": "The event carries a label that the consumer does not know",
    "BUSINESS_REJECTED": "The consumer can't take the fact, however often it is told",
    "OUT_OF_ORDER": "Something that belongs before the event has not come",
    "TIMEOUT": "The consumer failed as often as the tier tries again",
}
"""What each kind of failure says; `handling.reasons` maps reasons to kinds."""
_DETAIL = 1000
"""Characters of a problem's detail."""


@dataclass(frozen=True, slots=True)
class Case:
    """One entry with what the catalog and the event itself say about it."""

    entry: Entry
    said: Mapping[str, Any]
    """The attributes of the event that failed, as they came."""
    row: Row | None
    """What the catalog lists for the event; None for an unknown one."""
    place: str | None = None
    """Where the entry is kept."""

    @property
    def number(self) -> str:
        """The letter's own number: the entry's, and a mark that keeps the letters of all consumers apart."""
        entry = self.entry
        names = "\n".join((entry.consumer, entry.source or "", entry.event_id or "")).encode(errors="surrogatepass")
        return f"DL-{entry.id:06d}-{blake2b(names, digest_size=5).hexdigest()}"

    def text(self, name: str) -> str | None:
        """Return an attribute of the event that is a text."""
        value = self.said.get(name)
        return value if isinstance(value, str) and value else None


def data_of(case: Case, catalog: Catalog, problems: str, desk: str) -> dict[str, Any]:
    """Return the data of a letter; `desk` is who is called about an event that nobody is known to answer for."""
    entry, failing = case.entry, case.entry.failing
    assert failing is not None  # noqa: S101 - letters are owed of entries that were given up
    optional = {"originalDataschema": case.text("dataschema"), "payloadRef": case.place}
    return {
        "deadLetterId": case.number,
        "originalEventId": entry.event_id,
        "originalSource": entry.source,
        "originalType": entry.type,
        "originalClassification": _label(case).upper(),
        "consumerId": entry.consumer,
        **_failure(entry, problems),
        "attempts": _tried_again(case, catalog),
        "ownerTeamId": _owner(case, catalog) or desk,
        "firstFailedAt": Instant.at(failing.first).wire,
        "deadLetteredAt": Instant.at(failing.last).wire,
        **{name: value for name, value in optional.items() if value is not None},
    }


def _failure(entry: Entry, problems: str) -> dict[str, Any]:
    """Return the kind of failure, and the problem (RFC 9457): rule and place in the words of the violations."""
    kind = failure_class(entry.reasons[0])
    detail = "; ".join(map(str, entry.reasons))
    return {
        "failureClass": kind,
        "problem": {
            "type": f"{problems}/{kind.lower().replace('_', '-')}",
            "title": TITLES[kind],
            "detail": detail if len(detail) <= _DETAIL else f"{detail[: _DETAIL - 1]}…",
        },
    }


def _label(case: Case) -> str:
    """Return the event's label: the highest of what it says and what its contract says; of an unknown event the highest."""
    own = "restricted" if case.row is None else case.row.load().classification
    said = case.text("dataclassification")
    return max((own, said) if said in LABELS else (own,), key=rank)


def _owner(case: Case, catalog: Catalog) -> str:
    """Return the team that answers: for the dead letters of the event, for the event, else for the consumer."""
    if case.row is not None:
        return case.row.dead_letters or case.row.owner
    reader = catalog.readers.get(case.entry.consumer)
    return reader.owner if reader is not None else ""


def _tried_again(case: Case, catalog: Catalog) -> int:
    """Return how often the event was tried again; an attempt that a dying process cut off is none."""
    most = catalog.policy(case.row.tier).retry.attempts if case.row is not None else case.entry.attempts
    return max(min(case.entry.attempts - 1, most), 0)
