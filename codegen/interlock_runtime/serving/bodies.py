"""The body of a request: its size and media type before it is read, its content after."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..gate import Gate
from ..parsing import loads
from ..violations import ContractViolation, Stage, Violation
from .description import Body
from .messages import Scope, too_large
from .problems import Refused

Headers = Mapping[str, tuple[str, ...]]
_MOST_DIGITS = 18
_CHARSET = re.compile(r';\s*charset\s*=\s*"?([^";\s]*)', re.IGNORECASE)
_UTF_8 = frozenset({"utf-8", "utf8", "us-ascii"})
"""ASCII is UTF-8 too."""


def announced(body: Body | None, headers: Headers, most: int) -> str:
    """Return the media type that a request announces; raise Refused for a body that would not be taken."""
    length = _length(headers)
    if length is not None and "transfer-encoding" in headers:  # RFC 9112 section 6.1: a server may refuse it
        raise Refused("malformed", "The request has a length and comes in chunks: its end is not clear.")
    if length is not None and length > most:
        raise too_large(most)
    _refuse_codings(headers)
    media = _media(headers)
    if body is not None and media and _gate(body, media) is not None:
        _refuse_charsets(headers)
    return media


def is_announced(scope: Scope, headers: Headers) -> bool:
    """Say whether a request may have a body: HTTP/1.1 tells (RFC 9112 section 6.3), later versions need not."""
    is_told = str(scope.get("http_version", "1.1")).startswith("1")
    return not is_told or "transfer-encoding" in headers or bool(_length(headers))


def value_of(body: Body | None, media: str, content: bytes) -> Any:
    """Return the value of a body, None where it is not JSON; raise Refused with all that is wrong with it."""
    if not content:
        if body is not None and body.required:
            raise Refused("malformed", "The request has no body, and the operation needs one.")
        return None
    if body is None:
        raise Refused("malformed", "The request has a body, and the operation takes none.")
    gate = _gate(body, media)
    return None if gate is None else _judged(content, gate)


def _judged(content: bytes, gate: Gate) -> Any:
    """Return the value of a JSON body."""
    try:
        value = loads(content, gate.limits)
    except ContractViolation as refused:
        raise Refused("malformed", _unreadable(refused.violations[0]), faults=refused.violations) from None
    if not gate.fits(value):
        faults = gate.faults(value)
        places = f"{len(faults)} places" if len(faults) > 1 else "one place"
        raise Refused("invalid", f"The body breaks the contract in {places}.", faults=faults)
    return value


def _unreadable(fault: Violation) -> str:
    """Return why a text can't be read, as a sentence."""
    said = "The body can't be read" if fault.stage is Stage.FRAMING else "The body breaks the contract"
    return f"{said}: {fault.text}."


def _length(headers: Headers) -> int | None:
    """Return the length that a request announces; raise Refused when servers could read it differently."""
    lengths = headers.get("content-length", ())
    if not lengths:
        return None
    text = lengths[0]
    if len(lengths) > 1 or not (text.isascii() and text.isdigit()) or len(text) > _MOST_DIGITS:
        raise Refused("malformed", "The header `Content-Length` must hold one number.")
    return int(text)


def _refuse_codings(headers: Headers) -> None:
    """Raise Refused for a body that is compressed: a small one could unpack to any size."""
    codings = {part.strip().lower() for line in headers.get("content-encoding", ()) for part in line.split(",")}
    if codings - {"", "identity"}:
        raise Refused(
            "media", "The body must come without a content coding.", headers=[(b"accept-encoding", b"identity")]
        )


def _refuse_charsets(headers: Headers) -> None:
    """Raise Refused for JSON that is said to be no UTF-8 (RFC 8259 section 8.1): a service might believe it."""
    found = _CHARSET.search(headers["content-type"][0])
    if found and found[1].lower() not in _UTF_8:
        raise Refused("media", "JSON must be UTF-8.", headers=[(b"accept", b"application/json")])


def _media(headers: Headers) -> str:
    """Return the media type of a request, in lower case and without parameters."""
    types = headers.get("content-type", ())
    if len(types) > 1:
        raise Refused("malformed", "The header `Content-Type` stands in the request more than once.")
    return types[0].partition(";")[0].strip().lower() if types else ""


def _gate(body: Body, media: str) -> Gate | None:
    """Return the judge of a media type, by its name or by a range that covers it; raise Refused for others."""
    for name in (media, f"{media.partition('/')[0]}/*", "*/*"):
        if media and name in body.gates:
            return body.gates[name]
    taken = ", ".join(body.gates)
    raise Refused(
        "media", f"The body must be of media type {taken}.", headers=[(b"accept", taken.encode("latin-1", "replace"))]
    )
