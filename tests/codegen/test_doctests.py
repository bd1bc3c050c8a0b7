"""The examples in docstrings are true."""

from __future__ import annotations

import doctest
import importlib

import pytest

MODULES = [
    "interlock_codegen.clients.circles",
    "interlock_codegen.clients.constants",
    "interlock_codegen.code",
    "interlock_codegen.documents",
    "interlock_codegen.importing.names",
    "interlock_codegen.layout",
    "interlock_codegen.lowering.place",
    "interlock_codegen.lowering.shapes",
    "interlock_codegen.naming",
    "interlock_runtime.models",
    "interlock_runtime.testing.texts",
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_are_true(name: str) -> None:
    """Each example gives what it says, and there is at least one."""
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0
    assert result.failed == 0
