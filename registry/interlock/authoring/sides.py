"""One side of a comparison by what a person writes: a contract's version, a file at a git ref, or a file."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from interlock.cache import Cache
from interlock.catalog import Catalog, Entry, ProductContract
from interlock.documents import parse
from interlock.errors import DocumentError, InterlockError, NoBaselineError, UnknownContractError, UsageError
from interlock.history import History, history
from interlock.loading import Loaded, load
from interlock.repository import Repository
from interlock.rules.operations import document_of
from interlock.snapshots import Snapshot, snapshots
from interlock.trees import GitTree, Tree, WorkTree

DOCUMENTS = (".json", ".yaml", ".yml", ".avsc")
"""Endings of files; no contract's name ends so."""


@dataclass(frozen=True)
class Side:
    """A contract as it stood somewhere, or a plain schema document."""

    label: str
    snapshot: Snapshot | None = None
    document: Any = None
    """The schema as written, where it is no contract of a catalog."""
    catalog: Catalog | None = None
    """The catalog that a contract stands in, whose examples make witnesses plausible."""


def side(text: str, folder: Path | None = None) -> Side:
    """
    Return what a person names: a file, `ref:path`, or `name`, `name@major`, `name@version` of the catalog in a folder.

    Raises UnknownContractError, UnknownRefError, NoRepositoryError, DocumentError, and UsageError without a catalog.
    """
    path = Path(text)
    if path.is_file():
        return _file(path)
    if ":" in text:
        return _at_ref(*text.split(":", 1))
    if "/" in text or path.suffix in DOCUMENTS or folder is None:
        raise UsageError(
            f"there is no file {text}" + ("" if folder else ", and no catalog here in which it could be a contract")
        )
    return _contract(text, folder)


def releases_of(folder: Path, catalog: Catalog) -> tuple[Repository, str, History]:
    """Return what was released up to the base branch (or, without one, up to HEAD) with its repository and commit."""
    repository = Repository.containing(folder)
    repository.require_whole_history()
    try:
        commit = repository.commit(repository.default_base())
    except NoBaselineError:
        commit = repository.commit("HEAD")
    prefix = repository.prefix(folder)
    return repository, commit, history(repository, commit, prefix, catalog.settings, Cache.of_user())


def _contract(text: str, folder: Path) -> Side:
    """Return a contract of the working copy, or one of its releases."""
    catalog = load(WorkTree(folder)).catalog
    name, _, version = text.partition("@")
    try:
        key = catalog.find(text).value.key
    except UnknownContractError:
        released = _released(folder, catalog, name, version) if version.count(".") == 2 else None  # noqa: PLR2004 - major.minor.patch
        if released is None:
            raise
        return Side(f"{name}@{version}", released, catalog=catalog)
    found = snapshots(catalog, [key])[key]
    return Side(f"{name}@{found.version}", found, catalog=catalog)


def _released(folder: Path, catalog: Catalog, name: str, version: str) -> Snapshot | None:
    """Return a released version that is no longer in the working copy."""
    try:
        _, _, past = releases_of(folder, catalog)
    except InterlockError:
        return None
    return next((s for s in past.of(f"{name}@{version.partition('.')[0]}") if str(s.version) == version), None)


def _file(path: Path) -> Side:
    """Return a file: a contract where it stands in a catalog, else a plain document."""
    place = path.resolve()
    for folder in place.parents:
        if (folder / "catalog.yaml").is_file():
            return _in_tree(WorkTree(folder), place.relative_to(folder).as_posix(), str(path))
    try:
        content = place.read_bytes()
    except OSError as error:
        raise DocumentError(str(path), f"the file can't be read: {error.strerror or 'unknown error'}") from None
    return Side(str(path), None, parse(str(path), content).data)


def _at_ref(ref: str, path: str) -> Side:
    """Return a file at a git ref; `./` starts from the current folder, anything else from the repository's top."""
    repository = Repository.containing(Path.cwd())
    commit = repository.commit(ref)
    if path.startswith(("./", "../")):
        path = repository.prefix(Path.cwd()) + path
    path = posixpath.normpath(path)
    whole = GitTree(repository, commit)
    for folder in PurePosixPath(path).parents:
        prefix = "" if str(folder) == "." else f"{folder}/"
        if f"{prefix}catalog.yaml" in whole.blobs:
            return _in_tree(GitTree(repository, commit, prefix), path.removeprefix(prefix), f"{ref}:{path}")
    return _plain(whole, path, f"{ref}:{path}")


def _in_tree(tree: Tree, path: str, label: str) -> Side:
    """Return a file of a catalog: a contract or the document of one, or a plain document where it is none or does not load."""
    loaded: Loaded = load(tree)
    entry = loaded.catalog.by_path.get(path) or _described(loaded.catalog, path)
    if entry is None:
        for finding in loaded.findings:
            if finding.place.path == path:
                raise DocumentError(label, finding.message, finding.place.line)
        return _plain(tree, path, label)
    found = snapshots(loaded.catalog, [entry.value.key])[entry.value.key]
    return Side(label, found, catalog=loaded.catalog)


def _described(catalog: Catalog, path: str) -> Entry[ProductContract] | None:
    """Return the product whose OpenAPI document a file is, which knows the types that it refers to."""
    return next((each for each in catalog.products.values() if document_of(each.path, each.value) == path), None)


def _plain(tree: Tree, path: str, label: str) -> Side:
    """Read a file of a tree as a plain document."""
    if path not in tree.blobs:
        raise DocumentError(label, tree.unread.get(path, "there is no such file"))
    return Side(label, None, parse(path, tree.read([path])[path]).data)
