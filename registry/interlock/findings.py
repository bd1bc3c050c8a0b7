"""Findings: what a rule or an engine has to say, as values without colour or markup."""

from __future__ import annotations

import dataclasses
import enum
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from interlock.versions import Bump

FINGERPRINT = 1
"""Version of the fingerprint's algorithm; it stands before the hash."""


class Level(enum.IntEnum):
    """How grave a finding is."""

    OFF = 0
    INFO = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        """The word for people."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where: a file of the catalog, a JSON Pointer into it, and the line and column (from 1) where known."""

    path: str
    pointer: str = ""
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """`file:line`, as editors and terminals link it."""
        return self.path if self.line is None else f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Witness:
    """A concrete document that proves a refusal: the writer's version may send it, the reader's turns it away."""

    event: Any
    writer: str
    """Who may send it, for example `1.5.0`."""
    reader: str
    """Who turns it away, for example `1.4.0`."""
    at: str
    """JSON Pointer into the event, to what is refused."""
    because: str
    """Why the reader refuses, one sentence."""


@dataclass(frozen=True, slots=True)
class ReaderHit:
    """One reader contract and whether the change hits it."""

    service: str
    owner: str
    versions: str
    evidence: str
    """Where the reading is declared, `file:line`."""
    breaks: bool
    because: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's statement about one place of one contract."""

    rule: str
    message: str
    place: Place
    level: Level = Level.ERROR
    contract: str = ""
    """`name@major`, empty for a finding about the catalog."""
    bump: Bump = Bump.NONE
    """The least bump that this change needs."""
    direction: str = ""
    """`old readers x new events` or `new readers x old events` for compatibility."""
    witness: Witness | None = None
    readers: tuple[ReaderHit, ...] = ()
    fix: str = ""
    """The smallest change that mends it, one or a few lines."""
    old: Any = None
    new: Any = None
    waived: str = ""
    """Why it does not count: the waiver's reason, or that it lies behind a barrier."""
    also: tuple[str, ...] = ()
    """Other contracts (`name@major`) with the same cause, for example through a shared type."""

    @property
    def fingerprint(self) -> str:
        """`<algorithm>:<hash>` of rule, contract, pointer, direction, old and new value; never of lines or wording."""
        identity = [self.rule, self.contract, self.place.pointer, self.direction, self.old, self.new]
        if not self.contract:
            identity.append(self.place.path)
        text = json.dumps(identity, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=str)
        return f"{FINGERPRINT}:{hashlib.sha256(text.encode()).hexdigest()[:16]}"

    @property
    def counts(self) -> Level:
        """The level at which it gates: INFO once waived."""
        return min(self.level, Level.INFO) if self.waived else self.level

    def at_level(self, level: Level) -> Finding:
        """Return the same finding at another level."""
        return dataclasses.replace(self, level=level)


_FIRST = ("file", "merge", "compat", "meaning", "release", "versioning", "promises", "lifecycle")
"""Groups of rules that people should read first; examples come last, since they follow from the others."""


def in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    """Sort: gravest first within each contract, causes before consequences, so that output never depends on traversal."""
    return tuple(sorted(findings, key=_rank))


def _rank(finding: Finding) -> tuple[Any, ...]:
    """Return what a finding is sorted by."""
    group = finding.rule.partition("/")[0]
    weight = _FIRST.index(group) if group in _FIRST else len(_FIRST) + (group == "examples")
    place = finding.place
    return (
        finding.contract, -finding.counts, weight, not any(reader.breaks for reader in finding.readers),
        place.path, place.line or 0, place.pointer, finding.rule, finding.direction, finding.message,
    )  # fmt: skip
