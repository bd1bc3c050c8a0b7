"""Exported OpenAPI documents: valid, self-contained, saying what the catalog says, with its promises."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from exports_catalogs import api, catalog, loaded, product, shipped, type_
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from interlock import openapi as trees
from interlock.compat import Verdict, compare
from interlock.pointers import lookup
from interlock.references import bundle_api
from interlock.rules.operations import document_of
from interlock_codegen.exports.exporting import openapi_documents
from interlock_codegen.exports.openapi import bundled

KEYS = sorted(shipped().catalog.products)


def of(key: str) -> dict[str, Any]:
    """The document of a shipped product."""
    return bundled(shipped().catalog, shipped().catalog.products[key])


def small(files: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The document of a product whose body has a schema."""
    made = catalog({"products/lots/v1.yaml": product(**changes), **files})
    return bundled(made, made.products["lots@1"])


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a document."""
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(part)


@pytest.mark.parametrize("key", KEYS)
def test_it_is_valid(key: str) -> None:
    """An independent validator finds nothing, and no reference leaves the document or leads to nothing."""
    document = of(key)
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    refs = [ref for _, ref in trees.references(document)]
    assert len(refs) > 10
    for ref in refs:
        assert ref.startswith("#/components/"), ref
        assert lookup(document, ref[1:]) is not None
    assert "x-bundled" not in document


@pytest.mark.parametrize("key", KEYS)
def test_its_examples_fit(key: str) -> None:
    """Every example of a body, a parameter or a problem is taken by the schema that it stands beside."""
    document = of(key)
    root = {"components": document["components"]}
    shown = 0
    for node in nodes(document):
        schema = node.get("schema", node if "examples" in node and "type" in node else None)
        examples = node.get("examples", {})
        values = examples if isinstance(examples, list) else [row["value"] for row in examples.values()]
        values = [*values, *([node["example"]] if "example" in node else [])]
        for value in values if isinstance(schema, dict) else ():
            errors = list(Draft202012Validator({**root, "$ref": "#/x", "x": schema}).iter_errors(value))
            assert errors == [], (value, errors[0].message)
            shown += 1
    assert shown > 5


@pytest.mark.parametrize("key", KEYS)
def test_it_says_what_the_catalog_says(key: str) -> None:
    """The engine finds neither a break nor a doubt between the document as written and as exported, either way."""
    found = shipped().catalog
    entry = found.products[key]
    written = bundle_api(document_of(entry.path, entry.value), found.data).document
    for writer, reader in ((written, of(key)), (of(key), written)):
        answer = compare(writer=writer, reader=reader, format="openapi", seconds=60)
        assert (answer.verdict, answer.undecided) == (Verdict.COMPATIBLE, ()), answer.refusals


def test_promises_stand_beside_what_they_are_about() -> None:
    """The product's at the top, with defaults written out; each operation's in the operation."""
    document = of("quality@2")
    assert document["x-contract"] == "quality@2"
    assert document["x-owner"] == {
        "team": "team-quality",
        "name": "Quality systems",
        "contact": "mailto:quality@example.com",
    }
    assert (document["x-tier"], document["x-lifecycle"], document["x-compatibility"]) == (
        "T1",
        {"status": "released"},
        "FULL_TRANSITIVE",
    )
    assert document["x-digest"].startswith("sha256:")
    assert document["info"]["version"] == "2.0.0"
    hold = document["paths"]["/lots/{materialId}/{lotId}/holds"]["post"]
    assert hold["x-authorization"] == {"scopes": ["quality:hold"], "site-claim": True}
    assert hold["x-throttle"] == {"rate": 10, "per": "PT1S", "burst": 2.0}
    assert hold["x-results-in"] == {"events": ["quality.lot-on-hold"]}


def test_a_throttle_of_its_own() -> None:
    """An operation's own throttle goes before its group's."""
    document = small({"products/lots/v1.openapi.yaml": api({})})
    assert document["paths"]["/lots"]["post"]["x-throttle"] == {"rate": 1, "per": "PT1S", "burst": 1.0}


def test_a_deprecated_major_marks_its_operations() -> None:
    """Tools know no other place: OpenAPI deprecates operations, not documents."""
    ending = {
        "status": "deprecated",
        "since": "2026-01-01",
        "sunset": "2027-01-01",
        "successor": "lots@2",
        "migration": "https://example.com/m",
    }
    document = small({"products/lots/v1.openapi.yaml": api({})}, lifecycle=ending)
    assert document["paths"]["/lots"]["post"]["deprecated"] is True
    assert document["x-lifecycle"]["sunset"] == "2027-01-01"


def test_types_are_components() -> None:
    """A type and what it refers to are copied in once, under names with their major that no author's component has."""
    files = {
        "products/lots/v1.openapi.yaml": api(
            {"type": "object", "properties": {"a": {"$ref": "../../types/lot-id/v1.yaml"}, "b": {"$ref": "../../types/lot-id/v1.yaml#/$defs/part"}}},
            components={"schemas": {"LotIdV1": {"type": "integer"}}},
        ),
        "types/lot-id/v1.yaml": type_("lot-id", {"type": "array", "items": {"$ref": "../code/v1.yaml"}, "$defs": {"part": {"type": "string"}}}),
        "types/code/v1.yaml": type_("code", {"type": "string"}),
    }  # fmt: skip
    document = small(files)
    body = document["paths"]["/lots"]["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"]
    assert body == {
        "a": {"$ref": "#/components/schemas/LotIdV1_2"},
        "b": {"$ref": "#/components/schemas/LotIdV1_2/$defs/part"},
    }
    assert document["components"]["schemas"] == {
        "LotIdV1": {"type": "integer"},
        "CodeV1": {"type": "string"},
        "LotIdV1_2": {"type": "array", "items": {"$ref": "#/components/schemas/CodeV1"}, "$defs": {"part": {"type": "string"}}},
    }  # fmt: skip


def test_discriminators_lead_to_components() -> None:
    """An entry that names a type's file leads to its component, a name and an entry within the document stay."""
    choice = {
        "oneOf": [{"$ref": "../../types/mill/v1.yaml"}, {"$ref": "#/components/schemas/Lathe"}],
        "discriminator": {"propertyName": "kind", "mapping": {"m": "../../types/mill/v1.yaml", "l": "#/components/schemas/Lathe", "n": "Lathe"}},
    }  # fmt: skip
    machine = {"type": "object", "properties": {"kind": {"type": "string"}}}
    files = {
        "products/lots/v1.openapi.yaml": api(choice, components={"schemas": {"Lathe": machine}}),
        "types/mill/v1.yaml": type_("mill", {"oneOf": [{"$ref": "#/$defs/big"}], "discriminator": {"propertyName": "size", "mapping": {"b": "#/$defs/big"}}, "$defs": {"big": machine}}),
    }  # fmt: skip
    document = small(files)
    body = document["paths"]["/lots"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["discriminator"]["mapping"] == {
        "m": "#/components/schemas/MillV1",
        "l": "#/components/schemas/Lathe",
        "n": "Lathe",
    }
    mill = document["components"]["schemas"]["MillV1"]
    assert mill["oneOf"] == [{"$ref": "#/components/schemas/MillV1/$defs/big"}]
    assert mill["discriminator"]["mapping"] == {"b": "#/components/schemas/MillV1/$defs/big"}


def test_the_catalog_is_left_as_it_was() -> None:
    """Exporting changes no value that others read."""
    before = repr(shipped().catalog.data("products/quality/v2.openapi.yaml"))
    of("quality@2")
    assert repr(shipped().catalog.data("products/quality/v2.openapi.yaml")) == before


def test_a_document_of_3_0_leaves_as_one_of_3_1() -> None:
    """What 3.0 says of null is said as 3.1 has it, and a type of the catalog beside it stays as it is."""
    document = api({"type": "object", "properties": {"id": {"type": "string", "nullable": True}}}, openapi="3.0.3")
    files = {"products/lots/v1.yaml": product(), "products/lots/v1.openapi.yaml": document}
    made = openapi_documents(loaded(files), "json")
    assert not made.findings
    (text,) = made.files.values()
    lifted = json.loads(text)
    assert lifted["openapi"] == "3.1.1"
    assert not list(OpenAPIV31SpecValidator(lifted).iter_errors())
    body = lifted["paths"]["/lots"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["properties"]["id"] == {"type": ["string", "null"]}


@pytest.mark.parametrize(
    ("document", "at", "says"),
    [
        ([], "", "an OpenAPI document is an object"),
        ({"swagger": "2.0"}, "/openapi", "only OpenAPI 3.0 and 3.1 are read, and this document says None"),
        (api({}, openapi="3.2.0"), "/openapi", "says '3.2.0'"),
        (api({}, components=[]), "/components", "components is an object"),
        (api({}, components={"schemas": 5}), "/components/schemas", "components/schemas is an object"),
        (api({}, info="Lots"), "/info", "info is an object"),
        (api({}, paths=[]), "/paths", "paths is an object"),
        (api({"$ref": "../../types/gone/v1.yaml"}), "/paths/~1lots/post/requestBody/content/application~1json/schema", "no types/gone/v1.yaml"),
        (api({"$ref": "https://example.com/x.json"}), "/paths/~1lots/post/requestBody/content/application~1json/schema", "out of the catalog"),
    ],
)  # fmt: skip
def test_a_broken_document_is_a_finding(document: Any, at: str, says: str) -> None:
    """It names the place and what is wrong there; nothing is exported, and nothing crashes."""
    files = {"products/lots/v1.yaml": product(), "products/lots/v1.openapi.yaml": document}
    made = openapi_documents(loaded(files), "yaml")
    assert made.files == {}
    assert [(f.place.path, f.place.pointer) for f in made.findings] == [("products/lots/v1.openapi.yaml", at)]
    assert says in made.findings[0].message


def test_a_broken_type_is_told_once() -> None:
    """However many products reach it."""
    document = api({"$ref": "../../types/tag/v1.yaml"})
    files = {
        "products/lots/v1.yaml": product(), "products/lots/v1.openapi.yaml": document,
        "products/lots/v2.yaml": product("v2.openapi.yaml", version="2.0.0"), "products/lots/v2.openapi.yaml": document,
        "types/tag/v1.yaml": type_("tag", {"maxLength": "9"}),
    }  # fmt: skip
    made = openapi_documents(loaded(files), "yaml")
    assert [(f.rule, f.place.path) for f in made.findings] == [("schema/is-valid", "types/tag/v1.yaml")]


def test_a_document_that_is_not_there() -> None:
    """The product's file names it, so the finding stands there."""
    made = openapi_documents(loaded({"products/lots/v1.yaml": product()}), "yaml")
    assert [(f.place.path, f.place.pointer) for f in made.findings] == [("products/lots/v1.yaml", "/openapi")]
