"""Invariants in the generated package: what `interlock validate` says, the package says, and its services act on it."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codegen.generated import ROOT, catalog_of, files_of, importable, written
from interlock.invariants import RULES, declared_rows
from interlock.judging.table import checks
from interlock.loading import load
from interlock.references import bundle
from interlock.trees import WorkTree
from interlock.validation import Validator
from interlock.validation.reading import exact
from support.plant import event
from support.tables import TABLES

CATALOG = load(WorkTree(ROOT / "contracts")).catalog
VALIDATOR = Validator(CATALOG)
EXAMPLES = {key: [each.event for each in CATALOG.examples[key] if each.accepted] for key in CATALOG.examples}
REJECTED = [
    pytest.param(each, id=each.document.path.rpartition("/")[2].removesuffix(".json"))
    for key in sorted(CATALOG.examples)
    for each in CATALOG.examples[key]
    if not each.accepted and each.document.data["expect"]["stage"] == "invariant"
]
EARLIER = {"envelope", "contract", "payload"}
"""Stages after which the library judges no invariants, or the package refuses by its gate."""
LEXEME = re.compile(r'"@@(.*?)@@"')
LEXEMES = st.sampled_from(
    ["0", "-0.0", "-1", "1e2", "0.10", "12.500", "0.001", "-0.001", "999999999999.999", "100.00000000000000000"]
)
TEXTS = st.sampled_from(
    ["", "KGM", "H87", "CS", "2026-03-16T06:00:00Z", "2026-03-16T06:00:00.1+01:00", "PT2H", "19.90"]
)


def watched(key: str) -> set[str]:
    """Return the names of members that some invariant of a contract, or of a type, looks at."""
    rows = declared_rows(CATALOG, CATALOG.events[key].value, bundle(CATALOG.events[key].path, CATALOG.data))
    found = [ready for group in (rows["event"], *rows["types"].values()) for ready in checks(group)]
    names = {token for check in found for path in check.paths for token in path.split("/")}
    return (names | {"unitCode", "gtin", "gln", "sscc"}) - {"", "*", "data"}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of each value below one."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for token, item in items:
        yield (*path, token)
        yield from places(item, (*path, token))


def changed(data: st.DataObject, value: Any, names: set[str]) -> Any:
    """Return an event with one thing changed: removed, doubled, exchanged for another of its values, or made another."""
    paths = [path for path in places(value) if path[0] not in ("type", "specversion", "schemaversion")]
    likely = [path for path in paths if names & set(map(str, path))]
    path = data.draw(st.sampled_from(likely if likely and data.draw(st.integers(0, 9)) else paths))
    copied = json.loads(json.dumps(value))
    holder = copied
    for token in path[:-1]:
        holder = holder[token]
    item = holder[path[-1]]
    how = data.draw(st.sampled_from(["other", "near", "near", "near", "removed", "doubled"]))
    if how == "removed":
        del holder[path[-1]]
    elif how == "doubled" and isinstance(item, list) and item:
        holder[path[-1]] = [*item, data.draw(st.sampled_from(item))]
    elif how == "near":
        holder[path[-1]] = near(data, item)
    else:
        source = data.draw(st.sampled_from([each for each in paths if type(at(value, each)) is type(item)]))
        holder[path[-1]] = at(value, source)
    return json.loads(json.dumps(copied))


def near(data: st.DataObject, item: Any) -> Any:
    """Return a value of the same type: another number as it may be written, a text with digits changed, other texts."""
    if isinstance(item, int | float) and not isinstance(item, bool):
        return f"@@{data.draw(LEXEMES)}@@"
    digits = [index for index, char in enumerate(item) if char.isdigit()] if isinstance(item, str) else []
    if digits:
        index = data.draw(st.sampled_from(digits))
        return f"{item[:index]}{data.draw(st.sampled_from('0123456789'))}{item[index + 1 :]}"
    return data.draw(TEXTS) if isinstance(item, str) else item


def at(value: Any, path: tuple[Any, ...]) -> Any:
    """Return what stands at a path."""
    for token in path:
        value = value[token]
    return value


def said(contract: Any, text: bytes) -> list[tuple[str, str, str]]:
    """Return stage, rule and pointer of all that a generated contract says of a message."""
    return [(str(each.stage.value), each.rule, each.pointer) for each in contract.errors(text)]


@given(st.data())
@settings(max_examples=1000, suppress_health_check=list(HealthCheck))
def test_the_package_judges_as_the_library_does(acme: Any, data: st.DataObject) -> None:
    """Over accepted examples with up to three changes: the same invariants at the same places, or refused before both."""
    key = data.draw(st.sampled_from(sorted(EXAMPLES)))
    value = data.draw(st.sampled_from(EXAMPLES[key]))
    for _ in range(data.draw(st.integers(0, 3))):
        value = changed(data, value, watched(key))
    text = LEXEME.sub(r"\1", json.dumps(value)).encode()
    problems = VALIDATOR.check(exact("event.json", text)[1])
    found = said(acme.contract(key), text)
    if any(problem.stage in EARLIER for problem in problems):
        assert found
        assert "invariant" not in {stage for stage, _, _ in found}
        return
    if "data" not in value:
        assert {stage for stage, _, _ in found} == {"contract"}  # the data has to be fetched first
        return
    wanted = {problem.reason for problem in problems if problem.stage == "invariant"}
    assert set(found) == wanted
    TABLES.counts["changed events whose invariants library and package judge alike"] += 1
    TABLES.counts["changed events that break invariants, for library and package alike"] += bool(wanted)


@pytest.mark.parametrize("example", REJECTED)
def test_rejected_examples_are_refused_for_their_invariant(acme: Any, example: Any) -> None:
    """With stage, rule and pointer as the example states them; the words carry no value of it, and writing refuses too."""
    expect = example.document.data["expect"]
    contract, text = acme.contract(example.contract), json.dumps(example.event).encode()
    found = contract.errors(text)
    assert (expect["stage"], expect["rule"], expect["at"]) in said(contract, text)
    assert {each.pointer for each in found} == {expect["at"]}
    for each in found:
        assert (each.reason, each.text) == (
            "invariant-broken",
            f"breaks the invariant `{each.rule}`: {RULES[each.rule].statement}",
        )
    TABLES.counts["rejected examples that the generated package refuses for their invariant"] += 1


def test_accepted_examples_keep_their_invariants(acme: Any) -> None:
    """They are read, written and read again."""
    for key, events in EXAMPLES.items():
        contract = acme.contract(key)
        for each in (one for one in events if "data" in one):
            made = contract.parse(json.dumps(each).encode())
            assert contract.errors(contract.serialize(made)) == []


def test_data_without_envelope_is_judged_as_far_as_it_goes(acme: Any) -> None:
    """Pointers start at the data; what needs the envelope is left."""
    contract = acme.contract("quality.lot-on-hold@2")
    data = json.loads(json.dumps(EXAMPLES["quality.lot-on-hold@2"][0]["data"]))
    data["affectedQuantity"]["value"] = 0
    (broken,) = contract.data_errors(json.dumps(data).encode())
    assert (broken.stage, broken.rule, broken.pointer) == ("invariant", "positive", "/affectedQuantity/value")
    assert [each.reason for each in VALIDATOR.check(data, contract="quality.lot-on-hold@2")] == [
        ("invariant", "positive", "/affectedQuantity/value")
    ]


def test_writing_refuses_what_reading_refuses(acme: Any) -> None:
    """A typed event that breaks an invariant is not serialized, with or without its envelope."""
    contract = acme.contract("quality.lot-on-hold@2")
    good = contract.parse(json.dumps(EXAMPLES["quality.lot-on-hold@2"][0]).encode())
    quantity = good.data.affected_quantity.model_copy(update={"value": -1})
    data = good.data.model_copy(update={"affected_quantity": quantity})
    event_type = type(good)
    refused = importlib.import_module("acme_contracts").ContractViolation
    with pytest.raises(refused, match="invariant-broken at /data/affectedQuantity/value"):
        contract.serialize(event_type(good.envelope, data, contract))
    with pytest.raises(refused, match="invariant-broken at /affectedQuantity/value"):
        contract.serialize_data(data)


@pytest.fixture
def bent() -> bytes:
    """Return a message of a hold over nothing."""
    value = json.loads(json.dumps(EXAMPLES["quality.lot-on-hold@2"][0]))
    value["data"]["affectedQuantity"]["value"] = 0
    return json.dumps(value).encode()


@pytest.mark.parametrize(
    ("policy", "outcome"), [(None, "quarantined"), ("warn", "warned"), ("quarantine", "quarantined")]
)
def test_the_policy_decides_about_a_broken_invariant(acme: Any, bent: bytes, policy: str | None, outcome: str) -> None:
    """The contract's own is to quarantine, with stage and rule kept; with a warning the handler gets the typed event."""
    memory = importlib.import_module("acme_contracts._runtime.stores.memory")
    quarantine, seen = memory.MemoryQuarantine(), list[Any]()
    policies = {"quality.lot-on-hold/invariant-broken": policy} if policy else {}
    service = acme.catalog.consumer(
        "wms-finished-goods", inbox=memory.MemoryInbox(), quarantine=quarantine, policies=policies
    )
    result = service.handle(importlib.import_module("acme_contracts").RawMessage(bent), seen.append)
    assert result.value == outcome
    kept = [(str(each.stage), each.reason, each.rule) for entry in quarantine.entries() for each in entry.reasons]
    if outcome == "quarantined":
        assert (kept, seen) == ([("invariant", "invariant-broken", "positive")], [])
    else:
        assert kept == []
        assert seen[0].data.affected_quantity.value == 0
        assert [each.rule for each in seen[0].violations] == ["positive"]


def test_a_broken_invariant_is_not_published(acme: Any, tmp_path: Any) -> None:
    """Publishing raises, and nothing is in the outbox."""
    outboxes = importlib.import_module("acme_contracts._runtime.outbox")
    refused = importlib.import_module("acme_contracts").ContractViolation
    outbox = outboxes.Outbox.within(tmp_path / "outbox.db", synchronous="NORMAL")
    publisher = acme.catalog.publisher("qms", site="muc1", source="https://muc1.example.com/qms", outbox=outbox)
    contract = acme.contract("quality.lot-on-hold@2")
    good = contract.parse_data(json.dumps(EXAMPLES["quality.lot-on-hold@2"][0]["data"]).encode())
    bad = good.model_copy(update={"affected_quantity": good.affected_quantity.model_copy(update={"value": 0})})
    with pytest.raises(refused, match="invariant-broken at /data/affectedQuantity/value"):
        publisher.publish(contract, bad, correlationid="lot:1")
    assert outbox.state().rows == 0
    publisher.publish(contract, good, correlationid="lot:1")
    assert outbox.state().rows > 0


NUMBER = {"type": "number"}
SMALL = {
    "events/plant/lot-made/v1.yaml": event(
        "plant.lot-made",
        "1.0.0",
        {"type": "object", "required": ["n"], "properties": {"n": NUMBER}},
        invariants=[{"rule": "positive", "parameters": {"at": "/data/n"}}],
    ),
    "events/plant/lot-made/v2.yaml": event(
        "plant.lot-made",
        "2.0.0",
        {"type": "object", "required": ["n", "m"], "properties": {"n": NUMBER, "m": NUMBER}},
        invariants=[{"rule": "less-than", "parameters": {"left": "/data/m", "right": "/data/n"}}],
    ),
    "types/part/v1.yaml": {
        "contract": "type",
        "name": "part",
        "version": "1.0.0",
        "summary": "A part.",
        "owner": "team-plant",
        "lifecycle": {"status": "released"},
        "invariants": [{"rule": "positive", "parameters": {"at": "/n"}}],
        "schema": {"type": "object", "properties": {"n": NUMBER, "parts": {"type": "array", "items": {"$ref": "#"}}}},
    },
    "events/plant/part-made/v1.yaml": event(
        "plant.part-made",
        "1.0.0",
        {
            "type": "object",
            "properties": {
                "choice": {
                    "oneOf": [
                        {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "%/~ part"}}, "allOf": [{"$ref": "../../../types/part/v1.yaml"}]},
                        {"type": "object", "required": ["other"], "properties": {"other": {"$ref": "#/properties/plain"}}},
                    ]
                },
                "plain": {"type": "string"},
                "a/b%": {"anyOf": [{"$ref": "../../../types/part/v1.yaml"}, {"type": "string"}]},
                "named": {"type": "object", "patternProperties": {"^p[0-9]$": {"$ref": "../../../types/part/v1.yaml"}}},
                "some": {"type": "array", "prefixItems": [{}], "items": {"$ref": "../../../types/part/v1.yaml"}},
            },
        },
    ),
}  # fmt: skip
BRANCHES: list[tuple[dict[str, Any], list[str]]] = [
    ({"choice": {"kind": "%/~ part", "n": 0}}, ["/choice/n"]),
    ({"choice": {"other": "x", "n": 0}}, []),
    ({"a/b%": {"n": -1, "parts": [{"n": 1}, {"n": 0}]}}, ["/a~1b%/n", "/a~1b%/parts/1/n"]),
    ({"a/b%": "text"}, []),
    ({"named": {"p1": {"n": 0}, "q1": {"n": 0}}}, ["/named/p1/n"]),
    ({"some": [{"n": 0}, {"n": 0}, {"n": 2}]}, ["/some/1/n"]),
]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Return the package of a small catalog of two majors and a type under branches."""
    folder = written(files_of(catalog_of(SMALL), "small_contracts"), tmp_path_factory.mktemp("small"))
    with importable(folder, "small_contracts") as package:
        yield package


@pytest.mark.parametrize(("data", "wanted"), BRANCHES)
def test_a_type_under_a_branch_holds_where_the_branch_accepts(small: Any, data: Any, wanted: list[str]) -> None:
    """Choices, patterns and later elements: as the library judges them."""
    found = small.contract("plant.part-made@1").data_errors(json.dumps(data).encode())
    assert sorted(each.pointer for each in found) == wanted
    library = Validator(catalog_of(SMALL)).check(data, contract="plant.part-made")
    assert sorted(problem.at for problem in library) == wanted


def test_older_events_are_judged_before_and_after_they_are_upcast(small: Any) -> None:
    """What comes in keeps the contract that it names; what is made of it keeps the reader's, or is a bad cast."""
    older, newer = small.contract("plant.lot-made@1"), small.contract("plant.lot-made@2")

    @newer.upcaster(1)
    def made(old: Any, lookup: int) -> Any:
        return newer.model(n=old.n, m=lookup)

    def of(number: int) -> bytes:
        text = b'{"n": 1}'
        value = json.loads(older.serialize(older.new(older.parse_data(text), source="https://plant.example.com")).value)
        return json.dumps({**value, "data": {"n": number}}).encode()

    refused = importlib.import_module("small_contracts").ContractViolation
    assert newer.parse(of(5), lookup=3).data.m == 3
    for number, lookup, stage, rule, pointer in (
        (0, 3, "invariant", "positive", "/data/n"),
        (5, 7, "upcast", "less-than", "/data/m"),
    ):
        with pytest.raises(refused) as caught:
            newer.parse(of(number), lookup=lookup)
        assert [(each.stage, each.rule, each.pointer) for each in caught.value.violations] == [(stage, rule, pointer)]


def test_contracts_without_invariants_load_nothing_of_them(small: Any) -> None:
    """The rules are imported when a contract that declares some judges its first event."""
    import subprocess
    import sys
    from pathlib import Path

    script = (
        "import sys; from acme_contracts.finance.financial_adjustment_posted import v1; v1.errors(b'{}');"
        "print([name for name in sys.modules if '_invariants' in name])"
    )
    folder = Path(small.__file__).parents[1]
    script = script.replace("acme_contracts.finance.financial_adjustment_posted", "small_contracts.plant.lot_made")
    done = subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout == "[]\n"


def test_no_text_of_an_invariant_becomes_code(hostile: Any) -> None:
    """Rows are data: a hostile one is judged or left out, and the module beside it names its file only."""
    contract = hostile.contract("hostile.invariants@1")
    assert contract.judge is not None
    assert contract.data_errors(b'{"code": "x"}')[0].rule == "code-in-list"
    assert "CANARY" not in importlib.import_module("hostile_contracts.hostile.invariants.v1").__dict__


def test_a_message_of_many_values_is_judged_in_time(small: Any) -> None:
    """No rule compares each of many with each: twenty thousand against twenty thousand is done at once."""
    del small
    many: dict[str, Any] = {"a": [f"2026-03-16T06:00:{n % 60:02}Z" for n in range(20_000)], "b": list(range(20_000))}
    many["c"] = [f"{text[:10]}T05:00:00.{n}+00:00" for n, text in enumerate(many["a"])]
    many["d"] = [-n - 1 for n in many["b"]]
    many["e"] = [{"q": 1, "p": "1.5", "n": f"{10**38 + n}"} for n in range(5_000)]
    many["total"] = 0
    for rule, parameters in (
        ("differs", {"left": "/a/*", "right": "/c/*"}),
        ("differs", {"left": "/b/*", "right": "/d/*"}),
        ("less-than", {"left": "/d/*", "right": "/b/*"}),
        ("not-before", {"at": "/a/*", "than": "/c/*"}),
        ("unique", {"at": "/b"}),
        ("lines-total", {"at": "/e", "quantity": "/q", "price": "/p", "per": "/n", "equals": "/total"}),
    ):
        (check,) = checks([{"rule": rule, "parameters": parameters}])
        assert list(check(many)) == []
