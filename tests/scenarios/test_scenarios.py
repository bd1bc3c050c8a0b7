"""The scenarios of the catalog run end to end: services on live brokers tell the story that was recorded."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from interlock.loading import load
from interlock.trees import WorkTree
from interlock_cli.commands.replay_quarantine import placed
from interlock_cli.declaring import declared_of
from interlock_runtime.observing.answers import answer
from interlock_runtime.observing.reading import read
from interlock_runtime.observing.steps import Action
from scenarios.casting import ADAPTER
from scenarios.conftest import Starting
from scenarios.plant import Plant
from scenarios.script import graph, records, script
from support.tables import TABLES

TABLE = "scenarios on live brokers"
SERVED = "AC"
"""Scenarios whose commands go by the generated client to the served product."""


def broken(value: bytes) -> bytes:
    """Return an event of another object, with a member of its data that can't be."""
    event = json.loads(value)
    data = {**event["data"], next(iter(event["data"])): {"no": "such value"}}
    return json.dumps({**event, "id": "broken-1", "partitionkey": "muc1:other", "data": data}).encode()


@pytest.mark.parametrize("letter", ["A", "B", "C", "D", "E"])
def test_the_services_tell_the_recorded_story(
    letter: str, starting: Starting, wire: tuple[str, str], catalog_folder: Path
) -> None:
    """Same events, keys, times and causes, in spite of repeated, old and broken messages; each is handled once, in time."""
    steps = script(letter).steps
    with starting(letter, served=letter in SERVED) as plant:
        plant.play(until=len(steps) // 2)
        channel, again = plant.message(1)
        plant.inject(channel, again)  # a repeated and an old one at once: others of its key have come since
        plant.inject(channel, bad := broken(again))
        plant.play()
        said = [record for record in plant.records() if "broken-1" not in (record["id"], record.get("causationid"))]
        assert graph(said) == graph(records(letter))
        found = verdicts(plant, catalog_folder, 0)
        assert set(found.values()) <= {"in time", "done", "no evidence", *(["held up"] if letter == "C" else [])}
        assert letter != "B" or (found["shipment-paused"], len(found)) == ("in time", len(steps) - 1)
        _is_handled_once(plant, channel, bad)
        _tell(plant, f"{letter} {wire[0]}")


def _is_handled_once(plant: Plant, disturbed: str, bad: bytes) -> None:
    """Each service has handled each of its events once, and keeps what was broken as it came."""
    for name in plant.settings:
        heard = plant.channels(name)
        good = {json.loads(value)["id"] for channel, value in plant.heard if channel in heard} - {"broken-1"}
        handled = Counter(receipt.id for receipt in plant.receipts(name) if receipt.outcome.value == "handled")
        kept = [entry.message.value for entry in plant.entries(name)]
        refused = {receipt.id for receipt in plant.receipts(name) if receipt.outcome.value == "quarantined"}
        assert set(handled.values()) <= {1}, name
        assert set(handled) | refused - {"broken-1"} == good, name
        assert plant.outcomes(name)["duplicate"] == (disturbed in heard and name != ADAPTER), name
        assert (bad in kept) == (disturbed in heard), name
        assert len(kept) == (disturbed in heard) + (name == ADAPTER), name


def _tell(plant: Plant, what: str) -> None:
    """Add a row to the table that is printed at the end of the run."""
    outcomes = sum((plant.outcomes(name) for name in plant.settings), Counter[str]())
    counts = {name: outcomes[name] for name in ("handled", "quarantined", "duplicate")}
    deliveries = sum(channel in plant.channels(name) for name in plant.settings for channel, _ in plant.heard)
    lost = deliveries - sum(outcomes.values())
    words = " ".join(f"{name} {count}" for name, count in counts.items())
    TABLES.add(
        TABLE,
        what[0],
        f"{what[2:]}: {len(plant.heard)} sent, {deliveries} deliveries, {words}",
        "lost 0",
        f"lost {lost}",
    )


def verdicts(plant: Plant, catalog_folder: Path, number: int) -> dict[str, str]:
    """Return for each event that follows a step whether it came within its time, by workflow step."""
    declared = declared_of(load(WorkTree(catalog_folder / "contracts")).catalog)
    with plant.evidence()[0].open("rb") as lines:
        evidence = read(lines)
    name, key = plant.script.steps[number].name, plant.script.steps[number].key
    start = next(event for event in evidence.facts() if event.name == name and event.idempotencykey == key)
    return {
        action.step.id: _verdict(action) for action in answer(evidence, declared, start).actions if action.step.event
    }


def _verdict(action: Action) -> str:
    """Return a verdict; what came late only because its cause stood in an edge buffer is held up."""
    is_late = action.verdict == "late" and action.took is not None and action.allowed is not None
    return "held up" if is_late and action.took - action.held_up <= action.allowed else action.verdict


def test_a_disposition_does_not_overtake_its_hold(starting: Starting, catalog_folder: Path) -> None:
    """A warehouse that could not take the hold gets the disposition after it, however long that takes; nobody else waits."""
    warehouse, hold, disposition = "wms-finished-goods", 1, 6
    with starting("B") as plant:
        (plant.folder / warehouse / "refuse.json").write_text(json.dumps([hold]))
        plant.play()
        entries = plant.entries(warehouse)
        assert [entry.status for entry in entries] == ["quarantined", "parked", "parked"]
        assert [entry.message.value for entry in entries[:2]] == [plant.message(hold)[1], plant.message(disposition)[1]]
        assert verdicts(plant, catalog_folder, 0)["stock-blocked"] == "no evidence"
        assert verdicts(plant, catalog_folder, 0)["shipment-paused"] == "in time"

        (plant.folder / warehouse / "refuse.json").unlink()
        plant.release(warehouse, entries[0].id)
        plant.play()
        assert untimed(plant.graph()) == untimed(graph(records("B")))
        assert plant.entries(warehouse) == []
        told = [receipt.id for receipt in plant.receipts(warehouse) if receipt.entry and receipt.outcome == "handled"]
        assert told == [entry.event_id for entry in entries]
        assert verdicts(plant, catalog_folder, 0)["stock-blocked"] == "late"


def untimed(seen: set[Any]) -> set[Any]:
    """Return a causal graph without its times."""
    return {dataclasses.replace(one, time=None) for one in seen}


@pytest.mark.parametrize("wire", ["kafka"], indirect=True)
def test_the_lineage_query_answers_from_receipts(starting: Starting, catalog_folder: Path) -> None:
    """When was the hold, which systems know of it, did they act in time? Declared readers that left no trace are none."""
    with starting("B") as plant:
        plant.play()
        files = [part for file in plant.evidence() for part in ("--observed", str(file))]
        command = [sys.executable, "-m", "interlock_cli", "lineage", "HD-2001", *files, "--json"]
        done = subprocess.run(command, cwd=catalog_folder, capture_output=True, text=True, check=False)  # noqa: S603 - our own
        assert done.returncode == 0, done.stderr
        known = {one["service"]: one["known"] for one in json.loads(done.stdout)[0]["notified"]}
        acted = {name for name, what in known.items() if what == "handled"}
        assert acted == {name for name in plant.settings if plant.message(1)[0] in plant.channels(name)}
        assert {"erp-inventory", "wms-finished-goods", "tms-shipment-orchestration", "customer-service-desk"} <= acted
        assert known["mes-dispatch"] == "no evidence"


@pytest.mark.parametrize("wire", ["amqp"], indirect=True)
def test_what_was_refused_is_told_again_after_the_upgrade(starting: Starting) -> None:
    """The adapter refuses a kind of change that it does not know, and handles that very event once it does."""
    with starting("E") as plant:
        plant.play()
        (entry,) = plant.entries(ADAPTER)
        assert (entry.attempts, entry.message.value) == (0, plant.message(1)[1])
        (dead,) = [record["data"] for record in plant.records() if record["type"].endswith("event-dead-lettered.v1")]
        assert (dead["originalEventId"], dead["originalSource"]) == (entry.event_id, entry.source)
        was = next(record["data"] for record in records("E") if record["type"].endswith("event-dead-lettered.v1"))
        same = (
            "originalType",
            "originalClassification",
            "originalDataschema",
            "consumerId",
            "failureClass",
            "attempts",
        )
        assert [dead[name] for name in (*same, "ownerTeamId")] == [was[name] for name in (*same, "ownerTeamId")]
        assert dead["problem"]["type"] == was["problem"]["type"]
        assert placed(dead["payloadRef"]) == (plant.folder / ADAPTER / "quarantine.db", entry.id)
        handled = plant.upgraded(ADAPTER, entry.id)
        assert [event.envelope.id for event in handled] == [entry.event_id]
        assert plant.entries(ADAPTER) == []


@pytest.mark.parametrize("wire", ["mqtt"], indirect=True)
def test_late_material_counts_once(starting: Starting) -> None:
    """A consumption that the edge held back for 14 minutes is noticed as late, and all of it is counted once."""
    with starting("A", served=True) as plant:
        plant.play()
        receipts = [receipt for receipt in plant.receipts("erp-inventory") if receipt.outcome.value == "handled"]
        by_id = {record["id"]: record for record in plant.records()}
        consumed = [
            by_id[receipt.id] for receipt in receipts if by_id[receipt.id]["type"].endswith("material-consumed.v2")
        ]
        lines = [
            line for record in consumed for line in record["data"]["lines"] if line["lot"]["materialId"] == "RM-0310"
        ]
        assert sum(Decimal(str(line["quantity"]["value"])) for line in lines) == Decimal("412.5")
        late = [by_id[receipt.id]["data"]["consumptionId"] for receipt in receipts if "late" in receipt.facts]
        assert late == ["C-55008"]


@pytest.mark.parametrize("wire", ["mqtt"], indirect=True)
def test_services_are_processes(starting: Starting) -> None:
    """The same services as processes of their own, one of them killed in the middle: the same story."""
    with starting("B", processes=True) as plant:
        plant.play(until=4)
        plant.kill("tms-shipment-orchestration")
        plant.play()
        assert plant.graph() == graph(records("B"))
