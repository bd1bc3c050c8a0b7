"""The catalog's examples through the runtime: what is accepted is read, what the schema rejects is refused at its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from runtime_plant import ROOT, shipped

from interlock_runtime import ContractViolation


def _contract_file(example: Path) -> str:
    """Return the contract that an example belongs to."""
    folder = example.parents[1]
    return str((folder.parents[1] / f"{folder.name}.yaml").relative_to(ROOT))


def _examples(kind: str) -> list[Path]:
    """Return the examples of one kind."""
    return sorted(ROOT.glob(f"events/*/*/examples/*/{kind}/*.json"))


def _ids(path: Path) -> str:
    """Name an example by event and file."""
    return f"{path.parents[3].name}-{path.parents[1].name}-{path.stem}"


def _event(path: Path) -> Any:
    """Return the event of an example."""
    value = json.loads(path.read_text())
    return value.get("event", value)


CARRIED = [path for path in _examples("accepted") if "dataref" not in _event(path)]
"""Accepted examples that carry their data; a claim check's data is not among the examples."""


@pytest.mark.parametrize("path", CARRIED, ids=_ids)
def test_an_accepted_example_is_read_and_written(path: Path) -> None:
    """It parses, goes out again as the same value, and its keys and subject are those that the contract derives."""
    contract = shipped(_contract_file(path))
    document = _event(path)
    event = contract.parse(json.dumps(document).encode())
    assert json.loads(contract.serialize(event).value or b"") == document
    envelope = event.envelope
    made = contract.new(event.data, source=envelope.source, site=envelope.site).envelope
    for name in ("subject", "partitionkey", "idempotencykey", "dataclassification"):
        assert made.get(name) == envelope.get(name), name


@pytest.mark.parametrize("path", _examples("rejected"), ids=_ids)
def test_a_rejected_example_is_refused_where_its_author_says(path: Path) -> None:
    """A schema refuses with the keyword and at the place of `expect`; reading takes what only a later stage rejects."""
    expected = json.loads(path.read_text())["expect"]
    contract = shipped(_contract_file(path))
    text = json.dumps(_event(path)).encode()
    if expected["stage"] in ("envelope", "payload"):
        found = {(violation.stage, violation.rule, violation.pointer) for violation in contract.errors(text)}
        assert (expected["stage"], expected["rule"], expected["at"]) in found
        return
    event = contract.parse(text)
    if expected["stage"] == "closed":
        with pytest.raises(ContractViolation) as refused:
            contract.serialize(event)
        assert expected["at"] in {violation.pointer for violation in refused.value.violations}
