"""
The exactness law on the catalog: for every document, the gate answers what python-jsonschema answers.

`INTERLOCK_DOCUMENTS` sets how many documents are drawn for each contract.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from exactness_documents import Lexeme, Sampler, hostile, mutated, seeded, written
from exactness_oracle import document, exact, stock

from interlock.compat.views import VIEWS, applied
from interlock.documents import parse
from interlock.references import bundle
from interlock_runtime import Contract, ContractViolation, EnvelopeRules, Gate
from interlock_runtime.closing import closed
from support.tables import TABLES

ROOT = Path(__file__).parents[2] / "contracts"
COUNT = int(os.environ.get("INTERLOCK_DOCUMENTS", "60"))
TABLE = "documents judged by the gate and by python-jsonschema"


@cache
def _file(path: str) -> Any:
    """Return a file of the shipped catalog."""
    return parse(path, (ROOT / path).read_bytes()).data


@cache
def _schema(path: str, view: str) -> dict[str, Any]:
    """Return a contract's bundled schema as one side sees it."""
    return dict(applied(bundle(path, _file).schema, VIEWS[view]))


EVENTS = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("events/*/*/v*.yaml"))
ENVELOPE = "envelope/v1.yaml"


@dataclass(frozen=True)
class Drawn:
    """A document with the kind that the table counts it under."""

    kind: str
    text: bytes


def drawn_documents(key: str, random: Random) -> Iterator[Drawn]:
    """Yield documents of a contract without end: valid, near-valid and hostile ones."""
    envelope, payload = (
        Sampler(_schema(ENVELOPE, "contract-reader"), random),
        Sampler(_schema(key, "contract-reader"), random),
    )
    contract = _contract(key)
    while True:
        event = envelope.value({**envelope.root, "additionalProperties": False, "oneOf": []})
        for name in ("data_base64", "dataref"):
            event.pop(name, None)
        event |= {"type": contract.type, "schemaversion": contract.version, "data": payload.value(payload.root)}
        gap = random.choice(["", " "])
        yield Drawn("valid", written(event, gap).encode())
        for times in (1, 1, 1, 2, 3):
            near = event
            for _ in range(times):
                near = mutated(near, random)
            yield Drawn("near-valid", written(near, gap).encode())
        yield Drawn("hostile", hostile(written(event, gap).encode(), random))


@cache
def _contract(key: str) -> Contract[Any]:
    """Return the runtime's contract, its data left as dictionaries."""
    value = _file(key)
    return Contract(
        name=value["name"],
        type=f"com.example.mfg.{value['name']}.v{value['version'].partition('.')[0]}",
        version=value["version"],
        load_schema=lambda: _schema(key, "contract-reader"),
        load_model=lambda: dict[str, Any],
        envelope=EnvelopeRules(lambda: _schema(ENVELOPE, "contract-reader")),
    )


@pytest.mark.parametrize("key", EVENTS)
def test_the_gate_answers_what_the_oracle_answers(key: str) -> None:
    """Readers: envelope and data are taken if and only if the mended oracle takes both; `parse` adds only routing."""
    contract = _contract(key)
    takes_envelope, takes_data = exact(_schema(ENVELOPE, "contract-reader")), exact(_schema(key, "contract-reader"))
    documents = drawn_documents(key, seeded(key))
    for _ in range(COUNT):
        drawn = next(documents)
        expected = takes_envelope(drawn.text) and _data_is(takes_data, drawn.text)
        assert contract.event_gate.accepts(drawn.text) is expected, drawn
        assert (not contract.errors(drawn.text)) is (expected and is_routed(contract, drawn.text)), drawn
        _count(drawn, expected=expected, as_shipped=_as_shipped(key, drawn.text))


@pytest.mark.parametrize("key", EVENTS)
def test_the_writers_gate_answers_what_the_oracle_answers(key: str) -> None:
    """Writers: data leaves if and only if the mended oracle takes it under the writer's view."""
    gate, takes = Gate(_schema(key, "contract-reader"), closed=True), exact(_schema(key, "contract-writer"))
    random = seeded(f"{key} written")
    payload = Sampler(_schema(key, "contract-reader"), random)
    for _ in range(COUNT // 3):
        value = payload.value(payload.root)
        for drawn in (value, mutated(value, random), mutated(mutated(value, random), random)):
            text = written(drawn).encode()
            assert gate.accepts(text) is takes(text), text


@pytest.mark.parametrize("key", [*EVENTS, ENVELOPE])
def test_the_runtime_closes_as_the_gate_of_the_registry_does(key: str) -> None:
    """The writer's view that is made at run time takes the same documents as the one that compatibility is proved for."""
    ours, theirs = exact(closed(_schema(key, "contract-reader"))), exact(_schema(key, "contract-writer"))
    random = seeded(f"{key} closed")
    payload = Sampler(_schema(key, "contract-reader"), random)
    for _ in range(COUNT // 3):
        text = written(mutated(payload.value(payload.root), random)).encode()
        assert ours(text) is theirs(text), text


@pytest.mark.parametrize("key", EVENTS)
def test_what_is_parsed_goes_out_again_as_the_same_value(key: str) -> None:
    """Round trip: the event that comes out is the JSON value that came in, and unknown members are refused by name."""
    contract = _contract(key)
    documents = drawn_documents(key, seeded(f"{key} round trip"))
    for _ in range(COUNT // 6):
        text = next(drawn.text for drawn in documents if drawn.kind == "valid")
        event = contract.parse(text)
        try:
            leaving = contract.serialize(event).value or b""
        except ContractViolation as refused:
            assert all(found.reason == "undeclared-member" for found in refused.violations)  # noqa: PT017 - only sometimes raised
            leaving = b""
        assert not leaving or document(leaving) == document(text)


def _as_shipped(key: str, text: bytes) -> bool | None:
    """Say what python-jsonschema without its mends answers; None when it crashes."""
    answer = stock(_schema(ENVELOPE, "contract-reader"), text)
    if answer is not True:
        return answer
    event = json.loads(text)
    return "data" not in event or stock(_schema(key, "contract-reader"), json.dumps(event["data"]).encode())


def _data_is(takes: Callable[[bytes], bool], text: bytes) -> bool:
    """Say whether the data of an event is taken; a claim check has none."""
    event = document(text)
    return "data" not in event or takes(written(_lexical(event["data"])).encode())


def _lexical(value: Any) -> Any:
    """Return a value whose decimals are written with their digits."""
    if isinstance(value, dict):
        return {name: _lexical(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_lexical(item) for item in value]
    return Lexeme(value) if isinstance(value, Decimal) else value


def is_routed(contract: Contract[Any], text: bytes) -> bool:
    """Say whether a valid event is one of this contract's type and version with its data inside."""
    event = document(text)
    is_ours = event["type"] == contract.type and event["schemaversion"].split(".")[0] == str(contract.major)
    return is_ours and "data" in event


def _count(drawn: Drawn, *, expected: bool, as_shipped: bool | None) -> None:
    """Count a document for the table."""
    TABLES.counts[f"{TABLE}: {drawn.kind}, {'taken' if expected else 'refused'}"] += 1
    if as_shipped is not expected:
        word = "crashes on" if as_shipped is None else "takes" if as_shipped else "refuses"
        TABLES.counts[f"{TABLE}: where the library as shipped {word} what is {'taken' if expected else 'refused'}"] += 1
