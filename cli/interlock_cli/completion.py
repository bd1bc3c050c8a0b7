"""Completion of contract names in the shell: from the catalog's file names alone, nothing is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from typer import Context

from interlock.errors import InterlockError
from interlock_cli.places import catalog_folder

_GLOBS = {"events": "*/*/v*.yaml", "types": "*/v*.yaml", "products": "*/v*.yaml"}


def contract_names(ctx: Context, incomplete: str) -> list[str]:
    """Return the contracts whose name starts so, with their majors once a name is complete; nothing outside a catalog."""
    try:
        majors = dict(_majors(catalog_folder(ctx)))
    except (InterlockError, OSError):
        return []
    names = sorted(majors)
    if "@" in incomplete:
        names = [f"{name}@{major}" for name in names for major in sorted(majors[name])]
    return [name for name in names if name.startswith(incomplete)]


def _majors(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield each contract's name and majors by the paths of its files."""
    found: dict[str, list[str]] = {}
    for kind, pattern in _GLOBS.items():
        for path in (folder / kind).glob(pattern):
            if path.stem[1:].isdigit():
                found.setdefault(".".join(path.relative_to(folder / kind).parts[:-1]), []).append(path.stem[1:])
    yield from found.items()
