"""
Refusals as problem documents (RFC 9457), with the types, statuses and members that a product's document declares.

Nothing of the request's values is ever in them: places, rules and sentences only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

import msgspec

from ..violations import MOST, InterlockError, Violation, violation

PROBLEM_JSON = b"application/problem+json"
BLANK = "about:blank"
"""The type of a problem that the status says all about (RFC 9457 section 4.2.1)."""
HeaderPairs = Sequence[tuple[bytes, bytes]]

_encode = msgspec.json.Encoder().encode
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_CODE = re.compile(r"[a-z][a-z0-9-]{0,63}\Z")
_LONGEST = {"pointer": 400, "message": 500, "detail": 1000}


WAYS: Mapping[str, tuple[tuple[int, str], ...]] = MappingProxyType({
    "malformed": ((400, "malformed-request"), (422, "validation-failed")),
    "invalid": ((422, "validation-failed"), (400, "validation-failed")),
    "unauthorized": ((401, "unauthorized"),),
    "forbidden": ((403, "forbidden"),),
    "not-found": ((404, "not-found"),),
    "method": ((405, "method-not-allowed"),),
    "slow": ((408, "request-timeout"),),
    "running": ((409, "request-in-progress"),),
    "unkept": ((409, "answer-not-kept"),),
    "retired": ((410, "version-retired"),),
    "too-large": ((413, "content-too-large"),),
    "address": ((414, "uri-too-long"),),
    "media": ((415, "unsupported-media-type"),),
    "reused": ((422, "idempotency-key-reused"),),
    "no-key": ((400, "idempotency-key-missing"), (422, "validation-failed")),
    "no-condition": ((428, "precondition-required"), (422, "validation-failed")),
    "throttled": ((429, "rate-limited"),),
    "headers": ((431, "request-header-fields-too-large"),),
    "response": ((500, "response-invalid"),),
    "unavailable": ((503, "upstream-unavailable"),),
})  # fmt: skip
"""
Every refusal: status, and last segment of the problem's type.

Of several the first that the operation's document declares is used; where it declares none, the first status with the
type `about:blank`.
"""

TITLES: Mapping[str, str] = MappingProxyType({
    "malformed-request": "Request can't be read",
    "validation-failed": "Request violates the contract",
    "unauthorized": "Not authenticated",
    "forbidden": "Not allowed",
    "not-found": "Not found",
    "request-in-progress": "Request in progress",
    "version-retired": "Version retired",
    "idempotency-key-reused": "Idempotency key reused",
    "idempotency-key-missing": "Idempotency key missing",
    "precondition-required": "Precondition required",
    "rate-limited": "Too many requests",
    "upstream-unavailable": "Temporarily unavailable",
})  # fmt: skip
"""One type has one title (RFC 9457 section 3.1.3); without a type the status gives it (section 4.2.1)."""
_PHRASES = {413: "Content Too Large", 422: "Unprocessable Content"}
"""Of RFC 9110; older versions of Python know the phrases of RFC 4918 and before."""
_NEEDS_ERRORS = "validation-failed"

Declared = Mapping[tuple[int, str], str]
"""Problem types that an operation declares: by status and the type's last segment its whole URI."""


class Refused(InterlockError):  # noqa: N818 - the name says what happened
    """A request is answered with a problem before, or instead of, the service."""

    def __init__(self, kind: str, detail: str, *, faults: Sequence[Violation] = (), headers: HeaderPairs = ()) -> None:
        self.kind = kind
        self.detail = detail
        self.faults = tuple(faults)
        self.headers = tuple(headers)
        super().__init__(kind, detail)

    def __str__(self) -> str:
        """Say why, without values of the request."""
        return self.detail


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal as it goes out."""

    status: int
    type: str
    title: str
    detail: str
    errors: tuple[Mapping[str, str], ...] = ()
    headers: HeaderPairs = field(default=())

    def body(self, correlationid: str | None) -> bytes:
        """Return the problem document."""
        members: dict[str, Any] = {
            "type": self.type,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if correlationid:
            members["correlationId"] = correlationid
        if self.errors:
            members["errors"] = self.errors
        return _encode(members)


def problem(refused: Refused, declared: Declared) -> Problem:
    """Return what a refusal is on the wire, under the problem types that the operation declares."""
    ways = WAYS[refused.kind]
    status, name = next((way for way in ways if way in declared), ways[0])
    uri, phrase = declared.get((status, name)), _PHRASES.get(status, HTTPStatus(status).phrase)
    faults = refused.faults
    if not faults and name == _NEEDS_ERRORS:
        faults = (violation("malformed", "", refused.detail),)
    return Problem(
        status,
        uri or BLANK,
        TITLES.get(name, phrase) if uri else phrase,
        _cut("detail", refused.detail),
        tuple(map(_error, faults[:MOST])),
        refused.headers,
    )


def _error(fault: Violation) -> Mapping[str, str]:
    """Return a fault as a member of `errors`."""
    message = fault.text[:1].upper() + fault.text[1:]
    return {"pointer": _near(fault.pointer), "code": code(fault), "message": _cut("message", message)}


def code(fault: Violation) -> str:
    """
    Return a fault's keyword in kebab-case, as the names of invariants are, or its reason.

    >>> from ..violations import violation
    >>> code(violation("payload-invalid", "/a", rule="minLength")), code(violation("too-deep"))
    ('min-length', 'too-deep')
    """
    name = _HUMPS.sub("-", fault.rule).lower()
    return name if fault.reason == "payload-invalid" and _CODE.match(name) else fault.reason


def _near(pointer: str) -> str:
    """Return a pointer, or of one that is too long the nearest place above it that is short enough."""
    while len(pointer) > _LONGEST["pointer"]:
        pointer = pointer.rpartition("/")[0]
    return pointer


def _cut(member: str, text: str) -> str:
    """Return a sentence, cut where it exceeds what problem documents hold."""
    most = _LONGEST[member]
    return text if len(text) <= most else f"{text[: most - 1]}…"
