"""Where a contract is in its life, as it is written."""

from __future__ import annotations

from interlock.catalog import Catalog, Contract, EventContract, ProductContract
from interlock.errors import UnknownContractError
from interlock.rules.durations import after
from interlock.rules.frame import Violations
from interlock.rules.subjects import Subject

NEEDED = ("since", "sunset", "successor", "migration")
"""What a deprecation says, by the names of the members (CloudEvents deprecation extension; RFC 9745, RFC 8594)."""


def notice_of(catalog: Catalog, contract: Contract) -> str | None:
    """Return the least time between deprecation and sunset for a contract's tier; None without tier or policy."""
    tier = contract.tier if isinstance(contract, EventContract | ProductContract) else None
    policy = catalog.tier_policy(tier) if tier else None
    return policy.notice if policy else None


def deprecation_is_complete(subject: Subject[Contract]) -> Violations:
    """
    A deprecated contract says since when, until when, what follows it and how to move.

    ## Why
    A reader can plan only with all four. They become the CloudEvents attributes `deprecationfrom`,
    `deprecationsunset` and `deprecationmigration`, and the HTTP fields `Deprecation` and `Sunset`. Source: L11;
    CloudEvents deprecation extension; RFC 9745, RFC 8594.

    ## Bad
    `lifecycle: {status: deprecated}`

    ## Good
    `lifecycle: {status: deprecated, since: 2028-01-01, sunset: 2028-07-01, successor: "production.operation-started@2",
    migration: "https://contracts.example.com/migration/operation-started-2"}`
    """
    lifecycle = subject.value.lifecycle
    if lifecycle.status == "deprecated":
        for member in NEEDED:
            if getattr(lifecycle, member) is None:
                message = f"{subject.value.key} is deprecated and has no {member}: add it to lifecycle"
                yield subject.violation(f"/lifecycle/{member}", message)


def only_old_contracts_end(subject: Subject[Contract]) -> Violations:
    """
    A draft or released contract has no sunset, successor or migration.

    ## Why
    Half a deprecation is read as one by some and not by others: the status says it, or nothing does. Source: L11, L12.

    ## Bad
    `lifecycle: {status: released, sunset: 2028-07-01}`

    ## Good
    `lifecycle: {status: released}`
    """
    lifecycle = subject.value.lifecycle
    if lifecycle.status in ("draft", "released"):
        for member in NEEDED:
            if getattr(lifecycle, member) is not None:
                message = f"{subject.value.key} is {lifecycle.status} and has a {member}: set status: deprecated, or remove it"
                yield subject.violation(f"/lifecycle/{member}", message)


def sunset_gives_notice(subject: Subject[Contract]) -> Violations:
    """
    Between deprecation and sunset lies at least the notice of the contract's tier.

    ## Why
    Plants change software in planned stops; a shorter notice breaks those who were told in time for nothing. Source:
    L11, dossier 3.1.

    ## Bad
    Tier T1 with a notice of P180D: `since: 2028-01-01, sunset: 2028-02-01`

    ## Good
    `since: 2028-01-01, sunset: 2028-06-29`
    """
    lifecycle = subject.value.lifecycle
    if lifecycle.status != "deprecated" or lifecycle.since is None or lifecycle.sunset is None:
        return
    notice = notice_of(subject.catalog, subject.value) or "P1D"
    earliest = after(lifecycle.since, notice)
    if lifecycle.sunset < earliest:
        message = (
            f"sunset {lifecycle.sunset} is less than {notice} after {lifecycle.since}: move it to {earliest} or later"
        )
        yield subject.violation("/lifecycle/sunset", message, new=str(lifecycle.sunset), fix=f"sunset: {earliest}")


def successor_lives(subject: Subject[Contract]) -> Violations:
    """
    What follows a contract is in the catalog, is released, and is a later major or another contract.

    ## Why
    A deprecation that leads nowhere leaves readers on the old contract. Source: L11, L12.

    ## Bad
    `successor: "production.operation-started@3"` where there is no such major, or it is a draft

    ## Good
    `successor: "production.operation-started@2"`
    """
    contract, name = subject.value, subject.value.lifecycle.successor
    if contract.lifecycle.status not in ("deprecated", "retired") or name is None:
        return
    if name.partition("@")[0] in subject.catalog.unloaded:  # it is there and did not load
        return
    why = _unfit_successor(subject, name)
    if why:
        yield subject.violation("/lifecycle/successor", f"successor {name!r} {why}", new=name)


def _unfit_successor(subject: Subject[Contract], name: str) -> str:
    """Say why a contract can't follow another; empty when it can."""
    try:
        found = subject.catalog.find(name).value
    except UnknownContractError as error:
        return f"is not in the catalog: {error}"
    own = subject.value
    if "@" not in name:
        return f"has no major: write {found.key}"
    if found.name == own.name and found.major <= own.major:
        return "is not a later major: name one, or another contract"
    if own.lifecycle.status == "deprecated" and found.lifecycle.status in ("draft", "retired"):
        return f"is {found.lifecycle.status}: name a contract that is released"
    return ""


def migration_is_https(subject: Subject[Contract]) -> Violations:
    """
    The migration page has an https URI.

    ## Why
    It is sent as `deprecationmigration` with each event, and people click on it. Source: L11; CloudEvents deprecation
    extension.

    ## Bad
    `migration: see the wiki`

    ## Good
    `migration: https://contracts.example.com/migration/operation-started-2`
    """
    migration = subject.value.lifecycle.migration
    if migration is not None and not (
        migration.startswith("https://") and len(migration.split()) == 1 and len(migration) > len("https://")
    ):
        yield subject.violation(
            "/lifecycle/migration", "migration is no https URI: write the page's full address", new=migration
        )


def sunset_lies_ahead(subject: Subject[Contract]) -> Violations:
    """
    A deprecated contract whose sunset has passed is retired.

    ## Why
    Past its sunset nobody may count on it, and it still looks as if one could. Source: L11; RFC 8594 section 3.

    ## Bad
    `{status: deprecated, sunset: 2028-06-30}` on 2028-07-01

    ## Good
    `{status: retired, sunset: 2028-06-30}`
    """
    lifecycle = subject.value.lifecycle
    today = subject.inspection.today
    if lifecycle.status == "deprecated" and lifecycle.sunset is not None and lifecycle.sunset < today:
        message = f"its sunset {lifecycle.sunset} has passed: set status: retired, or move the sunset later"
        yield subject.violation("/lifecycle/sunset", message)


def retired_contract_had_notice(subject: Subject[Contract]) -> Violations:
    """
    A retired contract has a sunset, and it has passed.

    ## Why
    Readers were promised the contract until that day. Source: L11, L12.

    ## Bad
    `{status: retired, sunset: 2030-01-01}` in 2028

    ## Good
    `{status: deprecated, sunset: 2030-01-01}` until that day
    """
    lifecycle = subject.value.lifecycle
    if lifecycle.status == "retired" and (lifecycle.sunset is None or lifecycle.sunset > subject.inspection.today):
        sunset = lifecycle.sunset
        when = (
            f"its sunset is {sunset}: keep it deprecated until then"
            if sunset
            else "it never had a sunset: deprecate it with one first"
        )
        yield subject.violation("/lifecycle/status", f"{subject.value.key} is retired and {when}")
