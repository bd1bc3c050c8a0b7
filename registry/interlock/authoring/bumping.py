"""Raising versions as far as a change needs, by editing the one line that states them."""

from __future__ import annotations

import datetime as dt
import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from interlock.authoring.editing import with_scalar
from interlock.authoring.writing import rewrite
from interlock.catalog import AnyContract, Catalog, Entry, ProductContract
from interlock.check import Options, check
from interlock.documents import Document
from interlock.errors import UsageError
from interlock.loading import load
from interlock.pointers import lookup
from interlock.report import Change
from interlock.trees import WorkTree
from interlock.versions import Bump, Version


@dataclass(frozen=True, slots=True)
class Bumped:
    """What became of one contract: its version raised, or why not."""

    contract: str
    path: str
    old: str
    new: str
    why: str
    """Which bump it is, or why the version stays."""
    held: bool = False
    """Whether it needs more than a bump inside this major can give."""

    @property
    def done(self) -> bool:
        """Whether the file was edited."""
        return self.old != self.new


@dataclass(frozen=True)
class Wanted:
    """By how much to raise; with neither, as far as the change needs."""

    level: Bump | None = None
    to: Version | None = None


def bump(
    folder: Path,
    names: Iterable[str] = (),
    *,
    wanted: Wanted = Wanted(),
    affected: bool = False,
    against: str | None = None,
    today: dt.date | None = None,
) -> tuple[Bumped, ...]:
    """
    Raise the versions of these contracts, or of each that changed; `affected` adds those that a changed type reaches.

    The bump is counted from the base. Raises what `check` raises, UnknownContractError, and UsageError.
    """
    catalog = load(WorkTree(folder)).catalog
    keys = [catalog.find(name).value.key for name in names]
    report = check(folder, Options(against=against, today=today or dt.date.today()))  # noqa: DTZ011 - the user's calendar
    changes = {change.contract: change for change in report.changes if change.new is not None}
    keys = keys or [key for key, change in changes.items() if not change.through]
    keys += [key for key, change in changes.items() if change.through and affected]
    return tuple(
        _bumped(folder, catalog, key, changes.get(key), wanted)
        for key in dict.fromkeys(keys)
        if key in catalog.contracts
    )


def _bumped(folder: Path, catalog: Catalog, key: str, change: Change | None, wanted: Wanted) -> Bumped:
    """Raise one contract's version."""
    entry = catalog.contracts[key]
    now = Version.parse(entry.value.version)
    target, why = _target(key, now, change, wanted)
    if target > now:
        for document, pointer in _places(catalog, entry):
            rewrite(folder / document.path, with_scalar(document, pointer, str(target)).text)
    elif target < now:
        raise UsageError(f"{key} is at {now}, and a version never goes down to {target}")
    held = wanted == Wanted() and change is not None and change.needed is Bump.MAJOR and change.declared < Bump.MAJOR
    return Bumped(key, entry.path, str(now), str(target), why, held)


def _target(key: str, now: Version, change: Change | None, wanted: Wanted) -> tuple[Version, str]:
    """Return the version that a contract should have, and why."""
    start = Version.parse(change.old) if change is not None and change.old is not None else now
    if wanted.to is not None:
        if wanted.to.major != now.major:
            raise UsageError(
                f"{wanted.to} belongs into a file of its own beside {key}: run interlock bump major {key.partition('@')[0]}"
            )
        return wanted.to, f"as asked, {wanted.to.bump_since(start)}"
    if wanted.level is not None:
        return max(now, start.bumped(wanted.level)), f"{wanted.level}, as asked"
    if change is not None and change.declared < change.needed < Bump.MAJOR:
        return max(now, start.bumped(change.needed)), f"{change.needed}, which the change needs"
    return now, _why_not(key, change)


def _why_not(key: str, change: Change | None) -> str:
    """Say why a version stays."""
    if change is None:
        return "did not change"
    if change.verdict == "draft" or change.old is None:
        return "is new, so its first version stands"
    if change.declared < change.needed:
        return f"breaks readers: mend it, or run interlock bump major {key.partition('@')[0]}"
    return f"{change.needed} is needed and is there" if change.needed else "needs no bump"


def _places(catalog: Catalog, entry: Entry[AnyContract]) -> Iterator[tuple[Document, str]]:
    """Yield where a contract's version stands: its file, and a product's OpenAPI document that states the same."""
    yield entry.document, "/version"
    if isinstance(entry.value, ProductContract):
        document = catalog.documents.get(posixpath.join(posixpath.dirname(entry.path), entry.value.openapi))
        try:
            if document is not None and lookup(document.data, "/info/version") == entry.value.version:
                yield document, "/info/version"
        except LookupError:
            return
