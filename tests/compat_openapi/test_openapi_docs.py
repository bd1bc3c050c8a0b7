"""The reference page says what the code does: its table is the code's, its example runs."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
from pathlib import Path
from typing import Any

import pytest
from openapi_strategies import document

import interlock.compat.openapi as package
from interlock import openapi
from interlock.compat import Verdict
from interlock.compat.openapi import API_RULES

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "openapi-compatibility.md"


MODULES = [openapi, *(f"{package.__name__}.{module.name}" for module in pkgutil.iter_modules(package.__path__))]


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_the_examples_of_docstrings_run(module: Any) -> None:
    """Whatever a docstring shows is so."""
    loaded = importlib.import_module(module) if isinstance(module, str) else module
    assert doctest.testmod(loaded).failed == 0


def table() -> str:
    """The rules as the page shows them."""
    rows = [f"| `{r.id}` | {r.level} | {r.what} | {r.fix} | {r.mirror} |" for r in API_RULES.values()]
    return "\n".join(["| cause | level | what | what mends it | mirror image |", "|---|---|---|---|---|", *rows])


def test_the_table_is_that_of_the_code() -> None:
    """Every rule, in order, in its own words; a stale page is mended with what this test prints."""
    shown = PAGE.read_text(encoding="utf-8").partition("<!-- rules -->\n")[2].partition("\n<!-- /rules -->")[0]
    assert shown == table()


def test_the_example_runs() -> None:
    """The page's first code block, about two small documents."""
    code = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]
    old, new = (document({"type": "object", "properties": members}, {}) for members in ({"plant": {}}, {}))
    names: dict[str, Any] = {"old_document": old, "new_document": new}
    exec(code, names)  # noqa: S102 - our own page
    assert names["answer"].verdict is Verdict.BREAKING
