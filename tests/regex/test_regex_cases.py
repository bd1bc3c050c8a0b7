"""The cases of `cases/`: each holds why it is there, a question and its answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from interlock import regex
from interlock.regex import EVERYTHING, Language, PatternError, lint

CASES = Path(__file__).parent / "cases"


def cases(name: str) -> Any:
    """The cases of one file, each named by its `why`."""
    rows = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    return pytest.mark.parametrize("case", rows, ids=[row["why"].replace(" ", "-") for row in rows])


def language(said: Any) -> Language:
    """A pattern, or `{all, none, length}`."""
    if isinstance(said, str):
        return Language.pattern(said)
    found = EVERYTHING
    for pattern in said.get("all", []):
        found &= Language.pattern(pattern)
    for pattern in said.get("none", []):
        found -= Language.pattern(pattern)
    return found & Language.length(*said.get("length", [0, None]))


@cases("matching")
def test_a_pattern_accepts_what_ecma_262_finds(case: dict[str, Any]) -> None:
    """A text is a member if and only if an ECMA-262 engine finds a match in it."""
    found = Language.pattern(case["pattern"])
    assert [text for text in case["accepts"] if not found.matches(text)] == []
    assert [text for text in case["refuses"] if found.matches(text)] == []


@cases("refused")
def test_a_refused_pattern_says_why_and_where(case: dict[str, Any]) -> None:
    """Each refusal has a class, a stable code, a place, and one sentence."""
    with pytest.raises(getattr(regex, case["error"])) as caught:
        Language.pattern(case["pattern"])
    assert isinstance(caught.value, PatternError)
    assert (caught.value.code, caught.value.at) == (case["code"], case["at"])
    assert f"at position {case['at']}" in str(caught.value)
    assert "\n" not in str(caught.value)


@cases("containment")
def test_containment_is_decided_with_a_witness(case: dict[str, Any]) -> None:
    """Contained, or there is a shortest text in the one and not in the other."""
    one, other = language(case["one"]), language(case["other"])
    assert one.issubset(other) is case["contained"]
    witness = (one - other).shortest()
    assert (witness is None) is case["contained"]
    if witness is not None:
        assert one.matches(witness)
        assert not other.matches(witness)
        assert witness == case.get("witness", witness)


@cases("members")
def test_members_are_found_and_counted(case: dict[str, Any]) -> None:
    """The shortest, the first four, the number up to a hundred, and the range of lengths."""
    found = Language.pattern(case["pattern"])
    assert found.shortest() == case["shortest"]
    assert found.samples(4) == case["samples"]
    assert found.size(100) == case["size"]
    assert found.lengths() == tuple(case["lengths"])


@cases("linting")
def test_lint_finds_what_a_reviewer_should_know(case: dict[str, Any]) -> None:
    """Each issue has a code and a place, and says what is so and what would mend it."""
    issues = lint(case["pattern"])
    assert sorted([issue.code, issue.at] for issue in issues) == sorted(case["finds"])
    assert all(issue.sentence.endswith(".") and issue.mend.endswith(".") for issue in issues)
