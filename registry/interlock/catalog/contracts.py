"""The contracts: events, shared types, the envelope and API products, each at one major version."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from interlock.catalog._base import (
    Audience,
    Classification,
    Compatibility,
    Duration,
    EventName,
    Name,
    OnInvalid,
    Reconciliation,
    Text,
    Tier,
    Value,
    VersionText,
)
from interlock.catalog.parts import (
    Authorization,
    Idempotency,
    Invariant,
    Keys,
    Lifecycle,
    Lineage,
    Pagination,
    ResultsIn,
    Sla,
    Throttle,
    Throttling,
    Trigger,
)

__all__ = [
    "AnyContract", "Authorization", "Contract", "EnvelopeContract", "EventContract", "Idempotency", "Invariant",
    "Keys", "Lifecycle", "Lineage", "Pagination", "ProductContract", "ResultsIn", "Sla", "Throttle", "Throttling",
    "Trigger", "TypeContract",
]  # fmt: skip

Mode = Annotated[
    Compatibility | None,
    Meta(description="Which readers must take which events, where it differs from `defaults` in `catalog.yaml`."),
]
"""The compatibility mode of one contract, in the registry world's words."""


class Contract(Value, frozen=True, kw_only=True):
    """What every contract promises beside its schema."""

    name: Annotated[str, Meta(description="Unique among its kind; the path has it too.")]
    version: Annotated[
        VersionText, Meta(description="`major.minor.patch` (Semantic Versioning 2.0.0); the file's name has the major.")
    ]
    summary: Annotated[Text, Meta(description="What it stands for, in a sentence or two for people of the plant.")]
    owner: Annotated[Name | None, Meta(description="The team of `teams.yaml` that answers for it.")] = None
    lifecycle: Annotated[Lifecycle, Meta(description="Where it is in its life. Needs no version bump.")] = Lifecycle()
    reason: Annotated[
        Text | None,
        Meta(description="Why the version rises by more than the change needs, for example `semantic-change: ...`."),
    ] = None

    @property
    def major(self) -> int:
        """The major version number."""
        return int(self.version.partition(".")[0])

    @property
    def key(self) -> str:
        """`name@major`, which names the compatibility set."""
        return f"{self.name}@{self.major}"


class EventContract(Contract, frozen=True, kw_only=True, tag_field="contract", tag="event"):
    """A canonical event at one major version: promises and payload schema in one reviewable file."""

    name: Annotated[
        EventName,
        Meta(
            description="`<domain>.<entity>-<past participle>`, as the path has it, for example `quality.lot-on-hold`."
        ),
    ]
    subject: Annotated[
        str | None,
        Meta(description="Template of the CloudEvents `subject`; `{/data/...}` is a JSON Pointer into the event."),
    ] = None
    producers: Annotated[tuple[Name, ...], Meta(description="The systems of `systems.yaml` that publish it.")] = ()
    audience: Annotated[tuple[Audience, ...], Meta(description="Whom it is offered to.")] = ()
    tier: Annotated[Tier, Meta(description="How critical it is; `tiers` in `catalog.yaml` says what each tier gets.")]
    classification: Annotated[
        Classification | None,
        Meta(
            description="Who may see it, from `public` up to `restricted`; the envelope's `dataclassification` has it."
        ),
    ] = None
    retention: Annotated[Duration, Meta(description="How long events are kept, ISO 8601, for example `P10Y`.")]
    replay_window: Annotated[Duration, Meta(description="How far back a reader may have events sent again.")]
    sla: Annotated[Sla, Meta(description="How fast it is published and delivered.")]
    keys: Annotated[Keys, Meta(description="Which members order events and recognise a repeat.")]
    on_invalid: Annotated[OnInvalid, Meta(description="What a reader does with an event that fails this contract.")] = (
        "quarantine"
    )
    dead_letter: Annotated[
        Name | None, Meta(description="The team that owns this event's dead letters; T1 must name one.")
    ] = None
    compatibility: Mode = None
    readers: Annotated[
        Literal["open", "strict"],
        Meta(description="`open` readers ignore members that they do not know, `strict` ones refuse them."),
    ] = "open"
    lineage: Annotated[Lineage, Meta(description="What triggers it and which events may be its cause.")]
    reconciliation: Reconciliation = "none"
    invariants: Annotated[
        tuple[Invariant, ...],
        Meta(description="Named rules that JSON Schema cannot state; pointers start at the event."),
    ] = ()
    schema: Annotated[
        dict[str, Any],
        Meta(description="JSON Schema 2020-12 of the payload, the event's `data`; an object, left open."),
    ]

    @property
    def domain(self) -> str:
        """The part of the name before the dot."""
        return self.name.partition(".")[0]


class TypeContract(Contract, frozen=True, kw_only=True, tag_field="contract", tag="type"):
    """A shared type at one major version, referenced by relative path."""

    name: Annotated[Name, Meta(description="Kebab-case, as the path has it, for example `material-lot-ref`.")]
    invariants: Annotated[
        tuple[Invariant, ...], Meta(description="Hold wherever the type is used; pointers are relative to the value.")
    ] = ()
    schema: Annotated[
        dict[str, Any], Meta(description="JSON Schema 2020-12 of the value; other types by relative `$ref`.")
    ]


class EnvelopeContract(Contract, frozen=True, kw_only=True, tag_field="contract", tag="envelope"):
    """The CloudEvents attributes and extensions that every event carries, gated like a contract."""

    name: Annotated[Name, Meta(description="`envelope`, as the path has it.")]
    compatibility: Mode = None
    schema: Annotated[
        dict[str, Any],
        Meta(description="JSON Schema 2020-12 of a whole event in CloudEvents' JSON format, `data` left free."),
    ]


class ProductContract(Contract, frozen=True, kw_only=True, tag_field="contract", tag="product"):
    """An API product at one major version: promises, and its OpenAPI 3.1 document beside it."""

    name: Annotated[Name, Meta(description="Kebab-case, as the path has it, for example `production-orders`.")]
    title: Annotated[Text, Meta(description="The name that people read.")]
    layer: Annotated[
        Literal["system", "process", "experience"],
        Meta(
            description="Opens one `system`, joins several into a `process`, or serves one kind of client (`experience`)."
        ),
    ]
    systems: Annotated[tuple[Name, ...], Meta(min_length=1, description="The systems of `systems.yaml` behind it.")]
    audience: Annotated[tuple[Audience, ...], Meta(min_length=1, description="Whom it is offered to.")]
    tier: Annotated[Tier, Meta(description="How critical it is; `tiers` in `catalog.yaml` says what each tier gets.")]
    classification: Annotated[
        Classification, Meta(description="Who may see what it gives, from `public` up to `restricted`.")
    ]
    compatibility: Mode = None
    authentication: Annotated[
        tuple[Literal["oauth2-client-credentials", "mutual-tls", "openid-connect"], ...],
        Meta(min_length=1, description="How a caller may prove who it is; any one of these."),
    ]
    authorization: Annotated[
        dict[str, Authorization], Meta(description="By operationId: what a caller must hold for it.")
    ]
    throttling: Annotated[Throttling, Meta(description="How many requests one client may send.")]
    idempotency: Annotated[Idempotency, Meta(description="How a repeated command is recognised.")] = Idempotency()
    pagination: Annotated[Pagination, Meta(description="How lists are paged.")] = Pagination()
    sla: Annotated[
        dict[str, str], Meta(description="`availability` in percent, `latency` as a duration at the 95th percentile.")
    ] = {}  # noqa: RUF012 - msgspec copies an empty default
    audit: Annotated[Duration, Meta(description="How long the audit record of a command is kept, ISO 8601.")]
    results_in: Annotated[
        dict[str, ResultsIn], Meta(description="By operationId: which events each mutating operation results in.")
    ]
    openapi: Annotated[str, Meta(description="File name of the OpenAPI 3.1 document beside this file.")]


AnyContract = EventContract | TypeContract | EnvelopeContract | ProductContract
"""A file under `events/`, `types/`, `envelope/` or `products/`."""
