"""Making drawn events keep their contract's invariants: what breaks one is exchanged for what an accepted example has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from ..contract import Contract
from ..invariants import Broken
from ..violations import MOST
from .choosing import Chooser

Document = dict[str, Any]
_Exchange = Callable[[Document, Document, str], Document]
"""Returns an object with one member as another object has it."""


def mended(contract: Contract[Any], document: Document, chooser: Chooser) -> Document | None:
    """
    Return a document that keeps the invariants and is like the one that was drawn; None where none is found.

    Members that stand in both are exchanged first, so that a sample with few members stays one with few; then members
    come and go; at last the data is an example's.
    """
    if contract.judge is None or _is_kept(contract, document):
        return document
    if not isinstance(document["data"], dict):
        return None
    for exchange in (_replaced, _taken):
        for example in _examples(contract, chooser):
            found = _exchanged(contract, document, example, exchange)
            if found is not None:
                return found
    whole = ({**document, "data": example["data"]} for example in _examples(contract, chooser))
    return next((found for found in whole if _is_kept(contract, found)), None)


def _examples(contract: Contract[Any], chooser: Chooser) -> Sequence[Document]:
    """Return the accepted examples of a contract, from one that is chosen on."""
    examples: list[Document] = contract.load_examples() if contract.load_examples else []
    start = chooser.one_of(range(len(examples))) if len(examples) > 1 else 0
    return [*examples[start:], *examples[:start]]


def _is_kept(contract: Contract[Any], document: Document) -> bool:
    """Say whether a document keeps schema and invariants."""
    judge = contract.judge
    return judge is not None and contract.writer_gate.fits(document["data"]) and not any(judge.event(document))


def _exchanged(contract: Contract[Any], document: Document, example: Document, exchange: _Exchange) -> Document | None:
    """Return a document with the members that break invariants exchanged, one after another; None when that is no way."""
    done: set[tuple[bool, str]] = set()
    while contract.judge is not None:
        broken = list(islice(contract.judge.event(document), MOST))
        if not broken:
            return document if _is_kept(contract, document) else None
        places = {place for one in broken for place in _places(one)} - done
        if not places:
            return None
        done |= places
        for inside, name in sorted(places):
            part = exchange(document["data"], example["data"], name) if inside else exchange(document, example, name)
            document = {**document, "data": part} if inside else part
    return None


def _places(broken: Broken) -> Iterator[tuple[bool, str]]:
    """Yield the members that an invariant is about: whether each is one of the data, and its name."""
    for path in (broken.at, *broken.paths):
        first, _, rest = path[1:].partition("/")
        inside = first == "data"
        name = rest.partition("/")[0] if inside else first
        if name:
            yield inside, name.replace("~1", "/").replace("~0", "~")


def _replaced(drawn: Document, example: Document, name: str) -> Document:
    """Return an object with a member that both have as the example has it."""
    return {**drawn, name: example[name]} if name in drawn and name in example else drawn


def _taken(drawn: Document, example: Document, name: str) -> Document:
    """Return an object with a member as the example has it, or without it as the example is."""
    rest = {key: value for key, value in drawn.items() if key != name}
    return {**rest, name: example[name]} if name in example else rest
