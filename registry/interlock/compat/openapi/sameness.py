"""What did not change: path items that read alike in both documents, with everything that they refer to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from .sources import Cursor, Source

_REFERENCE = re.compile(r'"\$ref": "((?:[^"\\]|\\.)*)"')
_SHARED = ("openapi", "jsonSchemaDialect", "security", "servers")
"""Root members that every operation rests on."""


def unchanged(old: Source, new: Source) -> frozenset[str]:
    """The paths, as written, of which no operation can have changed its meaning."""
    if any(_text(old.root.get(name)) != _text(new.root.get(name)) for name in _SHARED) or not _same_schemes(old, new):
        return frozenset()
    graph = _Graph(old, new)
    before, after = old.root.raw("paths"), new.root.raw("paths")
    alike: list[str] = []
    for path in before.value if before is not None and isinstance(before.value, dict) else ():
        old.clock.check()
        sides = before.raw(path) if before is not None else None, after.raw(path) if after is not None else None
        if sides[0] is not None and sides[1] is not None and graph.enter(f"path {path}", sides[0], sides[1]):
            alike.append(path)
    dirty = graph.dirty()
    return frozenset(path for path in alike if f"path {path}" not in dirty)


def _same_schemes(old: Source, new: Source) -> bool:
    sides = [source.root.member("components") for source in (old, new)]
    return len({_text(side.get("securitySchemes") if side is not None else None) for side in sides}) == 1


def _text(value: object) -> str:
    return json.dumps(value, default=str)


@dataclass
class _Graph:
    """What refers to what, as far as both documents read alike."""

    old: Source
    new: Source
    _users: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """Who refers to a place."""
    _changed: set[str] = field(default_factory=set[str])
    _seen: set[str] = field(default_factory=set[str])

    def enter(self, name: str, old: Cursor, new: Cursor) -> bool:
        """Follow the references of a value that both documents have; False when it does not read alike."""
        waiting = [(name, old, new)]
        while waiting:
            self.old.clock.check()
            here, ours, theirs = waiting.pop()
            text = _text(ours.value)
            if text != _text(theirs.value):
                self._changed.add(here)
                continue
            waiting += self._referred(here, ours, _REFERENCE.findall(text))
        return name not in self._changed

    def _referred(self, user: str, at: Cursor, references: Iterable[str]) -> list[tuple[str, Cursor, Cursor]]:
        """Note what a value refers to; return what was not seen yet."""
        found: list[tuple[str, Cursor, Cursor]] = []
        for written in dict.fromkeys(references):
            reference = json.loads(f'"{written}"')
            targets = self.old.target(reference, at.document), self.new.target(reference, at.document)
            name = f"{at.document} {reference}"
            self._users.setdefault(name, []).append(user)
            if targets[0] is None or targets[1] is None:
                self._changed.add(name)
            elif name not in self._seen:
                self._seen.add(name)
                found.append((name, targets[0], targets[1]))
        return found

    def dirty(self) -> set[str]:
        """Everything that refers, however far, to something that does not read alike."""
        found, waiting = set(self._changed), list(self._changed)
        while waiting:
            for user in self._users.get(waiting.pop(), ()):
                if user not in found:
                    found.add(user)
                    waiting.append(user)
        return found
