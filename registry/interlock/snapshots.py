"""A contract as it stood in some tree: its value, its schema bundled, and the identity of its content."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from interlock.catalog import AnyContract, Catalog, Entry, ProductContract
from interlock.documents import Document
from interlock.openapi import without_texts
from interlock.references import (
    ApiBundle,
    BadReference,
    Bundle,
    Get,
    bundle,
    bundle_api,
    closure,
    identity,
    without_annotations,
)
from interlock.versions import Version

UNOBSERVED = frozenset({"lifecycle", "version", "reason"})
"""Members of a contract that are no part of a version's identity (DESIGN section 4)."""
TEXTS = frozenset({"summary", "title", "why"})
"""Members of a contract that no reader of an event observes."""


@dataclass(frozen=True)
class Snapshot:
    """One contract in one tree."""

    entry: Entry[AnyContract]
    document: Callable[[str], Document]
    """Returns the document of a file of the same tree; raises LookupError when there is none."""
    label: str = ""
    """Where it was seen, for people: `1.0.0`, or `1.0.0 (pending)`."""

    @property
    def get(self) -> Get:
        """Return a file's parsed data in the same tree."""
        return lambda path: self.document(path).data

    @property
    def key(self) -> str:
        """`name@major`."""
        return self.entry.value.key

    @property
    def path(self) -> str:
        """The contract's file."""
        return self.entry.path

    @cached_property
    def version(self) -> Version:
        """The version that the contract states."""
        return Version.parse(self.entry.value.version)

    @cached_property
    def files(self) -> tuple[str, ...]:
        """The contract's file and all that it reaches."""
        return (self.path, *closure(self.path, self.get))

    @cached_property
    def bundle(self) -> Bundle | None:
        """The schema with all it reaches; None for a product, and where a reference can't be followed."""
        if isinstance(self.entry.value, ProductContract):
            return None
        try:
            return bundle(self.path, self.get)
        except (BadReference, LookupError):
            return None

    @cached_property
    def api(self) -> ApiBundle | None:
        """A product's OpenAPI document with all it reaches; None for events and types, and where a reference can't be followed."""
        if not isinstance(self.entry.value, ProductContract) or len(self.files) < 2:  # noqa: PLR2004 - itself and its document
            return None
        try:
            return bundle_api(self.files[1], self.get)
        except (BadReference, LookupError):
            return None

    @cached_property
    def identity(self) -> str:
        """Digest of resolved schema, descriptions and promises; not of lifecycle and examples."""
        return identity([self._promises(frozenset()), self._parts()])

    @cached_property
    def observed(self) -> str:
        """Digest of what a reader can observe: the identity without descriptions and other texts."""
        return identity([self._promises(TEXTS), self._observed_parts()])

    @cached_property
    def schema_identity(self) -> str:
        """Digest of the schemas alone, without annotations: equal ones need no compatibility question."""
        return identity(self._observed_parts())

    def _promises(self, left_out: frozenset[str]) -> dict[str, Any]:
        """Return the contract's members beside its schema."""
        data: dict[str, Any] = self.entry.document.data
        return {name: value for name, value in data.items() if name not in UNOBSERVED | left_out and name != "schema"}

    def _observed_parts(self) -> list[Any]:
        """Return the schemas without what no reader observes; a product's OpenAPI document without its texts."""
        return [without_texts(part) if "openapi" in part else without_annotations(part) for part in self._parts()]

    def _parts(self) -> list[Any]:
        """Return the schemas: the contract's own and each reached type's, or a product's OpenAPI document."""
        if self.bundle is not None:
            return [self.bundle.schema]
        return [self._part(path) for path in self.files if self._has(path)]

    def _part(self, path: str) -> Any:
        """Return what a file contributes to the identity: its schema, or the whole of an OpenAPI document."""
        data = self.get(path)
        if not isinstance(data, dict):
            return {}
        return data if path.endswith(".openapi.yaml") else data.get("schema", {})

    def _has(self, path: str) -> bool:
        """Say whether a file is there."""
        try:
            self.get(path)
        except LookupError:
            return False
        return True


def snapshots(catalog: Catalog, keys: Iterable[str] | None = None) -> dict[str, Snapshot]:
    """Return the contracts of a catalog as snapshots, by `name@major`."""
    wanted = catalog.contracts if keys is None else keys
    return {
        key: Snapshot(catalog.contracts[key], catalog.documents.__getitem__, catalog.contracts[key].value.version)
        for key in wanted
        if key in catalog.contracts
    }


def touched(catalog: Catalog, changed: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return, for each contract whose file or closure holds a changed path, those paths."""
    paths = set(changed)
    found: dict[str, tuple[str, ...]] = {}
    if not paths:
        return found
    for key, snapshot in snapshots(catalog).items():
        hit = tuple(path for path in snapshot.files if path in paths)
        if hit:
            found[key] = hit
    return found
