"""`interlock generate` and `interlock import` on the command line: what they print, write, and how they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codegen.generated import GOLDEN, ROOT, written
from interlock_cli.__main__ import run

CATALOG = str(GOLDEN / "contracts")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in a folder of one's own, outside of any catalog."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INTERLOCK_CATALOG", raising=False)


def test_generating_and_checking(capsys: pytest.CaptureFixture[str]) -> None:
    """A fresh package is up to date; one changed file makes the check fail and is named; generating mends it."""
    generate = ("--catalog", CATALOG, "generate", "python", "-o", "out")
    assert run((*generate, "--check")) == 1
    assert run(generate) == 0
    assert run((*generate, "--check")) == 0
    path = Path("out/bottling_contracts/types.py")
    path.write_text(path.read_text() + "x = 1\n")
    capsys.readouterr()
    assert run((*generate, "--check")) == 1
    said = capsys.readouterr()
    assert said.out == "differs  bottling_contracts/types.py\n"
    assert "run interlock generate python -o out" in said.err
    assert run(generate) == 0
    assert run((*generate, "--check")) == 0


def test_version_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    """The release says which version the package gets, and what is no version is told."""
    assert run(("--catalog", CATALOG, "generate", "python", "-o", "out", "--package-version", "1.2.0", "-q")) == 0
    assert 'version = "1.2.0"' in Path("out/pyproject.toml").read_text()
    assert run(("--catalog", CATALOG, "generate", "python", "-o", "out", "--package-version", "one")) == 2
    assert "is not a version" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("generate", "rust", "-o", "out"), 2, "write python"),
        (("generate", "python"), 2, "--output"),
        (("--catalog", CATALOG, "generate", "python", "-o", "file/out"), 2, "can't be written"),
        (("generate", "python", "-o", "out"), 3, "no catalog at"),
        (("generate", "python", "--from", "nowhere", "-o", "out"), 2, "there is no folder nowhere"),
        (("generate", "python", "--from", "schemas", "--module", "My Docs", "-o", "out"), 2, "for example my_docs"),
        (("import", "nowhere"), 2, "there is no folder nowhere"),
    ],
)
def test_a_mistake_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, said: str
) -> None:
    """What was wrong, and what would mend it, on one line of stderr; nothing is written."""
    Path("file").write_text("")
    Path("schemas").mkdir()
    assert run(arguments) == code
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not Path("out").exists()


def test_a_catalog_without_a_name_for_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence says what to add, and where."""
    settings = (GOLDEN / "contracts/catalog.yaml").read_text().partition("targets:")[0]
    written({"contracts/catalog.yaml": settings.encode()}, Path())
    assert run(("generate", "python", "-o", "out")) == 2
    assert "catalog.yaml does not name a Python package: add targets" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("'^[A-Z0-9-]{1,20}$'", "'^[A-Z0-9-'", "generate/schema-is-exact"),
        (
            "types/quantity/v1.yaml, description: What went",
            "types/quality/v1.yaml, description: What went",
            "generate/reference-resolves",
        ),
        ("tier: T1", "tier: T9", "file/fits-its-kind"),
    ],
)
def test_a_contract_that_cannot_become_code_is_a_finding(
    capsys: pytest.CaptureFixture[str], old: str, new: str, rule: str
) -> None:
    """Each stands in the way with its place, and nothing is written."""
    files = {path.relative_to(GOLDEN).as_posix(): path.read_bytes() for path in (GOLDEN / "contracts").rglob("*.yaml")}
    contract = "contracts/events/filling/batch-filled/v2.yaml"
    assert old.encode() in files[contract]
    written({**files, contract: files[contract].replace(old.encode(), new.encode())}, Path())
    assert run(("generate", "python", "-o", "out", "--json")) == 1
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert rule in {finding["rule"] for finding in findings}
    assert not Path("out").exists()


def test_plain_files_with_a_bad_one_among_them(capsys: pytest.CaptureFixture[str]) -> None:
    """The good files are generated, the bad one is a finding, and the run ends with 1."""
    written({"schemas/order.json": b'{"type": "object"}', "schemas/bad.json": b"{"}, Path())
    assert run(("generate", "python", "--from", "schemas", "-o", "out")) == 1
    assert Path("out/schemas/order.py").exists()
    assert "bad.json" in capsys.readouterr().out


def test_an_imported_catalog_can_be_worked_with(capsys: pytest.CaptureFixture[str]) -> None:
    """What import writes is a catalog that list reads, and each file's fate is told."""
    written(
        {"schemas/sales/OrderPlaced.v2.json": b'{"type": "object", "properties": {"a": {"type": "string"}}}'}, Path()
    )
    assert run(("import", "schemas", "-o", "acme", "--name", "acme", "--json")) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["contracts"] == {"sales/OrderPlaced.v2.json": "events/sales/order-placed/v2.yaml"}
    assert any("lineage" in loss["text"] for loss in said["losses"])
    assert run(("--catalog", "acme/contracts", "list", "events", "--json")) == 0
    assert "sales.order-placed" in capsys.readouterr().out


def test_shipped_catalog_is_generated_with_its_upcasters() -> None:
    """The reviewed functions beside `contracts/` come into the package."""
    assert run(("--catalog", str(ROOT / "contracts"), "generate", "python", "-o", "out", "-q")) == 0
    assert Path("out/acme_contracts/upcasters/production/work_order_released.py").exists()
