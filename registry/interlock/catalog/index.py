"""The whole catalog as one frozen value, and where each part of it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from interlock.catalog.contracts import (
    AnyContract,
    Contract,
    EnvelopeContract,
    EventContract,
    ProductContract,
    TypeContract,
)
from interlock.catalog.organisation import Site, System, Team
from interlock.catalog.readers import ReaderContract
from interlock.catalog.settings import CatalogSettings, TierPolicy
from interlock.catalog.waivers import Waivers
from interlock.catalog.workflows import Workflow
from interlock.documents import Document
from interlock.errors import UnknownContractError
from interlock.findings import Place

V_co = TypeVar("V_co", covariant=True)
C = TypeVar("C", bound=Contract)


@dataclass(frozen=True)
class Entry(Generic[V_co]):
    """A catalog value and the document it was read from."""

    value: V_co
    document: Document

    @property
    def path(self) -> str:
        """The file, relative to the catalog."""
        return self.document.path

    def at(self, pointer: str = "") -> Place:
        """Return the place of a member of the file, with its line and column."""
        return place_in(self.document, pointer)


@dataclass(frozen=True)
class Example:
    """One example file of an event."""

    contract: str
    """`name@major`."""
    accepted: bool
    document: Document

    @property
    def path(self) -> str:
        """The file, relative to the catalog."""
        return self.document.path

    @property
    def event(self) -> Any:
        """The event: the document itself, or the member `event` of a rejected example."""
        data = self.document.data
        return data.get("event") if not self.accepted and isinstance(data, dict) else data


@dataclass(frozen=True)
class Catalog:
    """All contracts of a tree with the people, systems and rules around them."""

    settings: CatalogSettings
    teams: Mapping[str, Team] = field(default_factory=dict[str, Team])
    systems: Mapping[str, System] = field(default_factory=dict[str, System])
    sites: Mapping[str, Site] = field(default_factory=dict[str, Site])
    contracts: Mapping[str, Entry[AnyContract]] = field(default_factory=dict[str, "Entry[AnyContract]"])
    """By `name@major`, in the order of their paths."""
    readers: Mapping[str, Entry[ReaderContract]] = field(default_factory=dict[str, "Entry[ReaderContract]"])
    workflows: Mapping[str, Entry[Workflow]] = field(default_factory=dict[str, "Entry[Workflow]"])
    waivers: Waivers = field(default_factory=Waivers)
    examples: Mapping[str, tuple[Example, ...]] = field(default_factory=dict[str, tuple[Example, ...]])
    """By `name@major`."""
    documents: Mapping[str, Document] = field(default_factory=dict[str, Document])
    """Every file that could be read, by path."""
    blobs: Mapping[str, str] = field(default_factory=dict[str, str])
    """Git's name of each file's content, by path."""
    unloaded: frozenset[str] = frozenset()
    """Names of contracts (without major) and paths of other files that are there and could not be loaded."""

    def _kind(self, kind: type[C]) -> dict[str, Entry[C]]:
        """Return the contracts of one kind, by `name@major`."""
        return {key: entry for key, entry in self.contracts.items() if isinstance(entry.value, kind)}  # type: ignore[misc]

    @cached_property
    def events(self) -> Mapping[str, Entry[EventContract]]:
        """Events by `name@major`."""
        return self._kind(EventContract)

    @cached_property
    def types(self) -> Mapping[str, Entry[TypeContract]]:
        """Shared types by `name@major`."""
        return self._kind(TypeContract)

    @cached_property
    def products(self) -> Mapping[str, Entry[ProductContract]]:
        """API products by `name@major`."""
        return self._kind(ProductContract)

    @cached_property
    def envelopes(self) -> Mapping[str, Entry[EnvelopeContract]]:
        """The envelope's majors by `name@major`."""
        return self._kind(EnvelopeContract)

    @cached_property
    def by_path(self) -> Mapping[str, Entry[AnyContract]]:
        """Contracts by file."""
        return {entry.path: entry for entry in self.contracts.values()}

    def majors(self, name: str) -> tuple[Entry[AnyContract], ...]:
        """Return every major of a contract, lowest first."""
        found = [entry for entry in self.contracts.values() if entry.value.name == name]
        return tuple(sorted(found, key=lambda entry: entry.value.major))

    def find(self, text: str) -> Entry[AnyContract]:
        """Return the contract named `name`, `name@major` or `name@version` (newest major for a bare name)."""
        name, _, version = text.partition("@")
        majors = self.majors(name)
        if not version and majors:
            return majors[-1]
        for entry in majors:
            if version in (str(entry.value.major), entry.value.version):
                return entry
        raise UnknownContractError(text, (*self.contracts, *{entry.value.name for entry in self.contracts.values()}))

    def tier_policy(self, tier: str) -> TierPolicy | None:
        """Return the policy of a tier, if the catalog states one."""
        return next((policy for name, policy in self.settings.tiers.items() if name == tier), None)

    def data(self, path: str) -> Any:
        """Return a file's parsed data; raise LookupError when the file is not there or could not be read."""
        return self.documents[path].data

    def read_by(self, event: str) -> Iterable[Entry[ReaderContract]]:
        """Return the reader contracts that read an event."""
        return (entry for entry in self.readers.values() if any(r.event == event for r in entry.value.reads))


def place_in(document: Document, pointer: str = "") -> Place:
    """Return a place in a document, with line and column."""
    position = document.position(pointer)
    return Place(document.path, pointer, *(position or (None, None)))
