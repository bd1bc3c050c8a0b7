"""Schemas read member by member, and the lines that tell two versions apart."""

from __future__ import annotations

import doctest
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from interlock.differences import differences, flat, flattened, lines, locate, locations, members, places, reached
from interlock.references import Bundle

CASES = {
    path.stem: yaml.safe_load(path.read_text()) for path in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
}


def bundled(schema: Any) -> Bundle:
    """Return a schema as a bundle of one file."""
    return Bundle("events/production/operation-started/v1.yaml", schema)


@pytest.mark.parametrize("name", CASES)
def test_lines(name: str) -> None:
    """The lines of a case are those that it holds, in their order."""
    case = CASES[name]
    assert list(differences(bundled(case["old"]), bundled(case["new"]))) == case["lines"], case["why"]


def test_members() -> None:
    """A member knows its place, requirement, type, values, meaning and description; a sibling's text goes first."""
    schema = {
        "required": ["unitCode"],
        "properties": {
            "unitCode": {"$ref": "#/$defs/types~1unit-code~1v1.yaml", "description": "Outer.", "x-unit": "C62"}
        },
    }
    definitions = {
        "types/unit-code/v1.yaml": {
            "type": "string",
            "x-extensible-enum": ["KGM"],
            "description": "Inner.",
            "maxLength": 3,
        }
    }
    unit = members(schema, definitions, at="/data")["/data/unitCode"]
    assert (unit.required, unit.type, unit.shared, unit.values, unit.open) == (
        True,
        "string",
        "unit-code",
        ("KGM",),
        True,
    )
    assert (unit.meaning, unit.rules, unit.description) == ({"x-unit": "C62"}, {"maxLength": 3}, "Outer.")
    assert (unit.pointer, unit.parent, unit.name) == ("/properties/unitCode", "/data", "unitCode")


def test_each_subschema_that_bounds_a_value_is_kept() -> None:
    """Where a member and its type both state a bound, a change of either is seen."""
    schema = {"properties": {"a": {"$ref": "#/$defs/a", "maxLength": 5}}, "$defs": {"a": {"maxLength": 9}}}
    assert members(schema)["/a"].rules == {"maxLength": [5, 9]}


@pytest.mark.parametrize(
    ("path", "ends_at"),
    [
        ("/lines/0/n", ""),
        ("/lines/*/n", ""),
        ("/lines/*/m", "m"),
        ("/free/x/y", ""),
        ("/labels/any", ""),
        ("/lines/n", "n"),
        ("/no", "no"),
    ],
)
def test_reached(path: str, ends_at: str) -> None:
    """A path leads to a member, or ends at the token that names none; below a free map every token names one."""
    schema = {
        "properties": {
            "lines": {"items": {"properties": {"n": {}}}},
            "free": {"additionalProperties": True},
            "labels": {"additionalProperties": {"type": "string"}},
        }
    }
    found, missing = reached(locate(schema), path)
    assert missing == ends_at
    assert bool(found) == (not ends_at and "free" not in path)


def test_doubling_types_end() -> None:
    """Types that contain the next type twice are read up to a limit, and it is said that this is not all."""
    definitions = {f"t{i}": {"properties": {name: {"$ref": f"#/$defs/t{i + 1}"} for name in "ab"}} for i in range(60)}
    schema = {"$ref": "#/$defs/t0", "$defs": {**definitions, "t60": {"type": "string"}}}
    assert not flattened(schema).complete
    assert sum(1 for _ in places(locate(schema))) < 10_000
    assert differences(bundled(schema), bundled(schema)) == ("~ /data  has more members than are compared one by one",)


def test_many_branches_end() -> None:
    """A place to which very many subschemas apply is read up to a limit."""
    schema = {"allOf": [{"properties": {f"m{i}": {}}} for i in range(1000)]}
    assert not flattened(schema).complete


KEYS = [
    "$ref",
    "$defs",
    "a",
    "b",
    "type",
    "properties",
    "items",
    "prefixItems",
    "allOf",
    "oneOf",
    "anyOf",
    "then",
    "required",
    "enum",
    "const",
    "additionalProperties",
    "patternProperties",
    "x-unit",
    "x-extensible-enum",
    "description",
    "maxLength",
    "minItems",
]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from(["#", "#/$defs/a", "#/properties/a", "string", "object", "a", "\n", "#/allOf/9"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=25,
)
SCHEMAS = st.dictionaries(
    st.sampled_from(["$ref", "$defs", "properties", "items", "allOf", "oneOf", "required", "type"]), JSON, max_size=5
)


@given(SCHEMAS)
def test_a_schema_does_not_differ_from_itself(schema: dict[str, Any]) -> None:
    """Whatever a schema holds, sense or nonsense, it is read without failing and equals itself."""
    assert differences(bundled(schema), bundled(schema)) == ()


@given(SCHEMAS, SCHEMAS)
def test_lines_mirror(old: dict[str, Any], new: dict[str, Any]) -> None:
    """What is added one way is removed the other way, as many lines of each; no line has a break in it."""
    there, back = differences(bundled(old), bundled(new)), differences(bundled(new), bundled(old))
    assert sorted(line[1:] for line in there if line[0] == "+") == sorted(line[1:] for line in back if line[0] == "-")
    assert all(line.isprintable() for line in (*there, *back))


@pytest.mark.parametrize("module", [flat, lines, locations])
def test_examples_of_the_docstrings(module: Any) -> None:
    """The examples in the docstrings hold."""
    assert doctest.testmod(module).failed == 0
