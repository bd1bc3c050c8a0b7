"""Where the catalog of a run is, and reading it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from typer import Context

from interlock.errors import NoCatalogError
from interlock_cli.frame import globals_of

if TYPE_CHECKING:
    from interlock.loading import Loaded

SETTINGS = "catalog.yaml"


def catalog_folder(context: Context) -> Path:
    """Return the folder that `--catalog` names, else the nearest one upward; raise NoCatalogError."""
    return folder_at(globals_of(context).catalog)


def folder_at(named: Path | None) -> Path:
    """Return the catalog's folder for what `--catalog` says; raise NoCatalogError."""
    if named is not None:
        found = _catalog_in(named) or (named.parent if named.name == SETTINGS and named.is_file() else None)
    else:
        found = _upward(Path.cwd())
    if found is None:
        raise NoCatalogError(str(named or Path.cwd()))
    return found


def _upward(start: Path) -> Path | None:
    """Look in each folder from here to the repository's top."""
    for folder in (start, *start.parents):
        found = _catalog_in(folder)
        if found is not None or (folder / ".git").exists():
            return found
    return None


def _catalog_in(folder: Path) -> Path | None:
    """Return the catalog's folder that is one here: `contracts/`, or the folder itself."""
    return next((place for place in (folder / "contracts", folder) if (place / SETTINGS).is_file()), None)


def working_copy(context: Context, *, whole: bool = True) -> Loaded:
    """Read the catalog as it stands in the working copy, without examples and OpenAPI documents where nothing is said of them."""
    from interlock.loading import load
    from interlock.trees import WorkTree

    return load(WorkTree(catalog_folder(context)), whole=whole)
