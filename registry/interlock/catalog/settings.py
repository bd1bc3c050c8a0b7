"""`catalog.yaml`: the name, the defaults, the tiers' policies and what is generated."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from interlock.catalog._base import Compatibility, Duration, EventName, Name, OnInvalid, Text, Value


class Defaults(Value, frozen=True, kw_only=True):
    """What holds where a contract is silent."""

    compatibility: Annotated[
        Compatibility,
        Meta(description="Which readers must take which events: one of the seven modes of schema registries."),
    ] = "FULL_TRANSITIVE"
    on_invalid: Annotated[OnInvalid, Meta(description="What a reader does with an event that fails its contract.")] = (
        "quarantine"
    )
    readers: Annotated[
        Literal["open", "strict"],
        Meta(description="Whether readers ignore members that they do not know (`open`) or refuse them (`strict`)."),
    ] = "open"


class Retry(Value, frozen=True, kw_only=True):
    """How often a failed delivery is tried again, and between which waiting times (with jitter)."""

    attempts: Annotated[int, Meta(ge=0, description="How often a delivery is tried again; 0 for never.")]
    first: Annotated[
        Duration, Meta(description="Waiting time before the first repeat, ISO 8601; later ones are longer.")
    ]
    longest: Annotated[Duration, Meta(description="Waiting time that no repeat exceeds.")]
    then: Annotated[
        Literal["stop-partition", "park", "discard"],
        Meta(description="After the last try: hold the whole key back, put this event aside, or let it go."),
    ] = "park"


class Dedupe(Value, frozen=True, kw_only=True):
    """How long a consumer remembers what it has seen: by (`source`, `id`), and by the business key."""

    event: Annotated[
        Duration, Meta(description="For how long a re-send with the same `source` and `id` is recognised.")
    ]
    business_key: Annotated[
        Duration, Meta(description="For how long a repeat with the same `idempotencykey` is recognised.")
    ]


class EdgeBuffer(Value, frozen=True, kw_only=True):
    """How long a plant's edge keeps events while the network is away."""

    keep: Annotated[Duration, Meta(description="How long an outage of the network may last before events are lost.")]
    storage: Annotated[Literal["disk", "memory"], Meta(description="Whether a restart of the edge keeps them.")] = (
        "disk"
    )
    when_full: Annotated[
        Literal["stop", "drop-oldest"], Meta(description="Stop the producer, or let the oldest event go.")
    ] = "stop"


class TierPolicy(Value, frozen=True, kw_only=True):
    """Delivery and recovery of one criticality tier."""

    summary: Annotated[Text, Meta(description="Which flows belong here, and what a lost event costs.")]
    notice: Annotated[Duration, Meta(description="Least time between deprecation and sunset.")]
    delivery: Annotated[Literal["at-least-once"], Meta(description="Every event arrives, some more than once.")] = (
        "at-least-once"
    )
    ordered: Annotated[bool, Meta(description="Whether events with the same partition key arrive in order.")]
    retry: Annotated[Retry, Meta(description="What happens when a delivery fails.")]
    dedupe: Annotated[
        Dedupe | None, Meta(description="How long repeats are recognised; none where the newest value wins.")
    ] = None
    dead_letter: Annotated[str, Meta(description="Who is told, and how fast.")]
    edge_buffer: Annotated[EdgeBuffer, Meta(description="What a plant's edge does while the network is away.")]
    replay_window: Annotated[Duration, Meta(description="How far back events of this tier can be sent again.")]
    reconciliation: Annotated[str, Meta(description="How often systems of record are compared, in words.")]
    recovery_point: Annotated[
        Duration, Meta(description="Most events, as a stretch of time, that a disaster may cost (RPO).")
    ]
    recovery_time: Annotated[
        Duration, Meta(description="Longest time until the flow runs again after a disaster (RTO).")
    ]
    expiry: Annotated[Duration | None, Meta(description="Age at which an event is worth nothing any more.")] = None
    waivable: Annotated[bool, Meta(description="Whether a breaking finding of this tier may be waived.")] = True


class PythonTarget(Value, frozen=True, kw_only=True):
    """The Python package that is generated from this catalog."""

    distribution: Annotated[str, Meta(description="Name on the package index, for example `acme-contracts`.")]
    module: Annotated[
        str, Meta(pattern=r"\A[a-z_][a-z0-9_]*\Z", description="Name to import, for example `acme_contracts`.")
    ]


class Targets(Value, frozen=True, kw_only=True):
    """What `interlock generate` writes."""

    python: Annotated[PythonTarget | None, Meta(description="The Python package, when one is generated.")] = None


class CatalogSettings(Value, frozen=True, kw_only=True):
    """The settings of a catalog: its name, the defaults, the tiers, the levels of rules and what is generated."""

    name: Annotated[Name, Meta(description="Name of the catalog; reports carry it.")]
    summary: Annotated[Text | None, Meta(description="Whose contracts these are, for people.")] = None
    type_prefix: Annotated[
        str,
        Meta(
            pattern=r"\A[a-z][a-z0-9]*(\.[a-z][a-z0-9-]*)*\Z",
            description="Reversed domain name before the CloudEvents `type`, for example `com.example.mfg`.",
        ),
    ]
    base_uri: Annotated[
        str,
        Meta(
            pattern=r"\Ahttps?://[^\s]+[^/\s]\Z",
            description="Where the `dataschema` of each event starts, without a slash at the end.",
        ),
    ]
    defaults: Annotated[Defaults, Meta(description="What holds where a contract is silent.")] = Defaults()
    tiers: Annotated[
        dict[Literal["T1", "T2", "T3"], TierPolicy],
        Meta(description="Delivery and recovery of each tier that contracts name."),
    ] = {}  # noqa: RUF012
    dead_letters: Annotated[
        EventName | None,
        Meta(
            description="The event that consumers publish about an event that they gave up, for example `platform.event-dead-lettered`."
        ),
    ] = None
    rules: Annotated[
        dict[str, Literal["off", "info", "warning", "error"]],
        Meta(description="Level of a rule, where it differs from its default."),
    ] = {}  # noqa: RUF012
    tag_prefix: Annotated[
        str, Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9._/-]*\Z", description="What the names of release tags start with.")
    ] = "catalog/v"
    targets: Annotated[Targets, Meta(description="What is generated from this catalog.")] = Targets()
