"""What the shipped catalog declares, and evidence from the recorded scenarios."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from interlock.loading import load
from interlock.trees import WorkTree
from interlock_cli.declaring import declared_of
from interlock_runtime.observing.declared import Declared
from interlock_runtime.observing.evidence import Evidence
from interlock_runtime.observing.reading import read

ROOT = Path(__file__).parents[2]
CASES = sorted((Path(__file__).parent / "answers").glob("*.json"))


@cache
def declared() -> Declared:
    """Return what the shipped catalog declares."""
    return declared_of(load(WorkTree(ROOT / "contracts")).catalog)


def recorded(scenario: str | None) -> list[dict[str, Any]]:
    """Return the events of a scenario."""
    if scenario is None:
        return []
    text = (ROOT / "tests" / "cases" / "scenarios" / f"{scenario}.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


def documents_of(case: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the lines of a case's evidence."""
    changes = case.get("replace", {})
    events = [{**event, **changes.get(event["id"], {})} for event in recorded(case["scenario"])]
    return [event for event in events if event["id"] not in case.get("remove", [])] + case.get("add", [])


def evidence_of(documents: Iterable[Mapping[str, Any]]) -> Evidence:
    """Return documents as evidence."""
    return read(json.dumps(document).encode() for document in documents)
