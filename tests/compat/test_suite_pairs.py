"""
Certain answers from the official JSON-Schema-Test-Suite.

An instance that one schema of a file takes and another refuses is a certain *breaking*; a constant that the suite
calls valid is a certain *compatible*, one that it calls invalid a certain *breaking*.
"""

from __future__ import annotations

import json
import statistics
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from interlock.compat import Comparison, compare
from interlock.compat.jsonschema.confirming import Judges

ANYTHING, NOTHING = True, False

SUITE = Path(__file__).parent / "suite"
DRAFTS = {
    "draft4": "draft4", "draft6": "draft6", "draft7": "draft7",
    "draft2019-09": "2019-09", "draft2020-12": "2020-12",
}  # fmt: skip

pytestmark = pytest.mark.skipif(
    not (SUITE / "tests").is_dir(),
    reason="the JSON-Schema-Test-Suite is not there: run `python tests/compat/suite/fetch.py`",
)


@dataclass
class Tally:
    """What was asked and answered."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    undecided: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def add(self, label: str, expected: str, answer: Comparison) -> None:
        """Count one answer."""
        self.seconds.append(answer.seconds)
        if answer.verdict == "undecided":
            self.undecided[answer.undecided[0].code] += 1
        elif answer.verdict == expected:
            self.right += 1
        else:
            self.wrong.append(f"{label}: {answer.verdict} instead of {expected}")

    def __str__(self) -> str:
        """One line for the log."""
        median, p99 = statistics.median(self.seconds), statistics.quantiles(self.seconds, n=100)[98]
        return (
            f"{self.right} right, {len(self.wrong)} wrong, undecided {dict(self.undecided)}, "
            f"median {median * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms"
        )


@cache
def remotes() -> dict[str, Any]:
    """The schemas that the suite serves from its own address."""
    root = SUITE / "remotes"
    return {f"http://localhost:1234/{p.relative_to(root).as_posix()}": _read(p) for p in sorted(root.rglob("*.json"))}


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def files(draft: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The groups of each file."""
    for path in sorted((SUITE / "tests" / draft).glob("*.json")):
        yield path.stem, _read(path)


class Oracle:
    """What python-jsonschema says of one schema; its validators are made once."""

    def __init__(self, schema: Any, dialect: str) -> None:
        text = json.dumps(schema)
        documents = remotes() if "localhost:1234" in text and dialect != "draft4" else {}
        self._takes = Judges(schema, NOTHING, documents, dialect, formats=False)
        self._refuses = Judges(ANYTHING, schema, documents, dialect, formats=False)

    def says(self, value: Any) -> bool | None:
        """Whether the value is valid; None where the validator cannot tell."""
        return True if self._takes.confirm(value) else False if self._refuses.confirm(value) else None


@pytest.mark.parametrize("draft", DRAFTS)
def test_constants(draft: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each instance of the suite, as a constant, fits its schema exactly if the suite says so."""
    tally = Tally()
    for name, groups in files(draft):
        for group in groups:
            for test in group["tests"]:
                expected = "compatible" if test["valid"] else "breaking"
                answer = _ask({"enum": [test["data"]]}, group["schema"], draft)
                tally.add(f"{name}: {group['description']}: {test['description']}", expected, answer)
    _report(tally, f"{draft} constants", capsys)


@pytest.mark.parametrize("draft", DRAFTS)
def test_pairs(draft: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each schema of a file against every other, wherever an instance of the file tells them apart."""
    tally = Tally()
    for name, groups in files(draft):
        values = [test["data"] for group in groups for test in group["tests"]]
        oracles = [Oracle(group["schema"], DRAFTS[draft]) for group in groups]
        taken = [[oracle.says(value) for value in values] for oracle in oracles]
        for i, writer in enumerate(groups):
            for j, reader in enumerate(groups):
                differ = any(a is True and b is False for a, b in zip(taken[i], taken[j], strict=True))
                if differ or i == j:
                    expected = "breaking" if differ else "compatible"
                    answer = _ask(writer["schema"], reader["schema"], draft)
                    label = f"{name}: {writer['description']} -> {reader['description']}"
                    tally.add(label, expected, answer)
    _report(tally, f"{draft} pairs", capsys)


def _ask(writer: Any, reader: Any, draft: str) -> Comparison:
    return compare(writer=writer, reader=reader, dialect=DRAFTS[draft], documents=remotes(), seconds=20)


def _report(tally: Tally, label: str, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\n{label}: {tally}")  # noqa: T201 - the counts are what the run shows
    assert tally.wrong == []
    asked = tally.right + sum(tally.undecided.values())
    assert tally.right >= 0.99 * asked
