"""The catalog that ships: every recording passes, every example is what it says."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from interlock.findings import Level
from interlock.invariants import RULES, contract_faults
from interlock.loading import load
from interlock.trees import WorkTree
from interlock.validation import STAGES, Validator, example_findings, validate_files
from support.tables import TABLES

ROOT = Path(__file__).parents[2]
CATALOG = load(WorkTree(ROOT / "contracts")).catalog
SCENARIOS = sorted((ROOT / "tests/cases/scenarios").glob("*.jsonl"))
TODAY = dt.date(2026, 3, 24)


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.stem)
def test_every_recording_passes(file: Path) -> None:
    """All records of scenarios A to E, in every stage, with their lineage."""
    report = validate_files(CATALOG, [str(file)], today=TODAY, lineage=True)
    assert report.findings == ()
    assert report.documents == len(file.read_text().splitlines())


def test_all_recordings_together() -> None:
    """The 51 records of the five scenarios."""
    report = validate_files(CATALOG, [str(file) for file in SCENARIOS], today=TODAY, lineage=True)
    assert (report.documents, report.findings) == (51, ())
    TABLES.counts["recorded events of the scenarios accepted in every stage"] = report.documents


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.stem)
def test_every_recording_passes_the_producers_view(file: Path) -> None:
    """No record holds a member that its contract does not declare."""
    validator = Validator(CATALOG, today=TODAY)
    events = map(json.loads, file.read_text().splitlines())
    assert [problem for event in events for problem in validator.check(event, closed=True)] == []


def test_every_example_is_what_it_says() -> None:
    """Accepted examples pass every stage; rejected ones are refused for the reason they state, and for no other."""
    assert example_findings(CATALOG) == []
    examples = [example for key in CATALOG.examples for example in CATALOG.examples[key]]
    TABLES.counts["accepted examples that every stage accepts"] = sum(example.accepted for example in examples)
    TABLES.counts["rejected examples refused for their reason"] = sum(not example.accepted for example in examples)


def test_the_rejected_examples_cover_the_stages() -> None:
    """Each stage that one event can fail has rejected examples, and so have most invariants."""
    rejected = [example for key in CATALOG.examples for example in CATALOG.examples[key] if not example.accepted]
    expected = Counter(example.document.data["expect"]["stage"] for example in rejected)
    rules = {
        example.document.data["expect"]["rule"]
        for example in rejected
        if example.document.data["expect"]["stage"] == "invariant"
    }
    assert set(STAGES) - {"contract"} <= expected.keys()
    assert rules == RULES.keys() - {"stateful"}


def test_every_declared_invariant_is_well_formed() -> None:
    """Each names a rule, gives it what it takes, and every path leads to a declared member."""
    assert [(key, fault) for key, entry in CATALOG.contracts.items() for fault in contract_faults(CATALOG, entry)] == []


def _case(name: str) -> dict[str, Any]:
    """Return a case of `tests/cases/stages`."""
    case: dict[str, Any] = json.loads((ROOT / f"tests/cases/stages/{name}.json").read_text())
    return case


def _events(case: dict[str, Any]) -> list[Any]:
    """Return the case's events."""
    return case["events"] if "events" in case else [case["event"]]


def test_a_major_after_its_sunset() -> None:
    """Accepted on the last day, refused on the next (N10)."""
    case = _case("n10-after-sunset")
    for day, expected in (("accepted-on", []), ("today", ["sunset-passed"])):
        validator = Validator(CATALOG, today=dt.date.fromisoformat(case["expect"][day]))
        assert [problem.rule for event in _events(case) for problem in validator.check(event)] == expected


def test_an_unknown_major() -> None:
    """The contract stage refuses it, at the type (N11)."""
    case = _case("n11-unknown-major")
    assert [problem.reason for problem in Validator(CATALOG).check(_events(case)[0])] == [
        ("contract", "known-major", case["expect"]["at"])
    ]


def test_an_unknown_cause_is_a_warning() -> None:
    """The event is good; the lineage has a hole (N08)."""
    case = _case("n08-cause-unknown")
    lines = "\n".join(map(json.dumps, _events(case))).encode()
    report = validate_files(CATALOG, ["-"], stdin=io.BytesIO(lines), lineage=True)
    assert [(finding.level, finding.place.pointer) for finding in report.findings] == [
        (Level.WARNING, case["expect"]["at"])
    ]


@pytest.mark.parametrize(
    "name",
    [
        "a3-delivered-twice",
        "a7-arrives-late",
        "n15-gap-in-sequence",
        "n16-same-fact-new-id",
        "n17-unknown-value-of-open-enum",
    ],
)
def test_what_other_stages_catch_is_accepted_here(name: str) -> None:
    """Duplicates, order and gaps are no fault of an event, and an open enumeration takes what it does not know."""
    validator = Validator(CATALOG, today=TODAY)
    assert [problem for event in _events(_case(name)) for problem in validator.check(event)] == []
