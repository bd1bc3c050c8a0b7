"""Writing a package to disk: what is generated is replaced or removed, what people wrote is never touched."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from interlock.errors import UsageError
from interlock_codegen.printing import MARKER

Ours: TypeAlias = Callable[[Path], Iterable[str]]
"""Finds the files below a folder that earlier runs wrote."""
IGNORED = frozenset({".git", ".venv", "__pycache__", "build", "dist", "node_modules"})
"""Folders that are never looked into: a build's copy of a generated file is not ours to remove."""
_HEAD = 400
"""Bytes at the start of a file in which the marker is looked for."""


@dataclass(frozen=True, slots=True)
class Drift:
    """How a folder differs from what is generated now; paths in order."""

    missing: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    """Generated before, and by nothing now."""

    def __bool__(self) -> bool:
        """Say whether there is any."""
        return bool(self.missing or self.changed or self.stale)


class HandWrittenError(UsageError):
    """A file that Interlock did not write stands where a generated one belongs."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        """Say which, and what to do."""
        return f"{self.path} was not written by Interlock and is left alone: move it away, or generate into another folder with -o"


def generated(folder: Path) -> Iterator[str]:
    """Yield the files below a folder that Interlock wrote."""
    for here, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if name not in IGNORED and not name.endswith(".egg-info"))
        for name in names:
            path = Path(here) / name
            if not path.is_symlink() and path.is_file() and is_generated(_head(path)):
                yield path.relative_to(folder).as_posix()


def _head(path: Path) -> bytes:
    """Return the start of a file, nothing of one that can't be read."""
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError:
        return b""


def drift(files: Mapping[str, bytes], folder: Path, *, ours: Ours = generated) -> Drift:
    """
    Return how a folder differs from these files; raise HandWrittenError when one is in the way.

    `ours` finds the files of earlier runs, which are stale when they are none of these.
    """
    missing: list[str] = []
    changed: list[str] = []
    for path, content in files.items():
        there = _content(folder, path)
        if there is None:
            missing.append(path)
        elif there != content:
            if not is_generated(there):
                raise HandWrittenError(folder / path)
            changed.append(path)
    stale = tuple(path for path in sorted(ours(folder)) if path not in files)
    return Drift(tuple(missing), tuple(changed), stale)


def write(files: Mapping[str, bytes], folder: Path, *, ours: Ours = generated) -> Drift:
    """Make a folder hold these files and no other of `ours`; return what was done. Raises UsageError."""
    found = drift(files, folder, ours=ours)
    try:
        for path in (*found.missing, *found.changed):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(files[path])
        for path in found.stale:
            (folder / path).unlink()
        _remove_empty(folder, found.stale)
    except OSError as error:
        raise UsageError(f"the files can't be written to {folder}: {error.strerror or 'unknown error'}") from None
    return found


def is_generated(content: bytes) -> bool:
    """Say whether a file was written by Interlock: its first line says so."""
    return MARKER.encode() in content[:_HEAD].split(b"\n", 1)[0]


def _content(folder: Path, path: str) -> bytes | None:
    """Return what stands at a path, or None; links are not followed, so nothing is written out of the folder."""
    place = folder
    for part in path.split("/"):
        place /= part
        if place.is_symlink():
            raise HandWrittenError(place)
    if place.is_dir():
        raise HandWrittenError(place)
    try:
        return place.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UsageError(f"{place} can't be read: {error.strerror or 'unknown error'}") from None


def _remove_empty(folder: Path, removed: tuple[str, ...]) -> None:
    """Remove the folders that held nothing but files which are gone, and the interpreter's caches of them."""
    parents = {
        parent
        for path in removed
        for parent in (folder / path).parents
        if parent != folder and folder in parent.parents
    }
    for place in sorted(parents, key=lambda place: -len(place.parts)):
        cache = place / "__pycache__"
        if place.is_dir() and all(item == cache for item in place.iterdir()):
            for item in cache.glob("*.pyc") if not cache.is_symlink() else ():
                item.unlink()
            for empty in (cache, place):
                if empty.is_dir() and not any(empty.iterdir()):
                    empty.rmdir()
