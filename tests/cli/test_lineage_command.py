"""`interlock lineage`: what is declared, and what the evidence says."""

from __future__ import annotations

import datetime as dt
import json

from cli.operating_plant import NOW, SCENARIOS, ask, recorded
from cli.running import Workspace
from interlock_runtime.handling.outcomes import Outcome, Receipt
from interlock_runtime.stores.json_lines import JsonLinesReceipts
from interlock_runtime.stores.sqlite_receipts import SqliteReceipts


def test_declared_lineage(workspace: Workspace) -> None:
    """Causes, effects, readers and workflows of an event, for people and for programs."""
    answer = ask(workspace, "lineage", "quality.lot-on-hold")
    assert (answer.code, answer.err) == (0, "")
    for line in (
        "  trigger   quality.placeLotHold",
        "  quality.inspection-completed  ",
        "  wms-finished-goods          wms",
        "  quality-hold-to-shipment",
    ):
        assert line in answer.out
    data = json.loads(ask(workspace, "lineage", "quality.lot-on-hold@2", "--json").out)
    assert data["caused-by"] == ["engineering.engineering-change-released", "quality.inspection-completed"]
    assert "logistics.shipment-paused" in data["leads-to"]


def test_the_three_questions_about_a_hold(workspace: Workspace) -> None:
    """When it occurred, which systems were notified, whether the actions ran in time; from two stores and a recording."""
    hold = recorded("B")[1]
    told = {
        "source": hold["source"],
        "id": hold["id"],
        "type": hold["type"],
        "subject": hold["subject"],
        "site": "muc1",
    }
    lines, store = workspace.root / "erp.jsonl", workspace.root / "wms.db"
    erp = JsonLinesReceipts(lines)
    erp.put(Receipt("erp-inventory", Outcome.HANDLED, NOW, NOW, attempts=1, **told))
    erp.close()
    wms = SqliteReceipts(store)
    wms.put(
        Receipt("wms-finished-goods", Outcome.HANDLED, NOW, NOW, attempts=3, late_by=dt.timedelta(seconds=2), **told)
    )
    wms.put(Receipt("tms-shipment-orchestration", Outcome.QUARANTINED, NOW, NOW, reason="payload-invalid", **told))
    wms.close()
    files = [word for file in (SCENARIOS / "B.jsonl", lines, store) for word in ("--observed", str(file))]
    answer = ask(workspace, "lineage", "HD-2001", *files)
    assert (answer.code, answer.err) == (0, "")
    for line in (
        "  happened  2026-03-17T07:15:01Z at muc1, by qms; recorded 1 s later",
        "notified: 2 of 7 declared readers with evidence",
        "  erp-inventory               erp                 handled\n      handled 2026-03-17T07:15:05Z, 4 s after",
        "  mes-dispatch                mes                 no evidence\n",
        "  tms-shipment-orchestration  tms                 received\n      quarantined (payload-invalid)",
        "actions of quality-hold-to-shipment: 13 in time, 6 no evidence",
        "  in time      shipment-paused         8 s of 1 min",
        "  no evidence  pause-shipment          due by 2026-03-17T07:15:31Z",
    ):
        assert line in answer.out, answer.out
    (data,) = json.loads(ask(workspace, "lineage", hold["id"], *files, "--json").out)
    assert (data["event"]["time"], data["systems"]) == ("2026-03-17T07:15:01Z", ["erp", "wms"])
    (paused,) = [one for one in data["actions"] if one["step"] == "shipment-paused"]
    assert (paused["verdict"], paused["took"], paused["allowed"]) == ("in time", 8.0, 60.0)
    (receipt,) = next(one for one in data["notified"] if one["service"] == "wms-finished-goods")["receipts"]
    assert (receipt["attempts"], receipt["late-by"]) == (3, 2.0)


def test_without_receipts_nobody_was_notified(workspace: Workspace) -> None:
    """The declared readers are no evidence."""
    (data,) = json.loads(ask(workspace, "lineage", "HD-2001", "--observed", str(SCENARIOS / "B.jsonl"), "--json").out)
    assert (data["systems"], {one["known"] for one in data["notified"]}) == ([], {"no evidence"})
    summary = ask(workspace, "lineage", "--observed", str(SCENARIOS / "B.jsonl"))
    assert "no evidence: there is no receipt" in summary.out


def test_summary_of_sites(workspace: Workspace) -> None:
    """Numbers by plant, and what differs from the declared graph."""
    hold = recorded("B")[1]
    lines = workspace.root / "receipts.jsonl"
    store = JsonLinesReceipts(lines)
    store.put(
        Receipt(
            "canteen",
            Outcome.HANDLED,
            NOW,
            NOW,
            source=hold["source"],
            id=hold["id"],
            type=hold["type"],
            site="muc1",
            attempts=4,
            facts=("sequence-gap",),
            late_by=dt.timedelta(minutes=14),
        )
    )
    store.close()
    answer = ask(workspace, "lineage", "--observed", str(lines), "--at", "2026-03-18")
    assert "  muc1  1 delivered  1 late  3 retries  1 gaps  0 lost  0 missing  0 waiting" in answer.out
    assert "  undeclared reader  quality.lot-on-hold  canteen" in answer.out
    data = json.loads(ask(workspace, "lineage", "--observed", str(lines), "--json").out)
    assert data["sites"]["muc1"]["longest-delay"] == 840.0
