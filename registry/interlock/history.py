"""
What was released: each version's content, from catalog tags or, without tags, from the base branch's history.

With tags, a release is non-draft content at a tag that `interlock release` wrote. Without tags it is, along the
first-parent history, the last content of each version number. Either way one pass reads it, cached by commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgspec

from interlock.cache import Cache
from interlock.catalog import CatalogSettings, Entry
from interlock.catalog.settings import Defaults
from interlock.documents import Document, parse
from interlock.errors import DocumentError
from interlock.kinds import kind_of
from interlock.loading import CONTRACT_KINDS, with_defaults
from interlock.references import closure
from interlock.repository import Commit, Repository, Tag
from interlock.snapshots import Snapshot

TRAILER = "Interlock-Catalog:"
"""The line by which a tag's message says that `interlock release` wrote it."""


@dataclass(frozen=True, slots=True)
class Release:
    """One released version: the files it is made of, by path and blob, and the commit that shows it."""

    contract: str
    version: str
    path: str
    files: tuple[tuple[str, str], ...]
    commit: str
    tag: str = ""


@dataclass(frozen=True)
class Blobs:
    """Documents by blob id, parsed once; a blob that does not parse is absent."""

    repository: Repository
    _parsed: dict[str, Document | None] = field(default_factory=dict[str, "Document | None"])

    def document(self, path: str, blob: str) -> Document | None:
        """Return a file's document, or None when it does not parse."""
        if blob not in self._parsed:
            self.read([(path, blob)])
        return self._parsed[blob]

    def read(self, files: Iterable[tuple[str, str]]) -> None:
        """Read and parse many files in one batch."""
        wanted = {blob: path for path, blob in files if blob not in self._parsed}
        for blob, content in self.repository.objects(wanted).items():
            try:
                self._parsed[blob] = parse(wanted[blob], content)
            except DocumentError:
                self._parsed[blob] = None

    def in_state(self, files: Mapping[str, str], path: str) -> Document:
        """Return a file's document in a state given by path and blob; raise LookupError when it is not there."""
        document = self.document(path, files[path])
        if document is None:
            raise LookupError(path)
        return document if document.path == path else Document(path, document.data, document.text)


@dataclass(frozen=True)
class History:
    """Every release of every contract."""

    blobs: Blobs
    releases: tuple[Release, ...]
    tagged: bool
    """Whether catalog tags say what was released."""
    defaults: Defaults = field(default_factory=Defaults)
    """What holds where a contract is silent: the base's, which judge."""

    @cached_property
    def _by_contract(self) -> dict[str, list[Snapshot]]:
        """Snapshots by `name@major`, lowest version first; content that no longer loads is left out."""
        found: dict[str, list[Snapshot]] = {}
        for release in self.releases:
            snapshot = self._snapshot(release)
            if snapshot is not None:
                found.setdefault(release.contract, []).append(snapshot)
        for snapshots in found.values():
            snapshots.sort(key=lambda snapshot: snapshot.version)
        return found

    def of(self, contract: str) -> tuple[Snapshot, ...]:
        """Return the releases of `name@major`, lowest version first."""
        return tuple(self._by_contract.get(contract, ()))

    def _snapshot(self, release: Release) -> Snapshot | None:
        """Turn a release into the contract as it stood."""
        files = dict(release.files)
        document = self.blobs.document(release.path, files[release.path])
        found = kind_of(release.path)
        if document is None or found is None:
            return None
        try:
            value = msgspec.convert(document.data, found[0].model)
        except msgspec.ValidationError:
            return None
        document = self.blobs.in_state(files, release.path)
        entry = Entry(with_defaults(value, document, self.defaults), document)
        return Snapshot(entry, lambda path: self.blobs.in_state(files, path), release.version)


def history(repository: Repository, base: str, prefix: str, settings: CatalogSettings, cache: Cache) -> History:
    """Return what was released up to a base commit."""
    blobs = Blobs(repository)
    tags = [tag for tag in repository.tags(settings.tag_prefix, base) if TRAILER in tag.message]
    if tags:
        found: dict[tuple[str, str], Release] = {}
        for tag in tags:
            for release in _released_at(repository, blobs, tag, prefix, cache):
                found.setdefault((release.contract, release.version), release)
        return History(blobs, tuple(found.values()), tagged=True, defaults=settings.defaults)
    releases = tuple(_first_parent(repository, blobs, base, prefix, cache))
    return History(blobs, releases, tagged=False, defaults=settings.defaults)


def _released_at(repository: Repository, blobs: Blobs, tag: Tag, prefix: str, cache: Cache) -> list[Release]:
    """Return the non-draft contracts of one tagged commit."""
    cached = _from_cache(cache.get("tag", tag.commit, prefix, tag.name))
    if cached is not None:
        return cached
    state, _ = repository.listing(tag.commit, prefix)
    blobs.read((path, blob) for path, blob in state.items() if _is_part(path))
    found = [_release(blobs, state, path, tag.commit, tag.name) for path in state if _is_contract(path)]
    releases = [release for release in found if release is not None]
    cache.put(msgspec.to_builtins(releases), "tag", tag.commit, prefix, tag.name)
    return releases


def _first_parent(repository: Repository, blobs: Blobs, base: str, prefix: str, cache: Cache) -> list[Release]:
    """Walk the first-parent history once, newest first, and note the newest content of each version number."""
    commits, older = _uncached(repository, base, prefix, cache)
    if not commits:
        return older
    state, _ = repository.listing(base, prefix)
    touched = [(c.path, blob) for commit in commits for c in commit.changes for blob in (c.old, c.new) if blob]
    blobs.read((path, blob) for path, blob in [*state.items(), *touched] if _is_part(path))
    found: dict[tuple[str, str], Release] = {}
    _note(found, blobs, state, (list(state), base))
    for commit in commits:
        for change in commit.changes:
            _undo(state, change.path, change.old)
        _note(found, blobs, state, ([c.path for c in commit.changes if c.old], f"{commit.sha}^"))
    for release in older:
        found.setdefault((release.contract, release.version), release)
    cache.put(msgspec.to_builtins(list(found.values())), "history", commits[0].sha, prefix)
    return list(found.values())


def _uncached(repository: Repository, base: str, prefix: str, cache: Cache) -> tuple[list[Commit], list[Release]]:
    """Return the commits since the newest one whose history is cached, and what is cached there."""
    commits: list[Commit] = []
    for commit in repository.history(base, prefix):
        cached = _from_cache(cache.get("history", commit.sha, prefix))
        if cached is not None:
            return commits, cached
        commits.append(commit)
    return commits, []


def _note(
    found: dict[tuple[str, str], Release], blobs: Blobs, state: Mapping[str, str], seen: tuple[list[str], str]
) -> None:
    """Note the version that each contract among some paths states at a commit, unless a newer content of it is noted."""
    paths, commit = seen
    for path in paths:
        release = _release(blobs, state, path, commit) if path in state and _is_contract(path) else None
        if release is not None:
            found.setdefault((release.contract, release.version), release)


def _undo(state: dict[str, str], path: str, old: str | None) -> None:
    """Take one change back."""
    if old is None:
        state.pop(path, None)
    else:
        state[path] = old


def _release(blobs: Blobs, state: Mapping[str, str], path: str, commit: str, tag: str = "") -> Release | None:
    """Return the release that a contract's file is in a state; None for drafts and what does not parse."""
    document = blobs.document(path, state[path])
    if document is None or not isinstance(document.data, dict):
        return None
    name, version = document.data.get("name"), document.data.get("version")
    lifecycle = document.data.get("lifecycle")
    status = lifecycle.get("status", "draft") if isinstance(lifecycle, dict) else "draft"
    if not isinstance(name, str) or not isinstance(version, str) or status == "draft":
        return None
    files = [path, *closure(path, lambda other: blobs.in_state(state, other).data)]
    pairs = tuple((file, state[file]) for file in files if file in state)
    return Release(f"{name}@{version.partition('.')[0]}", version, path, pairs, commit, tag)


def _is_contract(path: str) -> bool:
    """Say whether a path is a contract's file."""
    found = kind_of(path)
    return found is not None and found[0].name in CONTRACT_KINDS


def _is_part(path: str) -> bool:
    """Say whether a path is a contract's file or may be reached from one."""
    return _is_contract(path) or path.endswith(".openapi.yaml")


def _from_cache(value: Any) -> list[Release] | None:
    """Read cached releases; anything else than what was written counts as absent."""
    if value is None:
        return None
    try:
        return msgspec.convert(value, list[Release])
    except msgspec.ValidationError:
        return None
