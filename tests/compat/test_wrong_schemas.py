"""Whatever is asked, the answer comes within its time, names its reason, and is never a traceback."""

from __future__ import annotations

import json
import random
import time
from decimal import Decimal
from typing import Any

import pytest

from interlock.compat import Comparison, Verdict, compare

STRING = {"type": "string"}


def chain(depth: int, end: Any) -> dict[str, Any]:
    """Objects in objects."""
    schema = end
    for _ in range(depth):
        schema = {"type": "object", "properties": {"a": schema}, "required": ["a"]}
    return dict(schema)


def satisfiability(variables: int) -> dict[str, Any]:
    """A random 3-SAT formula at the density that is hardest, as one object schema."""
    drawn = random.Random(1)  # noqa: S311 - the same formula on every run
    names = [f"x{i}" for i in range(variables)]
    clauses = [
        {"anyOf": [{"properties": {name: {"const": drawn.random() < 0.5}}} for name in drawn.sample(names, 3)]}
        for _ in range(int(4.3 * variables))
    ]
    return {
        "required": names,
        "properties": {name: {"type": "boolean"} for name in names},
        "type": "object",
        "allOf": clauses,
    }


def doubling(levels: int, end: Any) -> dict[str, Any]:
    """A small schema that unfolds to exponentially many places."""
    defs: dict[str, Any] = {"d0": end}
    for level in range(1, levels):
        below = {"$ref": f"#/$defs/d{level - 1}"}
        defs[f"d{level}"] = {"anyOf": [{"properties": {"a": below}}, {"properties": {"b": below}}]}
    return {"$defs": defs, "$ref": f"#/$defs/d{levels - 1}"}


def doubled_meet(levels: int) -> dict[str, Any]:
    """Exponentially many ways to one place."""
    defs: dict[str, Any] = {"d0": {"properties": {"a": {"type": "integer"}}}}
    for level in range(1, levels):
        defs[f"d{level}"] = {"allOf": [{"$ref": f"#/$defs/d{level - 1}"}] * 2}
    return {"$defs": defs, "$ref": f"#/$defs/d{levels - 1}"}


def asked(writer: Any, reader: Any, **more: Any) -> Comparison:
    """The answer, which must come in time."""
    started = time.monotonic()
    answer = compare(writer=writer, reader=reader, **{"seconds": 1.0, **more})
    assert time.monotonic() - started < 20, "the budget of one second did not end it"
    return answer


HOSTILE = {
    "100,000 deep": (chain(0, {"type": "object"}), chain(0, STRING)),
    "100 deep and different": (chain(100, {"type": "integer"}), chain(100, STRING)),
    "3-SAT of 30": (satisfiability(30), False),
    "doubling on both sides": (doubling(40, {"type": "integer"}), doubling(40, {"type": "number"})),
    "doubled meet": (doubled_meet(40), STRING),
    "nested quantifiers": ({"type": "string", "pattern": "^(a+)+$"}, {"type": "string", "pattern": "^(a|a)*b$"}),
    "counted counts": ({"type": "string", "pattern": "^(a{1,1000}){1,1000}$"}, {"maxLength": 5}),
    "a billion items": ({"type": "array", "minItems": 10**9}, {"type": "array", "minItems": 10**9 + 1}),
    "a billion characters": ({"type": "string", "minLength": 10**9}, {"minLength": 10**9 + 1}),
    "a million members": ({"type": "object", "minProperties": 10**6}, {"minProperties": 10**6 + 1}),
    "ten thousand digits": ({"minimum": 10**10_000}, {"minimum": 10**10_001}),
    "an exponent of nine thousand": ({"multipleOf": Decimal("1e-9000")}, {"multipleOf": 2}),
    "infinity": ({"minimum": float("inf")}, {"minimum": 1}),
    "a lone surrogate": ({"const": "\ud800"}, {"pattern": "^a"}),
    "sixty overlapping branches": (
        {"oneOf": [{"type": "object", "required": [f"p{i}"]} for i in range(60)]},
        {"oneOf": [{"type": "object", "required": [f"p{i}"]} for i in reversed(range(60))]},
    ),
    "twenty thousand values": ({"enum": [f"v{i}" for i in range(20_000)]}, {"enum": [f"v{i}" for i in range(19_999)]}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_schemas_end_in_time(name: str) -> None:
    """An answer of one of the three kinds, with a reason where it is undecided."""
    writer, reader = HOSTILE[name]
    answer = asked(writer, reader)
    assert (answer.verdict is Verdict.UNDECIDED) == bool(answer.undecided)
    assert (answer.verdict is Verdict.BREAKING) == bool(answer.refusals)


def test_nesting_has_a_limit() -> None:
    """A hundred thousand levels are refused before anything recurses."""
    schema: dict[str, Any] = {}
    for _ in range(100_000):
        schema = {"not": schema}
    answer = asked(schema, STRING)
    assert [(u.code, u.side) for u in answer.undecided] == [("too-deep", "writer")]


def test_ten_megabytes() -> None:
    """A large schema costs its reading and no more than the budget."""
    large = {
        "type": "object",
        "properties": {f"p{i}": {"type": "string", "description": "x" * 60} for i in range(80_000)},
    }
    assert len(json.dumps(large)) > 8_000_000
    assert asked(large, {**large, "title": "the same"}).verdict is not Verdict.BREAKING


MALFORMED = [
    5, "x", None, [], [STRING], {"type": 5}, {"type": "any"}, {"properties": []}, {"required": "a"}, {"enum": 5},
    {"$ref": 5}, {"allOf": {}}, {"anyOf": [5]}, {"pattern": 5}, {"pattern": "["}, {"multipleOf": 0}, {"minLength": -1},
    {"patternProperties": {"[": {}}}, {"if": 5, "then": STRING}, {"dependentRequired": {"a": 5}},
    {"contains": STRING, "maxContains": "a"}, {"unevaluatedProperties": 5}, {"additionalProperties": 5},
    {"items": 5}, {"$ref": "#/nowhere"}, {"$ref": "#nothing"}, {"$ref": "http://[::1"}, {"$dynamicRef": "#x"},
    {"propertyNames": 5}, {"prefixItems": 5}, {"dependentSchemas": []}, {"uniqueItems": 5}, {"$id": 5}, {"format": 5},
]  # fmt: skip


@pytest.mark.parametrize("schema", MALFORMED, ids=str)
@pytest.mark.parametrize("formats", ["annotation", "assertion"])
def test_malformed_schemas_are_named(schema: Any, formats: str) -> None:
    """On either side; and what is malformed in the same way on both sides still fits itself."""
    everything = {"type": ["object", "array", "string", "number", "null"]}
    for writer, reader in ((schema, everything), (everything, schema), (schema, schema)):
        answer = asked(writer, reader, formats=formats)
        assert all(u.message and u.code for u in answer.undecided)
    assert asked(schema, {"allOf": [schema]}, formats=formats).verdict is not Verdict.BREAKING


@pytest.mark.parametrize("more", [{"dialect": "draft3"}, {"formats": "maybe"}, {"format": "xml"}], ids=str)
def test_wrong_options_are_refused(more: dict[str, str]) -> None:
    """With the choices there are."""
    with pytest.raises(ValueError, match="choose"):
        compare(writer=STRING, reader=STRING, **more)  # type: ignore[arg-type]


def test_other_formats_are_undecided() -> None:
    """Until their engines are there."""
    for name in ("avro", "openapi"):
        answer = compare(writer={}, reader={}, format=name)
        if answer.verdict is Verdict.UNDECIDED:
            assert answer.undecided[0].code
