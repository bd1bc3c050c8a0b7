"""The reference page says what the code does: its table is the code's, its example runs."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from openapi_strategies import document

import interlock.compat.openapi as package
from interlock import openapi
from interlock.authoring.pairs import with_pairs
from interlock.compat import Verdict
from interlock.compat.openapi import API_RULES

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

import api_rules

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "openapi-compatibility.md"


MODULES = [openapi, *(f"{package.__name__}.{module.name}" for module in pkgutil.iter_modules(package.__path__))]


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_the_examples_of_docstrings_run(module: Any) -> None:
    """Whatever a docstring shows is so."""
    loaded = importlib.import_module(module) if isinstance(module, str) else module
    assert doctest.testmod(loaded).failed == 0


def test_the_table_is_that_of_the_code() -> None:
    """Every rule, in order, in its own words, with what its test compares; a stale page is mended by make docs."""
    assert PAGE.read_text(encoding="utf-8") == api_rules.page()
    assert all(f"| [`{name}`](rules/compat/{name}.md) |" in api_rules.table() for name in API_RULES)


@pytest.mark.parametrize("name", API_RULES)
def test_a_rules_page_shows_its_pair(name: str) -> None:
    """What fires and what looks alike stand on the page as the test compares them; another page is left alone."""
    shown = with_pairs(f"compat/{name}", "What.\n\n## Why\nWhy.\n\n## Mend\nMend.")
    assert [line for line in shown.splitlines() if line.startswith("## ")] == ["## Why", "## Bad", "## Good", "## Mend"]
    bad = shown.partition("## Bad")[2].partition("## Good")[0]
    assert any(line.startswith(("    +", "    -")) for line in bad.splitlines())
    assert with_pairs("naming/type-prefix-is-reverse-dns", "Text") == "Text"


def test_the_example_runs() -> None:
    """The page's first code block, about two small documents."""
    code = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]
    old, new = (document({"type": "object", "properties": members}, {}) for members in ({"plant": {}}, {}))
    names: dict[str, Any] = {"old_document": old, "new_document": new}
    exec(code, names)  # noqa: S102 - our own page
    assert names["answer"].verdict is Verdict.BREAKING
