"""What a schema says about members beside their form: classification and personal data, found where an event has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar, get_args

from ..contract import Contract
from ..facts import Classification
from ..parsing import loads
from ..schemas import Schema, pointed
from ..violations import pointer
from ..wire import encoded

LABELS: tuple[str, ...] = get_args(Classification)
"""The labels, lowest first."""
CLASSIFIED = "x-classification"
PERSONAL = "x-personal-data"
_DEPTH = 64
"""Deeper than any event that the gate takes."""

D = TypeVar("D")
Part = Mapping[str, Any]
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """One member that stands in an event and that its schema says something about."""

    path: Path
    required: bool
    label: Classification | None = None
    personal: bool = False

    @property
    def pointer(self) -> str:
        """JSON Pointer into the data."""
        return pointer(self.path)


def rank(label: str | None) -> int:
    """Return how high a label is; one that is not known is above all, so that it never passes for a low one."""
    return LABELS.index(label) if label in LABELS else len(LABELS)


def highest(*labels: str | None) -> str:
    """Return the highest of some labels; None is no label."""
    return max((label for label in labels if label is not None), key=rank)


def plain(contract: Contract[D], data: D) -> Any:
    """Return data as JSON values, not judged yet."""
    return loads(encoded(contract._wired(data)))  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - the contract's own way to the wire


def is_annotated(contract: Contract[Any]) -> bool:
    """Say whether the contract's schema annotates anything at all."""
    return _annotated(contract).leads(contract.schema)


def notes(contract: Contract[Any], data: Any) -> list[Note]:
    """Return what the contract's schema notes about members that the data has."""
    return list(_annotated(contract).below(contract.schema, data, ()))


class _Annotated:
    """One contract's schema with what was learned about its parts, by their identity."""

    def __init__(self, root: Schema) -> None:
        self._root = root
        self._known: dict[int, Sequence[Part]] = {}
        self._leads: dict[int, bool] = {}

    def below(self, schema: Any, value: Any, path: Path) -> Iterator[Note]:
        """Yield the notes about the members of a value."""
        if not isinstance(value, (dict, list)) or len(path) > _DEPTH or not self.leads(schema):
            return
        for part in self._parts(schema):
            if isinstance(value, dict):
                yield from self._members(part, value, path)
            else:
                for index, item in enumerate(value):
                    yield from self._noted(part.get("items"), item, (*path, index), required=False)

    def _members(self, part: Part, value: dict[str, Any], path: Path) -> Iterator[Note]:
        """Yield the notes about the members of an object."""
        declared: Part = part.get("properties", {})
        required = part.get("required", ())
        for name, item in value.items():
            member = declared.get(name, part.get("additionalProperties"))
            yield from self._noted(member, item, (*path, name), required=name in required)

    def _noted(self, schema: Any, value: Any, path: Path, *, required: bool) -> Iterator[Note]:
        """Yield the note about one member, and those below it."""
        if not self.leads(schema):
            return
        parts = self._parts(schema)
        labels = [part[CLASSIFIED] for part in parts if CLASSIFIED in part]
        personal = any(PERSONAL in part for part in parts)
        if labels or personal:
            yield Note(path, required, max(labels, key=rank, default=None), personal)
        yield from self.below(schema, value, path)

    def leads(self, schema: Any) -> bool:
        """Say whether an annotation can be reached from a schema; most members have none below them."""
        known = self._leads.get(id(schema))
        if known is None:
            known = self._leads[id(schema)] = any(
                CLASSIFIED in part or PERSONAL in part for part in self._reached(schema)
            )
        return known

    def _reached(self, schema: Any) -> Iterator[Part]:
        """Yield all that applies to a value or to anything in it, each part once."""
        seen: set[int] = set()
        waiting: list[Any] = [schema]
        while waiting:
            for part in self._parts(waiting.pop()):
                if id(part) not in seen:
                    seen.add(id(part))
                    yield part
                    waiting += [
                        *part.get("properties", {}).values(),
                        part.get("items"),
                        part.get("additionalProperties"),
                    ]

    def _parts(self, schema: Any) -> Sequence[Part]:
        """Return a schema with all that applies beside it: references and each branch of a composition."""
        known = self._known.get(id(schema))
        if known is None:
            known = self._known[id(schema)] = tuple(self._gathered(schema))
        return known

    def _gathered(self, schema: Any) -> Iterator[Part]:
        """Yield the parts of a schema, each once."""
        seen: set[int] = set()
        waiting: list[Any] = [schema]
        while waiting:
            part = waiting.pop()
            if isinstance(part, dict) and id(part) not in seen:
                seen.add(id(part))
                yield part
                if isinstance(part.get("$ref"), str):
                    waiting.append(pointed(self._root, part["$ref"]))
                for keyword in ("allOf", "anyOf", "oneOf"):
                    waiting.extend(part.get(keyword, ()))


@lru_cache(maxsize=1024)
def _annotated(contract: Contract[Any]) -> _Annotated:
    """Return what is known about a contract's schema, which lives as long as the contract."""
    return _Annotated(contract.schema)
