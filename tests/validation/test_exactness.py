"""The compiled validator against python-jsonschema: agreement, and every disagreement with its reason."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from interlock.loading import load
from interlock.pointers import join
from interlock.references import bundle
from interlock.trees import WorkTree
from interlock.validation.engine import Engine
from support.tables import TABLES

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_name("exactness.json").read_text()
FORMATS = jsonschema.Draft202012Validator.FORMAT_CHECKER
VALUES: tuple[Any, ...] = (
    None,
    True,
    "",
    "x" * 5000,
    "\u0000",
    0,
    -1,
    1e15,
    0.0005,
    [],
    [[]],
    {},
    {"undeclared": 1},
    ...,
)


def _accepted(schema: Any, value: Any) -> bool:
    """Say whether the engine accepts a value."""
    return not list(Engine(schema).faults(value))


@pytest.mark.parametrize(
    ("row", "plain"), list(zip(json.loads(TABLE, parse_float=Decimal), json.loads(TABLE), strict=True))
)
def test_the_specification_decides(row: dict[str, Any], plain: dict[str, Any]) -> None:
    """Where the two differ, the row says what is wrong with the other; read as float or Decimal is the same."""
    assert _accepted(plain["schema"], row["value"]) is row["accepted"]
    assert _accepted(plain["schema"], plain["value"]) is row["accepted"]
    other = jsonschema.Draft202012Validator(plain["schema"], format_checker=FORMATS).is_valid(plain["value"])
    assert (other is row["accepted"]) == (row["jsonschema"] == "agrees")


@pytest.mark.parametrize(
    ("bound", "value"), [("0.1", "0.1000000000000000000001"), ("1000000000000", "1000000000000.000000000000001")]
)
def test_bounds_are_compared_exactly(bound: str, value: str) -> None:
    """A digit beyond what a double holds is seen."""
    schema = {"maximum": json.loads(bound)}
    assert _accepted(schema, Decimal(bound))
    assert not _accepted(schema, Decimal(value))


def test_both_validators_name_the_same_faults_of_spoiled_recordings() -> None:
    """Each member of a recorded event of each type is replaced by odd values, and every keyword and place is compared."""
    catalog = load(WorkTree(ROOT / "contracts")).catalog
    compared: Counter[str] = Counter()
    for entry, payload in _recorded(catalog):
        schema = bundle(entry.path, catalog.data).schema
        engine, oracle = Engine(schema), jsonschema.Draft202012Validator(schema, format_checker=FORMATS)
        for index, spoiled in enumerate(_spoiled(payload)):
            if index % 5:
                continue
            ours = {(keyword, at) for keyword, at, _ in engine.faults(spoiled)}
            assert ours == _faults(oracle, spoiled), (entry.path, spoiled)
            compared.update(["documents", *(keyword for keyword, _ in ours)])
    assert compared["documents"] > 2500
    TABLES.counts["spoiled documents for which jsonschema names the same keywords and places"] = compared["documents"]
    assert {"required", "type", "pattern", "minLength", "minimum", "multipleOf"} <= compared.keys()


def _recorded(catalog: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the first recorded payload of each contract."""
    seen: set[str] = set()
    by_type = {
        f"{catalog.settings.type_prefix}.{entry.value.name}.v{entry.value.major}": entry
        for entry in catalog.events.values()
    }
    for file in sorted((ROOT / "tests/cases/scenarios").glob("*.jsonl")):
        for event in map(json.loads, file.read_text().splitlines()):
            if event["type"] not in seen:
                seen.add(event["type"])
                yield by_type[event["type"]], event["data"]


def _spoiled(value: Any) -> Iterator[Any]:
    """Yield copies of a document in which one value, at any depth, is another or gone (`...`)."""
    items = list(value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ())
    for key, member in items:
        for other in (*VALUES, *_spoiled(member)):
            copy = dict(value) if isinstance(value, dict) else list(value)
            if other is ...:
                del copy[key]
            else:
                copy[key] = other
            yield copy


def _faults(oracle: Any, document: Any) -> set[tuple[str, str]]:
    """Return keyword and pointer of each error as the engine phrases them: a missing or surplus member by itself."""
    found: set[tuple[str, str]] = set()
    for error in oracle.iter_errors(document):
        at = join(*error.absolute_path)
        if error.validator == "required":
            at += join(next(name for name in error.validator_value if repr(name) == error.message.split(" ")[0]))
        found.add((error.validator, at))
    return found
