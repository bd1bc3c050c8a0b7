"""The one report that every format's approved file shows, and an empty one that passes."""

from __future__ import annotations

import dataclasses

from interlock.findings import Finding, Level, Place, ReaderHit, Witness
from interlock.report import Change, Report
from interlock.versions import Bump

OLD_READERS = "old readers x new events"
NEW_READERS = "new readers x old events"

RELEASED = "production.work-order-released@2"
RELEASED_FILE = "events/production/work-order-released/v2.yaml"

ANDON = ReaderHit(
    service="andon-board",
    owner="team-shopfloor",
    versions=">=2.0 <3",
    evidence="readers/andon-board.yaml:14",
    breaks=True,
    because="reads /data/plannedWindow/start",
)
BRIDGE = ReaderHit(
    service="erp-bridge",
    owner="team-erp",
    versions=">=2.0 <3",
    evidence="readers/erp-bridge.yaml:9",
    breaks=True,
    because="reads /data/plannedWindow",
)
OEE = ReaderHit(
    service="oee-rollup",
    owner="team-analytics",
    versions=">=2.0 <3",
    evidence="readers/oee-rollup.yaml:7",
    breaks=False,
    because="does not read /data/plannedWindow",
)
READERS = (ANDON, BRIDGE, OEE)

ORDER = {
    "workOrderId": "WO-2031-0007",
    "productionOrderId": "PO-88120",
    "entityVersion": 3,
    "plannedQuantity": {"value": 120, "unit": "EA"},
    "schedule": {"start": "2031-03-04T06:00:00Z", "end": "2031-03-04T14:00:00Z"},
}

BLOCKED = Change(
    contract=RELEASED,
    path=RELEASED_FILE,
    old="2.0.0",
    new="2.1.0",
    verdict="breaking",
    declared=Bump.MINOR,
    needed=Bump.MAJOR,
    differences=("- /data/plannedWindow  object, required", "+ /data/schedule  object, required"),
    compared=("2.0.0",),
    mode="FULL_TRANSITIVE",
    readers=READERS,
)
SAFE = Change(
    contract="production.operation-started@1",
    path="events/production/operation-started/v1.yaml",
    old="1.3.0",
    new="1.4.0",
    verdict="compatible",
    declared=Bump.MINOR,
    needed=Bump.MINOR,
    differences=("+ /data/shiftCode  string, optional",),
    compared=("1.0.0", "1.1.0", "1.2.0", "1.3.0"),
    mode="FULL_TRANSITIVE",
    readers=(OEE,),
)
OPEN = Change(
    contract="quality.inspection-completed@1",
    path="events/quality/inspection-completed/v1.yaml",
    old="1.1.0",
    new="1.1.1",
    verdict="undecided",
    declared=Bump.PATCH,
    needed=Bump.MINOR,
    differences=("~ /data/characteristicId  pattern",),
    compared=("1.0.0", "1.1.0"),
    mode="BACKWARD_TRANSITIVE",
    through="types/characteristic/v1.yaml",
)
FRESH = Change(
    contract="equipment.tool-changed@1",
    path="events/equipment/tool-changed/v1.yaml",
    old=None,
    new="1.0.0",
    verdict="new",
)
GONE = Change(
    contract="logistics.shipment-paused@1",
    path="events/logistics/shipment-paused/v1.yaml",
    old="1.0.2",
    new=None,
    verdict="removed",
)

REMOVED = Finding(
    rule="compat/required-member-removed",
    message="required member plannedWindow is no longer sent; it looks renamed to schedule",
    place=Place(RELEASED_FILE, "/schema/properties/schedule", 41, 7),
    contract=RELEASED,
    bump=Bump.MAJOR,
    direction=OLD_READERS,
    witness=Witness(ORDER, "2.1.0", "2.0.0", "", "'plannedWindow' is a required property"),
    readers=READERS,
    fix="plannedWindow: {$ref: ../../../types/time-window/v1.yaml, deprecated: true}   # keep it, required\n"
    "schedule: {$ref: ../../../types/time-window/v1.yaml}                       # add it, optional",
    old={"type": "object"},
)
ADDED = Finding(
    rule="compat/required-member-added",
    message="member schedule is required, and events up to 2.0.0 come without it",
    place=Place(RELEASED_FILE, "/schema/required/4", 33),
    contract=RELEASED,
    bump=Bump.MAJOR,
    direction=NEW_READERS,
    witness=Witness({"workOrderId": "WO-1"}, "2.0.0", "2.1.0", "", "'schedule' is a required property"),
    fix="take schedule out of required",
    new={"type": "object"},
)
PROMISE = Finding(
    rule="promises/retention-shortened",
    message="retention falls from P1Y to P7D, and oee-rollup replays P14D",
    place=Place(RELEASED_FILE, "/retention", 12),
    contract=RELEASED,
    bump=Bump.MAJOR,
    readers=(dataclasses.replace(OEE, evidence="readers/oee-rollup.yaml:11", breaks=True, because="replays P14D"),),
    fix="retention: P14D",
    old="P1Y",
    new="P7D",
)
UNDECIDED = Finding(
    rule="compat/undecided",
    message="pattern (?=A)[A-Z]{3} looks ahead, so it is not decided whether each old value still matches",
    place=Place("types/characteristic/v1.yaml", "/pattern", 6),
    contract="quality.inspection-completed@1",
    direction=NEW_READERS,
    fix="write the pattern without (?=...), or waive this finding until a date and say why it is safe",
    also=("quality.lot-on-hold@2", "quality.batch-released@1"),
)
WAIVED = Finding(
    rule="lifecycle/retired-with-readers",
    message="removed while erp-bridge still reads it",
    place=Place("events/logistics/shipment-paused/v1.yaml", "", 1),
    contract="logistics.shipment-paused@1",
    readers=(BRIDGE,),
    waived="until 2031-04-30: erp-bridge leaves the plant in March (team-logistics)",
)
WARNING = Finding(
    rule="examples/accepted-example-missing",
    message="no accepted example of 1.0.0",
    place=Place("events/equipment/tool-changed/v1.yaml"),
    level=Level.WARNING,
    contract="equipment.tool-changed@1",
    fix="add examples/v1/accepted/tool-changed.json",
)
NO_LINE = Finding(
    rule="catalog/unknown-team",
    message="team 'team-mse' owns 2 contracts and is not in teams.yaml; did you mean 'team-mes'?",
    place=Place("teams.yaml"),
)
HOSTILE = Finding(
    rule="naming/member-is-camel-case",
    message="member '\x1b[31m</summary>|`@acme/all` ![x](http://evil.test)\u202e::error::\n##[error]#12' is not camelCase",
    place=Place("events/a b/%0A::stop-commands::x,y:z/v1.yaml", "/schema/properties/~1x", 3),
    level=Level.WARNING,
    contract="hostile.<b>|@you@1",
    fix="```\n::stop-commands::x\n</details><script>alert(1)</script>\n~~~\nhttps://evil.test",
)

BLOCKED_REPORT = Report(
    command="check",
    catalog="example-manufacturing",
    head="working copy",
    base="origin/main (9f31c2e)",
    notes=("2 changes of the base branch are not in a release tag yet; they are compared as pending.",),
    changes=(FRESH, GONE, SAFE, BLOCKED, OPEN),
    findings=(NO_LINE, WARNING, HOSTILE, WAIVED, REMOVED, ADDED, PROMISE, UNDECIDED),
    contracts=43,
    files=212,
    rules=62,
    questions=12,
    decided=11,
    seconds=0.516,
    reproduce="interlock check --against 9f31c2e",
    root="contracts/",
)
PASSING_REPORT = Report(
    command="check",
    catalog="example-manufacturing",
    head="working copy",
    base="origin/main (9f31c2e)",
    contracts=43,
    files=212,
    rules=62,
    seconds=0.21,
    reproduce="interlock check --against 9f31c2e",
    root="contracts/",
)
LINT_REPORT = Report(
    command="lint",
    catalog="example-manufacturing",
    head="working copy",
    findings=(NO_LINE, WARNING, HOSTILE),
    contracts=43,
    files=212,
    rules=62,
    seconds=0.18,
)
VALIDATE_REPORT = Report(
    command="validate",
    catalog="example-manufacturing",
    head="2 files",
    findings=(
        Finding(
            rule="events/refused",
            message="'lotId' is a required property",
            place=Place("recorded/shift-2.jsonl", "/data", 118),
            contract="production.material-consumed@2",
        ),
    ),
    documents=1204,
    seconds=0.09,
)
