"""The releases of a contract as people ask for them: when, by which commit, by which bump, and what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from interlock.authoring.sides import releases_of
from interlock.catalog import Catalog, EventContract
from interlock.differences import differences
from interlock.history import History
from interlock.loading import load
from interlock.snapshots import Snapshot, snapshots
from interlock.trees import GitTree, blob_id
from interlock.versions import Bump


@dataclass(frozen=True, slots=True)
class Released:
    """One released version of a contract."""

    contract: str
    version: str
    date: dt.date | None
    """The day on which its content came onto the base branch (committer's date, UTC)."""
    commit: str
    tag: str
    """The catalog tag that released it; empty where tags do not say what is released."""
    bump: Bump
    """From the version before, in this major or the one below."""
    differences: tuple[str, ...]
    pending: bool = False
    """Whether it is on the base branch and not yet in a tag, so that it may still be amended."""


def log(folder: Path, catalog: Catalog, name: str, major: int | None = None) -> tuple[Released, ...]:
    """Return the releases of a contract, newest first; of one major, or of all."""
    repository, base, past = releases_of(folder, catalog)
    tree = GitTree(repository, base, repository.prefix(folder))
    found: list[Released] = []
    before: Snapshot | None = None
    for snapshot, tag, pending in _versions(tree, past, name):
        if major in (None, snapshot.version.major):
            found.append(_released(tree, snapshot, before, tag, pending=pending))
        before = snapshot
    return tuple(reversed(found))


def _versions(tree: GitTree, past: History, name: str) -> Iterator[tuple[Snapshot, str, bool]]:
    """Yield every version that was released or waits on the base branch, lowest first, with its tag and whether it waits."""
    tags = {(release.contract, release.version): release.tag for release in past.releases}
    merged = _merged(tree, name)
    keys = {contract for contract, _ in tags if contract.rpartition("@")[0] == name} | set(merged)
    for key in sorted(keys, key=lambda key: int(key.rpartition("@")[2])):
        for snapshot in past.of(key):
            yield snapshot, tags[key, str(snapshot.version)], False
        if key in merged and (key, str(merged[key].version)) not in tags:
            yield merged[key], "", True


def _merged(tree: GitTree, name: str) -> dict[str, Snapshot]:
    """Return the majors of a contract that the base branch has and that are no drafts, by `name@major`."""
    if "catalog.yaml" not in tree.blobs:
        return {}
    catalog = load(tree).catalog
    majors = [entry.value for entry in catalog.majors(name)]
    return snapshots(catalog, [value.key for value in majors if value.lifecycle.status != "draft"])


def _released(tree: GitTree, snapshot: Snapshot, before: Snapshot | None, tag: str, *, pending: bool) -> Released:
    """Describe one release."""
    commit, seconds = next(_commits(tree, snapshot), (tree.commit, None))
    day = None if seconds is None else dt.datetime.fromtimestamp(seconds, dt.UTC).date()
    lines: tuple[str, ...] = ()
    if before is not None and before.bundle is not None and snapshot.bundle is not None:
        lines = differences(
            before.bundle, snapshot.bundle, at="/data" if isinstance(snapshot.entry.value, EventContract) else ""
        )
    bump = snapshot.version.bump_since(before.version) if before else Bump.NONE
    return Released(snapshot.key, str(snapshot.version), day, tree.repository.short(commit), tag, bump, lines, pending)


def _commits(tree: GitTree, snapshot: Snapshot) -> Iterator[tuple[str, int]]:
    """Yield the commits that gave the contract's own file this content, newest first, with their times."""
    blob = blob_id(snapshot.entry.document.text.encode("utf-8"))
    for commit in tree.repository.history(tree.commit, tree.prefix + snapshot.path):
        if any(change.new == blob for change in commit.changes):
            yield commit.sha, commit.seconds
