"""What holds of every rule: its id, its page, its aliases, its levels, and how violations become findings."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from typing import Any

import pytest
import rule_cases

import interlock.rules
from interlock.errors import UnknownRuleError
from interlock.findings import Finding, Level
from interlock.rules import RULES, Rule, Scope, levels_of, lint, rule, rules_named

MODULES = [name for _, name, _ in pkgutil.walk_packages(interlock.rules.__path__, "interlock.rules.")]


@pytest.mark.parametrize("one", RULES.values(), ids=list(RULES))
def test_page(one: Rule) -> None:
    """A rule's page says the fact it wants in a sentence, why, a bad and a good case, in that order."""
    summary, *parts = one.page.split("\n\n## ")
    assert summary == one.page.partition("\n\n")[0]
    assert one.summary.endswith(".")
    assert "\n" not in one.summary
    assert [part.partition("\n")[0] for part in parts] == ["Why", "Bad", "Good"]
    assert all(part.partition("\n")[2].strip() for part in parts)


def test_ids_are_kept() -> None:
    """An id is a stable name: one that goes or comes shows here, and a renamed rule keeps its old id as an alias."""
    known = (rule_cases.HERE / "ids.txt").read_text().split()
    assert sorted(RULES) == known, "write the new list to ids.txt; a rename keeps the old id as an alias"


@pytest.mark.parametrize(
    "number", ["L06", "L07", "L10", "L11", "L12", "L13", "L14", "L15", "L16", "L27", "L28", "L34", "L36", "L37", "L38"]
)
def test_numbers_of_the_dossier(number: str) -> None:
    """Each number of the dossier that is held here leads to its rules."""
    assert rule(number) is rules_named(number)[0]
    assert all(number in one.aliases for one in rules_named(number))


def test_alias_of_a_change() -> None:
    """A rule is found by what it was called in the design."""
    assert rule("meaning/unit-changed").id == "meaning/unit-is-kept"


def test_unknown_rule() -> None:
    """A misspelt id is answered with the nearest one."""
    with pytest.raises(UnknownRuleError, match="did you mean 'ownership/contract-has-owner'"):
        rule("ownership/contract-has-ownr")


def one(head: dict[str, Any], **options: Any) -> list[Finding]:
    """Lint a case of the small catalog."""
    return lint(rule_cases.catalog(head), today=rule_cases.TODAY, **options)


BARE = {"events/production/operation-started/v1.yaml": {"/schema/properties/shift": {"type": "string"}}}


def test_levels() -> None:
    """A catalog's level goes before the rule's own, by id or by number; of a draft a lenient rule speaks one level lower."""
    assert [f.level for f in one(BARE)] == [Level.ERROR]
    assert [f.level for f in one(BARE, levels={"L16": Level.INFO})] == [Level.INFO]
    assert [
        f.level for f in one(BARE, levels={"L16": Level.OFF, "schema/property-has-description": Level.WARNING})
    ] == [Level.WARNING]
    assert one(BARE, levels={"L16": Level.OFF}) == []
    draft = {
        "events/production/operation-started/v1.yaml": {
            **BARE["events/production/operation-started/v1.yaml"],
            "/lifecycle": {},
        }
    }
    assert [f.level for f in one(draft)] == [Level.WARNING]
    assert [f.level for f in one(draft, levels={"L16": Level.INFO})] == [Level.INFO]


def test_levels_of_settings() -> None:
    """Levels by number are those of their rules, a rule's own id goes first, and other parts' rules are kept."""
    settings = {"L16": "info", "schema/property-has-description": "error", "compat/undecided": "warning"}
    levels = levels_of(rule_cases.catalog({"catalog.yaml": {"/rules": settings}}).settings)
    assert levels == {
        "schema/property-has-description": Level.ERROR,
        "schema/description-adds-to-name": Level.INFO,
        "compat/undecided": Level.WARNING,
    }


def test_a_finding_names_its_contract() -> None:
    """A finding about a contract carries its key and line; one about a reader or a workflow its file alone."""
    (finding,) = one(BARE)
    assert (finding.contract, finding.place.line is not None) == ("production.operation-started@1", True)
    (finding,) = one({"readers/analytics.yaml": {"/system": "lake"}})
    assert (finding.contract, finding.place.path) == ("", "readers/analytics.yaml")


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (["production.operation-started@1"], {"production.operation-started@1", "readers/analytics.yaml"}),
        (["events/production/operation-started/v1.yaml"], {"production.operation-started@1"}),
        (["readers/analytics.yaml"], {"readers/analytics.yaml"}),
        (["quality.lot-held@2"], set[str]()),
        (None, {"production.operation-started@1", "readers/analytics.yaml"}),
    ],
)
def test_only(only: list[str] | None, expected: set[str]) -> None:
    """A run that is confined to contracts looks at them and at their readers, and at files that are named."""
    head = {**BARE, "readers/analytics.yaml": {"/system": "lake"}}
    assert {f.contract or f.place.path for f in one(head, only=only)} == expected


def test_fingerprints_differ() -> None:
    """No two findings of one catalog have one fingerprint, so that a waiver accepts exactly one."""
    for name, kind, case in rule_cases.cases():
        if kind == "fires":
            findings = rule_cases.found(name, case)
            assert len({f.fingerprint for f in findings}) == len(findings), (name, case["why"])


def test_every_scope_is_used() -> None:
    """No kind of question is left without a rule."""
    assert {one.scope for one in RULES.values()} == set(Scope)


@pytest.mark.parametrize("module", MODULES)
def test_examples_of_the_docstrings(module: str) -> None:
    """The examples in the docstrings hold."""
    assert doctest.testmod(importlib.import_module(module)).failed == 0
