"""Changes of meaning under schemas that let the same values through: the two schemas walked side by side."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from interlock.pointers import escape, lookup

from .schemas import Extracted

FIRST_ITEM = "0"


@dataclass(frozen=True, slots=True)
class Shift:
    """A value that stays valid and means something else."""

    cause: str
    message: str
    """With `{old}` and `{new}` for what each document says."""
    writer: Any
    reader: Any
    writer_pointer: str
    reader_pointer: str
    at: str
    """Pointer into a value that has `having`."""
    having: Any
    """A schema of the values in which the changed place is there."""


@dataclass(frozen=True, slots=True)
class Side:
    """A schema of one side: its pointer, and all schemas that it applies to the same value."""

    root: Any
    parts: tuple[tuple[str, dict[str, Any]], ...]

    def says(self, keyword: str) -> tuple[str, Any]:
        """Where a keyword stands and what it says; the schema itself and None when it says nothing."""
        for pointer, part in self.parts:
            if keyword in part:
                return f"{pointer}/{escape(keyword)}", part[keyword]
        return self.parts[0][0], None

    def members(self) -> dict[str, tuple[str, Any]]:
        """The declared members."""
        return {
            name: (f"{pointer}/properties/{escape(name)}", schema)
            for pointer, part in reversed(self.parts)
            for name, schema in part.get("properties", {}).items()
        }


def _side(root: Any, pointer: str, schema: Any) -> Side | None:
    parts: list[tuple[str, dict[str, Any]]] = []
    todo, seen = [(pointer, schema)], set[int]()
    while todo:
        at, here = todo.pop(0)
        if not isinstance(here, dict) or id(here) in seen:
            continue
        seen.add(id(here))
        parts.append((at, here))
        if "$ref" in here:
            todo.append((here["$ref"][1:], lookup(root, here["$ref"][1:])))
        todo += [(f"{at}/allOf/{index}", part) for index, part in enumerate(here.get("allOf", ()))]
    return Side(root, tuple(parts)) if parts else None


def shifts(writer: Extracted, reader: Extracted, *, request: bool) -> Iterator[Shift]:
    """Every change of meaning between two schemas; `request` for what old clients ask of the new document."""
    for ours, theirs, tokens, always in pairs(writer, reader):
        yield from _here(ours, theirs, tokens, request=request, always=always)


Pair: TypeAlias = tuple["Side", "Side", tuple[str, ...], bool]
"""Both sides of a place, the way there, and whether every value has it."""


def pairs(writer: Extracted, reader: Extracted) -> Iterator[Pair]:
    """Every place that both schemas describe; a pair that was met before is not walked again."""
    start = (_side(writer.schema, "", writer.schema), _side(reader.schema, "", reader.schema), (), True)
    todo: list[tuple[Side | None, Side | None, tuple[str, ...], bool]] = [start]
    seen = set[tuple[int, int]]()
    while todo:
        ours, theirs, tokens, always = todo.pop()
        if ours is None or theirs is None or (key := (id(ours.parts[0][1]), id(theirs.parts[0][1]))) in seen:
            continue
        seen.add(key)
        yield ours, theirs, tokens, always
        todo += _below(ours, theirs, tokens)


def _below(
    ours: Side, theirs: Side, tokens: tuple[str, ...]
) -> Iterator[tuple[Side | None, Side | None, tuple[str, ...], bool]]:
    """The members and items that both sides describe."""
    members = theirs.members()
    for name, (pointer, schema) in ours.members().items():
        if name in members:
            yield _side(ours.root, pointer, schema), _side(theirs.root, *members[name]), (*tokens, name), False
    pairs = [side.says("items") for side in (ours, theirs)]
    if all(isinstance(schema, dict) for _, schema in pairs):
        yield _side(ours.root, *pairs[0]), _side(theirs.root, *pairs[1]), (*tokens, FIRST_ITEM), False
    for keyword in ("oneOf", "anyOf"):
        lists = [side.says(keyword) for side in (ours, theirs)]
        if all(isinstance(schemas, list) for _, schemas in lists) and len(lists[0][1]) == len(lists[1][1]):
            for index, branches in enumerate(zip(lists[0][1], lists[1][1], strict=True)):
                at = [f"{pointer}/{index}" for pointer, _ in lists]
                yield _side(ours.root, at[0], branches[0]), _side(theirs.root, at[1], branches[1]), tokens, False


def _here(ours: Side, theirs: Side, tokens: tuple[str, ...], *, request: bool, always: bool) -> Iterator[Shift]:
    """The changes of meaning at one place."""
    where = ".".join(tokens) or "the value"
    at = "".join(f"/{escape(token)}" for token in tokens)
    for keyword, what in (("contentEncoding", "encoding"), ("contentMediaType", "media type")):
        (here, old), (there, new) = ours.says(keyword), theirs.says(keyword)
        if _folded(old) != _folded(new):
            message = f"the {what} of the content of {where} was {{old}} and is {{new}}"
            yield Shift("content-encoding-changed", message, old, new, here, there, at, having(tokens))
    if request:
        yield from _request_only(ours, theirs, tokens, where, at, always=always)
    yield from _discriminators(ours, theirs, where, backwards=not request)


def _folded(value: Any) -> Any:
    """Names of encodings and media types ignore case (RFC 2045 section 6.1, RFC 9110 section 8.3.1)."""
    return value.lower() if isinstance(value, str) else value


def _request_only(
    ours: Side, theirs: Side, tokens: tuple[str, ...], where: str, at: str, *, always: bool
) -> Iterator[Shift]:
    (here, old), (there, new) = ours.says("x-extensible-enum"), theirs.says("x-extensible-enum")
    gone = [value for value in old if value not in new] if isinstance(old, list) and isinstance(new, list) else []
    if gone:
        message = f"{json.dumps(gone[0], default=str)} is no longer among the known values of {where}"
        yield Shift("known-value-removed", message, old, new, here, there, at, having(tokens, {"const": gone[0]}))
    (here, old), (there, new) = ours.says("default"), theirs.says("default")
    stated = [any("default" in part for _, part in side.parts) for side in (ours, theirs)]
    if all(stated) and json.dumps(old, default=str) != json.dumps(new, default=str) and not always:
        message = f"{where}, left out, meant {{old}} and now means {{new}}"
        yield Shift("default-changed", message, old, new, here, there, "", True)  # noqa: FBT003


def _discriminators(ours: Side, theirs: Side, where: str, *, backwards: bool) -> Iterator[Shift]:
    """`backwards` where the reader's side is the old one."""
    (here, ours_say), (there, theirs_say) = ours.says("discriminator"), theirs.says("discriminator")
    old, new = (theirs_say, ours_say) if backwards else (ours_say, theirs_say)
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return
    mappings: list[Any] = [said.get("mapping") for said in (old, new)]
    before, after = (set[str](mapping) if isinstance(mapping, dict) else set[str]() for mapping in mappings)
    gone = sorted(before - after)
    message = ""
    if old.get("propertyName") != new.get("propertyName"):
        message = (
            f"variants of {where} were told apart by {old.get('propertyName')} and are by {new.get('propertyName')}"
        )
    elif gone:
        message = f"{gone[0]} no longer names a variant of {where}"
    if message:
        yield Shift("discriminator-changed", message, ours_say, theirs_say, here, there, "", True)  # noqa: FBT003


def having(tokens: tuple[str, ...], last: Any = None) -> Any:
    """A schema of the values in which a place is there, and fits `last`."""
    schema = True if last is None else last
    for token in reversed(tokens):
        if token == FIRST_ITEM:
            schema = {"type": "array", "minItems": 1, "prefixItems": [schema]}
        else:
            schema = {"type": "object", "required": [token], "properties": {token: schema}}
    return schema
