"""Which bump a changed promise needs: every promise has its weight, and no rule asks for more than the weights say."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import rule_cases

from interlock.catalog import Contract, EnvelopeContract, EventContract, ProductContract, TypeContract
from interlock.rules import RULES, Scope, judge, promise_bump
from interlock.rules.promises.directions import loosened
from interlock.rules.promises.weights import NO_PROMISE, WEIGHTS
from interlock.versions import Bump

OP = "events/production/operation-started/v1.yaml"
HELD = "events/quality/lot-held/v2.yaml"
PROD = "products/execution/v1.yaml"
TYPE = "types/quantity/v1.yaml"
ENVELOPE = "envelope/v1.yaml"

CHANGES: list[tuple[str, str, Any, Bump]] = [
    (OP, "/version", "1.3.0", Bump.NONE),
    (OP, "/lifecycle/reason", "Approved.", Bump.NONE),
    (OP, "/reason", "semantic-change", Bump.NONE),
    (OP, "/schema/properties/run/maximum", 5, Bump.NONE),
    (OP, "/summary", "Work began.", Bump.PATCH),
    (OP, "/owner", "team-quality", Bump.PATCH),
    (OP, "/subject", "{/data/orderId}", Bump.MAJOR),
    (HELD, "/subject", "{/data/lotId}", Bump.MINOR),
    (OP, "/producers/1", "qms", Bump.MINOR),
    (OP, "/audience", ["internal"], Bump.MAJOR),
    (OP, "/audience/0", "public", Bump.MINOR),
    (OP, "/tier", "T1", Bump.MINOR),
    (HELD, "/tier", "T2", Bump.MAJOR),
    (OP, "/classification", "restricted", Bump.MINOR),
    (OP, "/retention", "P1D", Bump.MINOR),
    (OP, "/replay-window", "P1D", Bump.MINOR),
    (OP, "/sla/deliver", "PT1M", Bump.MINOR),
    (OP, "/keys/partition", ["/site"], Bump.MAJOR),
    (OP, "/keys/order", "none", Bump.MAJOR),
    (HELD, "/keys/order", "/data/lotId", Bump.MINOR),
    (HELD, "/keys/order-reason", "By number.", Bump.PATCH),
    (OP, "/on-invalid", "drop", Bump.MAJOR),
    (OP, "/on-invalid", "reject", Bump.MINOR),
    (OP, "/dead-letter", None, Bump.MAJOR),
    (OP, "/dead-letter", "team-quality", Bump.PATCH),
    (OP, "/compatibility", "BACKWARD", Bump.PATCH),
    (OP, "/readers", "strict", Bump.MAJOR),
    (OP, "/lineage/caused-by", ["*"], Bump.MINOR),
    (OP, "/reconciliation", "none", Bump.MAJOR),
    (OP, "/reconciliation", "weekly", Bump.MINOR),
    (OP, "/invariants/1", {"rule": "not-zero", "parameters": {"at": "/data/run"}}, Bump.MAJOR),
    (OP, "/invariants", [], Bump.MINOR),
    (OP, "/invariants/0/why", "Runs are counted from one.", Bump.PATCH),
    (OP, "/invariants/1", {"rule": "stateful", "parameters": {"statement": "One at a time."}}, Bump.MINOR),
    (TYPE, "/invariants/0/parameters/codes", ["KGM"], Bump.MAJOR),
    (TYPE, "/invariants/0/parameters/codes", ["KGM", "H87", "LBR"], Bump.MINOR),
    (TYPE, "/invariants/0/parameters/codes", ["H87", "KGM"], Bump.PATCH),
    (ENVELOPE, "/compatibility", "FULL", Bump.PATCH),
    (ENVELOPE, "/summary", "All that travels.", Bump.PATCH),
    (PROD, "/openapi", "v1.other.yaml", Bump.NONE),
    (PROD, "/title", "Operations", Bump.PATCH),
    (PROD, "/layer", "process", Bump.MINOR),
    (PROD, "/systems/1", "qms", Bump.MINOR),
    (PROD, "/authentication", ["mutual-tls"], Bump.MAJOR),
    (PROD, "/authorization/startOperation/scopes/1", "execution:all", Bump.MAJOR),
    (PROD, "/authorization/startOperation/segregation-of-duties", None, Bump.MINOR),
    (PROD, "/throttling/reads/rate", 1, Bump.MINOR),
    (PROD, "/idempotency/retention", "P1D", Bump.MAJOR),
    (PROD, "/idempotency/retention", "P9D", Bump.MINOR),
    (PROD, "/pagination/style", "page", Bump.MAJOR),
    (PROD, "/pagination/maximum", 9, Bump.MINOR),
    (PROD, "/sla/latency", "PT2S", Bump.MINOR),
    (PROD, "/audit", "P1Y", Bump.MINOR),
    (PROD, "/results-in/startOperation", {"none": "Nobody asked."}, Bump.MAJOR),
    (PROD, "/results-in/startOperation/events/1", "quality.lot-held", Bump.MINOR),
]


@pytest.mark.parametrize(
    ("path", "pointer", "value", "bump"), CHANGES, ids=[f"{p}:{at}={v}"[:80] for p, at, v, _ in CHANGES]
)
def test_bump(path: str, pointer: str, value: Any, bump: Bump) -> None:
    """One changed promise needs this bump."""
    before, after = rule_cases.catalog(), rule_cases.catalog({path: {pointer: value}})
    assert promise_bump(before.by_path[path].value, after.by_path[path].value) is bump


def test_the_largest_counts() -> None:
    """Of several changed promises the one that needs most decides."""
    head = rule_cases.catalog({OP: {"/summary": "Work began.", "/readers": "strict", "/retention": "P2Y"}})
    assert promise_bump(rule_cases.catalog().by_path[OP].value, head.by_path[OP].value) is Bump.MAJOR


def test_another_kind_is_another_contract() -> None:
    """A type that becomes an event is no version of it."""
    catalog = rule_cases.catalog()
    assert promise_bump(catalog.by_path[TYPE].value, catalog.by_path[OP].value) is Bump.MAJOR


@pytest.mark.parametrize("kind", [EventContract, TypeContract, EnvelopeContract, ProductContract])
def test_every_promise_has_a_weight(kind: type[Contract]) -> None:
    """A promise that is added to a contract needs a row, or is named as none."""
    members = {member.name for member in msgspec.structs.fields(kind)}
    assert set(WEIGHTS[kind]) == members - NO_PROMISE


def test_rules_and_weights_agree() -> None:
    """What a promise rule says a change needs, the weights say too; where readers are hit it may be more."""
    for name, kind, case in rule_cases.cases():
        if kind == "fires" and RULES[name].scope is Scope.KEPT and name.startswith("promises/"):
            base, head = rule_cases.catalog(case.get("base")), rule_cases.catalog(case.get("head"))
            for change in rule_cases.changes(base, head, case, rule_cases.TODAY):
                for finding in judge(change):
                    assert change.old
                    assert change.new
                    needed = promise_bump(change.old.value, change.new.value)
                    by_readers = finding.rule.endswith("-covers-readers") and any(hit.breaks for hit in finding.readers)
                    assert not finding.rule.startswith("promises/") or finding.bump <= needed or by_readers, (
                        finding.rule,
                        case["why"],
                    )


def test_modes_are_ordered_by_what_they_ask() -> None:
    """A mode is looser than another when it leaves out a question; none is looser than itself, NONE than no other."""
    modes = ("NONE", "BACKWARD", "FORWARD", "FULL", "BACKWARD_TRANSITIVE", "FORWARD_TRANSITIVE", "FULL_TRANSITIVE")
    assert not any(loosened(mode, mode) for mode in modes)
    assert not any(loosened("NONE", mode) for mode in modes)
    assert all(loosened("FULL_TRANSITIVE", mode) for mode in modes[:-1])
    assert loosened("BACKWARD", "FORWARD")
    assert loosened("FORWARD", "BACKWARD")
