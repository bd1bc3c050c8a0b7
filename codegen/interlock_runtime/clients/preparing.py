"""A call as it will be sent: every value judged and written before anything leaves."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from pydantic import MISSING

from ..context import current
from ..minting import uuid7
from ..violations import ContractViolation, Violation, violation
from . import serializing
from .exchange import Header
from .forms import joined, written
from .operations import Operation
from .parameters import Parameter

_SLOT = re.compile(r"\{([^{}]*)\}")
_KEPT = "/%:@!$&'()*+,;="
"""Kept in a template as it is: what RFC 3986 section 3.3 lets a path hold."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """The parts of a request that are the same at each attempt."""

    target: str = field(repr=False)
    """Path, below the address of the service."""
    query: tuple[str, ...] = field(repr=False)
    headers: tuple[Header, ...] = field(repr=False)
    cookies: tuple[str, ...] = field(repr=False)
    body: bytes | None = field(repr=False)
    idempotency_key: str | None = field(repr=False)


def prepared(operation: Operation[Any], values: Sequence[Any], body: Any) -> Prepared:
    """Return a call ready to be sent; raise ContractViolation with all that is wrong."""
    faults: list[Violation] = []
    judged: list[tuple[Parameter, Any]] = []
    content = None
    count = len(operation.parameters)
    for parameter, value in zip(operation.parameters, values[:count], strict=True):
        with _gathering(faults):
            judged += _judged(parameter, value)
    with _gathering(faults):
        content = _form(operation, values[count:]) if operation.form else _body(operation, body)
    if not faults:
        with _gathering(faults):
            return _written(operation, judged, content)
    raise ContractViolation(faults, operation.name)


@contextlib.contextmanager
def _gathering(faults: list[Violation]) -> Generator[None]:
    """Keep what is wrong in this block, to tell all of it at once."""
    try:
        yield
    except ContractViolation as refused:
        faults += refused.violations


def _judged(parameter: Parameter, value: Any) -> list[tuple[Parameter, Any]]:
    """Return a parameter with its JSON value; nothing when it is left out."""
    if not _is_absent(value):
        return [(parameter, serializing.judged(parameter, value))]
    filled = _filled(parameter)
    if filled is not None:
        return [(parameter, serializing.judged(parameter, filled))]
    if parameter.required:
        raise _missing(f"/{parameter.place}/{parameter.name}")
    return []


def _filled(parameter: Parameter) -> str | None:
    """Return what the base client says in a parameter that the caller left out."""
    if parameter.fill is None:
        return None
    if parameter.fill == "idempotency-key":
        return uuid7()
    context = current()
    value: str | None = getattr(context, parameter.fill) if context else None
    if value is None or parameter.fill == "correlationid" or parameter.gate.fits(value):
        return value
    return None  # a trace that can't be carried on begins anew (W3C Trace Context section 4.3)


def _body(operation: Operation[Any], body: Any) -> tuple[str, bytes] | None:
    """Return the media type and the bytes of a body."""
    if body is MISSING or operation.body is None:
        if body is not MISSING:
            raise ContractViolation([violation("undeclared-member", "", "the operation takes no body")])
        if operation.body_required:
            raise ContractViolation([violation("payload-invalid", "", "the body is required and missing", "required")])
        return None
    media_type, content = next(iter(operation.body.items()))
    return media_type, content.write(body)


def _form(operation: Operation[Any], values: Sequence[Any]) -> tuple[str, bytes] | None:
    """Return the media type and the bytes of a form; None for one that may be left out and has no part."""
    given = {part.name: value for part, value in zip(operation.form, values, strict=True) if not _is_absent(value)}
    if not given and not operation.body_required:
        return None
    faults: list[Violation] = []
    parts: list[bytes] = []
    for part in operation.form:
        with _gathering(faults):
            if part.name in given:
                parts += written(part.name, part.sent(given[part.name]))
            elif part.required:
                raise _missing(f"/form/{part.name}")
    if not given and not faults:
        faults.append(violation("payload-invalid", "/form", "has no part, and the body is required", "required"))
    if faults:
        raise ContractViolation(faults)
    return joined(parts)


def _is_absent(value: Any) -> bool:
    """Say whether an argument was left out."""
    return value is None or value is MISSING


def _missing(place: str) -> ContractViolation:
    """Return the exception for what is required and was left out."""
    return ContractViolation([violation("payload-invalid", place, "is required and missing", "required")])


def _written(
    operation: Operation[Any], judged: list[tuple[Parameter, Any]], content: tuple[str, bytes] | None
) -> Prepared:
    """Return judged values as they are written in their places."""
    at: dict[str, list[tuple[Parameter, Any]]] = {"path": [], "query": [], "header": [], "cookie": []}
    for parameter, value in judged:
        at[parameter.place].append((parameter, value))
    slots = {item.name: serializing.path_text(item, value) for item, value in at["path"]}
    headers = [(item.name, serializing.header_text(item, value)) for item, value in at["header"]]
    headers += [("Accept", operation.accept), ("Accept-Encoding", "identity")]
    return Prepared(
        target=_target(operation.path, slots),
        query=tuple(serializing.query_text(item, value) for item, value in at["query"]),
        headers=(*headers, ("Content-Type", content[0])) if content else tuple(headers),
        cookies=tuple(serializing.cookie_text(item, value) for item, value in at["cookie"]),
        body=content[1] if content else None,
        idempotency_key=next((str(value) for item, value in judged if item.fill == "idempotency-key"), None),
    )


def _target(template: str, slots: Mapping[str, str]) -> str:
    """Return a path template filled in; what stands between the slots is encoded where an address needs it."""
    pieces = _SLOT.split(template)
    return "".join(slots[piece] if index % 2 else quote(piece, safe=_KEPT) for index, piece in enumerate(pieces))
