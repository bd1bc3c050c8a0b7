"""Generated code is our code: formatted, linted, and typed as strictly as what we write by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

FOLDERS = ("shipped_folder", "hostile_folder")


def run(*command: str, folder: Path) -> None:
    """Run a tool on a folder, which must find nothing."""
    done = subprocess.run([sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-4000:]}\n{done.stderr[-2000:]}"


@pytest.fixture(params=FOLDERS)
def folder(request: pytest.FixtureRequest) -> Path:
    """Return a folder with a generated package."""
    found: Path = request.getfixturevalue(request.param)
    return found


def test_is_formatted_and_linted(folder: Path) -> None:
    """`ruff format` and every rule of ruff find nothing to change under the package's own settings."""
    run("ruff", "format", "--check", "--no-cache", ".", folder=folder)
    run("ruff", "check", "--no-cache", ".", folder=folder)


def test_is_typed_for_mypy(folder: Path) -> None:
    """`mypy --strict` takes the package."""
    module = next(path.parent.name for path in folder.glob("*/py.typed"))
    run("mypy", "--strict", "--no-incremental", "--config-file=", "-p", module, folder=folder)


def test_is_typed_for_pyright(folder: Path) -> None:
    """Pyright's strict mode takes the package."""
    module = next(path.parent.name for path in folder.glob("*/py.typed"))
    settings = {
        "include": [module], "exclude": [f"{module}/_runtime", f"{module}/_invariants"], "typeCheckingMode": "strict",
        "pythonVersion": "3.11", "venvPath": str(Path(sys.prefix).parent), "venv": Path(sys.prefix).name,
    }  # fmt: skip
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    run("pyright", "-p", "pyrightconfig.json", folder=folder)
