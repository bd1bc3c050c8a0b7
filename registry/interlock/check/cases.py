"""What a changed contract is judged by: its content at base and head, its releases, its mode, and the major before."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property

from interlock.catalog import Catalog
from interlock.check.questions import Mode
from interlock.history import History
from interlock.snapshots import Snapshot, snapshots


@dataclass(frozen=True)
class Case:
    """One contract that the head has and that differs from the base."""

    key: str
    new: Snapshot
    """As the head has it."""
    old: Snapshot | None
    """As the base has it; None for a new contract."""
    releases: tuple[Snapshot, ...]
    """Its releases, lowest version first."""
    predecessor: Snapshot | None
    """The newest content of the major before."""
    judge: Catalog
    head: Catalog

    @property
    def draft(self) -> bool:
        """Whether nothing of this major was ever promised: no release, and a draft where the base has it."""
        held = self.old or self.new
        return not self.releases and held.entry.value.lifecycle.status == "draft"

    @cached_property
    def mode(self) -> Mode:
        """The compatibility mode: the base's, which the head may only tighten."""
        return _mode(self.judge, self.old or self.new).tightened_by(_mode(self.head, self.new))

    @cached_property
    def taken(self) -> Snapshot | None:
        """The release that has the new version's number, if any."""
        return next((release for release in self.releases if release.version == self.new.version), None)

    @property
    def rewritten(self) -> Snapshot | None:
        """The release of the same number whose content differs from the new content, if any (L10)."""
        return self.taken if self.taken and self.taken.identity != self.new.identity else None

    @property
    def last(self) -> Snapshot | None:
        """What the bump is counted from: the newest release below the new version, else content that was never released."""
        below = [release for release in self.releases if release.version < self.new.version]
        if below:
            return below[-1]
        return self.old if self.taken is None and not self.draft else None

    @property
    def last_but_taken(self) -> Snapshot | None:
        """What needs a bump: the content before this one, be it of the same number."""
        return self.rewritten or self.last

    def targets(self) -> list[Snapshot]:
        """Return the earlier contents that must stay compatible: releases, and what the base has pending."""
        earlier = list(self.releases if self.mode.transitive else self.releases[-1:])
        if self.old is not None and self.old.identity not in {release.identity for release in self.releases}:
            earlier.append(dataclasses.replace(self.old, label=f"{self.old.version} (pending)"))
        return [target for target in earlier if target.schema_identity != self.new.schema_identity]


def case(key: str, base: Catalog, head: Catalog, judge: Catalog, past: History) -> Case | None:
    """Gather what judges one contract; None when the head does not have it or could not load it."""
    new = snapshots(head, [key]).get(key)
    if new is None:
        return None
    old = snapshots(base, [key]).get(key)
    return Case(key, new, old, past.of(key), _predecessor(key, base, head, past), judge, head)


def _mode(catalog: Catalog, snapshot: Snapshot) -> Mode:
    """Return the mode that a catalog gives a contract."""
    own = getattr(snapshot.entry.value, "compatibility", None)
    return Mode.of(own or catalog.settings.defaults.compatibility)


def _predecessor(key: str, base: Catalog, head: Catalog, past: History) -> Snapshot | None:
    """Return the newest content of the nearest lower major."""
    name, _, major = key.rpartition("@")
    for lower in range(int(major) - 1, 0, -1):
        before = f"{name}@{lower}"
        for catalog in (base, head):
            if before in catalog.contracts:
                return snapshots(catalog, [before])[before]
        if past.of(before):
            return past.of(before)[-1]
    return None
