"""The baseline: the catalog as the base has it, which judges; a file that does not parse there is taken from before."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from interlock.catalog import Catalog, CatalogSettings
from interlock.documents import parse
from interlock.errors import DocumentError
from interlock.loading import Loaded, load
from interlock.repository import Repository
from interlock.trees import BlobTree, GitTree

NOTHING = CatalogSettings(name="unnamed", type_prefix="com.example", base_uri="https://contracts.example.com")


@dataclass(frozen=True)
class Baseline:
    """What a change is judged against."""

    repository: Repository
    tree: GitTree
    catalog: Catalog
    empty: bool = False
    """Whether the base has no catalog, so that everything is new."""
    notes: tuple[str, ...] = ()


def baseline(repository: Repository, folder: Path, against: str | None) -> Baseline:
    """
    Read the base: `against`, else the remote's default branch, else main.

    Raises UnknownRefError, NoBaselineError and ShallowCloneError.
    """
    repository.require_whole_history()
    ref = against or repository.default_base()
    commit = repository.commit(ref)
    short = repository.short(commit)
    tree = GitTree(repository, commit, repository.prefix(folder), ref if ref.startswith(short) else f"{ref} ({short})")
    if "catalog.yaml" not in tree.blobs:
        note = f"{tree.name} has no catalog, so every contract is new"
        return Baseline(repository, tree, Catalog(NOTHING), empty=True, notes=(note,))
    loaded = load(tree)
    broken = sorted(
        {
            f.place.path
            for f in loaded.findings
            if f.rule in ("file/is-well-formed", "file/fits-its-kind", "file/name-matches-path")
        }
    )
    if not broken:
        return Baseline(repository, tree, loaded.catalog)
    return _mended(repository, tree, loaded, broken)


def _mended(repository: Repository, tree: GitTree, loaded: Loaded, broken: list[str]) -> Baseline:
    """Read the base again with each broken file as it was when it last loaded."""
    blobs = dict(tree.blobs)
    notes: list[str] = []
    for path in broken:
        blobs.pop(path)
        for blob in _earlier(repository, tree, path):
            if _loads(repository, {**blobs, path: blob}, path):
                blobs[path] = blob
                break
        notes.append(
            f"{path} does not load in {tree.name}; {'its last state that did' if path in blobs else 'no earlier state that did'} judges"
        )
    catalog = load(BlobTree(repository, blobs, tree.name)).catalog if "catalog.yaml" in blobs else loaded.catalog
    return Baseline(repository, tree, catalog, notes=tuple(notes))


def _earlier(repository: Repository, tree: GitTree, path: str) -> list[str]:
    """Return the earlier blobs of a file, newest first."""
    changes = [c for commit in repository.history(tree.commit, tree.prefix + path) for c in commit.changes]
    return [change.old for change in changes if change.old]


def _loads(repository: Repository, blobs: dict[str, str], path: str) -> bool:
    """Say whether a file loads in a state of the catalog."""
    try:
        parse(path, repository.objects([blobs[path]])[blobs[path]])
    except DocumentError:
        return False
    small = {name: blob for name, blob in blobs.items() if name in ("catalog.yaml", path)}
    if "catalog.yaml" not in small:
        return True
    return not any(f.place.path == path for f in load(BlobTree(repository, small)).findings)
