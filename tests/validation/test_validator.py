"""One event, one change, and the reasons for which it is refused."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_catalog import EVENT, PAYLOAD, catalog, changed, contract

from interlock.errors import UsageError
from interlock.validation import STAGES, Validator

FOLDER = Path(__file__).parent / "cases"
CASES = [
    pytest.param(case, id=f"{file.stem}/{name}")
    for file in sorted(FOLDER.glob("*.json"))
    for name, case in json.loads(file.read_text(), parse_float=Decimal).items()
]
VALIDATOR = Validator(catalog())


def _reasons(event: Any, validator: Validator = VALIDATOR, **options: Any) -> list[tuple[str, str, str]]:
    """Return why an event is refused, without the words."""
    return [problem.reason for problem in validator.check(event, **options)]


@pytest.mark.parametrize("case", CASES)
def test_an_event_is_refused_for_exactly_the_reasons_of_its_case(case: dict[str, Any]) -> None:
    """Stage, rule and pointer are those of the case; each message is one printable line, and stages keep their order."""
    event = changed(*case["set"].items(), *((pointer, ...) for pointer in case["remove"]))
    problems = VALIDATOR.check(event)
    assert [list(problem.reason) for problem in problems] == case["finds"], problems
    assert all(problem.message.isprintable() for problem in problems)
    assert [problem.stage for problem in problems] == sorted((problem.stage for problem in problems), key=STAGES.index)


@pytest.mark.parametrize("stage", ["envelope", "contract", "payload", "keys", "invariant"])
def test_each_stage_has_cases(stage: str) -> None:
    """Each stage refuses some event of its own file."""
    cases = json.loads((FOLDER / f"{stage}.json").read_text()).values()
    assert any(found[0] == stage for case in cases for found in case["finds"])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"/data/orderId": "WO 1"}, "'WO 1' does not match the pattern ^[A-Z0-9-]{1,20}$"),
        ({"/data/pallet": "1"}, "'1' does not match the pattern of Pallet, ^[0-9]{18}$"),
        ({"/data/run": "7"}, "'7' stands where an integer is expected"),
        (
            {"/data/run": None},
            "null stands where an integer is expected; leave the member out when there is nothing to say",
        ),
        ({"/data/startedAt": "yesterday"}, "'yesterday' is not an RFC 3339 date-time such as 2028-06-30T12:00:00Z"),
        (
            {"/dataclassification": "secret"},
            "'secret' is not one of 'public', 'internal', 'confidential', 'restricted'",
        ),
        ({"/data/orderId": ...}, "the member 'orderId' is missing"),
        ({"/data/run": 0}, "0 is less than the minimum 1"),
        ({"/data/weight": Decimal("0.001")}, "0.001 is no multiple of 0.01"),
        ({"/partitionkey": "x"}, "'x' is not 'muc1:PO-1', which the contract gives"),
    ],
)
def test_a_message_says_what_stands_there_and_what_is_expected(changes: dict[str, Any], message: str) -> None:
    """The words for people, for the most frequent faults."""
    assert [problem.message for problem in VALIDATOR.check(changed(*changes.items()))] == [message]


def test_an_unknown_type_names_its_nearest_neighbour() -> None:
    """The hint is a type that exists; a missing major says which there are."""
    nearly, ninth = (
        VALIDATOR.check(changed(("/type", f"com.example.mfg.plant.{tail}")))[0].message
        for tail in ("run-finishd.v1", "run-finished.v9")
    )
    assert "did you mean 'com.example.mfg.plant.run-finished.v1'?" in nearly
    assert ninth.endswith("it holds v1")


def test_a_bare_payload_is_judged_under_the_contract_that_is_named() -> None:
    """Pointers start at the payload; what only an envelope can say is not asked."""
    payload = {
        "orderId": "PO-1",
        "run": 7,
        "startedAt": "2026-03-16T06:00:00Z",
        "finishedAt": "2026-03-16T05:00:00Z",
        "pallet": "095212345678901230",
    }
    assert _reasons({"orderId": "PO-1"}, contract="plant.run-finished") == [("payload", "required", "/run")]
    assert _reasons(payload, contract="plant.run-finished@1") == [
        ("invariant", "not-before", "/finishedAt"),
        ("invariant", "gs1-check-digit", "/pallet"),
    ]
    assert _reasons(EVENT["data"], contract="plant.run-finished@1.2.0") == []


def test_a_bare_payload_is_not_asked_for_attributes() -> None:
    """A rule that looks at `/dataclassification` looks at the envelope, though its path begins like `/data`."""
    rules = [
        {"rule": "present-any", "parameters": {"of": paths}}
        for paths in (["/dataclassification"], ["/site", "/data/x"])
    ]
    assert _reasons(EVENT["data"], Validator(catalog(invariants=rules)), contract="plant.run-finished") == []


def test_hostile_names_are_escaped_in_messages() -> None:
    """A member name that would act on a terminal stands escaped."""
    schema = {"type": "object", "properties": {"map": {"type": "object"}}}
    rule = {"rule": "same-value", "parameters": {"at": ["/data/map/*"]}}
    keys = {"partition": ["/site"], "idempotency": ["/id"], "order": "none", "order-reason": "None."}
    hostile = {"map": {"\x1b[2J": 1, "\u202e": 2}}
    event = {**EVENT, "partitionkey": "muc1", "idempotencykey": "run-finished:e-1", "data": hostile}
    problems = Validator(catalog(schema=schema, invariants=[rule], keys=keys, subject=None)).check(event)
    assert [problem.message for problem in problems] == ["2 is not 1, which stands at /data/map/\\x1b[2J"]


def test_an_event_must_be_of_the_contract_that_is_named() -> None:
    """A known type of another contract is named as such."""
    other = contract("2.0.0")
    both = Validator(catalog({"events/plant/run-finished/v2.yaml": other}))
    assert _reasons(EVENT, both, contract="plant.run-finished@2") == [("contract", "type-names-contract", "/type")]
    assert _reasons(EVENT, both, contract="plant.run-finished@1") == []


@pytest.mark.parametrize("name", ["plant.run-started", "pallet", "plant.run-finished@7"])
def test_a_contract_that_is_no_event_is_a_mistake_of_use(name: str) -> None:
    """Wrong use raises; it is no fault of the event."""
    with pytest.raises(UsageError):
        VALIDATOR.check(EVENT, contract=name)


@pytest.mark.parametrize("document", [5, "x", None, [], {"orderId": "PO-1"}, {}])
def test_what_is_neither_event_nor_named_payload_costs_one_problem(document: Any) -> None:
    """One sentence says what is missing."""
    assert _reasons(document) == [("envelope", "required", "/specversion")]


def test_the_sunset_is_the_last_day() -> None:
    """With a date, an event is refused from the day after the sunset; without one, and before, it is accepted (N10)."""
    life = {"status": "deprecated", "since": "2026-01-01", "sunset": "2028-06-30", "successor": "plant.run-finished@2"}
    old = catalog(lifecycle=life)
    assert _reasons(EVENT, Validator(old)) == []
    assert _reasons(EVENT, Validator(old, today=dt.date(2028, 6, 30))) == []
    late = Validator(old, today=dt.date(2028, 7, 1)).check(EVENT)
    assert [problem.reason for problem in late] == [("contract", "sunset-passed", "/type")]
    assert "publish plant.run-finished@2 instead" in late[0].message


def test_a_retired_contract_is_refused_on_any_day() -> None:
    """Retired means out of force; without a date the lifecycle is not judged, so that examples may stay."""
    retired = catalog(lifecycle={"status": "retired"})
    assert _reasons(EVENT, Validator(retired, today=dt.date(2026, 1, 1))) == [("contract", "not-retired", "/type")]
    assert _reasons(EVENT, Validator(retired)) == []


@pytest.mark.parametrize(
    "schema",
    [
        {"type": 5},
        {"$ref": "../../../types/none/v1.yaml"},
        {"$ref": "https://example.invalid/a.json"},
        {"$ref": "#/nowhere"},
        {"type": "object", "pattern": "("},
        {"type": "object", "minimum": "x"},
        {"type": "object", "$dynamicRef": "https://example.invalid/b"},
    ],
)
def test_a_schema_that_cannot_be_used_is_one_problem(schema: dict[str, Any]) -> None:
    """Nothing is fetched and nothing is raised; the contract is named, and each event is told once."""
    validator = Validator(catalog(schema=schema))
    for _ in range(2):
        problems = validator.check(EVENT)
        assert [problem.reason for problem in problems] == [("contract", "schema-is-usable", "")], problems
        assert "plant.run-finished@1" in problems[0].message


@pytest.mark.parametrize(
    ("schema", "payload", "expected"),
    [
        ({"additionalProperties": False}, {"a": 1}, [("additionalProperties", "/a")]),
        ({"properties": {"count": {}}, "additionalProperties": False}, {"cuont": 1, "b": 2}, [("additionalProperties", "/cuont"), ("additionalProperties", "/b")]),
        ({"unevaluatedProperties": False}, {"a/b": 1}, [("unevaluatedProperties", "/a~1b")]),
        ({"propertyNames": {"pattern": "^a"}}, {"b": 1}, [("propertyNames", "/b")]),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, [("dependentRequired", "/b")]),
        ({"properties": {"a": {"items": False, "prefixItems": [{}]}}}, {"a": [1, 2]}, [("items", "/a/1")]),
        ({"properties": {"a": {"contains": {"const": 1}, "minContains": 2}}}, {"a": [1]}, [("minContains", "/a")]),
        ({"properties": {"a": {"uniqueItems": True}}}, {"a": [1, Decimal("1.0")]}, [("uniqueItems", "/a")]),
        ({"properties": {"a": {"oneOf": [{"type": "string"}, {"type": "null"}]}}}, {"a": 1}, [("oneOf", "/a")]),
        ({"properties": {"a": False}}, {"a": 1}, [("falseSchema", "/a")]),
        ({"minProperties": 1}, {}, [("minProperties", "")]),
        ({"if": {"required": ["a"]}, "then": {"required": ["b"]}}, {"a": 1}, [("required", "/b")]),
    ],
)  # fmt: skip
def test_every_keyword_is_named_at_its_place(
    schema: dict[str, Any], payload: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    """What python-jsonschema and others report in various ways is reported here in one."""
    validator = Validator(
        catalog(
            schema={"type": "object", **schema},
            subject=None,
            keys={"partition": ["/site"], "idempotency": ["/id"], "order": "none", "order-reason": "None."},
        )
    )
    problems = validator.check({**EVENT, "partitionkey": "muc1", "idempotencykey": "run-finished:e-1", "data": payload})
    assert [(problem.rule, problem.at.removeprefix("/data")) for problem in problems] == expected, problems


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(), max_size=10)
    | st.just("\ud800"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*EVENT, *PAYLOAD["properties"], "\ud800", "x/y~z"]), inner, max_size=6)
    ),
    max_leaves=15,
)


@given(JSON)
def test_no_document_makes_the_validator_fail(document: Any) -> None:
    """Whatever JSON can say is answered, with or without a contract."""
    for problem in VALIDATOR.check(document) + VALIDATOR.check(document, contract="plant.run-finished"):
        assert problem.stage in STAGES
        assert problem.message.isprintable()


@given(st.sampled_from([*(f"/{name}" for name in EVENT), *(f"/data/{name}" for name in PAYLOAD["properties"])]), JSON)
def test_no_member_makes_the_validator_fail(pointer: str, value: Any) -> None:
    """Nor does any value in any one place of a good event."""
    for problem in VALIDATOR.check(changed((pointer, value))):
        assert problem.message.isprintable()


def test_nesting_without_end_is_one_problem() -> None:
    """A hundred thousand arrays in each other are refused before anything walks them."""
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert _reasons(changed(("/data/orderId", deep))) == [("envelope", "depth", "")]


def test_hostile_patterns_end() -> None:
    """A pattern that backtracks without bound in other engines costs nothing here."""
    schema = {"type": "object", "properties": {"orderId": {"type": "string", "pattern": "^(a+)+$"}, "run": {}}}
    assert _reasons(changed(("/data/orderId", "a" * 5000 + "!")), Validator(catalog(schema=schema))) == [
        ("payload", "pattern", "/data/orderId")
    ]
