"""Who is hit: which reader contracts read the member that a change breaks."""

from __future__ import annotations

from interlock.catalog import Catalog, Entry, ReaderContract, Reading
from interlock.errors import BadValueError
from interlock.findings import ReaderHit
from interlock.pointers import split
from interlock.versions import Version, VersionRange


def readers_hit(catalog: Catalog, event: str, versions: tuple[Version, ...], path: str) -> tuple[ReaderHit, ...]:
    """
    Return every reader of an event whose range holds one of these versions, and whether it reads a path.

    `path` is a JSON Pointer into the event (`/data/...`); a reader of the member, of something inside it or of
    something around it breaks, and so does one that validates the whole event.
    """
    hits: list[ReaderHit] = []
    for entry in catalog.read_by(event):
        for index, reading in enumerate(entry.value.reads):
            if reading.event == event and _in_range(reading, versions):
                hits.append(_hit(entry, index, reading, path))
    return tuple(sorted(hits, key=lambda hit: (not hit.breaks, hit.service)))


def _hit(entry: Entry[ReaderContract], index: int, reading: Reading, path: str) -> ReaderHit:
    """Judge one reading."""
    field = next((field for field in reading.fields if overlaps(field, path)), None)
    if reading.strict:
        breaks, because = True, "validates the whole event"
    elif field is not None:
        breaks, because = True, f"reads {field}"
    else:
        breaks, because = False, f"does not read {path}"
    evidence = reading.source or str(entry.at(f"/reads/{index}"))
    return ReaderHit(entry.value.service, entry.value.owner, reading.versions, evidence, breaks, because)


def overlaps(field: str, path: str) -> bool:
    """
    Say whether one path lies on the way to the other; `*` stands for any element or member.

    >>> overlaps("/data/lines/*/quantity", "/data/lines/0/quantity/unitCode")
    True
    """
    return all(a == b or "*" in (a, b) for a, b in zip(split(field), split(path), strict=False))


def _in_range(reading: Reading, versions: tuple[Version, ...]) -> bool:
    """Say whether the reader takes one of these versions."""
    try:
        taken = VersionRange.parse(reading.versions)
    except BadValueError:
        return True
    return any(version in taken for version in versions)
