"""A cache of what was read from git, in the user's own cache folder: no checkout can bring or change it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FORMAT = "1"
"""Raised when what is cached changes its form."""


@dataclass(frozen=True, slots=True)
class Cache:
    """JSON values by key; a value that can't be read is absent, one that can't be written is not cached."""

    folder: Path | None

    @classmethod
    def of_user(cls) -> Cache:
        """
        Return the cache of the user who runs this.

        `INTERLOCK_CACHE_DIR` names another folder; `off` turns it off. Otherwise the XDG Base Directory
        Specification's `XDG_CACHE_HOME`, or `~/.cache`.
        """
        named = os.environ.get("INTERLOCK_CACHE_DIR")
        if named == "off":
            return cls(None)
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
        with contextlib.suppress(RuntimeError):  # no home folder
            return cls(Path(named).expanduser() if named else Path(base).expanduser() / "interlock")
        return cls(None)

    def get(self, *key: str) -> Any:
        """Return the value of a key, or None."""
        if self.folder is None:
            return None
        with contextlib.suppress(OSError, ValueError):
            return json.loads(self._path(key).read_bytes())
        return None

    def put(self, value: Any, *key: str) -> None:
        """Keep a value; written beside and moved into place, so that a reader never sees half of it."""
        if self.folder is None:
            return
        path = self._path(key)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(value, file, separators=(",", ":"))
            Path(name).replace(path)

    def _path(self, key: tuple[str, ...]) -> Path:
        """Return the file of a key."""
        name = hashlib.sha256("\0".join((FORMAT, *key)).encode()).hexdigest()
        return Path(self.folder or "") / name[:2] / f"{name[2:40]}.json"
