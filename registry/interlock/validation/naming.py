"""Which contract an event names by its type, and whether that contract is in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from interlock.catalog import Catalog, Entry, EventContract
from interlock.errors import BadValueError, nearest
from interlock.judging.words import printable, shown
from interlock.validation.keys import type_of
from interlock.validation.problems import Problem

_LONGEST_TYPE = 300


@dataclass(frozen=True)
class Names:
    """The events of a catalog by what recorded events call them."""

    catalog: Catalog
    today: dt.date | None = None

    @cached_property
    def by_type(self) -> Mapping[str, Entry[EventContract]]:
        """Event contracts by CloudEvents type."""
        return {type_of(self.catalog.settings, entry.value): entry for entry in self.catalog.events.values()}

    def find(self, text: str) -> Entry[EventContract]:
        """Return the event contract named `name`, `name@major` or `name@version`; raise UsageError when there is none."""
        entry = self.catalog.events.get(self.catalog.find(text).value.key)
        if entry is None:
            raise BadValueError("contract", text, "name an event, since only events are recorded")
        return entry

    def of(self, event: Any) -> Entry[EventContract] | None:
        """Return the contract that an event's type names."""
        text = event.get("type") if isinstance(event, dict) else None
        return self.by_type.get(text) if isinstance(text, str) else None

    def problems(self, event: dict[str, Any], expected: Entry[EventContract] | None) -> Iterator[Problem]:
        """Yield why an event's type names no contract in force, or another than is expected."""
        text, entry = event.get("type"), self.of(event)
        if not isinstance(text, str):
            return
        if expected is not None and entry is not expected:
            wanted = type_of(self.catalog.settings, expected.value)
            message = f"{shown(text)} is not {shown(wanted)}, the type of {expected.value.key}"
            yield Problem("contract", "type-names-contract", "/type", message)
        elif entry is None:
            yield self._unknown(text)
        elif self.today is not None:
            yield from _ended(entry.value, self.today)

    def _unknown(self, text: str) -> Problem:
        """Say that no contract has a type: because of its major, or altogether."""
        name, _, major = text.rpartition(".v")
        held = [known.rpartition(".v")[2] for known in self.by_type if known.rpartition(".v")[0] == name]
        if held and major.isascii() and major.isdigit():
            listed = " and ".join(f"v{known}" for known in held)
            message = f"the catalog has no major {shown(major)} of this event: it holds {listed}"
            return Problem("contract", "known-major", "/type", message)
        hint = nearest(text, self.by_type) if len(text) < _LONGEST_TYPE else ""
        form = f": types look like {self.catalog.settings.type_prefix}.<domain>.<event>.v1"
        return Problem(
            "contract", "known-type", "/type", f"the catalog has no event of type {shown(text)}{hint or form}"
        )


def _ended(contract: EventContract, today: dt.date) -> Iterator[Problem]:
    """Yield that a contract is no longer in force; the day of the sunset is the last one on which it is."""
    life = contract.lifecycle
    after = f": publish {printable(life.successor)} instead" if life.successor else ""
    if life.status == "retired":
        yield Problem("contract", "not-retired", "/type", f"{contract.key} is retired{after}")
    elif life.sunset is not None and today > life.sunset:
        yield Problem("contract", "sunset-passed", "/type", f"the sunset of {contract.key} was on {life.sunset}{after}")
