"""Invariants of shared types hold wherever the type is used, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from interlock.catalog import Catalog, CatalogSettings, Entry, TypeContract
from interlock.catalog.contracts import Invariant
from interlock.documents import Document
from interlock.invariants import contract_faults, declared_rows
from interlock.judging.judge import Judge
from interlock.references import Bundle
from interlock.validation.engine import Engine

GOOD, BAD = "095212345678901235", "095212345678901230"
FILE = "types/sscc/v1.yaml"
USE = {"$ref": "#/$defs/types~1sscc~1v1.yaml"}
TYPE: dict[str, Any] = {"type": "string", "pattern": "^[0-9]{18}$"}

PLACES: list[tuple[str, dict[str, Any], Any, list[str]]] = [
    ("root", USE, BAD, [""]),
    ("good", USE, GOOD, []),
    ("member", {"properties": {"a/b": USE}}, {"a/b": BAD, "c": BAD}, ["/a~1b"]),
    ("items", {"items": USE}, [GOOD, BAD], ["/1"]),
    ("first-items", {"prefixItems": [{}, USE], "items": {}}, [BAD, BAD, BAD], ["/1"]),
    ("other-items", {"prefixItems": [{}], "items": USE}, [BAD, BAD], ["/1"]),
    ("map", {"properties": {"x": {}}, "additionalProperties": USE}, {"x": BAD, "y": BAD}, ["/y"]),
    ("pattern", {"patternProperties": {"^p": USE}}, {"p1": BAD, "q": BAD}, ["/p1"]),
    ("names", {"propertyNames": USE}, {BAD: 1, GOOD: 2}, [f"/{BAD}"]),
    ("all-of", {"allOf": [{}, {"properties": {"a": USE}}]}, {"a": BAD}, ["/a"]),
    ("twice-the-same", {"allOf": [USE, USE]}, BAD, [""]),
    ("any-of-branch-that-holds", {"anyOf": [{"type": "integer"}, USE]}, BAD, [""]),
    ("any-of-branch-that-does-not", {"anyOf": [{"maxLength": 30}, {"allOf": [USE, {"maxLength": 3}]}]}, BAD, []),
    ("one-of", {"oneOf": [{"required": ["a"], "properties": {"a": USE}}, {"required": ["b"]}]}, {"a": BAD}, ["/a"]),
    ("then", {"if": {"required": ["k"]}, "then": {"properties": {"a": USE}}}, {"a": BAD, "k": 1}, ["/a"]),
    ("not-then", {"if": {"required": ["k"]}, "then": {"properties": {"a": USE}}}, {"a": BAD}, []),
    ("else", {"if": {"required": ["k"]}, "else": {"properties": {"a": USE}}}, {"a": BAD}, ["/a"]),
    ("dependent", {"dependentSchemas": {"k": {"properties": {"a": USE}}}}, {"a": BAD, "k": 1}, ["/a"]),
    ("not-dependent", {"dependentSchemas": {"k": {"properties": {"a": USE}}}}, {"a": BAD}, []),
    ("contains", {"contains": USE}, [1, BAD, GOOD], ["/1"]),
    ("not", {"not": {"properties": {"a": USE}}}, {"a": BAD}, []),
    ("part-of-a-type", {"$ref": "#/$defs/types~1sscc~1v1.yaml/properties/x"}, BAD, []),
    ("recursion", {"properties": {"sscc": USE, "inner": {"$ref": "#"}}}, {"inner": {"inner": {"sscc": BAD}}}, ["/inner/inner/sscc"]),
    ("recursion-without-progress", {"allOf": [{"$ref": "#"}, USE]}, BAD, [""]),
    ("other-json-types", {"properties": {"a": USE}, "items": USE}, 5, []),
]  # fmt: skip


def _catalog() -> Catalog:
    """Return a catalog of one type with one invariant."""
    type_contract = TypeContract(
        name="sscc", version="1.0.0", summary="Pallet.", schema=TYPE,
        invariants=(Invariant(rule="gs1-check-digit", parameters={"at": ""}),),
    )  # fmt: skip
    settings = CatalogSettings(name="small", type_prefix="com.example", base_uri="https://example.com")
    return Catalog(settings, contracts={"sscc@1": Entry(type_contract, Document(FILE, {"schema": TYPE}, ""))})


def _places(schema: dict[str, Any], value: Any, accepts: Any) -> list[tuple[str, str]]:
    """Return rule and pointer of what a payload breaks under a schema that uses the type."""
    rows = declared_rows(_catalog(), None, Bundle("events/a/b/v1.yaml", schema, frozenset({FILE})))
    return [(broken.rule, broken.at) for broken in Judge(rows, schema, accepts).data(value)]


@pytest.mark.parametrize(("schema", "value", "expected"), [pytest.param(*row[1:], id=row[0]) for row in PLACES])
def test_a_type_is_judged_where_it_is_used(schema: dict[str, Any], value: Any, expected: list[str]) -> None:
    """Every way in which a schema applies another is followed, once for each place."""
    bundled = {**schema, "$defs": {FILE: {**TYPE, "properties": {"x": {}}}}}
    loops = "$ref" in str(schema.get("allOf"))  # a reference to itself in place can't be compiled into a validator
    accepts = (lambda _part, _value: True) if loops else Engine(bundled).accepts
    assert _places(bundled, value, accepts) == [("gs1-check-digit", at) for at in expected]


def test_the_pointer_starts_where_the_document_stands() -> None:
    """A payload inside an event keeps its place."""
    schema = {"properties": {"a": USE}, "$defs": {FILE: TYPE}}
    rows = declared_rows(_catalog(), None, Bundle("events/a/b/v1.yaml", schema, frozenset({FILE})))
    judge = Judge(rows, schema, Engine(schema).accepts)
    assert [broken.at for broken in judge.event({"data": {"a": BAD}})] == ["/data/a"]


def test_a_type_with_a_faulty_declaration_is_named_by_its_file() -> None:
    """The pointer leads into the type's file."""
    wrong = TypeContract(
        name="sscc",
        version="1.0.0",
        summary="Pallet.",
        schema=TYPE,
        invariants=(Invariant(rule="gs1-check-digits", parameters={"at": ""}),),
    )
    found = list(contract_faults(_catalog(), Entry(wrong, Document(FILE, {"schema": TYPE}, ""))))
    assert [at for at, _ in found] == ["/invariants/0/rule"]
    assert "did you mean 'gs1-check-digit'?" in found[0][1]
