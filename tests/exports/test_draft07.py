"""JSON Schema 2020-12 as draft-07: weaker at most, never different."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from draft07_strategies import VALUES, documents
from hypothesis import HealthCheck, assume, given, settings
from jsonschema import Draft7Validator, Draft202012Validator
from jsonschema.exceptions import SchemaError

from interlock.pointers import lookup
from interlock.references import subschemas
from interlock_codegen.exports.draft07 import draft07, told

HERE = Path(__file__).parent
CASES = sorted((HERE / "draft07").glob("*.json"))
SUITE = HERE.parent / "compat" / "suite" / "tests" / "draft2020-12"


def takes(kind: Any, schema: Any, value: Any) -> bool:
    """Whether a schema takes a value, says the independent validator, formats asserted."""
    return bool(kind(schema, format_checker=kind.FORMAT_CHECKER).is_valid(value))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_keyword_becomes_another(path: Path) -> None:
    """Each keyword that differs, as it is written and with what it no longer says; the values are taken alike."""
    case = json.loads(path.read_text(encoding="utf-8"))
    made = draft07(case["schema"])
    assert made.schema == case["draft07"], case["why"]
    said = [{"at": loss.at, "keyword": loss.keyword, "weaker": loss.weaker} for loss in made.losses]
    assert sorted(said, key=str) == sorted(case["losses"], key=str)
    assert made.exact is not any(loss["weaker"] for loss in case["losses"])
    for row in case["values"]:
        assert takes(Draft202012Validator, case["schema"], row["value"]) is row["taken"], row
        assert takes(Draft7Validator, made.schema, row["value"]) is row["taken"], row


def test_losses_are_told() -> None:
    """A line names the place, the keyword and the reason."""
    lines = list(told(draft07({"items": {"format": "uuid"}}).losses))
    assert lines == ["/items: format is weaker: draft-07 has no such format"]


@settings(max_examples=400, suppress_health_check=list(HealthCheck))
@given(documents(), VALUES)
def test_weaker_never_different(schema: Any, value: Any) -> None:
    """What the schema takes, its draft-07 form takes; where nothing is lost, both take the same."""
    asked = without_dangling(schema)
    assume(all(makes_progress(asked, node, ()) for _, node in subschemas(asked)))
    made = draft07(schema)
    Draft7Validator.check_schema(made.schema)
    before, after = takes(Draft202012Validator, asked, value), takes(Draft7Validator, made.schema, value)
    assert after or not before
    assert not made.exact or after is before


def makes_progress(document: Any, schema: Any, above: tuple[int, ...]) -> bool:
    """Whether no reference leads back to itself for the same value, which says nothing in either draft."""
    if not isinstance(schema, dict):
        return True
    here = (*above, id(schema))
    in_place = [schema[key] for key in ("not", "if", "then", "else") if key in schema]
    in_place += [part for key in ("allOf", "anyOf", "oneOf") for part in schema.get(key, ())]
    in_place += schema.get("dependentSchemas", {}).values()
    in_place += [target(document, schema[key]) for key in ("$ref", "$dynamicRef") if key in schema]
    return id(schema) not in above and all(makes_progress(document, part, here) for part in in_place)


def target(document: Any, ref: str) -> Any:
    """What a reference leads to."""
    return document["$defs"]["two"] if ref == "#two" else lookup(document, ref[1:])


def without_dangling(document: Any) -> Any:
    """Let what leads to nothing take everything, as the conversion does: a validator would stop there."""

    def kept(schema: Any) -> Any:
        if isinstance(schema, list):
            return [kept(item) for item in schema]
        if not isinstance(schema, dict):
            return schema
        return {key: kept(value) for key, value in schema.items() if not key.endswith("ef") or leads(document, value)}

    return kept(document)


def leads(document: Any, ref: str) -> bool:
    """Whether a reference leads to a schema of the document."""
    if ref in ("#two", "#"):
        return True
    try:
        return ref.startswith("#") and isinstance(lookup(document, ref[1:]), dict | bool)
    except LookupError:
        return False


def suite() -> list[Any]:
    """The groups of the official suite; the install step fetches it."""
    found: list[Any] = []
    for path in sorted(SUITE.glob("*.json")):
        groups = json.loads(path.read_text(encoding="utf-8"))
        found += [pytest.param(group, id=f"{path.stem}: {group['description']}") for group in groups]
    return found


def test_the_official_suite_is_there() -> None:
    """Without it the next test would pass by asking nothing."""
    assert SUITE.is_dir(), "run python tests/compat/suite/fetch.py"


@pytest.mark.parametrize("group", suite())
def test_no_instance_of_the_official_suite_is_refused_anew(group: dict[str, Any]) -> None:
    """Each valid instance stays valid; where nothing is lost, each invalid one stays invalid."""
    made = draft07(group["schema"])
    try:
        Draft7Validator.check_schema(made.schema)
    except SchemaError as error:  # pragma: no cover - says which schema is none
        pytest.fail(f"{made.schema}: {error.message}")
    for test in group["tests"]:
        after = Draft7Validator(made.schema).is_valid(test["data"])
        assert after or not test["valid"], test["description"]
        assert not made.exact or after is test["valid"], test["description"]
