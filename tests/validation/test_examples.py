"""Examples of a catalog: accepted ones pass, rejected ones are refused for the reason they state."""

from __future__ import annotations

from typing import Any

from small_catalog import catalog, changed

from interlock.validation import example_findings

FOLDER = "events/plant/run-finished/examples/v1"


def _found(event: dict[str, Any], expect: tuple[str, str, str] | None = None) -> list[tuple[str, str, str]]:
    """Return rule, pointer and message of what is wrong with one example."""
    path = f"{FOLDER}/{'rejected' if expect else 'accepted'}/a.json"
    stated = dict(zip(("stage", "rule", "at"), expect or (), strict=False))
    data = {"why": "A case.", "expect": stated, "event": event} if expect else event
    findings = example_findings(catalog({path: data}))
    assert all(finding.contract == "plant.run-finished@1" and finding.place.path == path for finding in findings)
    assert all(finding.place.line == 1 for finding in findings)
    return [(finding.rule.removeprefix("examples/"), finding.place.pointer, finding.message) for finding in findings]


def test_a_good_example_is_silent() -> None:
    """The event that every stage accepts."""
    assert _found(changed()) == []


def test_an_accepted_example_that_is_refused_says_where_and_why() -> None:
    """Stage, rule and place stand in the message; the line is that of the value."""
    assert _found(changed(("/data/run", 0))) == [
        (
            "accepted-example-validates",
            "/data/run",
            "refused by payload minimum at /data/run: 0 is less than the minimum 1",
        )
    ]


def test_an_accepted_example_holds_only_declared_members() -> None:
    """An example is what a producer may send, so the closed view is asked too."""
    assert [found[:2] for found in _found(changed(("/data/operatr", "x")))] == [
        ("accepted-example-validates", "/data/operatr")
    ]


def test_a_rejected_example_refused_for_its_reason_is_silent() -> None:
    """Each stage can be the reason; two keywords at the same place are one defect."""
    assert _found(changed(("/data/run", 0)), ("payload", "minimum", "/data/run")) == []
    assert _found(changed(("/id", ...)), ("envelope", "required", "/id")) == []
    assert _found(changed(("/data/more", 1)), ("closed", "unevaluatedProperties", "/data/more")) == []
    assert _found(changed(("/subject", "x")), ("keys", "subject", "/subject")) == []
    assert (
        _found(changed(("/data/pallet", "095212345678901230")), ("invariant", "gs1-check-digit", "/data/pallet")) == []
    )
    assert (
        _found(changed(("/type", "com.example.mfg.plant.run-finished.v9")), ("contract", "known-major", "/type")) == []
    )


def test_a_rejected_example_that_is_accepted_is_a_finding() -> None:
    """It says what was expected."""
    [(rule, at, message)] = _found(changed(), ("payload", "minimum", "/data/run"))
    assert (rule, at) == ("rejected-example-is-refused", "/event/data/run")
    assert message == "nothing refuses it, and payload minimum at /data/run is expected to"


def test_a_rejected_example_refused_for_another_reason_says_which() -> None:
    """Another keyword at the same place is another reason."""
    [(rule, at, message)] = _found(changed(("/data/run", "x")), ("payload", "minimum", "/data/run"))
    assert (rule, at) == ("rejected-example-is-refused", "/event/data/run")
    assert "refused for another reason than it states: payload type at /data/run" in message


def test_a_rejected_example_has_one_defect() -> None:
    """A second defect could hide that the first is no longer refused."""
    [(_, at, message)] = _found(changed(("/data/run", 0), ("/data/orderId", "?")), ("payload", "minimum", "/data/run"))
    assert at == "/event/data/orderId"
    assert message.startswith("refused at another place too")


def test_an_example_stands_with_its_contract() -> None:
    """The major in the type is that of the folder; only this is said of a misplaced example."""
    second = {"events/plant/run-finished/v2.yaml": _second()}
    findings = example_findings(catalog({**second, "events/plant/run-finished/examples/v2/accepted/a.json": changed()}))
    assert [(finding.rule, finding.place.pointer) for finding in findings] == [
        ("examples/example-names-its-contract", "/type")
    ]


def test_only_the_named_contracts_are_asked() -> None:
    """`only` holds `name@major`."""
    wrong = catalog({f"{FOLDER}/accepted/a.json": changed(("/data/run", 0))})
    assert len(example_findings(wrong, only=["plant.run-finished@1"])) == 1
    assert example_findings(wrong, only=["plant.run-finished@2"]) == []


def test_numbers_are_read_exactly() -> None:
    """A fraction beyond what a double holds is still seen."""
    text = '{"weight": 0.100000000000000000001}'
    event = changed(("/data/weight", 0.5))
    found = catalog({f"{FOLDER}/accepted/a.json": event})
    document = found.examples["plant.run-finished@1"][0].document
    assert example_findings(found) == []
    longer = document.text.replace("0.5", text.partition(": ")[2].rstrip("}"))
    object.__setattr__(document, "text", longer)
    assert [finding.place.pointer for finding in example_findings(found)] == ["/data/weight"]


def test_an_example_that_is_no_event_is_one_finding() -> None:
    """An array, say."""
    findings = example_findings(catalog({f"{FOLDER}/accepted/a.json": [1]}))
    assert [finding.rule for finding in findings] == ["examples/example-names-its-contract"]


def _second() -> dict[str, Any]:
    """Return a second major of the contract."""
    from small_catalog import contract

    return contract("2.0.0")
