"""Each file under `cases/jsonschema` is a question with the causes that an architect must be told, or none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from interlock.compat import Verdict, compare
from interlock.compat.jsonschema.confirming import Judges

CASES = sorted((Path(__file__).parent / "cases" / "jsonschema").glob("*.json"))
QUESTION = {"dialect", "formats", "documents"}


def _asked(case: dict[str, Any]) -> dict[str, Any]:
    return {"writer": case["writer"], "reader": case["reader"], **{k: case[k] for k in QUESTION & case.keys()}}


@pytest.fixture(params=CASES, ids=lambda path: path.stem)
def case(request: pytest.FixtureRequest) -> dict[str, Any]:
    """One case file."""
    path: Path = request.param
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def test_the_causes_are_found(case: dict[str, Any]) -> None:
    """The verdict is right, and each cause stands where the reader's keyword stands, at its place in the witness."""
    answer = compare(**_asked(case), seconds=20)
    if "undecided" in case:
        assert answer.verdict is Verdict.UNDECIDED
        assert [u.code for u in answer.undecided] == [case["undecided"]]
        return
    found = [{"cause": r.cause, "at": r.at, "reader": r.reader.pointer} for r in answer.refusals]
    assert found == case["finds"], case["why"]
    assert answer.verdict is (Verdict.BREAKING if case["finds"] else Verdict.COMPATIBLE)


def test_every_witness_proves_what_it_says(case: dict[str, Any]) -> None:
    """A validator that knows nothing of the engine takes it for the writer and refuses it for the reader."""
    question = _asked(case)
    judges = Judges(
        question["writer"],
        question["reader"],
        question.get("documents", {}),
        question.get("dialect"),
        formats=question.get("formats") == "assertion",
    )
    for refusal in compare(**question, seconds=20).refusals:
        assert judges.confirm(refusal.witness)


def test_a_schema_fits_itself(case: dict[str, Any]) -> None:
    """Whatever else is wrong with it."""
    for side in ("writer", "reader"):
        answer = compare(**{**_asked(case), "writer": case[side], "reader": case[side]}, seconds=20)
        assert answer.verdict is Verdict.COMPATIBLE
