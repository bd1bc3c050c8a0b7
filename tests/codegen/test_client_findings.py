"""What no client can do exactly is said before a package is written, at its place in the document."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.generated import files_of, importable, written
from codegen.hostile_products import BASE, Server, case_of, contracts_of, document_of, spoiled
from codegen.hostile_products import CASES as WHOLE
from interlock.documents import parse
from interlock.loading import Loaded, load
from interlock.trees import MemoryTree
from interlock_cli.commands.generate import unusable
from interlock_codegen.clients.circles import MOST
from interlock_codegen.clients.files import product_findings
from interlock_codegen.generating import python_package
from support.plant import SETTINGS

FILE = Path(__file__).parents[1] / "cases" / "client_findings.yaml"
CASES = parse(FILE.name, FILE.read_bytes()).data


DOCUMENTS = [document_of(case_of(path)) for path in WHOLE if "repeat" not in case_of(path)]


def loaded(case: dict[str, Any]) -> Loaded:
    """Return the catalog of a case."""
    document = case.get("document", {})
    files = contracts_of("case", case if isinstance(document, dict) else {**case, "document": {}})
    if not isinstance(document, dict):
        files["products/case/v1.openapi.yaml"] = document
    files = {"catalog.yaml": SETTINGS, **files}
    return load(MemoryTree({path: json.dumps(content).encode() for path, content in files.items()}))


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_finding_names_rule_place_and_reason(case: dict[str, Any]) -> None:
    """Each case has the findings that it lists and no others, with their rule, pointer and words."""
    found = list(product_findings(loaded(case).catalog, unusable))
    assert [(finding.rule, finding.place.pointer) for finding in found] == [(rule, at) for rule, at, _ in case["finds"]]
    for finding, (_, _, words) in zip(found, case["finds"], strict=True):
        assert words in finding.message
        assert finding.contract == "case@1"


def test_nothing_is_written_with_a_finding() -> None:
    """A package is not made of the good half of a catalog."""
    case = next(case for case in CASES if "multipart" in case["why"])
    made = python_package(loaded(case), unusable)
    assert not made.files
    assert "generate/client-is-complete" in {finding.rule for finding in made.findings}


def linked(count: int, *, circle: bool) -> dict[str, Any]:
    """Return a document of types each of which names the next, and the last one the first."""
    names = [f"S{number}" for number in range(count)]
    below = dict(zip(names, [*names[1:], names[0] if circle else "End"], strict=True))
    schemas = {
        name: {"type": "object", "properties": {"n": {"$ref": f"#/components/schemas/{child}"}}}
        for name, child in below.items()
    }
    body = {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}}
    get = {"operationId": "a", "responses": {"200": {"description": "ok", "content": body}}}
    return {"paths": {"/a": {"get": get}}, "components": {"schemas": {**schemas, "End": {"type": "string"}}}}


@pytest.mark.parametrize(
    ("count", "circle", "said"),
    [
        (MOST, True, ""),
        (MOST + 1, True, "hold each other in a circle"),
        (500, False, ""),
        (5000, False, "more than a thousand steps"),
    ],
)
def test_types_that_lead_to_each_other_are_built_or_refused(
    tmp_path: Path, count: int, said: str, *, circle: bool
) -> None:
    """A chain or a circle of types is a client that reads, or a finding; never a traceback."""
    settings_ = {**SETTINGS, "targets": {"python": {"distribution": "linked-contracts", "module": "linked_contracts"}}}
    files = {**contracts_of("case", {"document": linked(count, circle=circle)}), "catalog.yaml": settings_}
    catalog = load(MemoryTree({path: json.dumps(content).encode() for path, content in files.items()}))
    made = python_package(catalog, unusable)
    assert [said in finding.message for finding in made.findings] == ([True] if said else [])
    if not said:
        with importable(written(made.files, tmp_path), "linked_contracts") as package:
            server = Server(package, [{"answer": {"json": {"n": {"n": {}}}}}])
            assert package.products.case.v1.Client(BASE, transport=server).a().n.n is not None


@settings(max_examples=150)
@given(document=st.sampled_from(DOCUMENTS), seed=st.integers(0, 2**32))
def test_a_spoiled_document_has_findings_or_a_client(document: dict[str, Any], seed: int) -> None:
    """Whatever stands in a document, either a finding says what is wrong with it, or the client is Python."""
    catalog = loaded({"document": {**spoiled(document, random.Random(seed)), "openapi": "3.1.1"}}).catalog  # noqa: S311 - chance of a test
    if not list(product_findings(catalog, unusable)):
        compile(files_of(catalog)["acme_contracts/products/case/v1.py"], "v1.py", "exec")
