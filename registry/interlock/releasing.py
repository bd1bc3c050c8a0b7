"""Releasing the catalog: its next version, the changelog, and the annotated tag that says what is released."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from interlock.authoring.linting import lint_tree
from interlock.catalog import EventContract
from interlock.differences import differences
from interlock.errors import BadVersionError, InterlockError, NoBaselineError, UsageError
from interlock.history import TRAILER
from interlock.loading import load
from interlock.references import identity
from interlock.repository import Repository
from interlock.snapshots import Snapshot, snapshots
from interlock.trees import GitTree, Tree
from interlock.versions import Bump, Version

FIRST = Version(1, 0, 0)
SECTIONS = ("Removed", "Added", "Changed", "Deprecated")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the changelog with the bump of the catalog that it asks for."""

    section: str
    text: str
    bump: Bump
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A release of the catalog that can be made."""

    repository: Repository
    commit: str
    tag: str
    version: Version
    before: str
    """The tag of the last release; empty for the first."""
    digest: str
    """Identity of everything that the catalog releases."""
    entries: tuple[Entry, ...]

    @property
    def changelog(self) -> str:
        """What changed since the last release, as Markdown."""
        blocks = [f"## {self.version}"]
        for section in SECTIONS:
            rows = [_row(entry) for entry in self.entries if entry.section == section]
            blocks += [f"### {section}\n\n" + "\n".join(rows)] if rows else []
        return "\n\n".join(blocks) + "\n"

    @property
    def message(self) -> str:
        """The tag's message."""
        return f"Catalog {self.version}\n\n{self.changelog}\n{TRAILER} {self.digest}\n"


def _row(entry: Entry) -> str:
    """Write one entry as a list item with its details below."""
    return "\n".join([f"- {entry.text}", *(f"    - `{line}`" for line in entry.details)])


class ReleaseRefusedError(InterlockError):
    """The state of the repository or of the catalog does not allow a release."""


def plan(folder: Path, *, today: dt.date, force: bool = False) -> Plan | None:
    """
    Return the release that HEAD allows; None when nothing that readers get has changed since the last one.

    Raises ReleaseRefusedError when the working copy is dirty or HEAD is not on the base branch (unless forced), when
    lint finds an error, and when a released version has other content than before.
    """
    repository = Repository.containing(folder)
    repository.require_whole_history()
    commit = repository.commit("HEAD")
    if not force:
        _require_clean(repository, repository.prefix(folder))
        _require_on_base(repository, commit)
    prefix = repository.prefix(folder)
    tree = GitTree(repository, commit, prefix, "HEAD")
    _require_lint(tree, today)
    catalog = load(tree).catalog
    last = _last_tag(repository, commit, catalog.settings.tag_prefix)
    now = _released(tree)
    before = _released(GitTree(repository, repository.commit(last), prefix, last)) if last else {}
    entries = _entries(before, now)
    if last and not entries:
        return None
    version = _version(last, catalog.settings.tag_prefix).bumped(max(e.bump for e in entries)) if last else FIRST
    digest = identity({key: [str(s.version), s.identity] for key, s in now.items()})
    return Plan(repository, commit, f"{catalog.settings.tag_prefix}{version}", version, last, digest, entries)


def publish(release: Plan) -> None:
    """Write the annotated tag; raise UsageError when git refuses, for example because the tag is there."""
    with tempfile.NamedTemporaryFile("w", prefix="interlock-", suffix=".txt", encoding="utf-8") as file:
        file.write(release.message)
        file.flush()
        status, _, error = release.repository.git.execute(
            ["git", "tag", "--annotate", "--cleanup=verbatim", "--file", file.name, release.tag, release.commit],
            with_extended_output=True, with_exceptions=False,
        )  # fmt: skip
    if status:
        raise UsageError(f"git did not write the tag {release.tag}: {str(error).strip()}")


def _require_clean(repository: Repository, prefix: str) -> None:
    """Refuse to release what is not what people see in the catalog's files; others may be there, such as a report."""
    _, output, _ = repository.git.execute(
        ["git", "status", "--porcelain", "--", prefix or "."], with_extended_output=True, with_exceptions=False
    )
    if str(output).strip():
        raise ReleaseRefusedError("the catalog has changes that are not committed: commit or stash them, then release")


def _require_on_base(repository: Repository, commit: str) -> None:
    """Refuse to release a commit that is not merged."""
    try:
        base = repository.default_base()
    except NoBaselineError:
        return
    if repository.merge_base(commit, repository.commit(base)) != commit:
        raise ReleaseRefusedError(
            f"HEAD ({repository.short(commit)}) is not on {base}: merge and push it first, or use --force"
        )


def _require_lint(tree: Tree, today: dt.date) -> None:
    """Refuse to release a catalog with errors."""
    report = lint_tree(tree, today=today)
    if not report.passed:
        first = next(finding for finding in report.findings if finding.counts >= report.fail_on)
        raise ReleaseRefusedError(f"lint finds errors, the first at {first.place}: {first.message}; see interlock lint")


def _last_tag(repository: Repository, commit: str, prefix: str) -> str:
    """Return the tag of the highest release up to a commit; empty when there is none."""
    tags = [tag.name for tag in repository.tags(prefix, commit) if TRAILER in tag.message]
    return max(tags, key=lambda tag: _version(tag, prefix), default="")


def _version(tag: str, prefix: str) -> Version:
    """Return the catalog's version that a tag states; the lowest for a tag of another form."""
    try:
        return Version.parse(tag.removeprefix(prefix))
    except BadVersionError:
        return Version(0, 0, 0)


def _released(tree: Tree) -> dict[str, Snapshot]:
    """Return what a tree releases: every contract that is no draft, by `name@major`."""
    return {key: s for key, s in snapshots(load(tree).catalog).items() if s.entry.value.lifecycle.status != "draft"}


def _entries(before: Mapping[str, Snapshot], now: Mapping[str, Snapshot]) -> tuple[Entry, ...]:
    """Return what changed between two releases, one entry a contract."""
    removed = [
        Entry("Removed", f"{key.partition('@')[0]} {before[key].version}", Bump.MAJOR)
        for key in before
        if key not in now
    ]
    added = [
        Entry("Added", f"{key.partition('@')[0]} {s.version}: {' '.join(s.entry.value.summary.split())}", Bump.MINOR)
        for key, s in now.items()
        if key not in before
    ]
    changed = [entry for key, s in now.items() if key in before for entry in _changed(before[key], s)]
    return (*removed, *added, *changed)


def _changed(old: Snapshot, new: Snapshot) -> list[Entry]:
    """Return what changed in one contract; refuse a released version with other content (L10)."""
    found: list[Entry] = []
    if old.identity != new.identity:
        bump = new.version.bump_since(old.version)
        if bump is Bump.NONE:
            raise ReleaseRefusedError(
                f"{new.entry.at('/version')}: {new.entry.value.name} {new.version} is released with other content: run interlock bump"
            )
        at = "/data" if isinstance(new.entry.value, EventContract) else ""
        lines = differences(old.bundle, new.bundle, at=at) if old.bundle and new.bundle else ()
        found.append(Entry("Changed", f"{new.entry.value.name} {old.version} -> {new.version} ({bump})", bump, lines))
    was, now = old.entry.value.lifecycle, new.entry.value.lifecycle
    if was.status != now.status or was.sunset != now.sunset:
        until = f", sunset {now.sunset}" if now.sunset else ""
        follows = f", use {now.successor}" if now.successor else ""
        found.append(
            Entry("Deprecated", f"{new.entry.value.name} {new.version} is {now.status}{until}{follows}", Bump.MINOR)
        )
    return found
