"""The official JSON-Schema-Test-Suite against the gate: every draft, with the optional tests and formats."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from interlock_runtime import Gate, UnsupportedSchema
from support.tables import TABLES

SUITE = Path(__file__).parents[1] / "compat" / "suite" / "tests"
DIALECTS = {
    "draft2020-12": "https://json-schema.org/draft/2020-12/schema",
    "draft2019-09": "https://json-schema.org/draft/2019-09/schema",
    "draft7": "http://json-schema.org/draft-07/schema#",
    "draft6": "http://json-schema.org/draft-06/schema#",
    "draft4": "http://json-schema.org/draft-04/schema#",
}
FETCHED = "localhost:1234"
"""Where the suite's remote documents would be; the gate never fetches."""
DELIBERATE = (
    ("format.json", "only an annotation by default"),  # the gate asserts formats
    ("zeroTerminatedFloats.json", "a float is not an integer"),  # optional in draft 4; later drafts say otherwise
)
pytestmark = pytest.mark.skipif(
    not SUITE.is_dir(), reason="the JSON-Schema-Test-Suite is not there: run `python tests/compat/suite/fetch.py`"
)


def _is_deliberate(file: str, test: str) -> bool:
    """Say whether the gate answers otherwise on purpose."""
    return any(file.endswith(name) and words in test for name, words in DELIBERATE)


def _wrong(gate: Gate, file: str, group: dict[str, Any], counts: Counter[str]) -> list[str]:
    """Return the tests of a group that the gate answers otherwise."""
    wrong: list[str] = []
    for test in group["tests"]:
        text = json.dumps(test["data"]).encode()
        right = gate.accepts(text) is test["valid"]
        counts["as the suite says" if right else "otherwise, on purpose"] += 1
        if not right and not _is_deliberate(file, test["description"]):
            wrong.append(f"{file}: {group['description']}: {test['description']}")
    return wrong


@pytest.mark.parametrize("draft", DIALECTS)
def test_the_gate_answers_as_the_suite_does(draft: str) -> None:
    """All but what is decided otherwise, and what would have to be fetched or is no known dialect."""
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for path in sorted((SUITE / draft).rglob("*.json")):
        for group in json.loads(path.read_text()):
            schema = group["schema"]
            try:
                gate = Gate({"$schema": DIALECTS[draft], **schema} if isinstance(schema, dict) else schema)
            except UnsupportedSchema as why:
                if FETCHED not in str(why) and "dialect" not in str(why):
                    wrong.append(f"{path.name}: {group['description']}: {why}")
                counts["refused when compiled: needs the network or another dialect"] += len(group["tests"])
                continue
            wrong += _wrong(gate, path.name, group, counts)
    assert wrong == []
    for name, count in counts.items():
        TABLES.counts[f"JSON-Schema-Test-Suite {draft}, {name}"] += count
