"""What the rules are asked about: a catalog under inspection, one of its files, and a contract before and after a change."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from interlock.catalog import AnyContract, Catalog, Contract, Entry, EnvelopeContract, EventContract, ReaderContract
from interlock.differences import Location, Member, locate, members
from interlock.errors import nearest
from interlock.findings import Level, Place
from interlock.pointers import split
from interlock.references import BadReference, Bundle, bundle, faults, references, target
from interlock.rules.frame import Violation
from interlock.rules.operations import Operation, operations
from interlock.rules.schema import vocabulary
from interlock.versions import Bump

V_co = TypeVar("V_co", covariant=True)
C_co = TypeVar("C_co", bound=Contract, covariant=True)
_MOST_HINTS = 50_000
"""So many words are compared for hints in one run."""
OLD = frozenset({"deprecated", "retired"})
"""Statuses of a contract that nobody writes anew."""


@dataclass(frozen=True)
class Inspection:
    """One run of the lint rules: the catalog, the day, and what was worked out on the way."""

    catalog: Catalog
    today: dt.date
    only: frozenset[str] | None = None
    """Contracts (`name@major`) and files to which the run is confined; None for all."""
    rules: Mapping[str, Level] = field(default_factory=dict[str, Level])
    """Every rule there is, by id and alias, with its own level."""
    _bundles: dict[str, Bundle | None] = field(default_factory=dict[str, "Bundle | None"])
    _locations: dict[str, Location | None] = field(default_factory=dict[str, "Location | None"])
    _hints: Counter[str] = field(default_factory=Counter[str])
    """How many words hints were chosen from."""
    _sound: dict[str, bool] = field(default_factory=dict[str, bool])
    _faults: dict[str, tuple[BadReference, ...]] = field(default_factory=dict[str, tuple[BadReference, ...]])

    def bundle(self, path: str) -> Bundle | None:
        """Return a contract's schema with all it reaches; None when a reference can't be followed."""
        if path not in self._bundles:
            self._bundles[path] = bundled(self.catalog, path)
        return self._bundles[path]

    def faults(self, path: str) -> tuple[BadReference, ...]:
        """Return what is wrong with the references of one file."""
        if path not in self._faults:
            self._faults[path] = tuple(faults(path, self.catalog.data))
        return self._faults[path]

    def is_sound(self, path: str) -> bool:
        """Say whether a contract's schema is valid, so that others may build on it."""
        if path not in self._sound:
            schema = getattr(self.catalog.by_path[path].value, "schema", {})
            self._sound[path] = not any(vocabulary.faults(schema))
        return self._sound[path]

    def location(self, path: str) -> Location | None:
        """Return the outermost place of a contract's schema; None when it can't be bundled."""
        if path not in self._locations:
            found = self.bundle(path)
            self._locations[path] = locate(found.schema) if found else None
        return self._locations[path]

    def nearest(self, word: str, known: Collection[str]) -> str:
        """Phrase a hint at the nearest known word, as long as the run has not compared very many: files may be hostile."""
        self._hints.update(words=len(known))
        return nearest(word, known) if self._hints["words"] <= _MOST_HINTS else ""

    def wants(self, entry: Entry[Any]) -> bool:
        """Say whether a file is to be looked at: it is named, or it reads a contract that is."""
        if self.only is None:
            return True
        value = entry.value
        if isinstance(value, ReaderContract):
            return entry.path in self.only or any(reading.event in self._names for reading in value.reads)
        return entry.path in self.only or not isinstance(value, Contract) or value.key in self.only

    def violation(self, path: str, pointer: str, message: str, **more: Any) -> Violation:
        """Return a violation at a place of any file of the catalog."""
        document = self.catalog.documents.get(path)
        line, column = (document.position(pointer) if document else None) or (None, None)
        return Violation(Place(path, pointer, line, column), message, **more)

    @cached_property
    def _names(self) -> frozenset[str]:
        """The names, without majors, of the contracts to which the run is confined."""
        return frozenset(item.rpartition("@")[0] for item in self.only or ())

    @cached_property
    def entries(self) -> tuple[Entry[Any], ...]:
        """The contracts, readers and workflows to which the run is confined."""
        catalog = self.catalog
        every = (*catalog.contracts.values(), *catalog.readers.values(), *catalog.workflows.values())
        return tuple(entry for entry in every if self.wants(entry))

    @cached_property
    def envelope(self) -> Location | None:
        """The envelope that events carry: the newest major that lives."""
        living = [entry for entry in self.catalog.envelopes.values() if entry.value.lifecycle.status not in OLD]
        chosen: Entry[EnvelopeContract] | None = max(living, key=lambda entry: entry.value.major, default=None)
        return self.location(chosen.path) if chosen else None

    @cached_property
    def named_definitions(self) -> frozenset[tuple[str, str]]:
        """File and name of each definition under `$defs` that another file refers to."""
        return frozenset(
            row
            for entry in self.catalog.contracts.values()
            for row in _named_in(getattr(entry.value, "schema", None), entry.path)
        )

    @cached_property
    def operations(self) -> Mapping[str, Mapping[str, Operation]]:
        """The operations of each product major, by their ids."""
        return {
            key: {operation.id: operation for operation in operations(self.catalog, entry)}
            for key, entry in self.catalog.products.items()
        }

    @cached_property
    def commands(self) -> Mapping[str, bool]:
        """Every operation by `<product>.<operationId>`, and whether it may change something."""
        return {
            f"{key.rpartition('@')[0]}.{operation.id}": operation.mutating
            for key, operations in self.operations.items()
            for operation in operations.values()
        }

    @cached_property
    def events(self) -> Mapping[str, tuple[Entry[EventContract], ...]]:
        """The majors of each event by its name, the newest last; none for one whose file is there and did not load."""
        found: dict[str, list[Entry[EventContract]]] = {}
        for entry in sorted(self.catalog.events.values(), key=lambda entry: entry.value.major):
            found.setdefault(entry.value.name, []).append(entry)
        unread = {name: () for name in self.catalog.unloaded if "." in name and "/" not in name}
        return {**unread, **{name: tuple(entries) for name, entries in found.items()}}

    def is_unread(self, command: str) -> bool:
        """Say whether a command's product is there and did not load, which is a finding of its own."""
        product = command.partition(".")[0]
        return any(name == product or name.startswith(f"products/{product}/") for name in self.catalog.unloaded)


@dataclass(frozen=True)
class Subject(Generic[V_co]):
    """One file of the catalog under inspection."""

    entry: Entry[V_co]
    inspection: Inspection

    @property
    def value(self) -> V_co:
        """The contract, reader or workflow."""
        return self.entry.value

    @property
    def catalog(self) -> Catalog:
        """The catalog around it."""
        return self.inspection.catalog

    @property
    def bundle(self) -> Bundle | None:
        """The contract's schema with all it reaches; None when a reference can't be followed."""
        return self.inspection.bundle(self.entry.path)

    @property
    def location(self) -> Location | None:
        """The outermost place of the contract's schema; None when it can't be bundled."""
        return self.inspection.location(self.entry.path)

    def violation(self, pointer: str, message: str, **more: Any) -> Violation:
        """Return a violation at a member of this file."""
        return Violation(self.entry.at(pointer), message, **more)


@dataclass(frozen=True)
class ContractChange:
    """One contract at base and head, or a new major and the one before it; what stands around it on both sides."""

    old: Entry[AnyContract] | None
    """The same major at the base; None when it is new."""
    new: Entry[AnyContract] | None
    """The same major at the head; None when it is removed."""
    base: Catalog
    """Judges: tiers, policies, teams and readers are taken from here."""
    head: Catalog
    today: dt.date
    predecessor: Entry[AnyContract] | None = None
    """For a new major, the newest major before it."""
    declared: Bump = Bump.NONE
    """By how much the version rises."""
    needed: Bump = Bump.NONE
    """By how much it must rise, as computed from schema and promises."""

    @property
    def key(self) -> str:
        """`name@major`."""
        entry = self.new or self.old
        return entry.value.key if entry else ""

    @cached_property
    def old_members(self) -> Mapping[str, Member]:
        """The members at the base."""
        return _members(self.base, self.old)

    @cached_property
    def new_members(self) -> Mapping[str, Member]:
        """The members at the head."""
        return _members(self.head, self.new)

    @cached_property
    def new_bundle(self) -> Bundle | None:
        """The schema at the head, with all it reaches."""
        return bundled(self.head, self.new.path) if self.new else None


@dataclass(frozen=True)
class Kept(Generic[C_co]):
    """A contract that is there at base and head, with its two values."""

    old: C_co
    new: C_co
    entry: Entry[C_co]
    """The head's file."""
    change: ContractChange

    def violation(self, pointer: str, message: str, **more: Any) -> Violation:
        """Return a violation at a member of the head's file."""
        return Violation(self.entry.at(pointer), message, **more)


@dataclass(frozen=True)
class CatalogChange:
    """The catalog at base and head, and what each rule's own level is."""

    base: Catalog
    head: Catalog
    today: dt.date
    rules: Mapping[str, Level] = field(default_factory=dict[str, Level])
    """Every rule there is, by id and alias, with its own level."""

    def violation(self, path: str, pointer: str, message: str, **more: Any) -> Violation:
        """Return a violation at a place of the head's file, or of the base's when the head has no such file."""
        document = self.head.documents.get(path) or self.base.documents.get(path)
        line, column = (document.position(pointer) if document else None) or (None, None)
        return Violation(Place(path, pointer, line, column), message, **more)


def kept(change: ContractChange, kinds: tuple[type, ...]) -> Iterator[Kept[Any]]:
    """Yield the pair, when the contract is of some kinds, was released at the base and is there at the head."""
    old, new = change.old, change.new
    if old is None or new is None or old.value.lifecycle.status == "draft":
        return
    if isinstance(old.value, kinds) and type(old.value) is type(new.value):
        yield Kept(old.value, new.value, new, change)


def subjects(inspection: Inspection, kinds: tuple[type, ...], *, authoring: bool) -> Iterator[Subject[Any]]:
    """Yield each file of some kinds that a rule is asked about."""
    for entry in inspection.entries:
        old = isinstance(entry.value, Contract) and entry.value.lifecycle.status in OLD
        if isinstance(entry.value, kinds) and not (authoring and old):
            yield Subject(entry, inspection)


def bundled(catalog: Catalog, path: str) -> Bundle | None:
    """Return a contract's schema with all it reaches; None when a reference can't be followed."""
    try:
        return bundle(path, catalog.data)
    except (BadReference, LookupError, TypeError, ValueError):
        return None


def _members(catalog: Catalog, entry: Entry[AnyContract] | None) -> Mapping[str, Member]:
    """Return the members of a contract's schema; none for a product or for one that can't be bundled."""
    found = bundled(catalog, entry.path) if entry else None
    return members(found.schema, at="/data" if entry and entry.path.startswith("events/") else "") if found else {}


def _named_in(schema: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield file and name of each definition that the references of one file name in another."""
    for pointer, ref in references(schema):
        try:
            file, fragment = target(path, pointer, ref)
        except BadReference:
            continue
        if file != path and fragment.startswith("/$defs/"):
            yield file, split(fragment)[1]
