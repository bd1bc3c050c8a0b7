"""The page about the generated package is true: its examples run, and whatever a door offers is on it."""

from __future__ import annotations

import doctest
import re
import tomllib
from pathlib import Path

import pytest

from codegen.generated import importable, shipped_files, written
from interlock_codegen.facades import facades

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "package.md"


def test_its_examples_run(tmp_path: Path) -> None:
    """Each example prints what the page says, with the package of the shipped catalog."""
    text = PAGE.read_text(encoding="utf-8")
    said = doctest.DocTestParser().get_doctest(text, {"folder": tmp_path}, "package", str(PAGE), 0)
    wrong: list[str] = []
    with importable(written(shipped_files(), tmp_path / "package")):
        found = doctest.DocTestRunner(verbose=False).run(said, out=wrong.append)
    assert found.attempted > 0
    assert not found.failed, "".join(wrong)


@pytest.mark.parametrize(
    ("path", "names"), [(path, {row[2] for row in rows}) for path, _, _, rows in facades(products=True)]
)
def test_every_door_has_its_example_and_every_name_its_sentence(path: str, names: set[str]) -> None:
    """Nothing is offered that the page does not show."""
    text = PAGE.read_text(encoding="utf-8")
    module = path.removesuffix("/__init__.py").removesuffix(".py").replace("/", ".")
    table = {
        name.rpartition(".")[2]: what for name, what in re.findall(r"^\| `([\w.]+)` \| (.+) \|$", text, re.MULTILINE)
    }
    door = "transports" if module.startswith("transports") else module
    assert f">>> from acme_contracts.{door}" in text
    if module != "transports":
        assert {name for name in names if not table.get(name, "").endswith(".")} == set()


def test_every_extra_is_on_it() -> None:
    """What the package's own project file offers to install is what the page says."""
    project = tomllib.loads(shipped_files()["pyproject.toml"].decode())["project"]
    rows = re.findall(r"^\| `([a-z0-9]+)` \| `[\w-]+", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(rows) == set(project["optional-dependencies"])
