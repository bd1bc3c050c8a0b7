"""Each rule on hand-made values: what fires, and what looks alike and stays silent."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from interlock.invariants import RULES, faults
from interlock.judging.table import checks

FOLDER = Path(__file__).parent / "cases"


def _cases(number: type = float) -> list[Any]:
    """Return each case with the name of its file and its own."""
    return [
        pytest.param(file.stem, case, id=f"{file.stem}/{name}")
        for file in sorted(FOLDER.glob("*.json"))
        for name, case in json.loads(file.read_text(), parse_float=number).items()
    ]


def _found(rule: str, case: dict[str, Any]) -> list[tuple[str, str]]:
    """Return pointer and sentence of what a rule finds in a case's value."""
    (ready,) = checks([{"rule": rule, "parameters": case["parameters"]}])
    return list(ready(case["value"]))


@pytest.mark.parametrize(("rule", "case"), _cases())
def test_a_rule_finds_exactly_what_its_case_states(rule: str, case: dict[str, Any]) -> None:
    """The pointers are those of the case, and the sentence is one line."""
    found = _found(rule, case)
    assert [at for at, _ in found] == case["finds"], found
    assert all(sentence and "\n" not in sentence for _, sentence in found)


@pytest.mark.parametrize(("rule", "case"), _cases(Decimal))
def test_decimals_are_judged_like_floats(rule: str, case: dict[str, Any]) -> None:
    """A number read as a Decimal gives the same answer as its shortest float."""
    assert [at for at, _ in _found(rule, case)] == case["finds"]


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_has_a_case_that_fires_and_one_that_is_silent(rule: str) -> None:
    """No rule is without its pair; a stateful statement is never judged."""
    cases = json.loads((FOLDER / f"{rule}.json").read_text()).values()
    assert any(not case["finds"] for case in cases)
    assert any(case["finds"] for case in cases) or rule == "stateful"


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_has_a_page(rule: str) -> None:
    """The docstring says what holds, why, and what is right; all but statements say what is wrong."""
    page = RULES[rule].page
    assert page.splitlines()[0].endswith((".", ";"))
    assert "## Why" in page
    assert "## Good" in page
    assert "## Bad" in page or rule == "stateful"


@pytest.mark.parametrize(("rule", "case"), _cases())
def test_the_cases_declare_what_their_rule_takes(rule: str, case: dict[str, Any]) -> None:
    """No case passes because its declaration was left out."""
    assert faults(rule, case["parameters"]) == []
