"""Hostile contracts become correct code: it is formatted, typed, reads and writes the right documents, and runs nothing."""

from __future__ import annotations

import ast
import json
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from codegen.generated import CASES
from interlock_codegen.printing import refuse_text


def contract_of(hostile: ModuleType, case: Path) -> Any:
    """Return the contract that a case became."""
    return hostile.contract(f"hostile.{case.stem}@1")


def exactly(text: bytes) -> Any:
    """Return a JSON value whose numbers have the value that their digits say."""
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_documents_are_read_and_written_as_the_contract_says(hostile: ModuleType, case: Path) -> None:
    """What the contract takes is read, and written again as the same JSON value; what it refuses is refused."""
    contract, said = contract_of(hostile, case), json.loads(case.read_bytes())
    for document in said["accepts"]:
        text = json.dumps(document).encode()
        assert exactly(contract.serialize_data(contract.parse_data(text))) == exactly(text)
    for document in said["refuses"]:
        assert contract.data_errors(json.dumps(document).encode()), document


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_each_declared_member_is_a_field_with_its_wire_name(hostile: ModuleType, case: Path) -> None:
    """No member is lost to a name: each has one field, and the field knows what the wire calls it."""
    contract = contract_of(hostile, case)
    declared = {name for name, part in contract.json_schema()["properties"].items() if part is not False}
    fields = contract.model.model_fields
    assert {name if field.alias is None else field.alias for name, field in fields.items()} == declared
    assert all(name.isidentifier() and name.isascii() for name in fields)


def test_nothing_of_a_contract_runs(hostile: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Importing, reading, and printing every hostile contract leaves no trace of the code in its texts."""
    monkeypatch.chdir(tmp_path)
    for case in CASES:
        contract = contract_of(hostile, case)
        repr(contract.model.model_fields)
    assert not list(tmp_path.iterdir())
    assert not Path("CANARY").exists()


def test_texts_of_contracts_stand_in_strings_only(hostile_folder: Path) -> None:
    """In the syntax tree, the code that hostile texts carry is nowhere but inside of string constants."""
    for path in hostile_folder.rglob("v1.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            assert not (isinstance(node, ast.Name) and node.id in {"__import__", "CANARY"}), path
            assert not (isinstance(node, ast.Attribute) and node.attr in {"touch", "system"}), path


@pytest.mark.parametrize("value", ["text", 1, None, ["x"]])
def test_a_template_prints_code_only(value: object) -> None:
    """A template that would print a contract's text as it stands fails."""
    with pytest.raises(TypeError, match="lower it first"):
        refuse_text(value)
