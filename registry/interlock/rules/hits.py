"""Which readers a changed promise hits: those of the base that take the version."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from interlock.catalog import Catalog, Contract, Entry, EventContract, ReaderContract, Reading
from interlock.errors import BadValueError
from interlock.findings import ReaderHit
from interlock.versions import Version, VersionRange

Judge = Callable[[Reading], str]
"""Says why a reading breaks; empty when it does not."""


def readings(catalog: Catalog, contract: Contract) -> Iterator[tuple[Entry[ReaderContract], int, Reading]]:
    """Yield each reading of an event whose range holds its version, with its reader and its place there."""
    if not isinstance(contract, EventContract):
        return
    for entry in catalog.read_by(contract.name):
        for index, reading in enumerate(entry.value.reads):
            if reading.event == contract.name and takes(reading, contract):
                yield entry, index, reading


def takes(reading: Reading, contract: Contract) -> bool:
    """Say whether a reading's range holds a contract's version; a range that can't be read holds all."""
    try:
        return Version.parse(contract.version) in VersionRange.parse(reading.versions)
    except BadValueError:
        return True


def hits(catalog: Catalog, contract: Contract, judge: Judge, otherwise: str) -> tuple[ReaderHit, ...]:
    """Return every reader of an event and whether it breaks, those that break first."""
    found: list[ReaderHit] = []
    for entry, index, reading in readings(catalog, contract):
        why = judge(reading)
        evidence = reading.source or str(entry.at(f"/reads/{index}"))
        found.append(
            ReaderHit(entry.value.service, entry.value.owner, reading.versions, evidence, bool(why), why or otherwise)
        )
    return tuple(sorted(found, key=lambda hit: (not hit.breaks, hit.service, hit.evidence)))


def named(found: tuple[ReaderHit, ...]) -> str:
    """Name the readers that break, for a message; empty when none does."""
    return ", ".join(dict.fromkeys(hit.service for hit in found if hit.breaks))
