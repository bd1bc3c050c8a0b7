"""Documents as text: the same value for every reader, the same bytes each time, and a first line that says whose they are."""

from __future__ import annotations

import doctest
import importlib
import json
import os
import pkgutil
import subprocess
import sys
from typing import Any

import pytest
import ryaml
import yaml
from exports_catalogs import ROOT
from hypothesis import example, given, settings
from hypothesis import strategies as st

import interlock_codegen.exports as package
from interlock_codegen.exports.texts import FORMS, written
from interlock_codegen.writing import is_generated

MODULES = [module.name for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
TEXTS = st.text(max_size=30) | st.sampled_from(
    ["1e3", "0o14", "0x1f", ".5", "+1", "1_000", "2026-01-01", "12:30:45", "no", "~", "", " ", "- a", "a: b", "#", "'", "\u202e", "\x00", "a\n b", "{site}", "null", "%"]
)  # fmt: skip
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(TEXTS, below, max_size=4),
    max_leaves=10,
)


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_docstrings_run(module: str) -> None:
    """Whatever a docstring shows is so."""
    assert doctest.testmod(importlib.import_module(module)).failed == 0


@settings(max_examples=200)
@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=4))
@example({"a": "1e3", "b": ["0o14", {"c": "no"}]})
def test_every_reader_takes_the_same(document: dict[str, Any]) -> None:
    """Readers of YAML 1.1 and of YAML 1.2 and of JSON find the value that was written."""
    text = written(document, "yaml")
    assert yaml.safe_load(text) == document
    assert ryaml.loads(text.decode()) == document
    marked = json.loads(written(document, "json"))
    assert {name: value for name, value in marked.items() if name != "x-generated" or name in document} == document


@pytest.mark.parametrize("form", FORMS)
def test_the_first_line_says_who_wrote_it(form: Any) -> None:
    """So that a later run may replace it, and a person knows where to change it."""
    text = written({"asyncapi": "3.0.0"}, form)
    assert is_generated(text)
    assert not is_generated(text.split(b"\n", 1)[1])


@pytest.mark.parametrize("target", ["openapi --contract quality@2", "asyncapi --schema-format draft-07"])
def test_the_same_bytes_on_any_machine(target: str) -> None:
    """Whatever the seed of hashes, the locale and the time zone."""
    command = [sys.executable, "-m", "interlock_cli", "--catalog", "contracts", "generate", *target.split()]
    seen = [
        subprocess.run(  # noqa: S603 - our own command
            command, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"}, check=True, capture_output=True
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Kolkata"))
    ]  # fmt: skip
    assert seen[0] == seen[1]
    assert len(seen[0]) > 10_000
