"""By how much a version rises, held against what changed."""

from __future__ import annotations

from interlock.catalog import AnyContract, Entry
from interlock.rules.frame import Violation, Violations
from interlock.rules.subjects import ContractChange
from interlock.versions import Bump, Version


def version_never_goes_down(change: ContractChange) -> Violations:
    """
    A version rises or stays, it never goes down.

    ## Why
    Two contents under one number, or an older number for newer content, make every cache wrong. Source: L07, L10;
    Semantic Versioning 2.0.0 section 3.

    ## Bad
    `1.4.0` becomes `1.3.0`

    ## Good
    `1.4.0` becomes `1.4.1`
    """
    old, new = change.old, change.new
    if old is None or new is None or old.value.lifecycle.status == "draft":
        return
    if Version.parse(new.value.version) < Version.parse(old.value.version):
        message = f"the version goes down from {old.value.version} to {new.value.version}: write {old.value.version}, or a higher one"
        yield Violation(
            new.at("/version"),
            message,
            old=old.value.version,
            new=new.value.version,
            fix=f"version: {old.value.version}",
        )


def bump_covers_change(change: ContractChange) -> Violations:
    """
    A version rises by at least what the change needs.

    ## Why
    Readers choose by the number: patch, nothing they can observe; minor, compatible; major, they must look. Source:
    L07; Semantic Versioning 2.0.0 sections 6 to 8.

    ## Bad
    `1.4.0` becomes `1.4.1` with an added member

    ## Good
    `1.4.0` becomes `1.5.0`
    """
    judged = _judged(change)
    if judged is None or change.declared >= change.needed:
        return
    before, after = judged
    if change.needed is Bump.MAJOR and change.old is not None:
        fix = f"release {Version.parse(before.value.version).bumped(Bump.MAJOR)} in a new file beside this one: interlock bump major {after.value.name}"
    else:
        fix = f"version: {Version.parse(before.value.version).bumped(change.needed)}"
    rise = f"rises by {change.declared}" if change.declared else "stays"
    message = f"the change needs a {change.needed} bump and the version {rise} ({before.value.version} to {after.value.version})"
    yield Violation(
        after.at("/version"), message, fix=fix, bump=change.needed, old=before.value.version, new=after.value.version
    )


def over_bump_has_reason(change: ContractChange) -> Violations:
    """
    A version that rises by more than the change needs says why.

    ## Why
    A change of meaning is invisible to a comparison, so an over-bump is allowed; readers are owed the reason. Source:
    L07, V22.

    ## Bad
    `version: 2.0.0` where only a description changed

    ## Good
    `{version: 2.0.0, reason: "semantic-change: effectiveAt is now when it came into force"}`
    """
    judged = _judged(change)
    if judged is None or change.declared <= change.needed or judged[1].value.reason:
        return
    before, after = judged
    message = f"the version rises by {change.declared} ({before.value.version} to {after.value.version}) and the change needs {change.needed}: add reason, or rise by less"
    yield Violation(after.at("/version"), message, old=before.value.version, new=after.value.version)


def _judged(change: ContractChange) -> tuple[Entry[AnyContract], Entry[AnyContract]] | None:
    """Return the two states whose versions are held against each other; None where nothing was released before."""
    before = change.old or change.predecessor
    if before is None or change.new is None or before.value.lifecycle.status == "draft":
        return None
    return before, change.new
