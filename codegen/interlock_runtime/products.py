"""What an API product promises beside its OpenAPI document, as values that servers and clients read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

from .facts import Classification, Lifecycle, Tier

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Methods that only read (RFC 9110 section 9.2.1); an operation with another one is a command."""

_LENGTH = re.compile(
    r"P(?:([0-9]{1,4})Y)?(?:([0-9]{1,4})M)?(?:([0-9]{1,4})W)?(?:([0-9]{1,5})D)?"
    r"(?:T(?:([0-9]{1,6})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,9}(?:\.[0-9]{1,6})?)S)?)?"
)
_DAYS = (366, 31, 7, 1)
"""Days of a year, a month, a week and a day: the longest ones, since what is kept must not end early."""


def length(text: str) -> dt.timedelta:
    """
    Return a duration of ISO 8601 (section 5.5.2) as a time span; raise ValueError for another text.

    >>> length("PT24H"), length("P7D") > length("PT0.5S")
    (datetime.timedelta(days=1), True)
    """
    match = _LENGTH.fullmatch(text)
    if match is None or not any(match.groups()):
        raise ValueError(f"{text!r} is no duration: write for example PT30S or P7D")
    parts = [float(part or 0) for part in match.groups()]
    days = sum(count * each for count, each in zip(parts, _DAYS, strict=False))
    return dt.timedelta(days=days, hours=parts[4], minutes=parts[5], seconds=parts[6])


@dataclass(frozen=True, slots=True)
class Access:
    """What a caller must hold for one operation."""

    scopes: tuple[str, ...] = ()
    """OAuth 2.0 scopes, all needed (RFC 6749 section 3.3)."""
    site_claim: bool = True
    """Whether the caller must be allowed to act for the site that the request is about."""
    segregation_of_duties: str | None = None
    """Who may not be the same person, in words: the service decides it, since only it knows who did what before."""


@dataclass(frozen=True, slots=True)
class Throttle:
    """How many requests one client may send: `rate` in each `per`, in bursts of `burst` times the rate."""

    rate: int
    per: str = "PT1S"
    burst: float = 1.0


@dataclass(frozen=True, slots=True)
class Throttling:
    """The throttles of a product: for what reads, for commands, and for single operations that differ."""

    reads: Throttle
    commands: Throttle
    operations: Mapping[str, Throttle] = field(default_factory=lambda: MappingProxyType({}))
    """By operationId."""


@dataclass(frozen=True, slots=True)
class IdempotencyPolicy:
    """How a repeated command is recognised (draft-ietf-httpapi-idempotency-key-header)."""

    header: str = "Idempotency-Key"
    retention: str = "P7D"
    """How long the answer is kept, so that a repeat gets the same one; ISO 8601."""


@dataclass(frozen=True, slots=True)
class Pagination:
    """How lists are paged."""

    style: Literal["none", "cursor", "page"] = "none"
    maximum: int | None = None
    """Most entries on one page."""


@dataclass(frozen=True)
class Product:
    """One API product at one major version."""

    name: str
    title: str
    version: str
    load_document: Callable[[], Any] = field(repr=False)
    """Returns the bundled OpenAPI 3.1 document; called once, when first needed."""
    base_path: str
    """The path of the document's first server, for example `/quality/v2`."""
    tier: Tier = "T2"
    classification: Classification = "internal"
    authentication: tuple[str, ...] = ()
    """How a caller may prove who it is; any one of these."""
    authorization: Mapping[str, Access] = field(default_factory=lambda: MappingProxyType({}))
    """By operationId."""
    throttling: Throttling | None = None
    idempotency: IdempotencyPolicy = field(default_factory=IdempotencyPolicy)
    pagination: Pagination = field(default_factory=Pagination)
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    audit: str | None = None
    """How long the audit record of a command is kept, ISO 8601."""
    results_in: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """By operationId: the names of the events that each command results in; empty where none follows."""

    @cached_property
    def document(self) -> Any:
        """The bundled OpenAPI document."""
        return self.load_document()

    @cached_property
    def major(self) -> int:
        """The major version."""
        return int(self.version.partition(".")[0])

    @property
    def key(self) -> str:
        """`name@major`, which names the compatibility set."""
        return f"{self.name}@{self.major}"
