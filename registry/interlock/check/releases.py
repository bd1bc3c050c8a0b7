"""Findings about versions and releases: rewritten content, types that reach contracts, merges, waivers."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from interlock.catalog import Catalog, EventContract, ProductContract, Waiver
from interlock.check.cases import Case
from interlock.check.judging import Judgement
from interlock.findings import Finding, Level, Place, ReaderHit
from interlock.versions import Bump

PAGES = {
    "release/content-is-immutable": """The content of a released version never changes.

## Why
Caches, brokers and edge boxes hold schemas by version and never ask again. If 2.0.0 came to mean something else, a plant
would judge today's events by yesterday's text until somebody restarts the right box. Source: L10.

## Bad
A member is added, and `version: 2.0.0` stays as it was.

## Good
    - version: 2.0.0
    + version: 2.1.0

## Mend
`interlock bump` writes the version that the change needs. A change that breaks readers goes into a new file, `v3.yaml`,
beside this one. What is on the base branch but in no release tag may still be amended.""",
    "release/type-change-is-versioned": """A changed type touches each contract that reaches it, and each of them needs a new version.

## Why
The identity of a version covers its types. Ten events use `quantity`; if only the type's number rose, ten released
versions would silently mean something else. Source: L10.

## Bad
`types/quantity/v1.yaml` changes, and the events that use it keep their versions.

## Good
`types/quantity/v1.yaml` changes, and so does the version of each contract that reaches it.

## Mend
`interlock bump --affected` writes them all.""",
    "governance/waiver-has-expired": """A waiver holds until its date; then its finding counts again.

## Why
A waiver buys time to mend something. Without an end it would be how things are, and nobody would look again.

## Bad
    until: 2028-03-31    # and today is 2028-04-01

## Good
The cause is mended and the waiver removed, or whoever approved it sets a later date, in a change of its own.""",
    "governance/waiver-is-refused": """What belongs to a tier whose policy says `waivable: false` can't be waived.

## Why
A hold that a warehouse can't read lets blocked goods leave the site. For such flows there is no date until which that
is acceptable.

## Bad
A waiver for a breaking change of a T1 event.

## Good
The old member stays beside the new one until the next major, so that there is nothing to waive.""",
    "merge/joins-with-the-base": """What is checked is the result of merging into the base's tip, and it merges without conflict.

## Why
Two pull requests that both write 1.1.0 are each fine against the commit they started from. Only the merged result
shows that the second needs 1.2.0.

## Mend
Rebase onto the base branch, solve the conflict in the named file, and check again. Everything else was judged.""",
}
"""What each rule here wants and why."""


def immutable(case: Case, judgement: Judgement) -> Iterator[Finding]:
    """Say that a released version was given other content, and which number the change needs."""
    taken, new = case.rewritten, case.new
    if taken is None:
        return
    latest = case.releases[-1].version
    mend = _next(case, judgement.needed, str(latest.bumped(max(judgement.needed, Bump.PATCH))))
    message = f"{taken.version} is released with other content; {mend}"
    yield Finding(
        "release/content-is-immutable", message, new.entry.at("/version"), contract=case.key,
        bump=max(judgement.needed, Bump.PATCH), fix=f"interlock bump {'major ' if judgement.needed is Bump.MAJOR else ''}{case.new.entry.value.name}",
        old=taken.identity, new=new.identity,
    )  # fmt: skip


def _next(case: Case, needed: Bump, number: str) -> str:
    """Say where the change belongs."""
    if needed is Bump.MAJOR:
        major = int(case.key.rpartition("@")[2]) + 1
        return f"this change breaks readers, so it belongs into a new file v{major}.yaml beside this one"
    return f"this change needs version {number} ({max(needed, Bump.PATCH)})"


def through_types(found: Iterable[tuple[Case, Finding]], changed: frozenset[str]) -> Iterator[Finding]:
    """Join the rewritten versions whose own file did not change into one finding a type, with the list of contracts."""
    by_type: dict[str, list[tuple[Case, Finding]]] = {}
    for case, finding in found:
        path = case.new.path
        types = [file for file in case.new.files if file in changed]
        own = any(file == path or file.endswith(".openapi.yaml") for file in types)
        if finding.rule != "release/content-is-immutable" or own:
            yield finding
            continue
        by_type.setdefault(types[0] if types else path, []).append((case, finding))
    for type_path, members in by_type.items():
        keys = tuple(case.key for case, _ in members)
        bump = max(finding.bump for _, finding in members)
        message = f"{type_path} changed, and {_list(keys)} use it at a version that is released; each needs a new {bump} version"
        yield Finding(
            "release/type-change-is-versioned", message, Place(type_path, "/schema"), bump=bump, also=keys,
            fix="interlock bump --affected", new=sorted(keys),
        )  # fmt: skip


def _list(keys: tuple[str, ...]) -> str:
    """Name a few and count the rest."""
    named, rest = keys[:3], len(keys) - 3
    return f"{', '.join(named)} and {rest} more contracts" if rest > 0 else ", ".join(named)


def grouped(found: Iterable[Finding]) -> list[Finding]:
    """Join findings with one cause in a shared type into one, with the contracts and all readers hit."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in found:
        shared = finding.place.path.startswith("types/") and bool(finding.direction)
        own = () if shared else (finding.contract, finding.fingerprint)
        groups.setdefault(
            (finding.rule, finding.place.path, finding.place.pointer, finding.direction, *own), []
        ).append(finding)
    return [_joined(group) for group in groups.values()]


def _joined(group: list[Finding]) -> Finding:
    """Take the finding of the first event (its witness is a whole payload), and name the other contracts."""
    if len(group) == 1:
        return group[0]
    counting = [finding for finding in group if not finding.waived] or group
    first = next((finding for finding in counting if "." in finding.contract), counting[0])
    readers: dict[tuple[str, str], ReaderHit] = {
        (r.service, r.evidence): r for f in counting for r in f.readers if r.breaks
    }
    also = tuple(sorted({finding.contract for finding in group} - {first.contract}))
    return dataclasses.replace(first, also=also, readers=tuple(readers.values()))


def waived(found: Iterable[Finding], judge: Catalog, today: dt.date) -> Iterator[Finding]:
    """Apply the base's waivers: a finding is accepted by its fingerprint until the date, unless its tier forbids it."""
    waivers: Mapping[str, Waiver] = {waiver.fingerprint: waiver for waiver in judge.waivers.waivers}
    for finding in found:
        waiver = waivers.get(finding.fingerprint)
        if waiver is None or finding.waived:
            yield finding
        elif not _waivable(finding, judge):
            yield finding
            message = f"the waiver of {finding.fingerprint} is refused: this contract's tier can't be waived"
            yield _about_waiver("governance/waiver-is-refused", message, finding)
        elif waiver.until < today:
            yield finding
            message = f"the waiver of {finding.fingerprint} expired on {waiver.until}; its finding counts again"
            yield _about_waiver("governance/waiver-has-expired", message, finding)
        else:
            yield dataclasses.replace(
                finding, waived=f"waived until {waiver.until} by {waiver.approved_by}: {waiver.reason}"
            )


def _about_waiver(rule: str, message: str, finding: Finding) -> Finding:
    """Say something about a waiver itself."""
    return Finding(
        rule, message, Place("waivers.yaml"), Level.WARNING, contract=finding.contract, new=finding.fingerprint
    )


def _waivable(finding: Finding, judge: Catalog) -> bool:
    """Say whether the tier of each contract that a finding is about may be waived."""
    for key in (finding.contract, *finding.also):
        entry = judge.contracts.get(key)
        if entry is None or not isinstance(entry.value, EventContract | ProductContract):
            continue
        policy = judge.tier_policy(entry.value.tier)
        if policy is not None and not policy.waivable:
            return False
    return True
