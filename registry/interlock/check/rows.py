"""A changed contract as people read it: versions, verdict, differences and readers."""

from __future__ import annotations

from collections.abc import Iterable

from interlock import openapi
from interlock.catalog import Catalog, EventContract
from interlock.check.cases import Case
from interlock.check.judging import Judgement
from interlock.differences import differences
from interlock.findings import ReaderHit
from interlock.impact import readers_hit
from interlock.report import Change
from interlock.snapshots import Snapshot


def row(case: Case, judgement: Judgement, changed: frozenset[str]) -> Change:
    """Describe a changed contract."""
    before = case.last_but_taken or case.old or (case.releases[-1] if case.releases else None)
    own = case.new.path in changed
    return Change(
        contract=case.key,
        path=case.new.path,
        old=str(before.version) if before else None,
        new=str(case.new.version),
        verdict=judgement.verdict,
        declared=judgement.declared,
        needed=judgement.needed,
        differences=_differences(before, case.new),
        compared=judgement.compared,
        mode=case.mode.name,
        readers=tuple(_readers(case, judgement)),
        through="" if own else next((file for file in case.new.files if file in changed), ""),
    )


def removed(key: str, old: Snapshot, judge: Catalog) -> Change:
    """Describe a contract whose file is gone."""
    hits = readers_hit(judge, old.entry.value.name, (old.version,), "/data")
    return Change(key, old.path, str(old.version), None, "removed", readers=hits)


def _differences(before: Snapshot | None, new: Snapshot) -> tuple[str, ...]:
    """Return what differs, one line each: members of an event or type, operations and components of a product."""
    if before is not None and before.api is not None and new.api is not None:
        return openapi.differences(before.api.document, new.api.document)
    if before is None or before.bundle is None or new.bundle is None:
        return ()
    return differences(before.bundle, new.bundle, at="/data" if isinstance(new.entry.value, EventContract) else "")


def _readers(case: Case, judgement: Judgement) -> Iterable[ReaderHit]:
    """Return each reader of the contract once: broken if any finding breaks it."""
    hits: dict[str, ReaderHit] = {}
    for finding in judgement.findings:
        for hit in finding.readers if not finding.waived else ():
            if hit.breaks or hit.service not in hits:
                hits[hit.service] = hit
    for hit in readers_hit(case.judge, case.new.entry.value.name, (case.new.version,), ""):
        hits.setdefault(
            hit.service,
            ReaderHit(
                hit.service, hit.owner, hit.versions, hit.evidence, breaks=False, because="reads nothing that breaks"
            ),
        )
    return hits.values()
