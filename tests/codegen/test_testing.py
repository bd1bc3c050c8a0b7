"""What services test with: samples are valid and repeatable, draws too, and invalid ones say why."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codegen.generated import files_of, importable, shipped, written

KEYS = sorted(shipped().events)
pytest_plugins = ["pytester"]


@pytest.fixture(scope="session")
def testing(acme: ModuleType) -> Any:
    """Return the package's testing module."""
    return importlib.import_module(f"{acme.__name__}.testing")


@pytest.fixture(scope="session")
def strategies(acme: ModuleType) -> Any:
    """Return the package's strategies."""
    return importlib.import_module(f"{acme.__name__}.testing.strategies")


@pytest.mark.parametrize("key", KEYS)
def test_samples_are_taken_and_the_same_for_the_same_seed(acme: ModuleType, testing: Any, key: str) -> None:
    """Every contract has samples: valid as whole events, alike for one seed, mostly unlike for several."""
    contract = acme.contract(key)
    texts = [contract.serialize(testing.sample(contract, seed)).value for seed in range(5)]
    assert not any(contract.errors(text) for text in texts)
    assert texts == [contract.serialize(testing.sample(contract, seed)).value for seed in range(5)]
    assert len(set(texts)) > 1


@pytest.mark.parametrize("key", KEYS)
def test_edge_samples_reach_the_edges(acme: ModuleType, testing: Any, key: str) -> None:
    """One has only what is required, by schema, keys or invariants, the other every member that the contract declares."""
    contract = acme.contract(key)
    least, most = (json.loads(contract.serialize(event).value)["data"] for event in testing.edge_samples(contract))
    schema = contract.json_schema()
    keys = {
        place.split("/")[2]
        for place in contract.keys.partition + contract.keys.idempotency
        if place.startswith("/data/")
    }
    assert set(schema["required"]) <= set(least)
    bare = {name: value for name, value in least.items() if name in keys | set(schema["required"])}
    examples = [event["data"] for event in contract.load_examples()] if contract.load_examples else []
    assert bare == least or contract.data_errors(json.dumps(bare).encode()) or least in examples
    assert set(most) == set(schema["properties"])


@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_every_draw_is_valid(acme: ModuleType, strategies: Any, data: st.DataObject) -> None:
    """What a strategy draws, the contract takes, whichever contract it is."""
    contract = acme.contract(data.draw(st.sampled_from(KEYS)))
    message = data.draw(strategies.messages(contract))
    assert contract.errors(message) == []


@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_invalid_draws_are_refused_with_their_reason(acme: ModuleType, strategies: Any, data: st.DataObject) -> None:
    """What is drawn as invalid, the contract refuses, and the reasons given are the contract's own."""
    contract = acme.contract(data.draw(st.sampled_from(KEYS)))
    drawn = data.draw(strategies.invalid(contract))
    assert drawn.change
    assert tuple(contract.data_errors(drawn.data)) == drawn.violations != ()


def test_marked_test_runs_over_samples_of_every_live_major(
    pytester: pytest.Pytester, shipped_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plugin gives a handler's test both majors of an event, as messages or as typed events."""
    pytester.makepyfile(
        test_handler="""
        import pytest

        @pytest.mark.contract_test("production.material-consumed", seeds=2)
        def test_message(message):
            assert message.value

        @pytest.mark.contract_test("production.material-consumed@2")
        def test_event(event):
            assert event.data.lines

        @pytest.mark.contract_test("somebody.elses")
        def test_other(request):
            pass
        """
    )
    monkeypatch.setenv("PYTHONPATH", str(shipped_folder))
    result = pytester.runpytest_subprocess("-p", "acme_contracts.testing.plugin", "--strict-markers", "-v")
    result.assert_outcomes(passed=2 * 4 + 5 + 1)
    result.stdout.fnmatch_lines(["*test_message?production.material-consumed@1-edge0? PASSED*"])


def test_what_cannot_be_sampled_says_so(tmp_path: Path) -> None:
    """A pattern that asks for more than sets and repetitions ends in one sentence and in no wrong sample."""
    from codegen.generated import catalog_of
    from support.plant import event

    contract = {
        **event("plant.lot-seen", "1.0.0", {"type": "object"}),
        "schema": {
            "type": "object",
            "required": ["a"],
            "properties": {"a": {"type": "string", "pattern": "^(?=x)[a-z]+$"}},
        },
    }
    folder = written(files_of(catalog_of({"events/plant/lot-seen/v1.yaml": contract}), "plain_contracts"), tmp_path)
    with importable(folder, "plain_contracts") as package:
        testing = importlib.import_module("plain_contracts.testing")
        with pytest.raises(testing.CannotSample, match="no sample can be made"):
            testing.sample(package.contract("plant.lot-seen@1"))
