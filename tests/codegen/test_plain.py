"""`--from`: plain JSON Schema files become modules that take exactly what their schemas take."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from codegen.generated import ROOT, importable, written
from interlock.errors import UsageError
from interlock_cli.commands.generate import unusable
from interlock_codegen.documents import documents_package

EDGE = ROOT / "tests" / "exactness" / "edge"
CASES = {
    f"{path.stem}_{case['name']}": case
    for path in sorted(EDGE.glob("*.json"))
    for case in json.loads(path.read_bytes())["cases"]
}


def schemas_in(folder: Path, schemas: dict[str, Any]) -> Path:
    """Write schema files below a folder."""
    return written(
        {
            name: content if isinstance(content, bytes) else json.dumps(content).encode()
            for name, content in schemas.items()
        },
        folder,
    )


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """Return the package of the edge suite's schemas."""
    source = schemas_in(
        tmp_path_factory.mktemp("schemas"), {f"{name}.json": case["schema"] for name, case in CASES.items()}
    )
    generated = documents_package(source, "edge_documents", unusable)
    assert not generated.findings
    with importable(written(generated.files, tmp_path_factory.mktemp("edge")), "edge_documents") as module:
        yield module


@pytest.mark.parametrize("name", CASES)
def test_modules_take_what_their_schemas_take(edge: ModuleType, name: str) -> None:
    """What the edge suite accepts is read as a typed value and written again; what it refuses is refused with reasons."""
    module = importlib.import_module(f"{edge.__name__}.{name.replace('-', '_')}")
    for text in filter(_is_text, CASES[name]["accepts"]):
        document = module.parse(text.encode())
        assert module.errors(text.encode()) == []
        assert module.errors(module.serialize(document)) == []
    for text in filter(_is_text, CASES[name]["refuses"]):
        assert module.errors(text.encode("utf-8", "surrogatepass"))


def _is_text(document: Any) -> bool:
    """Say whether a document of the suite is written as its text; others are bytes, which the runtime's tests read."""
    return isinstance(document, str)


def test_files_may_refer_to_each_other(tmp_path: Path) -> None:
    """A reference to another file, by its path or by its identifier, is followed; nothing is fetched."""
    source = schemas_in(
        tmp_path / "in",
        {
            "order.json": {"type": "object", "required": ["buyer"], "properties": {"buyer": {"$ref": "parts/party.json"}, "unit": {"$ref": "https://example.com/unit"}}},
            "parts/party.json": {"type": "object", "required": ["name"], "properties": {"name": {"$ref": "../name.yaml#/$defs/short"}}},
            "name.yaml": b"$defs:\n  short: {type: string, maxLength: 5}\n",
            "unit.json": {"$id": "https://example.com/unit", "enum": ["KGM", "LTR"]},
        },
    )  # fmt: skip
    generated = documents_package(source, "orders", unusable)
    assert not generated.findings
    with importable(written(generated.files, tmp_path / "out"), "orders") as package:
        assert package.order.errors(b'{"buyer": {"name": "short"}, "unit": "KGM"}') == []
        assert package.order.errors(b'{"buyer": {"name": "too long"}}')
        assert package.order.errors(b'{"buyer": {"name": "x"}, "unit": "lb"}')


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"{", "file/is-well-formed"),
        (b"[]", "file/is-a-schema"),
        ({"$ref": "https://example.com/elsewhere.json"}, "generate/schema-is-exact"),
        ({"pattern": "("}, "generate/schema-is-exact"),
        ({"type": 5}, "generate/schema-is-exact"),
    ],
)
def test_one_bad_file_is_one_finding(tmp_path: Path, content: Any, rule: str) -> None:
    """What can't be used is said with its file, and the others are generated."""
    source = schemas_in(tmp_path, {"bad.json": content, "good.json": {"type": "string"}})
    generated = documents_package(source, "some", unusable)
    assert [(finding.rule, finding.place.path) for finding in generated.findings] == [(rule, "bad.json")]
    assert "some/good.py" in generated.files
    assert "some/bad.py" not in generated.files


def test_stems_that_would_be_one_module_are_told_apart(tmp_path: Path) -> None:
    """Each file has a module, whatever it is called."""
    names = [
        "a-b.json",
        "a_b.json",
        "a b.json",
        "class.json",
        "__init__.json",
        "_runtime.json",
        "_lazy.json",
        "py.typed.json",
        "ÄÖ.json",
    ]
    source = schemas_in(tmp_path / "in", {name: {"type": "integer"} for name in names})
    generated = documents_package(source, "some", unusable)
    with importable(written(generated.files, tmp_path / "out"), "some") as package:
        assert len(package.__all__) == len(names)
        assert all(getattr(package, name).parse(b"7") == 7 for name in package.__all__)


@pytest.mark.parametrize("folder", ["nowhere", "empty"])
def test_no_files_is_one_sentence(tmp_path: Path, folder: str) -> None:
    """A folder that is not there or holds no schema is a mistake that is told."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="JSON Schema files"):
        documents_package(tmp_path / folder, "some", unusable)
