"""Two versions of a contract, or two plain schemas, side by side: what differs, and both compatibility answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from interlock.authoring.sides import Side
from interlock.catalog import EventContract
from interlock.check.causes import NEW_READERS, OLD_READERS
from interlock.check.exemplars import payloads
from interlock.check.questions import Asked, Question
from interlock.compat import Comparison, compare
from interlock.differences import differences
from interlock.errors import UsageError
from interlock.references import Bundle
from interlock.snapshots import Snapshot


@dataclass(frozen=True)
class Answer:
    """What one direction's question says."""

    direction: str
    writer: str
    reader: str
    comparison: Comparison


@dataclass(frozen=True)
class Diff:
    """What differs between two sides, and what that means for the readers of each."""

    old: str
    new: str
    differences: tuple[str, ...]
    answers: tuple[Answer, ...]


def diff(*, old: Side, new: Side, seconds: float = 2.0) -> Diff:
    """Compare two sides: contracts under the contract's views, plain documents as written; raise UsageError for a mix."""
    if (old.snapshot is None) != (new.snapshot is None):
        contract, plain = (old, new) if old.snapshot else (new, old)
        raise UsageError(f"{contract.label} is a contract and {plain.label} is a plain schema: name two of a kind")
    if old.snapshot is not None and new.snapshot is not None:
        return _contracts(old, new, old.snapshot, new.snapshot, seconds)
    answers = [_plain(old, new, direction, seconds) for direction in (OLD_READERS, NEW_READERS)]
    lines = differences(_bundle(old), _bundle(new), at="") if _is_schema(old) and _is_schema(new) else ()
    return Diff(old.label, new.label, lines, tuple(answers))


def _contracts(old: Side, new: Side, before: Snapshot, after: Snapshot, seconds: float) -> Diff:
    """Compare two contracts."""
    asked = Asked(seconds, payloads(*(side.catalog for side in (new, old) if side.catalog is not None)))
    answers: list[Answer] = []
    for direction in (OLD_READERS, NEW_READERS):
        question = Question(after, before, direction)
        labels = (new.label, old.label) if direction == OLD_READERS else (old.label, new.label)
        answers.append(Answer(direction, *labels, question.answer(asked)))
    at = "/data" if isinstance(after.entry.value, EventContract) else ""
    lines = differences(before.bundle, after.bundle, at=at) if before.bundle and after.bundle else ()
    return Diff(old.label, new.label, lines, tuple(answers))


def _plain(old: Side, new: Side, direction: str, seconds: float) -> Answer:
    """Ask one direction of two plain documents."""
    writer, reader = (new, old) if direction == OLD_READERS else (old, new)
    form = format_of(writer.document)
    if form != format_of(reader.document):
        raise UsageError(f"{old.label} and {new.label} are of two formats: name two of a kind")
    return Answer(
        direction,
        writer.label,
        reader.label,
        compare(writer=writer.document, reader=reader.document, format=form, seconds=seconds),
    )


def format_of(document: Any) -> str:
    """
    Name the format of a schema document by what it holds.

    >>> format_of({"openapi": "3.1.0"}), format_of({"type": "record", "name": "A", "fields": []}), format_of(True)
    ('openapi', 'avro', 'json-schema')
    """
    if isinstance(document, dict) and "openapi" in document:
        return "openapi"
    if isinstance(document, dict) and document.get("type") in ("record", "enum", "fixed") and "name" in document:
        return "avro"
    return "json-schema"


def _is_schema(side: Side) -> bool:
    """Say whether a side's members can be listed."""
    return isinstance(side.document, dict) and format_of(side.document) == "json-schema"


def _bundle(side: Side) -> Bundle:
    """Return a plain schema as the bundle it is already."""
    return Bundle(side.label, side.document)
