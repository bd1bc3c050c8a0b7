"""Typed data to JSON: exact numbers, texts as they came in, nothing that JSON can't carry."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any, TypeVar

import msgspec
from pydantic import TypeAdapter

from .instants import WIRE
from .violations import ContractViolation, pointer, violation

D = TypeVar("D")
_encode = msgspec.json.Encoder(decimal_format="number").encode


def wire_of(adapter: TypeAdapter[D]) -> Callable[[D], Any]:
    """Return the function that makes typed data the JSON value that goes out; members that are missing stay so."""
    dump = partial(adapter.serializer.to_python, mode=WIRE, by_alias=True, warnings=False)

    def wired(data: D) -> Any:
        try:
            return dump(data)
        except (TypeError, ValueError, RecursionError):
            raise ContractViolation([violation("not-json")]) from None

    return wired


def encoded(value: Any) -> bytes:
    """Return the compact JSON text of a value; raise ContractViolation for what JSON can't carry."""
    try:
        text = _encode(value)
    except (TypeError, ValueError, RecursionError):
        raise ContractViolation([violation("not-json")]) from None
    if b"null" in text:  # the encoder writes null for NaN and Infinity
        _refuse_non_finite(value)
    return text


def _refuse_non_finite(value: Any) -> None:
    """Raise when a number is not finite, since JSON has no way to write it (RFC 8259 section 6)."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), value)]
    while waiting:
        path, item = waiting.pop()
        if isinstance(item, float) and not math.isfinite(item):
            raise ContractViolation(
                [violation("not-json", pointer(path), "is no finite number, and JSON has no other")]
            )
        if isinstance(item, dict):
            waiting.extend(((*path, name), child) for name, child in item.items())
        elif isinstance(item, (list, tuple)):
            waiting.extend(((*path, index), child) for index, child in enumerate(item))


def at(document: Any, place: str) -> Any:
    """Return what a JSON Pointer names; raise LookupError when there is nothing."""
    for token in _tokens(place):
        document = document[int(token)] if isinstance(document, (list, tuple)) else document[token]
    return document


def without(document: Any, places: Collection[str]) -> Any:
    """Return a document without the members at some JSON Pointers; a place with nothing there is passed over."""
    if not places:
        return document
    return _without(document, "", frozenset(places))


def _without(value: Any, here: str, places: frozenset[str]) -> Any:
    """Copy a value and leave out members."""
    if isinstance(value, dict):
        kept = {name: here + pointer([name]) for name in value}
        return {name: _without(value[name], place, places) for name, place in kept.items() if place not in places}
    if isinstance(value, (list, tuple)):
        return [_without(item, f"{here}/{index}", places) for index, item in enumerate(value)]
    return value


def _tokens(place: str) -> list[str]:
    """Return the tokens of a JSON Pointer (RFC 6901 section 4)."""
    return [token.replace("~1", "/").replace("~0", "~") for token in place.split("/")[1:]]


def unknown_members(data: Any, below: str = "") -> dict[str, Any]:
    """Return the members that a model kept without knowing them, by JSON Pointer."""
    return dict(_unknown(data, below))


def _unknown(data: Any, here: str) -> Iterator[tuple[str, Any]]:
    """Yield the unknown members of a model and of the models in it."""
    if isinstance(data, dict):
        for name, item in data.items():
            yield from _unknown(item, here + pointer([str(name)]))
    elif isinstance(data, (list, tuple)):
        for index, item in enumerate(data):
            yield from _unknown(item, f"{here}/{index}")
    elif hasattr(data, "__pydantic_serializer__"):
        for name, info in type(data).model_fields.items():
            yield from _unknown(getattr(data, name), here + pointer([info.alias or name]))
        for name, item in (data.model_extra or {}).items():
            yield here + pointer([name]), item
