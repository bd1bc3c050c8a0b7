"""`interlock import`: a catalog of plain schema files that says what they said, and lists what it does not say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codegen.generated import ROOT, written
from interlock.catalog import Catalog
from interlock.errors import UsageError
from interlock.loading import load
from interlock.references import bundle
from interlock.trees import WorkTree
from interlock_codegen.importing.catalogs import Imported, import_schemas
from interlock_runtime import Gate

EDGE = ROOT / "tests" / "exactness" / "edge"
CASES = {
    f"{path.stem}-{case['name']}": case
    for path in sorted(EDGE.glob("*.json"))
    for case in json.loads(path.read_bytes())["cases"]
}


def imported(tmp_path: Path, schemas: dict[str, Any]) -> tuple[Imported, Catalog]:
    """Return what was made of some schema files, and the catalog as it is read again, without a finding."""
    files = {
        name: content if isinstance(content, bytes) else json.dumps(content).encode()
        for name, content in schemas.items()
    }
    made = import_schemas(written(files, tmp_path / "schemas"), tmp_path / "acme")
    loaded = load(WorkTree(tmp_path / "acme" / "contracts"))
    assert not loaded.findings
    return made, loaded.catalog


def test_imported_contracts_take_what_the_files_took(tmp_path: Path) -> None:
    """Over the edge suite of every dialect: a contract and the file it came from agree on every document."""
    made, catalog = imported(tmp_path, {f"{name}.json": case["schema"] for name, case in CASES.items()})
    refused = {finding.place.path for finding in made.findings}
    assert len(made.contracts) + len(refused) == len(CASES)
    assert len(refused) < len(CASES) / 10
    for path, contract in made.contracts.items():
        case = CASES[path.removesuffix(".json")]
        before, after = Gate(case["schema"]), Gate(bundle(contract, catalog.data).schema)
        for text in (text for text in (*case["accepts"], *case["refuses"]) if isinstance(text, str)):
            data = text.encode("utf-8", "surrogatepass")
            assert before.accepts(data) == after.accepts(data), (path, text)


def test_names_versions_and_deprecations_are_kept(tmp_path: Path) -> None:
    """What a file says about itself in its name, its identifier or its keywords stands in the contract."""
    made, catalog = imported(
        tmp_path,
        {
            "sales/OrderPlaced.v2.json": {"type": "object", "deprecated": True, "description": "A customer ordered."},
            "sales/orderPaid.json": {"$id": "https://example.com/order-paid/1.4.2", "type": "object"},
            "lot.json": {"type": "object", "title": "Lot"},
        },
    )
    placed, paid = catalog.find("sales.order-placed@2").value, catalog.find("sales.order-paid@1").value
    assert (placed.version, placed.lifecycle.status, placed.summary) == ("2.0.0", "deprecated", "A customer ordered.")
    assert (paid.version, paid.lifecycle.status) == ("1.4.2", "draft")
    assert catalog.find("imported.lot").value.summary == "Lot"
    assert any("https://example.com/order-paid/1.4.2" in loss.text for loss in made.losses)


def test_references_between_files_become_shared_types(tmp_path: Path) -> None:
    """What another file refers to is a type, and the references are those of a catalog."""
    made, catalog = imported(
        tmp_path,
        {
            "order.json": {"type": "object", "properties": {"buyer": {"$ref": "parts/party.json"}, "self": {"$ref": "#"}}},
            "parts/party.json": {"type": "object", "properties": {"name": {"$ref": "#/definitions/name"}}, "definitions": {"name": {"type": "string"}}},
        },
    )  # fmt: skip
    assert made.contracts == {"order.json": "events/imported/order/v1.yaml", "parts/party.json": "types/party/v1.yaml"}
    gate = Gate(bundle("events/imported/order/v1.yaml", catalog.data).schema)
    assert gate.accepts(b'{"buyer": {"name": "x"}, "self": {}}')
    assert not gate.accepts(b'{"self": {"buyer": {"name": 1}}}')


def test_every_loss_is_listed(tmp_path: Path) -> None:
    """What an older dialect ignored, and an identifier, are said with their place."""
    schema = {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "id": "https://example.com/x",
        "type": "object",
        "properties": {"a": {"$ref": "#/definitions/b", "maxLength": 2}, "c": {"const": 1}, "id": {"type": "string"}},
        "definitions": {"b": {"type": "string"}},
    }
    made, _ = imported(tmp_path, {"x.json": schema})
    said = {(loss.pointer, loss.text.partition(" was dropped")[0]) for loss in made.losses}
    assert {
        ("", "the identifier 'https://example.com/x'"),
        ("/properties/a", "'maxLength' beside a $ref"),
        ("/properties/c", "'const'"),
    } <= said


def test_one_bad_file_is_one_finding_and_no_contract(tmp_path: Path) -> None:
    """The others are imported; what refers to the bad one says so."""
    made, catalog = imported(
        tmp_path, {"bad.json": b"{", "good.json": {"type": "string"}, "lost.json": {"$ref": "elsewhere.json"}}
    )
    assert [finding.place.path for finding in made.findings] == ["bad.json", "lost.json"]
    assert set(catalog.types) >= {"good@1"}


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A second import into the same place writes nothing and says so."""
    imported(tmp_path, {"x.json": {"type": "object"}})
    before = {path: path.read_bytes() for path in (tmp_path / "acme").rglob("*") if path.is_file()}
    with pytest.raises(UsageError, match="nothing was written"):
        import_schemas(tmp_path / "schemas", tmp_path / "acme")
    assert {path: path.read_bytes() for path in (tmp_path / "acme").rglob("*") if path.is_file()} == before
