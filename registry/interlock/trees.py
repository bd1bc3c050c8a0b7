"""Trees of files: the working copy, any git commit, or memory; all read the same way and never followed out."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from interlock.repository import Repository

IGNORED = frozenset({".git", ".interlock", ".venv", "__pycache__", "node_modules"})
"""Folders of the working copy that hold no contracts."""


class Tree(Protocol):
    """Files by path relative to the catalog's folder (`/` between folders)."""

    @property
    def name(self) -> str:
        """What people call it, for example `working copy`."""
        ...

    @property
    def blobs(self) -> Mapping[str, str]:
        """Identity of each file's content by path, as git names blobs."""
        ...

    @property
    def unread(self) -> Mapping[str, str]:
        """Why a path that is there can't be read: a symbolic link, no permission."""
        ...

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """Return the content of these paths, in one batch."""
        ...


def blob_id(content: bytes) -> str:
    """
    Return git's name of a blob (gitformat-object: SHA-1 over the header `blob <size>` and the content).

    >>> blob_id(b"")
    'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'
    """
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class MemoryTree:
    """Files held in memory: for tests, merges, and proposals that are not written yet."""

    files: Mapping[str, bytes]
    name: str = "memory"
    unread: Mapping[str, str] = field(default_factory=dict[str, str])

    @cached_property
    def _named(self) -> dict[str, str]:
        """Blob ids by path, worked out once."""
        return {path: blob_id(content) for path, content in self.files.items()}

    @property
    def blobs(self) -> Mapping[str, str]:
        """Each file's blob id."""
        return self._named

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """Return the content of these paths."""
        return {path: self.files[path] for path in paths}


@dataclass(frozen=True)
class WorkTree:
    """The working copy below a folder; links are not followed and files in ignored folders not seen."""

    root: Path
    name: str = "working copy"

    @cached_property
    def _scanned(self) -> tuple[dict[str, bytes], dict[str, str]]:
        """The content of each file, and why others can't be read."""
        files: dict[str, bytes] = {}
        unread: dict[str, str] = {}
        for path, entry in _walk(self.root):
            if entry.is_symlink():
                unread[path] = "a symbolic link is not followed: put the file itself here"
                continue
            try:
                files[path] = Path(entry.path).read_bytes()
            except OSError as error:
                unread[path] = f"the file can't be read: {error.strerror or 'unknown error'}"
        return files, unread

    @cached_property
    def _named(self) -> dict[str, str]:
        """Blob ids by path, worked out once."""
        return {path: blob_id(content) for path, content in self._scanned[0].items()}

    @property
    def blobs(self) -> Mapping[str, str]:
        """Each file's blob id."""
        return self._named

    @property
    def unread(self) -> Mapping[str, str]:
        """Why a path can't be read."""
        return self._scanned[1]

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """Return the content of these paths."""
        return {path: self._scanned[0][path] for path in paths}


def _walk(root: Path) -> Iterable[tuple[str, os.DirEntry[str]]]:
    """Yield each file below a folder with its relative path, in order, without following links."""
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        with os.scandir(root / folder) as entries:
            for entry in sorted(entries, key=lambda e: e.name):
                path = f"{folder}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in IGNORED:
                        waiting.append(path + "/")
                elif entry.is_symlink() or entry.is_file(follow_symlinks=False):
                    yield path, entry


@dataclass(frozen=True)
class GitTree:
    """The files of one commit below a folder of the repository: one `git ls-tree`, one batched object read."""

    repository: Repository
    commit: str
    prefix: str = ""
    name: str = ""

    @cached_property
    def _listed(self) -> tuple[dict[str, str], dict[str, str]]:
        """Blob ids by path, and links by path."""
        return self.repository.listing(self.commit, self.prefix)

    @property
    def blobs(self) -> Mapping[str, str]:
        """Each file's blob id."""
        return self._listed[0]

    @property
    def unread(self) -> Mapping[str, str]:
        """Why a path can't be read."""
        return self._listed[1]

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """Return the content of these paths in one batch."""
        wanted = {path: self.blobs[path] for path in paths}
        contents = self.repository.objects(wanted.values())
        return {path: contents[blob] for path, blob in wanted.items()}


@dataclass(frozen=True)
class BlobTree:
    """Files given by path and blob id, read from a repository: a state of history that no single commit need hold."""

    repository: Repository
    blobs: Mapping[str, str]
    name: str = "history"
    unread: Mapping[str, str] = field(default_factory=dict[str, str])

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """Return the content of these paths in one batch."""
        contents = self.repository.objects(self.blobs[path] for path in paths)
        return {path: contents[self.blobs[path]] for path in paths}
