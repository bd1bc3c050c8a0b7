"""The compatibility questions that one changed contract raises, and their answers as findings."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from interlock.catalog import Catalog, Entry, EventContract, ProductContract, place_in
from interlock.check.apis import api_findings, compared, earliest_sunset, in_direction
from interlock.check.causes import NEW_READERS, OLD_READERS, UNDECIDED, WHY_REFUSED, rule_of
from interlock.check.exemplars import exemplified
from interlock.compat import Comparison, Refusal, Spot, Undecided, Verdict, compare
from interlock.compat.openapi import ApiComparison
from interlock.differences import flattened, renames
from interlock.errors import DocumentError
from interlock.findings import Finding, Level, Place, Witness
from interlock.impact import readers_hit
from interlock.pointers import lookup, split
from interlock.references import Bundle
from interlock.snapshots import Snapshot
from interlock.versions import Bump

_LONGEST = 60
"""How much of a refused value a sentence shows."""

DIRECTIONS = {
    "BACKWARD": (NEW_READERS,),
    "FORWARD": (OLD_READERS,),
    "FULL": (OLD_READERS, NEW_READERS),
    "NONE": (),
}
"""The directions of each mode, without `_TRANSITIVE`."""


@dataclass(frozen=True, slots=True)
class Mode:
    """Which directions are asked, and whether of every release or of the last only."""

    directions: tuple[str, ...]
    transitive: bool
    name: str

    @classmethod
    def of(cls, name: str) -> Mode:
        """Read the registry world's word."""
        plain = name.removesuffix("_TRANSITIVE")
        return cls(DIRECTIONS[plain], plain != name, name)

    def tightened_by(self, other: Mode) -> Mode:
        """Return the mode that asks all that either asks: the head may tighten what judges it, never loosen."""
        directions = tuple(d for d in (OLD_READERS, NEW_READERS) if d in self.directions or d in other.directions)
        transitive = self.transitive or other.transitive
        if directions == self.directions and transitive == self.transitive:
            return self
        return Mode(
            directions, transitive, other.name if set(directions) == set(other.directions) else "FULL_TRANSITIVE"
        )


@dataclass
class Asked:
    """How many questions were asked and decided; answers are kept, since contracts share types."""

    seconds: float = 2.0
    """Budget of one question."""
    examples: Mapping[str, tuple[Any, ...]] = field(default_factory=dict[str, tuple[Any, ...]])
    """Payloads by `name@major`, from which witnesses take their values."""
    judge: Catalog | None = None
    """The catalog whose tiers say how much notice an operation's end needs; None where none is asked for."""
    today: dt.date | None = None
    questions: int = 0
    decided: int = 0
    _answers: dict[tuple[str, str, bool], Comparison] = field(default_factory=dict[tuple[str, str, bool], Comparison])
    _apis: dict[tuple[str, str], ApiComparison] = field(default_factory=dict[tuple[str, str], ApiComparison])

    def ask_api(self, old: Snapshot, new: Snapshot, direction: str) -> Comparison:
        """Ask what two contents of a product no longer say to each other, of the part that a direction is about."""
        key = (old.schema_identity, new.schema_identity)
        if key not in self._apis:
            earliest = earliest_sunset(self.judge, new, self.today) if self.judge and self.today else None
            self._apis[key] = compared(old, new, self.seconds, earliest)
        return self._counted(in_direction(self._apis[key], direction))

    def ask(self, writer: Snapshot, reader: Snapshot, *, strict: bool) -> Comparison:
        """Ask what the writer may send that the reader turns away, under the contract's views."""
        key = (writer.schema_identity, reader.schema_identity, strict)
        if key not in self._answers:
            self._answers[key] = self._answer(writer, reader, strict=strict)
        return self._counted(self._answers[key])

    def _counted(self, answer: Comparison) -> Comparison:
        """Count a question and whether it is decided."""
        self.questions += 1
        self.decided += answer.verdict is not Verdict.UNDECIDED
        return answer

    def _answer(self, writer: Snapshot, reader: Snapshot, *, strict: bool) -> Comparison:
        """Compare the bundled schemas; undecided where a reference can't be followed."""
        if writer.bundle is None or reader.bundle is None:
            side, label = ("writer", writer.label) if writer.bundle is None else ("reader", reader.label)
            message = f"a reference of {label} leads to nothing"
            return Comparison(Verdict.UNDECIDED, (), (Undecided("unresolved-reference", message, Spot(""), side),))
        if writer.schema_identity == reader.schema_identity:
            return Comparison(Verdict.COMPATIBLE)
        from interlock.compat.views import VIEWS, applied  # the engine is loaded for a change only

        sent = exemplified(writer.bundle.schema, self.examples.get(writer.key, ()))
        return compare(
            writer=applied(sent, VIEWS["contract-writer"]),
            reader=applied(reader.bundle.schema, VIEWS["contract-strict-reader" if strict else "contract-reader"]),
            formats="assertion",
            seconds=self.seconds,
        )


@dataclass(frozen=True)
class Question:
    """One direction between the new content of a contract and one earlier content."""

    new: Snapshot
    old: Snapshot
    direction: str

    @property
    def writer(self) -> Snapshot:
        """Whose events are asked about."""
        return self.new if self.direction == OLD_READERS else self.old

    @property
    def reader(self) -> Snapshot:
        """Whose readers are asked about."""
        return self.old if self.direction == OLD_READERS else self.new

    @property
    def is_api(self) -> bool:
        """Whether it is about a product."""
        return isinstance(self.new.entry.value, ProductContract)

    @property
    def labels(self) -> tuple[str, str]:
        """What people call writer and reader: their versions, told apart where a released one was given other content."""
        new = f"{self.new.label} (this change)" if self.new.label == self.old.label else self.new.label
        return (new, self.old.label) if self.direction == OLD_READERS else (self.old.label, new)

    @cached_property
    def renamed(self) -> dict[str, str]:
        """The new path by the old one (JSON Pointers into the event), for members that look renamed."""
        if self.old.bundle is None or self.new.bundle is None:
            return {}
        before, after = (flattened(side.bundle.schema, at="/data") for side in (self.old, self.new) if side.bundle)
        return dict(renames(before.members, after.members))

    def answer(self, asked: Asked) -> Comparison:
        """Ask it; a reader side that declares strict readers is asked strictly."""
        if self.is_api:
            return asked.ask_api(self.old, self.new, self.direction)
        contract = self.reader.entry.value
        strict = isinstance(contract, EventContract) and contract.readers == "strict"
        return asked.ask(self.writer, self.reader, strict=strict)


def findings(question: Question, answer: Comparison, judge: Catalog) -> Iterator[Finding]:
    """Turn an answer into findings: one a cause, with its witness and the readers it hits."""
    if question.is_api:
        yield from api_findings(question.old, question.new, question.direction, answer)
        return
    for refusal in answer.refusals:
        yield _refused(question, refusal, judge)
    for gap in answer.undecided if answer.verdict is Verdict.UNDECIDED else ():
        yield _gap(question, gap)


def _refused(question: Question, refusal: Refusal, judge: Catalog) -> Finding:
    """Phrase one cause."""
    rule = rule_of(refusal.cause, question.direction)
    members = _members(question, refusal)
    at = members[0] if members else refusal.at
    contract = question.new.entry.value
    label = question.labels
    message = _with_versions(refusal.message, *label)
    fix = rule.fix.format(member=_shown(at))
    renamed = question.renamed.get("/data" + at, "") if question.direction == OLD_READERS and members else ""
    if renamed:
        message += f"; it looks renamed to {_shown(renamed.removeprefix('/data'))}"
        fix = f"keep {_shown(at)} beside {_shown(renamed.removeprefix('/data'))}, with the same value, until the next major"
    hit: tuple[Any, ...] = ()
    if isinstance(contract, EventContract):
        versions = tuple({question.old.version, question.new.version})
        hit = readers_hit(judge, contract.name, versions, "/data" + at)
    return Finding(
        rule=rule.id,
        message=message,
        place=_place(question, refusal),
        contract=contract.key,
        bump=Bump.MAJOR,
        direction=question.direction,
        witness=Witness(refusal.witness, *label, refusal.at, _because(refusal, members)),
        readers=hit,
        fix=fix,
        old=refusal.old if question.direction == NEW_READERS else refusal.new,
        new=refusal.new if question.direction == NEW_READERS else refusal.old,
    )


def _because(refusal: Refusal, members: list[str]) -> str:
    """Say what the reader finds wrong with the witness."""
    if members:
        return f"{', '.join(members)} is missing"
    try:
        value = json.dumps(lookup(refusal.witness, refusal.at), ensure_ascii=False, default=str)
    except LookupError:
        value = "the value"
    shown = value if len(value) <= _LONGEST else f"{value[:_LONGEST]}..."
    return f"{shown} {WHY_REFUSED.get(refusal.cause, 'is not taken')}"


def _with_versions(message: str, writer: str, reader: str) -> str:
    """Name the versions in the engine's sentence, which speaks of the writer and the reader."""
    named = message.replace("the writer", f"a writer of {writer}", 1)
    return named.replace("the reader", f"a reader of {reader}", 1)


def _members(question: Question, refusal: Refusal) -> list[str]:
    """Return the pointers of the members that the reader needs and the witness lacks."""
    bundle = question.reader.bundle
    if refusal.cause != "required" or bundle is None:
        return []
    try:
        needed = lookup(bundle.schema, refusal.reader.pointer)
        there = lookup(refusal.witness, refusal.at)
    except LookupError:
        return []
    names = needed if isinstance(needed, list) else []
    return [f"{refusal.at}/{name}" for name in names if isinstance(there, dict) and name not in there]


def _shown(pointer: str) -> str:
    """Name a member for people, without array positions."""
    return ".".join(token for token in split(pointer) if not token.isdigit()) or "the value"


def _place(question: Question, refusal: Refusal) -> Place:
    """Return the place in the new content: where its own schema speaks, else where the other side's pointer leads."""
    new, old = question.new.bundle, question.old.bundle
    spots = [refusal.writer, refusal.reader] if question.direction == OLD_READERS else [refusal.reader]
    for spot, bundle in zip(spots, (new, old) if question.direction == OLD_READERS else (new,), strict=True):
        if spot is not None and bundle is not None and new is not None:
            return _in_files(question.new, bundle, spot.pointer)
    return question.new.entry.at()


def _in_files(new: Snapshot, bundle: Bundle, pointer: str) -> Place:
    """Return the place in the head's files of a pointer into a bundle."""
    path, inside = bundle.place(pointer)
    entry: Entry[Any] = new.entry
    if path == entry.path:
        return entry.at(inside)
    try:
        return place_in(new.document(path), inside)
    except (LookupError, DocumentError):
        return Place(path, inside)


def _gap(question: Question, gap: Undecided) -> Finding:
    """Phrase an undecided question; it counts as an error."""
    side = question.writer if gap.side == "writer" else question.reader
    bundle = side.bundle
    place = question.new.entry.at()
    if bundle is not None and question.new.bundle is not None:
        place = _in_files(question.new, bundle, gap.spot.pointer)
    message = f"{question.direction} ({question.old.label} and {question.new.label}) is undecided: {gap.message}"
    return Finding(
        rule=UNDECIDED.id, message=message, place=place, level=Level.ERROR, contract=question.new.key,
        bump=Bump.NONE, direction=question.direction, fix=UNDECIDED.fix, old=gap.code, new=gap.spot.pointer,
    )  # fmt: skip
