"""The package of the shipped catalog in use: it reads the recorded scenarios, loads late, and is strict with people."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import ValidationError

from codegen.generated import ROOT, shipped

SCENARIOS = ROOT / "tests" / "cases" / "scenarios"
CATALOG = shipped()
EXAMPLES = [
    pytest.param(key, example, id=f"{key}-{Path(example.path).stem}")
    for key, examples in CATALOG.examples.items()
    for example in examples
    if example.accepted and key in CATALOG.events and "data" in example.event
]


def exactly(text: bytes) -> Any:
    """Return a JSON value whose numbers have the value that their digits say."""
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def scenario_events() -> list[dict[str, Any]]:
    """Return the recorded events."""
    lines = [
        line for path in sorted(SCENARIOS.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return [json.loads(line) for line in lines if line.strip()]


def test_every_recorded_event_is_read_and_written_again(acme: ModuleType) -> None:
    """Each event of the scenarios is taken, typed, and goes out as the same JSON value."""
    events = scenario_events()
    assert events
    for event in events:
        name, _, major = event["type"].removeprefix("com.example.mfg.").rpartition(".v")
        contract, text = acme.contract(f"{name}@{major}"), json.dumps(event).encode()
        read = contract.parse(text)
        assert not read.extra
        assert read.raw.value == text
        assert exactly(contract.serialize(read).value) == exactly(text)


@pytest.mark.parametrize(("key", "example"), EXAMPLES)
def test_every_accepted_example_is_read_and_written_again(acme: ModuleType, key: str, example: Any) -> None:
    """Each accepted example of the catalog is taken and goes out as the same JSON value."""
    text = json.dumps(example.event).encode()
    contract = acme.contract(key)
    assert exactly(contract.serialize(contract.parse(text)).value) == exactly(text)


def test_values_have_the_types_of_their_meaning(acme: ModuleType) -> None:
    """Quantities are exact decimals, instants know their zone and their text, absent is `MISSING` and never None."""
    from pydantic import MISSING

    event = next(event for event in scenario_events() if event["type"].endswith("work-order-released.v2"))
    data = acme.work_order_released_v2.parse(json.dumps(event).encode()).data
    assert data.planned_quantity.value == Decimal(1000)
    assert isinstance(data.planned_quantity.value, Decimal)
    assert data.planned_window.start.utcoffset() is not None
    assert data.planned_window.start.wire == "2026-03-16T06:30:00Z"
    assert data.engineering_change_id is MISSING


def test_people_use_python_names_and_the_wire_its_own(acme: ModuleType) -> None:
    """The class takes snake_case and nothing else; the wire takes camelCase and keeps snake_case as an unknown member."""
    quantity = acme.types.Quantity
    assert quantity(value=Decimal("1.5"), unit_code="KGM").unit_code == "KGM"
    for wrong in ({"unitCode": "KGM"}, {"unit_code": "KGM", "unitcode": "KGM"}):
        with pytest.raises(ValidationError):
            quantity(value=1, **wrong)
    with pytest.raises(ValidationError, match="frozen"):
        quantity(value=1, unit_code="KGM").value = 2
    contract = acme.contract("finance.financial-adjustment-posted@1")
    with pytest.raises(Exception, match="documentId"):
        contract.parse_data(b'{"document_id": "1"}')


def test_unknown_members_are_kept_and_never_written_silently(acme: ModuleType) -> None:
    """A member of a newer minor is readable by its pointer; writing refuses it until it is dropped by name."""
    event = next(event for event in scenario_events() if event["type"].endswith("material-consumed.v2"))
    event["data"]["lines"][0]["batchColour"] = "red"
    contract = acme.contract("production.material-consumed@2")
    read = contract.parse(json.dumps(event).encode())
    assert read.extra == {"/data/lines/0/batchColour": "red"}
    with pytest.raises(Exception, match="undeclared-member"):
        contract.serialize(read)
    dropped = contract.serialize(read, drop=["/data/lines/0/batchColour"])
    del event["data"]["lines"][0]["batchColour"]
    assert json.loads(dropped.value) == event


def test_shared_types_are_one_class_everywhere(acme: ModuleType) -> None:
    """A quantity of one contract is a quantity of every other."""
    consumed = acme.material_consumed_v2.MaterialConsumed.Line.model_fields["quantity"].annotation
    released = acme.work_order_released_v2.WorkOrderReleased.model_fields["planned_quantity"].annotation
    assert consumed is released is acme.types.Quantity


def test_importing_the_package_loads_no_contract(shipped_folder: Path) -> None:
    """A service pays for the contracts that it touches: not for pydantic, not for the runtime, not for the others."""
    script = (
        "import sys, acme_contracts\n"
        "loaded = set(sys.modules)\n"
        "assert not {'pydantic', 'msgspec', 'jsonschema_rs'} & loaded, loaded\n"
        "acme_contracts.production.material_consumed.v2\n"
        "modules = [name for name in sys.modules if name.startswith('acme_contracts.') and name.endswith(('.v1', '.v2'))]\n"
        "assert modules == ['acme_contracts.production.material_consumed.v2'], modules\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=shipped_folder, check=True)  # noqa: S603


def test_every_name_that_the_package_offers_is_there(acme: ModuleType) -> None:
    """Each name in each `__all__` loads, and the table of contracts names every one of the catalog."""
    assert set(acme.CATALOG) == set(CATALOG.events)
    for module in (acme, acme.types, acme.production, acme.production.work_order_released):
        assert all(getattr(module, name) is not None for name in module.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = acme.nonsense


def test_the_script_of_the_readme_runs(shipped_folder: Path) -> None:
    """The first lines that a developer copies work as they stand."""
    script = (shipped_folder / "README.md").read_text(encoding="utf-8").split("```")[1].removeprefix("python\n")
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script], cwd=shipped_folder, check=True, capture_output=True, text=True
    )
    assert "envelope-invalid" in done.stdout
