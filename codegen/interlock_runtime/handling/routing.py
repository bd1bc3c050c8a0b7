"""Where a message belongs: its type is looked up in the catalog, and the consumer's reader contract says what it reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from ..catalog import Catalog, Reader, Reads, Row
from ..contract import Contract
from ..messages import RawMessage
from ..modes import PREFIXES
from ..violations import Violation, violation
from .outcomes import Origin

_MAJOR_DIGITS = 6
"""As many as the envelope allows."""


class Glance(msgspec.Struct, frozen=True):
    """What a look at a message shows before it is read: good for finding its place, not for trusting it."""

    type: str | None = None
    source: str | None = None
    id: str | None = None
    partitionkey: str | None = None
    sequence: str | None = None


class _Loose(msgspec.Struct):
    """The members of a structured message, of whatever type."""

    type: Any = None
    source: Any = None
    id: Any = None
    partitionkey: Any = None
    sequence: Any = None


_decode = msgspec.json.Decoder(Glance).decode
_decode_loosely = msgspec.json.Decoder(_Loose).decode


def glance(message: RawMessage) -> Glance:
    """Return what a look at a message shows; nothing of one that can't be made out."""
    found = _in_headers(message) if message.headers else None
    if found is not None:
        return _texts(found)
    try:
        seen = _decode(message.value or b"")
        return seen if _is_plain(seen) else _loosely(message.value)
    except msgspec.ValidationError:
        return _loosely(message.value)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Glance()


def _is_plain(seen: Glance) -> bool:
    """Say whether no attribute is an empty text, which counts as missing."""
    return "" not in (seen.type, seen.source, seen.id, seen.partitionkey, seen.sequence)


def _loosely(value: bytes | None) -> Glance:
    """Return what a look at a message shows some of whose attributes are no texts."""
    try:
        loose = _decode_loosely(value or b"")
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Glance()
    return _texts({name: getattr(loose, name) for name in Glance.__struct_fields__})


def _texts(found: Mapping[str, Any]) -> Glance:
    """Return the attributes that are texts."""
    return Glance(**{name: value for name, value in found.items() if isinstance(value, str) and value})


def _in_headers(message: RawMessage) -> dict[str, Any] | None:
    """Return the attributes in a message's headers; None when it is not in binary mode."""
    texts: dict[str, str] = {}
    for name, value in message.headers:
        text = name if isinstance(name, str) else name.decode("latin-1")
        texts.setdefault(text.lower(), (value or b"").decode(errors="replace"))
    if texts.get("content-type", "").lower().startswith("application/cloudevents"):
        return None
    prefix = next((each for each in PREFIXES if f"{each}specversion".lower() in texts), None)
    if prefix is None:
        return None
    return {name: texts.get(f"{prefix}{name}".lower()) for name in Glance.__struct_fields__}


@dataclass(frozen=True, slots=True)
class Route:
    """Where a message goes: to a contract, past this consumer, or nowhere, with the violation that says why."""

    row: Row | None = None
    """What the catalog lists for the event, at its own major or, when that is unknown, at the newest."""
    contract: Contract[Any] | None = None
    """The contract by which it is read."""
    reads: Reads | None = None
    violation: Violation | None = None
    skipped: bool = False
    follows: bool = False
    """Whether this consumer also reads an event that leads to this one."""
    sunset: dt.date | None = None
    """After this day the event's major is no longer published."""


def routed(catalog: Catalog, reader: Reader, seen: Glance, origin: Origin) -> Route:
    """Return where a message goes."""
    if seen.type is None:
        row = catalog.of_channel(origin.channel)
        return Route(row, row.load() if row else None, sunset=_sunset(row) if row else None)
    stem, _, digits = seen.type.rpartition(".v")
    family = catalog.family(seen.type) if stem and _is_major(digits) else ()
    if not family:
        return Route(violation=violation("unknown-type", "/type", "no contract of the catalog has the event's type"))
    lines = [line for line in reader.reads if line.event == family[0].name]
    row = next((row for row in family if row.type == seen.type), family[-1])
    if not lines:
        return Route(row, skipped=True)
    follows = any(line.event in row.caused_by for line in reader.reads)
    return replace(_to_major(row, int(digits), lines, family), follows=follows, sunset=_sunset(row))


def _sunset(row: Row) -> dt.date | None:
    """Return after which day a major is no longer published."""
    sunset = row.load().lifecycle.sunset
    return None if sunset is None else dt.date.fromisoformat(sunset)


def _is_major(digits: str) -> bool:
    """Say whether a text is a major version."""
    return digits.isascii() and digits.isdigit() and len(digits) <= _MAJOR_DIGITS


def _to_major(row: Row, major: int, lines: list[Reads], family: tuple[Row, ...]) -> Route:
    """Return the route to the major that this consumer reads an event of one major as."""
    loads = {each.major: each.load for each in family}
    within = [line for line in lines if major in line.majors]
    for line in (*within, *lines):
        for target in sorted(line.majors, reverse=True):
            if target == major or loads[target]().bridges.way(major, target):
                return Route(row, loads[target](), line)
    return Route(row, violation=violation("unsupported-version", "/type", _unsupported(major, lines, family)))


def _unsupported(major: int, lines: list[Reads], family: tuple[Row, ...]) -> str:
    """Say which version came, which ones are read, and which ones the catalog knows."""
    read = " and ".join(str(each) for line in lines for each in line.majors) or "none"
    known = ", ".join(row.version for row in family)
    return f"the event has major version {major}, this consumer reads {read}, and its catalog knows {known}"
