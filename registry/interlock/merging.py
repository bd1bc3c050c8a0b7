"""The tree that results from merging a head into a base, file by file, without writing anything into the repository."""

from __future__ import annotations

from dataclasses import dataclass, field

from interlock.findings import Finding, Place
from interlock.repository import Repository
from interlock.trees import GitTree, MemoryTree, Tree


@dataclass(frozen=True)
class Merged:
    """The result of a merge, and a finding for each file that both sides changed in a way that can't be joined."""

    tree: Tree
    conflicts: tuple[Finding, ...] = ()


@dataclass
class _Sides:
    """The three trees of a merge, and the files of its result."""

    ours: Tree
    ancestor: Tree
    theirs: Tree
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    conflicts: list[Finding] = field(default_factory=list[Finding])


def merged(repository: Repository, head: Tree, base: GitTree, head_commit: str | None) -> Merged:
    """Return what merging the head into the base's tip gives; the head itself when it already holds that tip."""
    ancestor = repository.merge_base(head_commit, base.commit) if head_commit else None
    if ancestor == base.commit:
        return Merged(head)
    before: Tree = GitTree(repository, ancestor, base.prefix) if ancestor else MemoryTree({})
    sides = _Sides(head, before, base)
    taken: list[tuple[Tree, str]] = []
    for path in sorted({*head.blobs, *base.blobs}):
        ours, old, theirs = (tree.blobs.get(path) for tree in (head, before, base))
        if ours in (theirs, old):
            taken += [(base, path)] if theirs else []
        elif theirs == old:
            taken += [(head, path)] if ours else []
        else:
            _join(repository, sides, path)
    for tree in (head, base):
        sides.files.update(tree.read([path for source, path in taken if source is tree]))
    return Merged(MemoryTree(sides.files, f"{head.name} merged into {base.name}", head.unread), tuple(sides.conflicts))


def _join(repository: Repository, sides: _Sides, path: str) -> None:
    """Join the two changes of one file; on a conflict keep the head's and say so."""
    trees = (sides.ours, sides.ancestor, sides.theirs)
    contents = [tree.read([path])[path] if path in tree.blobs else None for tree in trees]
    ours, old, theirs = contents
    joined = repository.merged_text(ours, old or b"", theirs) if ours is not None and theirs is not None else None
    if joined is None:
        message = f"this branch and {sides.theirs.name} changed the file in ways that can't be joined: rebase onto it, then check again"
        sides.conflicts.append(Finding("merge/joins-with-the-base", message, Place(path, "", 1)))
    kept = joined if joined is not None else ours if ours is not None else theirs
    if kept is not None:
        sides.files[path] = kept
