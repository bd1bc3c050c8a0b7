"""The catalog at run time: contracts by name and by type, tier policies, flows, and who reads what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .facts import Status, Tier
from .tiers import PLAIN, Dedupe, EdgeBuffer, Retry, TierPolicy
from .violations import InterlockError

if TYPE_CHECKING:
    from .contract import Contract

__all__ = [
    "INLINE",
    "Assumption",
    "Catalog",
    "DeadLetterRole",
    "Dedupe",
    "EdgeBuffer",
    "NotInCatalog",
    "Reader",
    "Reads",
    "Retry",
    "Row",
    "Step",
    "TierPolicy",
    "Workflow",
]

INLINE = 65_536
"""Bytes of an event that every party takes (CloudEvents 1.0 section 6); larger data goes by claim check (`dataref`)."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """What a reader relies on beyond the contract: a schema for what stands at a place, `*` for each item."""

    at: str
    load_schema: Callable[[], Any] = field(repr=False)
    why: str = ""


@dataclass(frozen=True, slots=True)
class Reads:
    """One line of a reader contract: an event, the majors of it that are read, and what is read of it."""

    event: str
    versions: str
    majors: tuple[int, ...]
    """The majors of this catalog that lie in the range."""
    fields: tuple[str, ...] = ()
    replay_window: dt.timedelta | None = None
    strict: bool = False
    """Whether members that the contract does not declare are refused."""
    assumptions: tuple[Assumption, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """A service that consumes, as its reader contract describes it."""

    name: str
    system: str
    reads: tuple[Reads, ...]
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One contract as the catalog lists it, known without importing its module."""

    name: str
    major: int
    type: str
    version: str
    tier: Tier
    load: Callable[[], Contract[Any]] = field(repr=False)
    status: Status = "released"
    owner: str = ""
    producers: tuple[str, ...] = ()
    caused_by: tuple[str, ...] = ()
    """Names of the events that lead to this one, as declared."""
    dead_letters: str = ""
    """The team that is told when a consumer gives this event up; empty when the owner is."""

    @property
    def key(self) -> str:
        """`name@major`."""
        return f"{self.name}@{self.major}"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a business flow: an event or a command, by a system, after other steps."""

    id: str
    by: str
    event: str | None = None
    command: str | None = None
    after: tuple[str, ...] = ()
    within: dt.timedelta | None = None
    """Longest time after the last of `after`."""


@dataclass(frozen=True, slots=True)
class Workflow:
    """A business flow as declared."""

    name: str
    tier: Tier
    steps: tuple[Step, ...]
    sla: dt.timedelta | None = None
    """Longest time from the first to the last step."""

    @property
    def events(self) -> frozenset[str]:
        """Names of the events in it."""
        return frozenset(step.event for step in self.steps if step.event is not None)


@dataclass(frozen=True, slots=True)
class DeadLetterRole:
    """The event that tells of events that a consumer gave up, as `catalog.yaml` names it."""

    event: str
    problems: str
    """URI below which the kinds of failure have their pages."""


class NotInCatalog(InterlockError, KeyError):  # noqa: N818 - the name says what happened
    """The catalog has nothing of this name."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind = kind
        self.name = name
        self.known = tuple(known)
        super().__init__(kind, name, self.known)

    def __str__(self) -> str:
        """Say it in a sentence, with the names that are near."""
        from difflib import get_close_matches

        near = get_close_matches(self.name, self.known, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else "see the catalog for the names that it has"
        return f"the catalog has no {self.kind} named {self.name!r}: {hint}"


@dataclass(frozen=True)
class Catalog:
    """All that a service needs to know at run time; contracts are imported when they are first asked for."""

    name: str
    rows: tuple[Row, ...] = field(repr=False)
    tiers: Mapping[str, TierPolicy] = field(repr=False, default_factory=dict[str, TierPolicy])
    workflows: tuple[Workflow, ...] = field(repr=False, default=())
    readers: Mapping[str, Reader] = field(repr=False, default_factory=dict[str, Reader])
    products: Mapping[str, Callable[[], Any]] = field(repr=False, default_factory=dict[str, Callable[[], Any]])
    """What gives the description of each API product, by `name@major`."""
    systems: frozenset[str] = field(repr=False, default=frozenset())
    """Systems that publish or read, by name; none are known when it is empty."""
    sites: frozenset[str] = field(repr=False, default=frozenset())
    """Plants, by what `site` says; none are known when it is empty."""
    dead_letters: DeadLetterRole | None = None
    inline: int = INLINE
    """Bytes above which an event must send its data by claim check."""

    @cached_property
    def _by_key(self) -> dict[str, Row]:
        """The rows by `name@major`."""
        return {row.key: row for row in self.rows}

    @cached_property
    def _by_type(self) -> dict[str, Row]:
        """The rows by the type on the wire."""
        return {row.type: row for row in self.rows}

    @cached_property
    def _by_name(self) -> dict[str, tuple[Row, ...]]:
        """The majors of each event, oldest first."""
        named: dict[str, list[Row]] = {}
        for row in sorted(self.rows, key=lambda row: row.major):
            named.setdefault(row.name, []).append(row)
        return {name: tuple(rows) for name, rows in named.items()}

    # Contracts

    def contract(self, key: str) -> Contract[Any]:
        """Return the contract named `name@major`; raise NotInCatalog."""
        row = self._by_key.get(key)
        if row is None:
            raise NotInCatalog("contract", key, self._by_key)
        return row.load()

    def of_type(self, kind: str) -> Contract[Any] | None:
        """Return the contract of a type on the wire, or None."""
        row = self._by_type.get(kind)
        return row.load() if row else None

    def newest(self, name: str) -> Contract[Any]:
        """Return the contract of an event at its newest major; raise NotInCatalog."""
        if name not in self._by_name:
            raise NotInCatalog("event", name, self._by_name)
        return self._by_name[name][-1].load()

    def current(self, name: str) -> Contract[Any]:
        """Return the contract of an event at its newest major that is no draft; raise NotInCatalog."""
        live = [row for row in self.majors(name) if row.status != "draft"]
        if not live:
            raise NotInCatalog("released event", name, self._by_name)
        return live[-1].load()

    def row(self, kind: str) -> Row | None:
        """Return what the catalog lists for a type on the wire, or None."""
        return self._by_type.get(kind)

    def majors(self, name: str) -> tuple[Row, ...]:
        """Return what the catalog lists for each major of an event, oldest first; empty for an unknown name."""
        return self._by_name.get(name, ())

    def family(self, kind: str) -> tuple[Row, ...]:
        """Return the majors of the event whose type this is at any major, known or not; empty for an unknown event."""
        stem = kind.rpartition(".v")[0]
        return self._families.get(stem, ())

    @cached_property
    def _families(self) -> dict[str, tuple[Row, ...]]:
        """The majors of each event by the type without its major."""
        return {rows[0].type.rpartition(".v")[0]: rows for rows in self._by_name.values()}

    def policy(self, tier: Tier) -> TierPolicy:
        """Return what a tier promises."""
        return self.tiers.get(tier) or PLAIN[tier]

    # Flows

    @cached_property
    def flows(self) -> Mapping[str, frozenset[str]]:
        """For each event in a workflow, all events that share one with it, itself among them."""
        shared: dict[str, set[str]] = {}
        for workflow in self.workflows:
            for name in workflow.events:
                shared.setdefault(name, set()).update(workflow.events)
        return {name: frozenset(names) for name, names in shared.items()}

    @cached_property
    def sequences(self) -> Mapping[str, str]:
        """
        For each event that keeps its key's order, the name of its sequence: those that share a workflow share one.

        These are the events of the tiers that stop a partition after the last attempt (T1).
        """
        critical = {row.name for row in self.rows if self.policy(row.tier).retry.then == "stop-partition"}
        found: dict[str, str] = {}
        for name in sorted(critical):
            waiting = [name]
            while waiting:
                member = waiting.pop()
                if member not in found:
                    found[member] = name
                    waiting.extend(self.flows.get(member, frozenset()) & critical)
        return found

    # Channels

    def channel(self, contract: Contract[Any] | Row, site: str, *, slashes: bool = False) -> str:
        """
        Return the address of an event's channel at a site: with dots, or for MQTT with slashes behind the prefix.

        The addresses are those of the AsyncAPI document.
        """
        parts = (site, *contract.name.split("."), f"v{contract.major}")
        return "/".join((_prefix(contract), *parts)) if slashes else ".".join(parts)

    def of_channel(self, address: str) -> Row | None:
        """Return what the catalog lists for the event of a channel, or None."""
        *_, domain, event, major = ("", "", "", *address.replace("/", ".").split("."))
        rows = self.majors(f"{domain}.{event}")
        return next((row for row in rows if f"v{row.major}" == major), None)

    # Services

    def product(self, key: str) -> Any:
        """Return the description of the API product named `name@major`; raise NotInCatalog."""
        if key not in self.products:
            raise NotInCatalog("product", key, self.products)
        return self.products[key]()

    def reader(self, name: str) -> Reader:
        """Return the reader contract of a service; raise NotInCatalog."""
        if name not in self.readers:
            raise NotInCatalog("reader", name, self.readers)
        return self.readers[name]


def _prefix(contract: Contract[Any] | Row) -> str:
    """Return the last part of what stands before the event's name in its type: `mfg` of `com.example.mfg`."""
    return contract.type.removesuffix(f".{contract.name}.v{contract.major}").rpartition(".")[2]
