"""`interlock generate python` with API products: what it writes, and what it says of a document that it can't take."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.generated import GOLDEN, written
from interlock_cli.__main__ import run

DOCUMENT = "contracts/products/filling-orders/v1.openapi.yaml"


@pytest.fixture(autouse=True)
def _catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run beside a catalog of one's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INTERLOCK_CATALOG", raising=False)
    written(
        {path.relative_to(GOLDEN).as_posix(): path.read_bytes() for path in (GOLDEN / "contracts").rglob("*.yaml")},
        Path(),
    )


def changed(old: str, new: str) -> None:
    """Change the document of the product."""
    text = Path(DOCUMENT).read_text(encoding="utf-8")
    assert old in text
    Path(DOCUMENT).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_changed_document_makes_the_package_stale(capsys: pytest.CaptureFixture[str]) -> None:
    """The check names the files of the product's client once its document says something else, and generating mends it."""
    generate = ("generate", "python", "-o", "out")
    assert run(generate) == 0
    assert run((*generate, "--check")) == 0
    capsys.readouterr()
    changed("name: state, in: query", "name: mode, in: query")
    assert run((*generate, "--check")) == 1
    stale = {line.split("/", 1)[1] for line in capsys.readouterr().out.splitlines()}
    assert stale == {f"products/filling_orders/v1.{ending}" for ending in ("py", "requests.json", "openapi.json")}
    assert run(generate) == 0
    assert run((*generate, "--check")) == 0


def test_a_product_that_goes_leaves_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Without products there is no client, and no module for clients."""
    assert run(("generate", "python", "-o", "out")) == 0
    for path in (DOCUMENT, DOCUMENT.replace(".openapi", "")):
        Path(path).unlink()
    capsys.readouterr()
    assert run(("generate", "python", "-o", "out")) == 0
    assert "removed  bottling_contracts/clients.py" in capsys.readouterr().out
    assert not Path("out/bottling_contracts/products").exists()


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("application/json: {schema: {$ref: '#/components/schemas/Order'}}", "multipart/form-data: {schema: {}}", 15),
        ("'#/components/schemas/OrderPage'", "'#/components/schemas/OrderPages'", 43),
        ("type: mutualTLS", "type: http, scheme: digest", 82),
        ("openapi: 3.1.1", "openapi: 3.2.0", 1),
    ],
)
def test_a_document_that_is_not_taken_is_a_finding_at_its_line(
    capsys: pytest.CaptureFixture[str], old: str, new: str, line: int
) -> None:
    """What no client can do stands in one line with file and line, and nothing is written."""
    changed(old, new)
    assert run(("generate", "python", "-o", "out")) == 1
    told = next(text for text in capsys.readouterr().out.splitlines() if "generate/" in text)
    assert f"products/filling-orders/v1.openapi.yaml:{line}: " in told
    assert not Path("out").exists()
