"""Laws of the rules: none fails on what loads, whatever it says; the judgement of a schema is the meta-schema's."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import json
from typing import Any

import jsonschema
import pytest
import rule_cases
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interlock.catalog import Catalog
from interlock.loading import load
from interlock.pointers import join
from interlock.rules import ContractChange, judge, judge_catalogs, lint
from interlock.rules.schema.vocabulary import KEYWORDS, faults
from interlock.trees import MemoryTree
from interlock.versions import Bump

TODAY = rule_cases.TODAY
WORDS = [
    "",
    "a",
    "object",
    "string",
    "integer",
    "#",
    "#/$defs/a",
    "#/properties/a",
    "../../../types/id/v1.yaml",
    "^(a",
    "\\d+",
    "/data/lines/0/planned",
]
WORDS += [
    "none",
    "P1D",
    "PT0S",
    "P999999Y",
    "1.0.0",
    "9.9.9",
    "2028-02-30",
    "9999-12-31",
    "T1",
    "restricted",
    "*",
    "x@y@z",
    "{/data/a}",
    "/",
    "a\n\u202e",
]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-2, 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(WORDS)
)
KEYS = st.sampled_from(
    [*sorted(KEYWORDS), "a", "amount", "x-unit", "x-extensible-enum", "unitCode", "since", "status", "paths", "/a~"]
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=12
)
PATHS = [path for path in rule_cases.plant() if "examples" not in path]


def pointers(value: Any, at: tuple[str | int, ...] = ()) -> list[str]:
    """Return the pointer of every value in a document."""
    rows = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [join(*at), *(pointer for key, item in rows for pointer in pointers(item, (*at, key)))]


PLACES = [(path, pointer) for path in PATHS for pointer in pointers(rule_cases.plant()[path]) if pointer]
EDITS = st.lists(st.tuples(st.sampled_from(PLACES), VALUES), max_size=4)


def edited(edits: list[tuple[tuple[str, str], Any]]) -> Catalog:
    """Return what loads of the small catalog when values of it are replaced by anything."""
    documents = rule_cases.plant()
    for (path, pointer), value in edits:
        with contextlib.suppress(LookupError, TypeError, ValueError):
            rule_cases.edit(documents, path, {pointer: value})
    return load(MemoryTree({path: json.dumps(document).encode() for path, document in documents.items()})).catalog


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(EDITS, EDITS)
def test_no_rule_fails(before: list[Any], after: list[Any]) -> None:
    """Whatever two catalogs say, every rule ends with findings whose fingerprints, messages and places can be used."""
    base, head = edited(before), edited(after)
    found = [*lint(head, today=TODAY), *judge_catalogs(base, head, today=TODAY)]
    for key in dict.fromkeys((*base.contracts, *head.contracts)):
        old, new = base.contracts.get(key), head.contracts.get(key)
        found += judge(ContractChange(old, new, base, head, TODAY, None, Bump.MINOR, Bump.PATCH))
    for finding in found:
        assert finding.message
        assert finding.fingerprint
        assert (
            finding.place.path in head.documents
            or finding.place.path in base.documents
            or finding.place.path.endswith("s.yaml")
        )


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(EDITS)
def test_nothing_changed_is_nothing_found(edits: list[Any]) -> None:
    """A catalog against itself offends no rule about changes."""
    catalog = edited(edits)
    assert judge_catalogs(catalog, catalog, today=TODAY) == []
    for entry in catalog.contracts.values():
        assert judge(ContractChange(entry, entry, catalog, catalog, TODAY)) == []


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(EDITS, st.sampled_from(list(rule_cases.catalog().contracts)))
def test_a_run_for_one_contract_finds_what_the_whole_run_finds_of_it(edits: list[Any], key: str) -> None:
    """Confining a run leaves nothing out of what is found in that contract."""
    catalog = edited(edits)
    whole = {f.fingerprint for f in lint(catalog, today=TODAY) if f.contract == key}
    assert {f.fingerprint for f in lint(catalog, today=TODAY, only=[key]) if f.contract == key} == whole


SCHEMAS = st.dictionaries(st.sampled_from(sorted(KEYWORDS)), VALUES, max_size=4)


@settings(max_examples=200)
@given(SCHEMAS)
def test_a_schema_is_valid_when_the_meta_schema_says_so(schema: dict[str, Any]) -> None:
    """The fast judgement of a schema is that of the 2020-12 meta-schema, save that it also refuses other dialects."""
    schema.pop("$schema", None)
    if not dialects(schema):
        oracle = jsonschema.Draft202012Validator(jsonschema.Draft202012Validator.META_SCHEMA)
        assert (not list(faults(schema))) == oracle.is_valid(schema)


def dialects(value: Any) -> bool:
    """Say whether a schema inside names a dialect, or has what the meta-schema constrains by format or by `$dynamicRef` alone."""
    if isinstance(value, dict):
        return "$schema" in value or any(map(dialects, value.values()))
    return isinstance(value, list) and any(map(dialects, value))


HOSTILE: dict[str, tuple[dict[str, Any], str]] = {
    "deep": (
        functools.reduce(lambda inner, _: {"allOf": [inner]}, range(40), {"type": "string"}),
        "schema/stays-in-profile",
    ),
    "many required": (
        {"required": [f"m{i}" for i in range(2000)], "properties": {f"p{i}": {"type": "string"} for i in range(2000)}},
        "schema/required-is-declared",
    ),
    "many branches": (
        {"oneOf": [{"required": ["k"], "properties": {"k": {"const": i}}} for i in range(500)]},
        "schema/is-readable-as-a-whole",
    ),
    "many unknown keywords": ({f"zz{i}": 1 for i in range(5000)}, "schema/stays-in-profile"),
    "long chain": (
        {
            "$ref": "#/$defs/a0",
            "$defs": {f"a{i}": {"$ref": f"#/$defs/a{i + 1}"} for i in range(300)} | {"a300": {"type": "object"}},
        },
        "schema/is-readable-as-a-whole",
    ),
    "catastrophic pattern": (
        {"properties": {"a": {"type": "string", "pattern": "(a+)+" * 50 + "((x{1,1000}){1,1000}){1,1000}(?!b)"}}},
        "schema/stays-in-profile",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_schemas_end_in_findings(name: str) -> None:
    """A schema that is made to exhaust a reader is judged all the same, by the rule that it offends."""
    schema, offended = HOSTILE[name]
    catalog = rule_cases.catalog({"events/production/operation-started/v1.yaml": {"/schema": schema}})
    assert offended in {f.rule for f in lint(catalog, today=TODAY)}


@pytest.mark.parametrize("day", [dt.date.min, dt.date.max])
def test_dates_at_the_ends_of_time(day: dt.date) -> None:
    """The first and the last day that there is are days."""
    edits = {
        "events/quality/lot-held/v1.yaml": {"/lifecycle/since": day.isoformat(), "/lifecycle/sunset": day.isoformat()}
    }
    catalog = rule_cases.catalog(edits)
    lint(catalog, today=day)
    for entry in catalog.contracts.values():
        judge(
            ContractChange(rule_cases.catalog().contracts[entry.value.key], entry, rule_cases.catalog(), catalog, day)
        )
