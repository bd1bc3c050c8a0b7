"""What a request line and its headers can hold of a document: paths and names that lead nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SLOT = re.compile(r"\{[^{}]*\}")
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+\Z")
_BREAKING = re.compile(r"[\x00-\x20\x7f\\?#]")
"""What ends a path, or is no part of one (RFC 3986 section 3.3)."""
_MEDIA = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+/[!#$%&'*+\-.^_`|~0-9A-Za-z]+(;[ -~]*)?\Z")
_QUOTED = re.compile(r'[\x00-\x1f\x7f"\\]')
_DOTS = frozenset({".", ".."})
_OWN = frozenset({
    "accept-encoding", "connection", "content-length", "cookie", "expect", "host", "keep-alive", "proxy-authorization", "te",
    "trailer", "transfer-encoding", "upgrade", "user-agent",
})  # fmt: skip
"""Headers that frame a message or that the base client writes itself: said twice, readers disagree on which one counts."""


def unfit_path(path: str) -> Iterator[str]:
    """
    Yield why a path template can't stand behind a service's address.

    >>> list(unfit_path("/lots/{lotId}"))
    []
    """
    fixed = _SLOT.sub("x", path)
    if not fixed.startswith("/"):
        yield f"path {path!r} begins without a slash, and would become a part of the host: begin it with one"
    if _BREAKING.search(fixed):
        yield f"path {path!r} has a space, a control character, '?', '#' or a backslash in it: declare a query as parameters"
    if _DOTS & set(fixed.split("/")):
        yield f"path {path!r} has a segment of dots, which leads elsewhere: write out where it leads"


def unfit_name(name: str, place: str) -> str | None:
    """
    Return why a name can't be that of a header or cookie; None for one that can, and for other places.

    >>> unfit_name("X-Lot", "header"), unfit_name("a b", "query")
    (None, None)
    """
    if place not in ("header", "cookie"):
        return None
    if not _NAME.match(name):
        return f"{name!r} is no name for a {place}: RFC 9110 section 5.6.2 says what is"
    if place == "header" and name.lower() in _OWN:
        return f"header {name} is written by HTTP or by the client itself: take it out of the parameters"
    return None


def unfit_media(kinds: list[str]) -> Iterator[str]:
    """
    Yield why media types can't stand in a header (RFC 9110 section 8.3.1).

    >>> list(unfit_media(["image/png", "text/plain; charset=utf-8"]))
    []
    """
    yield from (
        f"has a contentType {kind!r} that is no media type: write for example image/png"
        for kind in kinds
        if not _MEDIA.match(kind)
    )


def unfit_part(name: str) -> Iterator[str]:
    """
    Yield why a name can't stand within quotes as that of a part (RFC 7578 section 4.2).

    >>> list(unfit_part("picture"))
    []
    """
    if not name or _QUOTED.search(name):
        yield "has a name that is empty, or has a quote, a backslash or a control character in it: give it another"
