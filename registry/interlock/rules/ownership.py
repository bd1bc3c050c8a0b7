"""Who answers for a contract, who writes it, and whom it is offered to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from interlock.catalog import Contract, EventContract, ProductContract, ReaderContract, Workflow
from interlock.pointers import join
from interlock.rules.frame import Violation, Violations
from interlock.rules.subjects import Inspection, Subject

_TEAM, _SYSTEM = "team of teams.yaml", "system of systems.yaml"


def contract_has_owner(subject: Subject[Contract]) -> Violations:
    """
    Every contract names the team that answers for it.

    ## Why
    A reader who finds a fault needs someone to tell, and a change needs someone to approve it. Source: L34.

    ## Bad
    A contract without `owner`.

    ## Good
    `owner: team-mes`
    """
    if not subject.value.owner:
        known = ", ".join(sorted(subject.catalog.teams)[:8])
        yield subject.violation("/owner", f"{subject.value.name} has no owner: name a team of teams.yaml ({known})")


def owner_is_a_team(subject: Subject[Contract]) -> Violations:
    """
    The owner of a contract is a team of `teams.yaml`, which has a contact.

    ## Why
    A name that leads to nobody is no owner. Source: L34.

    ## Bad
    `owner: team-mess`

    ## Good
    `owner: team-mes`, with `team-mes` in `teams.yaml`
    """
    yield from _team(subject, "/owner", subject.value.owner, "owner")


def event_has_producers(subject: Subject[EventContract]) -> Violations:
    """
    Every event names the systems that publish it, as `systems.yaml` knows them.

    ## Why
    Without a producer nobody can say whether an event that is missing was ever sent. Source: L34.

    ## Bad
    `producers: []`

    ## Good
    `producers: [mes]`
    """
    if not subject.value.producers:
        yield subject.violation("/producers", f"{subject.value.name} names no producer: write producers: [<system>]")
    yield from _systems(subject, "/producers", subject.value.producers, "producer")


def event_has_audience(subject: Subject[EventContract]) -> Violations:
    """
    Every event says whom it is offered to.

    ## Why
    Who may subscribe is decided once, in the contract, and not anew by each broker's administrator. Source: L34.

    ## Bad
    An event without `audience`.

    ## Good
    `audience: [internal]`
    """
    if not subject.value.audience:
        yield subject.violation(
            "/audience", f"{subject.value.name} has no audience: write audience: [internal], or who else may read it"
        )


def dead_letters_have_an_owner(subject: Subject[EventContract]) -> Violations:
    """
    The team that takes an event's dead letters is a team of `teams.yaml`.

    ## Why
    A dead letter that reaches nobody is a lost event. Source: L34, L36.

    ## Bad
    `dead-letter: ops`, where no such team is

    ## Good
    `dead-letter: team-integration`
    """
    yield from _team(subject, "/dead-letter", subject.value.dead_letter, "dead-letter team")


def product_systems_exist(subject: Subject[ProductContract]) -> Violations:
    """
    The systems behind an API product are systems of `systems.yaml`.

    ## Why
    A product is a promise about systems that someone runs. Source: L34.

    ## Bad
    `systems: [erpp]`

    ## Good
    `systems: [erp]`
    """
    yield from _systems(subject, "/systems", subject.value.systems, "system")


def reader_is_known(subject: Subject[ReaderContract]) -> Violations:
    """
    A reader contract names a system and a team that exist.

    ## Why
    Whoever is hit by a change must be found. Source: L34.

    ## Bad
    `system: wmss`

    ## Good
    `system: wms` and `owner: team-warehouse`
    """
    yield from _team(subject, "/owner", subject.value.owner, "owner")
    yield from _systems(subject, "", (subject.value.system,), "system", at="/system")


def workflow_is_known(subject: Subject[Workflow]) -> Violations:
    """
    A workflow's owner is a team, and each of its steps is done by a system that exists.

    ## Why
    A business flow stops at the step that nobody answers for. Source: L34.

    ## Bad
    `- {id: pause, command: shipments.pauseShipment, by: tmss}`

    ## Good
    `- {id: pause, command: shipments.pauseShipment, by: tms}`
    """
    yield from _team(subject, "/owner", subject.value.owner, "owner")
    for index, step in enumerate(subject.value.steps):
        yield from _systems(subject, "", (step.by,), "system", at=f"/steps/{index}/by")


def teams_and_systems_are_listed(inspection: Inspection) -> Violations:
    """
    A catalog with contracts lists its teams and its systems.

    ## Why
    Owners and producers lead to people through `teams.yaml` and `systems.yaml`. While one of them is missing or can't
    be read this is said once, and not again for each contract. Source: L34.

    ## Bad
    A catalog without `teams.yaml`

    ## Good
    `teams: {team-mes: {name: Manufacturing execution, contact: "mailto:mes@example.com"}}`
    """
    catalog = inspection.catalog
    for path, known in (("teams.yaml", catalog.teams), ("systems.yaml", catalog.systems)):
        if not known and catalog.contracts and path not in catalog.unloaded:
            yield inspection.violation(
                path, "", f"{path} names nobody, so no owner or producer can be found: fill it in"
            )


def systems_and_sites_are_known(inspection: Inspection) -> Violations:
    """
    Each system has an owner among the teams, and each site lists systems that exist.

    ## Why
    Events name systems and sites; both must lead to people. Source: L34.

    ## Bad
    `mes: {owner: team-mess, ...}` in `systems.yaml`

    ## Good
    `mes: {owner: team-mes, ...}`
    """
    catalog = inspection.catalog
    for name, system in catalog.systems.items():
        place = ("systems.yaml", join("systems", name, "owner"))
        yield from _unknown(inspection, place, _TEAM, system.owner, catalog.teams)
    for name, site in catalog.sites.items():
        for index, system_name in enumerate(site.systems):
            place = ("sites.yaml", join("sites", name, "systems", index))
            yield from _unknown(inspection, place, _SYSTEM, system_name, catalog.systems)


def waivers_are_approved(inspection: Inspection) -> Violations:
    """
    Each waiver is approved by a team that exists and speaks of a contract that exists.

    ## Why
    An accepted risk has a name under it. Source: L34.

    ## Bad
    `approved-by: someone`

    ## Good
    `approved-by: team-quality`
    """
    catalog = inspection.catalog
    for index, waiver in enumerate(catalog.waivers.waivers):
        at = f"/waivers/{index}"
        yield from _unknown(inspection, ("waivers.yaml", f"{at}/approved-by"), _TEAM, waiver.approved_by, catalog.teams)
        if waiver.contract:
            place = ("waivers.yaml", f"{at}/contract")
            yield from _unknown(inspection, place, "contract of this catalog", waiver.contract, catalog.contracts)


def _team(
    subject: Subject[Contract] | Subject[ReaderContract] | Subject[Workflow], pointer: str, name: str | None, what: str
) -> Violations:
    """Yield a violation when a team is named that does not exist."""
    teams = subject.catalog.teams
    if name and teams and name not in teams:
        hint = subject.inspection.nearest(name, teams) or ": add it there, or name another"
        yield subject.violation(pointer, f"{what} {name!r} is no team of teams.yaml{hint}", new=name)


def _systems(
    subject: Subject[EventContract] | Subject[ProductContract] | Subject[ReaderContract] | Subject[Workflow],
    pointer: str,
    names: Iterable[str],
    what: str,
    *,
    at: str = "",
) -> Iterator[Violation]:
    """Yield a violation for each system that does not exist."""
    systems = subject.catalog.systems
    for index, name in enumerate(names):
        if systems and name not in systems:
            hint = subject.inspection.nearest(name, systems) or ": add it there, or name another"
            yield subject.violation(
                at or f"{pointer}/{index}", f"{what} {name!r} is no system of systems.yaml{hint}", new=name
            )


def _unknown(
    inspection: Inspection, place: tuple[str, str], what: str, name: str, known: Collection[str]
) -> Violations:
    """Yield a violation when a file names something that does not exist; a list that can't be read is told elsewhere."""
    if known and name not in known:
        hint = inspection.nearest(name, known) or ": add it there, or name another"
        yield inspection.violation(*place, f"{name!r} is no {what}{hint}", new=name)
