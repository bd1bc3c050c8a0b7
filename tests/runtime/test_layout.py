"""The runtime is copied into other packages: it knows nothing of this repository and loads little."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import interlock_runtime

HOME = Path(interlock_runtime.__file__).parent
FOREIGN = {"pydantic", "pydantic_core", "jsonschema_rs", "msgspec"}
"""What the runtime may require of others."""


@pytest.mark.parametrize("path", sorted(HOME.glob("*.py")), ids=lambda path: path.stem)
def test_a_module_imports_relatively(path: Path) -> None:
    """Nothing of this repository by its absolute name, and nothing that is no declared dependency."""
    for node in ast.walk(ast.parse(path.read_text())):
        names = (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom) and not node.level
            else []
        )
        for name in names:
            top = name.partition(".")[0]
            assert top in sys.stdlib_module_names or top in FOREIGN, f"{path.name} imports {name}"


def _in_a_new_process(code: str, *folders: Path) -> str:
    """Return what a program prints that sees only some folders and the installed packages."""
    paths = "; ".join(f"sys.path.insert(0, {str(folder)!r})" for folder in folders)
    run = subprocess.run(  # noqa: S603 - a fixed program
        [sys.executable, "-c", f"import sys; {paths}; {code}"], capture_output=True, text=True, check=True
    )
    return run.stdout.strip()


def test_importing_it_loads_nothing_heavy() -> None:
    """Names are loaded when first used."""
    heavy = "print(sorted({'pydantic', 'jsonschema_rs', 'msgspec', 'interlock'} & set(sys.modules)))"
    assert _in_a_new_process(f"import interlock_runtime; {heavy}", HOME.parent) == "[]"
    gate = "from interlock_runtime import Gate; print('pydantic' in sys.modules)"
    assert _in_a_new_process(gate, HOME.parent) == "False"
    assert _in_a_new_process(f"from interlock_runtime import RawMessage, Violation, Keys; {heavy}", HOME.parent) == "[]"


def test_a_copy_works_under_another_name(tmp_path: Path) -> None:
    """As `_runtime` inside a generated package, without this repository on the path."""
    shutil.copytree(HOME, tmp_path / "acme" / "_runtime", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "acme" / "__init__.py").touch()
    code = "from acme._runtime import Gate, Contract, Instant, MISSING; print(Gate({'type': 'integer'}).accepts(b'1.0'), Contract.__module__)"
    assert _in_a_new_process(code, tmp_path) == "True acme._runtime.contract"


def test_every_name_that_is_offered_is_there() -> None:
    """`__all__` is what can be imported, and a wrong name is an AttributeError."""
    assert all(getattr(interlock_runtime, name) is not None for name in interlock_runtime.__all__)
    with pytest.raises(AttributeError):
        interlock_runtime.nothing  # noqa: B018 - the access is the test
