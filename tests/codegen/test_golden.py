"""
A small catalog's package, shown whole.

`INTERLOCK_APPROVE=1 pytest tests/codegen/test_golden.py` writes it anew; read the difference before you commit it.
"""

from __future__ import annotations

import os
import shutil

from codegen.generated import GOLDEN, files_of, golden_files, hostile_catalog, shipped, written

EXPECTED = GOLDEN / "expected"


def test_package_is_as_approved() -> None:
    """Each file is, byte for byte, the one that a person has read and approved; none is missing, none too many."""
    made = golden_files()
    if os.environ.get("INTERLOCK_APPROVE") == "1":
        shutil.rmtree(EXPECTED, ignore_errors=True)
        written(made, EXPECTED)
    approved = {
        path.relative_to(EXPECTED).as_posix(): path
        for path in EXPECTED.rglob("*")
        if path.is_file() and ".ruff_cache" not in path.parts
    }
    assert set(made) == set(approved)
    for path, content in made.items():
        assert content.decode() == approved[path].read_text(encoding="utf-8"), path


def test_same_catalog_gives_the_same_bytes() -> None:
    """Two generations agree byte for byte, also where names had to be told apart."""
    assert files_of(shipped()) == files_of(shipped())
    assert files_of(hostile_catalog()) == files_of(hostile_catalog())
