"""What a reader with a lower grant gets of an event: the same fact without the members above it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from ..contract import Contract
from ..events import Event
from ..facts import Classification
from ..wire import encoded
from .annotations import Note, highest, is_annotated, notes, plain, rank
from .refusals import CannotProject

D = TypeVar("D")


def label_of(event: Event[Any], found: list[Note]) -> str:
    """Return the label of an event: its contract's, or the highest of a member that it has."""
    return highest(event.contract.classification, *(note.label for note in found))


def raised(event: Event[Any]) -> str | None:
    """Return the label that a service has raised an event to, as a whole, beyond what its members ask for; else None."""
    given, contract = event.envelope.dataclassification, event.contract
    found = notes(contract, plain(contract, event.data)) if is_annotated(contract) else []
    return given if given is not None and rank(given) > rank(label_of(event, found)) else None


def projected(event: Event[D], grant: Classification, label: str | None = None) -> Event[D]:
    """
    Return an event for a reader with this grant: number, keys and sequence stay, members above the grant are gone.

    `label` is what a service has raised the label of the whole event to. Raise CannotProject when the event as a whole,
    or a member that it must have, is above the grant.
    """
    contract = event.contract
    whole = highest(contract.classification, label)
    if rank(whole) > rank(grant):
        raise CannotProject(f"{contract.name}@{contract.major}", "the event itself", whole, grant)
    if not is_annotated(contract):
        return event
    data = plain(contract, event.data)
    found = notes(contract, data)
    above = list(_above(contract, found, grant))
    if above:
        data = _without(data, {note.path for note in above})
        found = notes(contract, data)
    envelope = event.envelope.replace(dataclassification=highest(label_of(event, found), label))
    return Event(envelope, contract.parse_data(encoded(data)) if above else event.data, contract)


def _above(contract: Contract[Any], found: list[Note], grant: Classification) -> Iterator[Note]:
    """Yield the members above a grant; raise CannotProject for one that is required."""
    for note in found:
        if note.label is not None and rank(note.label) > rank(grant):
            if note.required:
                raise CannotProject(f"{contract.name}@{contract.major}", f"/data{note.pointer}", note.label, grant)
            yield note


def _without(value: Any, gone: set[tuple[str | int, ...]], here: tuple[str | int, ...] = ()) -> Any:
    """Return data without the members at some places."""
    if isinstance(value, dict):
        kept = {name: (*here, name) for name in value}
        return {name: _without(value[name], gone, path) for name, path in kept.items() if path not in gone}
    if isinstance(value, list):
        paths = [(*here, index) for index in range(len(value))]
        return [_without(item, gone, path) for item, path in zip(value, paths, strict=True) if path not in gone]
    return value
