"""The recorded disturbances of `tests/cases/stages`, each handled by a service of the shipped catalog as it says."""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

CASES = Path(__file__).parents[1] / "cases" / "stages"
READERS = {
    "a3-delivered-twice": "erp-inventory",
    "a7-arrives-late": "erp-inventory",
    "n08-cause-unknown": "wms-finished-goods",
    "n09-release-before-disposition": "tms-shipment-orchestration",
    "n10-after-sunset": "legacy-mes-adapter",
    "n11-unknown-major": "wms-finished-goods",
    "n14-key-reused-for-another-body": "tms-shipment-orchestration",
    "n15-gap-in-sequence": "mes-dispatch",
    "n16-same-fact-new-id": "tms-shipment-orchestration",
    "n17-unknown-value-of-open-enum": "eam-work-intake",
    "n18-too-large": "mes-dispatch",
}
"""A reader of the events of each case."""
Member = Callable[[str, str], Any]


def case(name: str) -> dict[str, Any]:
    """Return a case."""
    found: dict[str, Any] = json.loads((CASES / f"{name}.json").read_bytes())
    return found


class Stock:
    """A handler with the one rule that the recordings need: blocked stock is freed by a decision, never before it."""

    def __init__(self, out_of_order: type[Exception]) -> None:
        self.applied: list[str] = []
        self.decided: set[str] = set()
        self._out_of_order = out_of_order

    def __call__(self, event: Any) -> None:
        """Handle an event."""
        if event.contract.name == "quality.lot-disposition-decided":
            self.decided.add(event.data.lot.lot_id)
        frees = (
            event.contract.name == "inventory.inventory-moved"
            and event.data.from_stock_status == "BLOCKED"
            and event.data.to_stock_status == "UNRESTRICTED"
        )
        if frees and event.data.lot.lot_id not in self.decided:
            raise self._out_of_order("the stock is freed before the decision that frees it")
        self.applied.append(event.envelope.id)


class Run:
    """What came of the events of a case."""

    def __init__(self, handled: ModuleType, member: Member, name: str, today: str = "2026-03-21") -> None:
        memory = "stores.memory"
        self.quarantine = member(memory, "MemoryQuarantine")()
        self.receipts = member(memory, "MemoryReceipts")()
        self.stock = Stock(member("handling.errors", "OutOfOrder"))
        self.clock = dt.datetime.fromisoformat(f"{today}T12:00:00+00:00")
        self.consumer = handled.catalog.consumer(
            READERS[name],
            quarantine=self.quarantine,
            receipts=self.receipts,
            clock=lambda: self.clock,
            sleep=lambda _: None,
        )
        self._raw = member("messages", "RawMessage")
        self._later = member("handling.errors", "RetryLater")
        self.blocks = [self._handled(event) for event in grown(case(name))]
        self.outcomes = [str(block.outcome) for block in self.blocks]
        self.facts = [fact for block in self.blocks for fact in block.facts]
        self.violations = [each for block in self.blocks for each in block.violations]

    def _handled(self, event: Any) -> Any:
        """Handle an event until it is settled."""
        raw = self._raw(json.dumps(event).encode(), event["partitionkey"].encode())
        while True:
            block = self.consumer.handling(raw)
            try:
                with block as found:
                    if found is not None:
                        self.stock(found)
            except self._later:
                continue
            return block


def grown(found: dict[str, Any]) -> list[Any]:
    """Return the events of a case, the one member repeated that it names."""
    events = copy.deepcopy(found["events"])
    if "repeat" in found["expect"]:
        changes = events[0]["data"]["changes"]
        while len(json.dumps(events[0]["data"])) < found["expect"]["bytes"]:
            changes.append(changes[-1])
    return list(events)


@pytest.fixture
def run(handled: ModuleType, member: Member) -> Callable[..., Run]:
    """Return what handles a case."""
    return lambda name, **more: Run(handled, member, name, **more)


def test_every_case_is_run() -> None:
    """A new file needs a reader, and a test below."""
    assert set(READERS) == {path.stem for path in CASES.glob("*.json")}


@pytest.mark.parametrize(
    ("name", "reason"), [("a3-delivered-twice", "same-id"), ("n16-same-fact-new-id", "business-duplicate")]
)
def test_a_repetition_is_applied_once(run: Callable[..., Run], name: str, reason: str) -> None:
    """A3', and N16: recognised by id or by business key; the receipt says by which."""
    done = run(name)
    expect = case(name)["expect"]
    assert done.outcomes == ["handled", "duplicate"]
    assert len(done.stock.applied) == expect["applied"]
    assert done.receipts.kept[1].reason == expect["dropped"] == reason


def test_what_the_edge_held_back_is_applied_all_the_same(run: Callable[..., Run]) -> None:
    """A7 comes after A8, 840 s late: both are handled, and its lateness is measured against the promise."""
    done = run("a7-arrives-late")
    assert len(done.stock.applied) == case("a7-arrives-late")["expect"]["applied"]
    late = [fact for fact in done.blocks[1].facts if fact.name == "late"]
    assert len(late) == 1


def test_an_unknown_cause_is_a_hole_in_the_lineage_only(run: Callable[..., Run]) -> None:
    """N08."""
    expect = case("n08-cause-unknown")["expect"]
    done = run("n08-cause-unknown")
    assert done.outcomes == ["handled"]
    assert [(fact.name, fact.pointer) for fact in done.facts if fact.name != "late"] == [
        (expect["warning"], expect["at"])
    ]


def test_stock_that_is_freed_too_early_holds_its_key(run: Callable[..., Run], member: Member) -> None:
    """N09: the movement is set aside as out of order, the decision parks behind it; told ahead, both are handled."""
    expect = case("n09-release-before-disposition")["expect"]
    done = run("n09-release-before-disposition")
    assert done.outcomes == ["handled", "quarantined", "parked"]
    failed = done.blocks[expect["event"]].violations
    assert [member("handling.reasons", "failure_class")(each) for each in failed] == [expect["failure"]]
    early, decision = done.quarantine.entries()
    done.quarantine.release(decision.id, ahead=True)
    done.quarantine.release(early.id)
    done.consumer.drain(done.stock)
    assert done.stock.applied == [
        event["id"] for event in (case("n09-release-before-disposition")["events"][i] for i in (0, 2, 1))
    ]


def test_after_its_sunset_a_major_is_refused(run: Callable[..., Run], member: Member) -> None:
    """N10: not on the day itself."""
    expect = case("n10-after-sunset")["expect"]
    assert run("n10-after-sunset", today=expect["accepted-on"]).outcomes == ["handled"]
    done = run("n10-after-sunset", today=expect["today"])
    assert done.outcomes == ["quarantined"]
    assert [member("handling.reasons", "failure_class")(each) for each in done.violations] == [expect["failure"]]


def test_an_unknown_major_says_which_ones_are_known(run: Callable[..., Run], member: Member) -> None:
    """N11."""
    expect = case("n11-unknown-major")["expect"]
    done = run("n11-unknown-major")
    assert done.outcomes == ["quarantined"]
    (only,) = done.violations
    assert (member("handling.reasons", "failure_class")(only), only.pointer) == (expect["failure"], expect["at"])
    assert only.text.endswith("this consumer reads 2, and its catalog knows 1.0.0, 2.0.0")


def test_a_key_with_another_body_is_a_conflict(run: Callable[..., Run]) -> None:
    """N14, as a consumer meets it: nothing chooses silently between two bodies."""
    done = run("n14-key-reused-for-another-body")
    assert done.outcomes == ["handled", "quarantined"]
    assert [each.reason for each in done.violations] == ["key-reused"]


def test_a_gap_is_measured(run: Callable[..., Run]) -> None:
    """N15: which numbers of which source are missing; nothing is refused."""
    expect = case("n15-gap-in-sequence")["expect"]
    done = run("n15-gap-in-sequence")
    assert done.outcomes == ["handled"] * 3
    gaps = [fact for fact in done.facts if fact.name == expect["metric"]]
    assert [[str(number).zfill(12) for number in gap.value] for gap in gaps] == [expect["missing"]]
    assert done.blocks[2].receipt.source == expect["source"]


def test_an_unknown_value_is_counted_and_not_told(run: Callable[..., Run], caplog: pytest.LogCaptureFixture) -> None:
    """N17: the handler can see it; no log and no receipt does."""
    caplog.set_level("DEBUG")
    expect = case("n17-unknown-value-of-open-enum")["expect"]
    done = run("n17-unknown-value-of-open-enum")
    assert done.outcomes == ["handled"]
    unknown = [fact for fact in done.facts if fact.name == expect["metric"]]
    assert [(fact.pointer, fact.value) for fact in unknown] == [(expect["at"], expect["value"])]
    assert expect["value"] not in caplog.text + repr(done.receipts.kept) + repr(done.facts)


def test_large_data_goes_by_claim_check(run: Callable[..., Run]) -> None:
    """N18: refused with the way to send it."""
    done = run("n18-too-large")
    assert done.outcomes == ["quarantined"]
    assert [each.reason for each in done.violations] == ["too-large"]
    assert "dataref" in done.violations[0].text
