"""Every rule fires where it should, and stays silent where something only looks alike."""

from __future__ import annotations

from typing import Any

import pytest
import rule_cases

from interlock.findings import Level
from interlock.rules import RULES, lint

CASES = list(rule_cases.cases())
NAMED = {f"{rule}: {case['why']}": (rule, case) for rule, _, case in CASES}


def of(kind: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return the cases of one kind by name."""
    return {f"{rule}: {case['why']}": (rule, case) for rule, listed, case in CASES if listed == kind}


def test_every_rule_has_both_kinds_of_case() -> None:
    """A rule without a case that fires, or without one that stays silent, is not shown to work."""
    shown = {(rule, kind) for rule, kind, _ in CASES}
    assert shown == {(rule, kind) for rule in RULES for kind in ("fires", "silent")}


def test_case_names_are_unique() -> None:
    """No case hides another of the same name."""
    assert len(NAMED) == len(CASES)


def test_the_small_catalog_is_clean() -> None:
    """The ground of all cases offends no rule, so that what fires is the case's own doing."""
    assert lint(rule_cases.catalog(), today=rule_cases.TODAY) == []


@pytest.mark.parametrize("name", of("fires"))
def test_fires(name: str) -> None:
    """A rule finds what its case says, there and nothing else, in words that name it."""
    rule, case = of("fires")[name]
    findings = rule_cases.found(rule, case)
    places = [f"{f.place.path}#{f.place.pointer}" for f in findings]
    assert sorted(places) == sorted(row["at"] for row in case["finds"]), [f.message for f in findings]
    for row in case["finds"]:
        holds(row, [f for f in findings if f"{f.place.path}#{f.place.pointer}" == row["at"]])


def holds(row: dict[str, Any], findings: list[Any]) -> None:
    """One finding at the place is as the row says."""
    said = [f for f in findings if row["says"] in f.message]
    assert said, [f.message for f in findings]
    assert str(said[0].level) == row.get("level", str(RULES[said[0].rule].level))
    assert str(said[0].bump) == row.get("bump", "none")
    assert [hit.service for hit in said[0].readers if hit.breaks] == row.get("breaks", [])
    assert said[0].place.line is not None or said[0].place.pointer == ""


@pytest.mark.parametrize("name", of("silent"))
def test_stays_silent(name: str) -> None:
    """A rule finds nothing in what only looks like an offence."""
    rule, case = of("silent")[name]
    assert [f.message for f in rule_cases.found(rule, case)] == []


@pytest.mark.parametrize("rule", RULES)
def test_switched_off(rule: str) -> None:
    """A rule that a catalog switches off says nothing."""
    for name, kind, case in CASES:
        if name == rule and kind == "fires" and RULES[rule].scope.name in ("CATALOG", "ENTRY"):
            findings = lint(rule_cases.catalog(case.get("head")), today=rule_cases.TODAY, levels={rule: Level.OFF})
            assert not [f for f in findings if f.rule == rule]
