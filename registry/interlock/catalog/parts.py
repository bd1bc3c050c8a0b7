"""What contracts are made of: lifecycle, times, keys, lineage and invariants; of products also throttles and duties."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from msgspec import Meta

from interlock.catalog._base import CommandName, Duration, EventName, Name, Pointer, Text, Value

Status = Literal["draft", "released", "deprecated", "retired"]
"""Where a contract is in its life."""


class Lifecycle(Value, frozen=True, kw_only=True):
    """Where the contract is in its life; a deprecated one says since when, until when, and what follows it."""

    status: Annotated[
        Status,
        Meta(
            description="A `draft` may change freely, `released` is promised, `deprecated` ends, `retired` has ended."
        ),
    ] = "draft"
    since: Annotated[
        dt.date | None, Meta(description="Day of the deprecation (HTTP field `Deprecation`, RFC 9745).")
    ] = None
    sunset: Annotated[
        dt.date | None,
        Meta(
            description="Last day of a deprecated contract (HTTP field `Sunset`, RFC 8594). Moves later, never earlier."
        ),
    ] = None
    successor: Annotated[str | None, Meta(description="`name@major` of the contract that replaces this one.")] = None
    migration: Annotated[str | None, Meta(description="`https` address of the page that says how to move.")] = None
    reason: Annotated[Text | None, Meta(description="Why it is deprecated or retired, for the readers who move.")] = (
        None
    )


class Sla(Value, frozen=True, kw_only=True):
    """How fast an event travels: the 95th percentile that readers may plan with."""

    publish: Annotated[
        Duration, Meta(description="From when it happened (`time`) to when it was recorded, 95th percentile, ISO 8601.")
    ]
    deliver: Annotated[
        Duration, Meta(description="From when it was recorded to when a reader acknowledged it, 95th percentile.")
    ]


class Keys(Value, frozen=True, kw_only=True):
    """JSON Pointers (RFC 6901) into the event that order it and recognise a duplicate; each names a required member."""

    partition: Annotated[
        tuple[Pointer, ...],
        Meta(
            min_length=1,
            description="Members that keep related events in order; the envelope's `partitionkey` has them.",
        ),
    ]
    idempotency: Annotated[
        tuple[Pointer, ...],
        Meta(
            min_length=1, description="Members which together tell a business fact from its repeat, whatever its `id`."
        ),
    ]
    order: Annotated[str, Meta(description="JSON Pointer to the member that orders events of one entity, or `none`.")]
    order_reason: Annotated[
        Text | None, Meta(description="Why no member orders the events; needed when `order` is `none`.")
    ] = None


class Trigger(Value, frozen=True, kw_only=True):
    """What makes the producer publish: accepted commands, a signal, or both."""

    command: Annotated[
        CommandName | tuple[CommandName, ...] | None,
        Meta(
            description="Operations whose acceptance leads to the event, as `<product>.<operationId>`; one or a list."
        ),
    ] = None
    signal: Annotated[
        Text | None, Meta(description="What is seen in the plant that leads to the event, where no command does.")
    ] = None

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands as a tuple, however many were written."""
        if self.command is None:
            return ()
        return (self.command,) if isinstance(self.command, str) else self.command


class Lineage(Value, frozen=True, kw_only=True):
    """What triggers the event and which events may be its direct cause (`*` for any)."""

    trigger: Annotated[Trigger, Meta(description="What makes the producer publish; every event has one.")]
    caused_by: Annotated[
        tuple[Annotated[str, Meta(pattern=r"\A(\*|[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*)\Z")], ...],
        Meta(description="Names of the events that its `causationid` may point to, or `*` for any."),
    ] = ()


class Invariant(Value, frozen=True, kw_only=True):
    """A rule of the library beyond JSON Schema, by name, with its parameters."""

    rule: Annotated[Name, Meta(description="Name of the rule, for example `sum-equals`.")]
    parameters: Annotated[
        dict[str, Any], Meta(description="What the rule takes; see `interlock explain invariant/<rule>`.")
    ] = {}  # noqa: RUF012 - msgspec copies an empty default
    why: Annotated[Text | None, Meta(description="What goes wrong in the plant when it does not hold.")] = None


class Throttle(Value, frozen=True, kw_only=True):
    """How many requests a client may send: `rate` per `per`, in bursts of `burst` times the rate."""

    rate: Annotated[int, Meta(ge=1, description="Requests that one client may send in the time `per`.")]
    per: Annotated[Duration, Meta(description="The time in which `rate` requests are allowed, ISO 8601.")] = "PT1S"
    burst: Annotated[
        float, Meta(ge=1, description="A short burst may reach this many times the rate, before status 429 (RFC 6585).")
    ] = 1.0


class Throttling(Value, frozen=True, kw_only=True):
    """Throttles per client: for reads, for commands, and for single operations that differ."""

    reads: Annotated[Throttle, Meta(description="For operations that only read.")]
    commands: Annotated[Throttle, Meta(description="For operations that change something.")]
    operations: Annotated[
        dict[str, Throttle], Meta(description="By operationId, where one differs from its group.")
    ] = {}  # noqa: RUF012


class Authorization(Value, frozen=True, kw_only=True):
    """What a caller must hold for an operation: OAuth scopes, a site claim, another person than before."""

    scopes: Annotated[
        tuple[str, ...], Meta(min_length=1, description="OAuth 2.0 scopes, all needed (RFC 6749 section 3.3).")
    ]
    site_claim: Annotated[bool, Meta(description="Whether the token must name the site that the request is about.")] = (
        True
    )
    segregation_of_duties: Annotated[Text | None, Meta(description="Who may not be the same person, in words.")] = None


class Idempotency(Value, frozen=True, kw_only=True):
    """How repeated commands are recognised (draft-ietf-httpapi-idempotency-key-header)."""

    header: Annotated[str, Meta(description="HTTP header in which the client sends the key of a command.")] = (
        "Idempotency-Key"
    )
    retention: Annotated[
        Duration, Meta(description="How long the answer is kept, so that a repeat gets the same one.")
    ] = "P7D"


class ResultsIn(Value, frozen=True, kw_only=True):
    """The events that follow an accepted operation, or `none` and the reason."""

    events: Annotated[tuple[EventName, ...], Meta(description="Events that are published once it is accepted.")] = ()
    none: Annotated[Text | None, Meta(description="Why no event follows, where `events` is empty.")] = None


class Pagination(Value, frozen=True, kw_only=True):
    """How lists are paged."""

    style: Annotated[
        Literal["none", "cursor", "page"], Meta(description="By a cursor, by page number, or not at all.")
    ] = "none"
    maximum: Annotated[Annotated[int, Meta(ge=1)] | None, Meta(description="Most entries on one page.")] = None
