"""Two versions of a contract, or two plain schemas, side by side: what differs, and both compatibility answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from interlock import openapi
from interlock.authoring.sides import Side
from interlock.catalog import EventContract
from interlock.check.apis import in_direction
from interlock.check.causes import NEW_READERS, OLD_READERS
from interlock.check.exemplars import payloads
from interlock.check.questions import Asked, Question
from interlock.compat import Comparison, compare
from interlock.compat.openapi import ApiComparison, refusals
from interlock.differences import differences
from interlock.errors import UsageError
from interlock.references import Bundle
from interlock.snapshots import Snapshot

_OF_APIS = {OLD_READERS: "old clients x new responses", NEW_READERS: "new servers x old requests"}
"""Who reads what of an API product, in each direction."""


@dataclass(frozen=True)
class Answer:
    """What one direction's question says."""

    direction: str
    writer: str
    reader: str
    comparison: Comparison

    @property
    def asks(self) -> str:
        """The direction in the words of what is compared: events, or an API's requests and responses."""
        return _OF_APIS[self.direction] if isinstance(self.comparison, ApiComparison) else self.direction


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
    answers = _plain(old, new, seconds)
    if format_of(old.document) == "openapi":
        return Diff(old.label, new.label, openapi.differences(old.document, new.document), answers)
    lines = differences(_bundle(old), _bundle(new), at="") if _is_schema(old) and _is_schema(new) else ()
    return Diff(old.label, new.label, lines, answers)


def _contracts(old: Side, new: Side, before: Snapshot, after: Snapshot, seconds: float) -> Diff:
    """Compare two contracts."""
    asked = Asked(seconds, payloads(*(side.catalog for side in (new, old) if side.catalog is not None)))
    answers: list[Answer] = []
    for direction in (OLD_READERS, NEW_READERS):
        question = Question(after, before, direction)
        answers.append(Answer(direction, *_labels(old, new, direction), question.answer(asked)))
    at = "/data" if isinstance(after.entry.value, EventContract) else ""
    lines = differences(before.bundle, after.bundle, at=at) if before.bundle and after.bundle else ()
    if before.api is not None and after.api is not None:
        lines = openapi.differences(before.api.document, after.api.document)
    return Diff(old.label, new.label, lines, tuple(answers))


def _plain(old: Side, new: Side, seconds: float) -> tuple[Answer, ...]:
    """Ask both directions of two plain documents; two OpenAPI documents are asked once, and told by direction."""
    form = format_of(old.document)
    if form != format_of(new.document):
        raise UsageError(f"{old.label} and {new.label} are of two formats: name two of a kind")
    told: dict[str, Comparison]
    if form == "openapi":
        whole = refusals(writer=old.document, reader=new.document, seconds=seconds)
        told = {direction: in_direction(whole, direction) for direction in (OLD_READERS, NEW_READERS)}
    else:
        told = {
            OLD_READERS: compare(writer=new.document, reader=old.document, format=form, seconds=seconds),
            NEW_READERS: compare(writer=old.document, reader=new.document, format=form, seconds=seconds),
        }
    return tuple(Answer(direction, *_labels(old, new, direction), answer) for direction, answer in told.items())


def _labels(old: Side, new: Side, direction: str) -> tuple[str, str]:
    """Return what people call writer and reader in a direction."""
    return (new.label, old.label) if direction == OLD_READERS else (old.label, new.label)


def format_of(document: Any) -> str:
    """
    Name the format of a schema document by what it holds.

    >>> format_of({"openapi": "3.1.0"}), format_of({"type": "record", "name": "A", "fields": []}), format_of(True)
    ('openapi', 'avro', 'json-schema')
    """
    if isinstance(document, dict) and ("openapi" in document or isinstance(document.get("swagger"), str)):
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
