"""The catalog as a whole: it has contracts, their names are unique, its settings name rules that exist."""

from __future__ import annotations

from interlock.kinds import kind_of
from interlock.pointers import join
from interlock.rules.frame import Violations
from interlock.rules.subjects import Inspection

_SHARED = frozenset({"examples", "governance"})
"""Groups to which other parts of the library add rules that are not known here."""
_NAMED = frozenset({"envelope", "type", "product"})


def has_contracts(inspection: Inspection) -> Violations:
    """
    A catalog has at least one contract.

    ## Why
    A check of nothing passes, and looks as if something had been checked.

    ## Bad
    A folder with `catalog.yaml` alone

    ## Good
    `interlock new event production.operation-started`
    """
    if not inspection.catalog.contracts:
        yield inspection.violation(
            "catalog.yaml",
            "",
            "the catalog has no contract, so nothing is checked: add one under events/, types/ or products/",
        )


def names_are_unique(inspection: Inspection) -> Violations:
    """
    No two contracts have one name and one major version, whatever kind they are.

    ## Why
    Findings, waivers and commands name a contract as `name@major`. Source: L03, L10.

    ## Bad
    `types/inventory/v1.yaml` beside `products/inventory/v1.yaml`

    ## Good
    `types/stock/v1.yaml` beside `products/inventory/v1.yaml`
    """
    first: dict[str, str] = {}
    for path in sorted(inspection.catalog.documents):
        found = kind_of(path) if not path.startswith("events/") else None  # their names have a dot, others have none
        if found is None or found[0].name not in _NAMED:
            continue
        name, major = found[1].groups()
        key = f"{name}@{major}"
        if key in first:
            yield inspection.violation(
                path, "/name", f"{key} is also {first[key]}: give one of them another name", contract=key, new=path
            )
        first.setdefault(key, path)


def levels_name_rules(inspection: Inspection) -> Violations:
    """
    Each rule whose level the settings change exists.

    ## Why
    A misspelt name changes nothing and nobody is told.

    ## Bad
    `rules: {ownership/contract-has-ownr: error}`

    ## Good
    `rules: {ownership/contract-has-owner: error}`
    """
    groups = {rule.partition("/")[0] for rule in inspection.rules if "/" in rule} - _SHARED
    for name in inspection.catalog.settings.rules:
        group, slash, _ = name.partition("/")
        known = name in inspection.rules or (bool(slash) and group not in groups)
        if not known:
            pointer = join("rules", name)
            hint = inspection.nearest(name, inspection.rules) or ", see interlock explain --list"
            yield inspection.violation("catalog.yaml", pointer, f"there is no rule {name!r}{hint}", new=name)


def dead_letters_name_an_event(inspection: Inspection) -> Violations:
    """
    The event that the settings name for dead letters is one of the catalog.

    ## Why
    Consumers tell through it whoever answers for an event that they gave up; without it nobody is told.

    ## Bad
    `dead-letters: platform.event-dead-leterd`

    ## Good
    `dead-letters: platform.event-dead-lettered`
    """
    name = inspection.catalog.settings.dead_letters
    if name is not None and not inspection.catalog.majors(name):
        known = sorted({entry.value.name for entry in inspection.catalog.events.values()})
        hint = inspection.nearest(name, known) or ": add its contract, or leave the setting out"
        yield inspection.violation("catalog.yaml", "/dead-letters", f"there is no event {name!r}{hint}", new=name)
