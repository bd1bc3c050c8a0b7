"""The version steps of the dossier's section 6: the gate gives each the verdict of the table."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.plant import TODAY, Plant, blocking, described, event
from support.tables import TABLES

CASES = Path(__file__).parents[1] / "cases" / "steps"


@dataclass
class Walk:
    """One contract on its way through its versions."""

    plant: Plant
    name: str
    contracts: dict[int, dict[str, Any]]
    """The latest content by major."""
    passed: list[str] = field(default_factory=list)


def _steps() -> list[Any]:
    """Return one parameter a contract; its steps depend on each other and so walk together."""
    return [pytest.param(path, id=path.stem) for path in sorted(CASES.glob("*.yaml"))]


def _point(schema: dict[str, Any], pointer: str, value: Any) -> None:
    """Set a member of a schema."""
    *way, last = pointer.split("/")[1:]
    for token in way:
        schema = schema[token]
    schema[last] = value


def _edited(contract: dict[str, Any], step: dict[str, Any]) -> dict[str, Any]:
    """Return the contract after a step."""
    made = copy.deepcopy(contract)
    schema = made["schema"]
    for member in step.get("remove", ()):
        del schema["properties"][member]
    schema["properties"].update(described({"properties": step.get("add", {})})["properties"])
    for pointer, value in step.get("set", {}).items():
        _point(schema, pointer, value)
    kept = [member for member in schema["required"] if member in schema["properties"]]
    schema["required"] = [*kept, *(m for m in step.get("require", ()) if m not in kept)]
    made.update({key: step[key] for key in ("version", "lifecycle", "reason") if key in step})
    if "mode" in step:
        made["compatibility"] = step["mode"]
    return made


def _begin(path: Path, folder: Path) -> Walk:
    """Commit a contract's first version."""
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    plant = Plant(folder)
    changes = {key: case[key] for key in ("tier", "classification") if key in case}
    first = event(case["event"], case.get("start", "1.0.0"), case["schema"], **changes)
    plant.write_event(first)
    plant.commit("first version")
    return Walk(plant, case["event"], {int(first["version"][0]): first})


def _take(walk: Walk, step: dict[str, Any]) -> None:
    """Try one step on a branch; keep it when it passes."""
    plant = walk.plant
    major = int(step.get("major", step.get("version", "1").split(".")[0]))
    before = walk.contracts.get(major, walk.contracts[max(walk.contracts)])
    if "mode" in step:  # the base judges, so the mode must be there first
        before = {**before, "compatibility": step["mode"]}
        before["version"] = "1.1.1"
        plant.write_event(before)
        plant.commit("the mode changes first")
    plant.branch(step["id"])
    made = _edited(before, step)
    if "deprecate" in step:
        old = {
            **before,
            "lifecycle": {
                **step["deprecate"],
                "successor": f"{walk.name}@{major}",
                "migration": "https://contracts.example.com/migration",
            },
        }
        plant.write_event(old)
    if "lifecycle" in step:
        made["lifecycle"] = {
            "successor": f"{walk.name}@2",
            "migration": "https://contracts.example.com/migration",
            **step["lifecycle"],
        }
    plant.write_event(made)
    report = plant.check(today=step.get("today", TODAY))
    if step.get("waive"):
        report = _with_waiver(walk, report, step)
    given = "pass" if not blocking(report) else "block"
    TABLES.add(
        "version steps",
        step["id"],
        f"{walk.name} -> {made['version']}",
        step["verdict"],
        given,
        ", ".join(sorted(blocking(report))),
    )
    shown = [f"{f.rule}: {f.message}" for f in report.findings]
    assert given == step["verdict"], shown
    assert blocking(report) == set(step.get("rules", ())), shown
    assert set(step.get("also", ())) <= {f.rule for f in report.findings}
    if "compared" in step:
        assert [c.compared for c in report.changes] == [tuple(step["compared"])]
    plant.commit(step["id"])
    plant.git("switch", "-q", "main")
    if given == "pass":
        plant.git("merge", "-q", "--ff-only", step["id"])
        walk.contracts[major] = made


def _with_waiver(walk: Walk, report: Any, step: dict[str, Any]) -> Any:
    """Put waivers for all findings on the base and check again."""
    waivers = [
        {"fingerprint": f.fingerprint, "contract": f.contract, "until": TODAY + dt.timedelta(90), "reason": "accepted", "approved-by": "team-plant"}
        for f in report.findings if f.direction
    ]  # fmt: skip
    assert waivers
    walk.plant.git("stash", "-q", "-u")
    walk.plant.git("switch", "-q", "main")
    walk.plant.write({"waivers.yaml": {"waivers": [{**w, "until": w["until"].isoformat()} for w in waivers]}})
    walk.plant.commit("waivers")
    walk.plant.git("switch", "-q", step["id"])
    walk.plant.git("rebase", "-q", "main")
    walk.plant.git("stash", "pop", "-q")
    return walk.plant.check()


@pytest.mark.parametrize("path", _steps())
def test_steps_of(path: Path, tmp_path: Path) -> None:
    """Each step passes or blocks as the table says, and blocks by the named rule and no other."""
    walk = _begin(path, tmp_path / "plant")
    for step in yaml.safe_load(path.read_text(encoding="utf-8"))["steps"]:
        _take(walk, step)
