"""Events against their contracts, stage by stage."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from interlock.catalog import Catalog, Entry, EnvelopeContract, EventContract
from interlock.documents import MOST_DEPTH
from interlock.judging.judge import DATA
from interlock.judging.words import printable, shown
from interlock.validation.engine import UnusableSchemaError
from interlock.validation.keys import disagreements, unresolved
from interlock.validation.naming import Names
from interlock.validation.problems import Judgement, Judging, Problem, after, judgement
from interlock.validation.ready import Ready

_ENVELOPE_MEMBERS = frozenset({"type", "data", "source"})


class Validator:
    """
    Checks events against the contracts of a catalog; each contract is compiled once, when first met.

    With `today`, an event under a contract that is retired, or whose sunset has passed, is refused.
    """

    def __init__(self, catalog: Catalog, *, today: dt.date | None = None) -> None:
        self._catalog = catalog
        self._ready: dict[str, Ready | Problem] = {}
        self.names = Names(catalog, today)

    def check(self, event: Any, *, contract: str | None = None, closed: bool = False) -> list[Problem]:
        """
        Return why an event is refused; nothing when it is accepted.

        A document with `specversion` is a CloudEvent and names its contract by `type`; a `contract` (`name` or
        `name@major`) must then be the one named. Without `specversion` it is the bare payload of that contract, and
        pointers start at the payload. `closed` adds the producer's view, in which only declared members may be sent.
        """
        return self.judged(event, contract=contract, closed=closed).problems

    def judged(self, event: Any, *, contract: str | None = None, closed: bool = False) -> Judgement:
        """Return the same, and which stages could not be asked."""
        named = self.names.find(contract) if contract is not None else None
        if _too_deep(event):
            message = f"nesting goes beyond the {MOST_DEPTH} levels that are read"
            return Judgement([Problem("envelope", "depth", "", message)], after("envelope", closed=closed))
        if isinstance(event, dict) and ("specversion" in event or (named is None and event.keys() & _ENVELOPE_MEMBERS)):
            return judgement(self._event(event, named, closed=closed))
        if named is not None:
            return judgement(self._payload(event, named, closed=closed))
        message = f"{shown(event)} is no CloudEvent, since it has no specversion: name the contract whose payload it is"
        return Judgement([Problem("envelope", "required", "/specversion", message)], after("envelope", closed=closed))

    def _event(self, event: dict[str, Any], named: Entry[EventContract] | None, *, closed: bool) -> Judging:
        """Yield the problems of a CloudEvent; a later stage judges only what the earlier ones let pass."""
        envelope = self._under(self._envelope, "envelope", event)
        yield from envelope
        yield from self.names.problems(event, named)
        entry = self.names.of(event)
        if entry is None or (named is not None and entry is not named):
            return after("contract", closed=closed)
        payload = list(self._data(entry, event, envelope))
        yield from payload
        ready = self._of(entry)
        if payload or isinstance(ready, Problem):
            return after("payload", closed=closed)
        if "data" not in event:
            return ()
        if closed:
            yield from (problem.below(DATA) for problem in ready.undeclared(event["data"]))
        if not envelope:
            yield from disagreements(self._catalog.settings, entry.value, event)
        yield from ready.broken(event)
        return ("keys",) if envelope else ()

    def _data(self, entry: Entry[EventContract], event: dict[str, Any], envelope: list[Problem]) -> Iterator[Problem]:
        """Yield the problems of an event's data; data that is left out is fetched by `dataref` or is binary."""
        if "data" in event:
            found = self._under(entry, "payload", event["data"])
            yield from (problem.below(DATA) if problem.stage == "payload" else problem for problem in found)
        elif not envelope and not event.keys() & {"dataref", "data_base64"}:
            yield Problem("payload", "required", DATA, "the member 'data' is missing, and no dataref says where it is")

    def _payload(self, payload: Any, entry: Entry[EventContract], *, closed: bool) -> Judging:
        """Yield the problems of a payload without envelope."""
        faults = self._under(entry, "payload", payload)
        yield from faults
        ready = self._of(entry)
        if faults or isinstance(ready, Problem):
            return after("payload", closed=closed)
        if closed:
            yield from ready.undeclared(payload)
        for one in unresolved(entry.value, {"data": payload}, below=f"{DATA}/"):
            yield Problem(one.stage, one.rule, one.at.removeprefix(DATA), one.message)
        yield from ready.broken_in_payload(payload)
        return ()

    def _under(
        self, entry: Entry[EventContract] | Entry[EnvelopeContract] | None, stage: str, document: Any
    ) -> list[Problem]:
        """Return the problems of a document under a contract's schema; none without a contract."""
        if entry is None:
            return []
        ready = self._of(entry)
        return [ready] if isinstance(ready, Problem) else list(ready.problems(stage, document))

    @cached_property
    def _envelope(self) -> Entry[EnvelopeContract] | None:
        """The newest major of the envelope."""
        return max(self._catalog.envelopes.values(), key=lambda entry: entry.value.major, default=None)

    def _of(self, entry: Entry[EventContract] | Entry[EnvelopeContract]) -> Ready | Problem:
        """Return a contract made ready, or that it can't be used."""
        key = entry.value.key
        if key not in self._ready:
            try:
                self._ready[key] = Ready(self._catalog, entry.path, entry.value)
            except UnusableSchemaError as error:
                message = f"the schema of {key} can't be used: {printable(str(error))}"
                self._ready[key] = Problem("contract", "schema-is-usable", "", message)
        return self._ready[key]


def _too_deep(document: Any) -> bool:
    """Say whether a document is nested beyond what is read."""
    level = [document]
    for _ in range(MOST_DEPTH + 1):
        level = [
            child
            for value in level
            for child in (value.values() if isinstance(value, dict) else value if isinstance(value, list) else ())
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True
