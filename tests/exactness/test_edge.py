"""The exactness law on the edges: what the standards say of 100 schemas and 700 texts is what the gate does."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from agreement import counted, library, ours
from exactness_edge import Case, cases
from exactness_oracle import stock

from interlock_runtime.gate import Gate

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}-{case.name}")
def test_the_gate_takes_what_the_standard_takes(case: Case) -> None:
    """Each text is taken or refused as its case says."""
    gate = Gate(case.schema)
    wrong = [
        (text[:80], "should be taken" if right else "should be refused")
        for text, right in case.texts()
        if gate.accepts(text) is not right
    ]
    assert not wrong, case.why


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}-{case.name}")
def test_each_refusal_has_words(case: Case) -> None:
    """Whoever refuses says why; whoever takes has nothing to say."""
    gate = Gate(case.schema)
    for text, _ in case.texts():
        found = gate.violations(text)
        assert bool(found) is not gate.accepts(text)
        assert all(violation.text and violation.reason for violation in found)


@pytest.mark.filterwarnings("ignore:Possible set:FutureWarning")
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}-{case.name}")
def test_where_the_oracle_differs_the_standard_is_quoted(case: Case) -> None:
    """Each case in which python-jsonschema answers otherwise has the standard's words, and no other case has."""
    if _unchecked(case.schema):
        pytest.skip("python-jsonschema lacks an optional package that checks this format")
    differing = [text[:80] for text, right in case.texts() if stock(case.schema, text) is not right]
    assert bool(differing) is bool(case.words), differing


def _unchecked(schema: Any) -> bool:
    """Say whether the library has no check for a format of the schema."""
    kind = schema.get("format") if isinstance(schema, dict) else None
    return (
        kind is not None
        and kind != "order-number"
        and kind not in jsonschema.Draft202012Validator.FORMAT_CHECKER.checkers
    )


def test_the_suite_is_large_enough() -> None:
    """At least 90 schemas and 300 texts, each name once."""
    assert len({(case.file, case.name) for case in CASES}) == len(CASES) >= 90
    assert sum(len(case.accepts) + len(case.refuses) for case in CASES) >= 300


@pytest.mark.filterwarnings("ignore:Possible set:FutureWarning")
def test_no_other_engine_is_nearer_to_the_standards() -> None:
    """The agreement table's first row has no fault, and what comes out is what came in."""
    texts = sum(1 for case in CASES for _ in case.texts())
    assert counted(ours, CASES) == {"right": texts}
    assert counted(library, CASES)["right"] < texts
