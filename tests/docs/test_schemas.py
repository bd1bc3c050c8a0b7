"""The schemas that editors use: every member is described, and what the catalog holds is valid under them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from interlock.documents import parse
from interlock.kinds import KINDS, kind_of, schema

CONTRACTS = Path(__file__).resolve().parents[2] / "contracts"
WITH_SCHEMA = [kind.name for kind in KINDS.values() if kind.model is not None]


def members(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every member of a kind of file and of its parts."""
    for name, definition in schema(kind)["$defs"].items():
        for member, node in definition["properties"].items():
            yield f"{name}.{member}", node


def patterns(node: Any) -> Iterator[str]:
    """Yield every pattern in a schema."""
    if isinstance(node, dict):
        if isinstance(node.get("pattern"), str):
            yield node["pattern"]
        for value in node.values():
            yield from patterns(value)
    elif isinstance(node, list):
        for value in node:
            yield from patterns(value)


@pytest.mark.parametrize("kind", WITH_SCHEMA)
def test_every_member_is_described(kind: str) -> None:
    """Whoever writes a file sees what each member means: a sentence that says more than the name."""
    missing = [name for name, node in members(kind) if len(node.get("description", "").split()) <= len(["a", "word"])]
    assert missing == []


@pytest.mark.parametrize("kind", WITH_SCHEMA)
def test_every_part_is_described(kind: str) -> None:
    """Each part that a file is made of says what it stands for."""
    assert [name for name, part in schema(kind)["$defs"].items() if "description" not in part] == []


@pytest.mark.parametrize("kind", WITH_SCHEMA)
def test_patterns_are_those_of_editors(kind: str) -> None:
    """Patterns are ECMA-262: Python's anchors mean letters there, and would refuse every value."""
    for pattern in patterns(schema(kind)):
        assert pattern.startswith("^"), pattern
        assert pattern.endswith("$"), pattern
        assert "\\A" not in pattern, pattern
        assert "\\Z" not in pattern, pattern


@pytest.mark.parametrize("kind", WITH_SCHEMA)
def test_the_shipped_catalog_is_valid_under_its_schemas(kind: str) -> None:
    """An editor finds no fault in a file that the loader takes."""
    validator = jsonschema.Draft202012Validator(schema(kind))
    files = [path for path in sorted(CONTRACTS.rglob("*.*")) if is_of(path, kind)]
    assert files
    for path in files:
        document = parse(path.relative_to(CONTRACTS).as_posix(), path.read_bytes())
        assert [error.message for error in validator.iter_errors(document.data)] == [], path.name


def is_of(path: Path, kind: str) -> bool:
    """Say whether a file is of a kind."""
    found = kind_of(path.relative_to(CONTRACTS).as_posix())
    return found is not None and found[0].name == kind
