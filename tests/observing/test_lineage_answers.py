"""What the evidence says about an event: when, who, and in time; and never more than it says."""

from __future__ import annotations

import dataclasses
import json
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlock_runtime.observing.answers import Answer, answer, find
from interlock_runtime.observing.graph import differences, edges
from interlock_runtime.observing.reading import BadEvidence, read
from observing.observing_plant import CASES, declared, documents_of, evidence_of, recorded
from support.tables import TABLES


def told(documents: list[dict[str, Any]], words: str) -> Answer:
    """Return the answer for the first fact that is meant."""
    evidence = evidence_of(documents)
    return answer(evidence, declared(), find(evidence, words)[0])


def shape(found: Answer) -> dict[str, Any]:
    """Return what a case states of an answer."""
    return {
        "happened": found.event.time.wire if found.event.time else None,  # type: ignore[attr-defined]
        "cause": found.cause.name if found.cause else None,
        "systems": sorted(found.systems),
        "notified": {one.service: one.known for one in found.notified},
        "actions": {one.step.id: one.verdict for one in found.actions},
    }


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_answers(path: Path) -> None:
    """Each case's question gets its answer."""
    case = json.loads(path.read_text())
    found = told(documents_of(case), case["event"])
    given = shape(found)
    assert given == {name: case[name] for name in given}, case["why"]
    assert {
        one.step.id: one.held_up.total_seconds() for one in found.actions if one.step.id in case.get("held", {})
    } == case.get("held", {})
    TABLES.counts["lineage query: cases answered"] += 1


def test_how_long_the_actions_of_the_hold_took() -> None:
    """The pause came 8 s after the hold, where 60 s are allowed."""
    actions = {one.step.id: one for one in told(recorded("B"), "HD-2001").actions}
    paused = actions["shipment-paused"]
    assert (paused.took and paused.took.total_seconds(), paused.allowed and paused.allowed.total_seconds()) == (
        8.0,
        60.0,
    )
    pending = actions["pause-shipment"]
    assert (pending.took, pending.due and pending.due.isoformat()) == (None, "2026-03-17T07:15:31+00:00")


@settings(max_examples=30)
@given(st.data())
def test_the_order_of_the_evidence_and_repeats_change_nothing(data: st.DataObject) -> None:
    """Files are joined as they come: every answer is the same for any order of the lines, with lines twice."""
    case = json.loads(data.draw(st.sampled_from(CASES)).read_text())
    documents = documents_of(case)
    again = data.draw(
        st.lists(st.sampled_from([one for one in documents if "specversion" in one] or documents[:1]), max_size=4)
    )
    mixed = data.draw(st.permutations(documents + (again if "specversion" in documents[0] else [])))
    assert shape(told(mixed, case["event"])) == shape(told(documents, case["event"]))


@settings(max_examples=60)
@given(st.sampled_from("ABCDE"), st.data())
def test_no_evidence_is_never_filled_in(scenario: str, data: st.DataObject) -> None:
    """Whatever part of a recording is left: what an answer names is in the evidence, and nobody is notified without a receipt."""
    events = recorded(scenario)
    kept = data.draw(
        st.lists(st.sampled_from(events), min_size=1, unique_by=lambda event: (event["source"], event["id"]))
    )
    evidence = evidence_of(kept)
    known = {event["id"] for event in kept}
    for fact in evidence.facts():
        found = answer(evidence, declared(), fact)
        assert {one.known for one in found.notified} <= {"no evidence"}
        assert {one.event.id for one in found.actions if one.event} | {one.id for one in found.effects} <= known
        assert all((one.verdict == "no evidence") == (one.event is None) for one in found.actions)
        used = [one.event.id for one in found.actions if one.event]
        assert len(used) == len(set(used)), "one event is one step"


def test_words_find_an_event() -> None:
    """By number, contract, subject or a part of it, case, and business key."""
    evidence = evidence_of(recorded("B"))
    number = recorded("B")[1]["id"]
    for words in (
        number,
        "quality.lot-on-hold",
        "com.example.mfg.quality.lot-on-hold.v2",
        "lots/FG-2200/L260316-01/holds/HD-2001",
        "HD-2001",
        "lot-on-hold:HD-2001",
    ):
        assert [event.id for event in find(evidence, words)] == [number], words
    assert len(find(evidence, "lot:FG-2200:L260316-01")) == 15
    assert find(evidence, "HD-") == []


def test_a_package_declares_what_its_catalog_declares(acme: ModuleType) -> None:
    """A service that asks in Python gets the same as `interlock lineage`."""
    own: Any = import_module("acme_contracts._runtime.observing.declared")
    assert dataclasses.asdict(own.declared_by(acme.catalog)) == dataclasses.asdict(declared())


# The graph


@pytest.mark.parametrize("scenario", list("ABCDE"))
def test_scenarios_follow_the_declared_graph(scenario: str) -> None:
    """Every cause in the recordings is declared, and known."""
    kinds = {one.kind for one in differences(evidence_of(recorded(scenario)), declared())}
    assert kinds <= {"unseen cause"}


def test_what_differs_is_named() -> None:
    """A cause that isn't declared, one that nobody knows (N08), a reader that isn't declared, one that is silent."""
    events = recorded("B")
    events[3]["causationid"] = "nowhere"
    events[4]["causationid"] = events[0]["id"]
    receipt = {
        "consumer": "canteen", "outcome": "handled", "received": "2026-03-17T07:15:02Z", "settled": "2026-03-17T07:15:02Z",
        "source": events[1]["source"], "id": events[1]["id"], "type": events[1]["type"],
    }  # fmt: skip
    found = [
        (one.kind, one.event, one.other, one.times)
        for one in differences(evidence_of([*events, receipt]), declared())
        if one.kind != "unseen cause"
    ]
    silent = [
        "customer-service-desk",
        "erp-inventory",
        "mes-dispatch",
        "regulatory-archive",
        "supplier-portal",
        "tms-shipment-orchestration",
        "wms-finished-goods",
    ]
    assert found == [
        *(("silent reader", "quality.lot-on-hold", service, 0) for service in silent),
        ("undeclared cause", "sales.customer-order-status-changed", "quality.inspection-completed", 1),
        ("undeclared reader", "quality.lot-on-hold", "canteen", 1),
        ("unknown cause", "logistics.shipment-paused", "nowhere", 1),
    ]


def test_edges_are_counted_by_fact() -> None:
    """A repeated delivery is no second edge (A3 twice)."""
    assert edges(evidence_of(recorded("A")))["production.operation-started", "production.material-consumed"] == 3


# Reading


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (b"{", "line 2: the text is no JSON"),
        (b"[1]", "line 2: it holds no JSON object"),
        (b'{"a": 1}', "line 2: it is neither an event"),
        (b'{"specversion": "1.0", "id": 1}', "line 2: an event needs id, source and type"),
        (b'{"consumer": "x", "outcome": "eaten"}', "line 2: the outcome of the receipt is none that is known"),
        (b'{"consumer": "x", "outcome": "handled", "received": "yesterday"}', "line 2: a receipt needs the moments"),
        (b'{"operation": "x", "outcome": "done"}', "line 2: an audit record needs the moment `time`"),
    ],
)
def test_lines_that_are_no_evidence_are_named(line: bytes, sentence: str) -> None:
    """The first one ends the reading, with its number."""
    with pytest.raises(BadEvidence, match=sentence):
        read([b"\n", line])
