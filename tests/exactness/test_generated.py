"""The exactness law on the generated package: `parse` takes what the gate takes, and what goes out is what came in."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from exactness_documents import seeded
from exactness_oracle import document
from test_differential import COUNT, EVENTS, ROOT, drawn_documents, is_routed

from interlock.loading import load
from interlock.trees import WorkTree
from interlock_codegen.package import Settings, modules_in, package

RUNTIME = Path(__file__).parents[2] / "codegen" / "interlock_runtime"


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Write the shipped catalog's package and make it importable; its own copy of the runtime is what runs."""
    folder = tmp_path_factory.mktemp("package")
    catalog = load(WorkTree(ROOT)).catalog
    for name, content in package(
        catalog, Settings("law-contracts", "law_contracts", runtime=modules_in(RUNTIME))
    ).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    sys.path.insert(0, str(folder))
    yield "law_contracts"
    sys.path.remove(str(folder))


def _contract(module: str, key: str) -> Any:
    """Return the generated contract of a catalog file."""
    _, domain, event, version = key.removesuffix(".yaml").split("/")
    return importlib.import_module(f"{module}.{domain}.{event.replace('-', '_')}.{version}").CONTRACT


@pytest.mark.parametrize("key", EVENTS)
def test_a_generated_class_refuses_nothing_that_the_gate_takes(generated: str, key: str) -> None:
    """Every document that the gate takes becomes an object, or breaks an invariant alone; no other does."""
    contract = _contract(generated, key)
    documents = drawn_documents(key, seeded(f"{key} typed"))
    for _ in range(COUNT):
        drawn = next(documents)
        expected = contract.event_gate.accepts(drawn.text) and is_routed(contract, drawn.text)
        assert all(fault.stage == "invariant" for fault in contract.errors(drawn.text)) is expected, drawn


@pytest.mark.parametrize("key", EVENTS)
def test_a_generated_class_goes_out_as_it_came_in(generated: str, key: str) -> None:
    """The same JSON value, but for members that the contract does not declare, which are dropped by name."""
    contract = _contract(generated, key)
    documents = drawn_documents(key, seeded(f"{key} typed round trip"))
    for _ in range(COUNT):
        drawn = next(documents)
        if contract.errors(drawn.text):
            continue
        event = contract.parse(drawn.text)
        leaving = contract.serialize(event, drop=event.extra)
        if not event.extra:
            assert document(leaving.value) == document(drawn.text)
        assert contract.parse(leaving).extra == {}
