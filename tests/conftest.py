"""What every test run does: confirm each witness independently, hurry no law, and print tables and counts at the end."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, settings

from support.tables import TABLES

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
"""A busy machine fails no law: what a law takes is nobody's promise."""


def exact(value: Any) -> Any:
    """Return a JSON value with decimals for floats, so that 0.003 is a multiple of 0.001."""
    return json.loads(json.dumps(value, default=float), parse_float=Decimal)


@pytest.fixture(autouse=True)
def _confirmed_witnesses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the gate asks in a test: each witness is accepted by the writer and refused by the reader, says jsonschema."""
    import interlock.check.questions as gate

    asked = gate.compare

    def confirming(**question: Any) -> Any:
        answer = asked(**question)
        for refusal in answer.refusals:
            for side, expected in (("writer", True), ("reader", False)):
                checker = (
                    jsonschema.Draft202012Validator.FORMAT_CHECKER if question.get("formats") == "assertion" else None
                )
                validator = jsonschema.Draft202012Validator(exact(question[side]), format_checker=checker)
                assert validator.is_valid(exact(refusal.witness)) is expected, (side, refusal)
            TABLES.counts["witnesses confirmed by jsonschema in the gate's tests"] += 1
        return answer

    monkeypatch.setattr(gate, "compare", confirming)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print what was gathered, also from workers."""
    for text in getattr(config, "_interlock_tables", []):
        data = json.loads(text)
        TABLES.counts.update(data["counts"])
        for name, rows in data["rows"].items():
            TABLES.rows.setdefault(name, []).extend(tuple(row) for row in rows)
    for line in TABLES.lines():
        terminalreporter.write_line(line)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take the tables of a worker that has finished."""
    gathered = node.config.__dict__.setdefault("_interlock_tables", [])
    gathered.append(node.workeroutput["tables"]) if "tables" in getattr(node, "workeroutput", {}) else None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand a worker's tables over."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["tables"] = json.dumps({"rows": TABLES.rows, "counts": TABLES.counts})
