"""What all catalog values share: frozen, kebab-case in YAML, unknown keys refused."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from msgspec import Meta, Struct


class Value(Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True, omit_defaults=True):
    """A part of a catalog file; a change returns a new one (`msgspec.structs.replace`)."""


JSON: TypeAlias = Any
"""A JSON value as the standard library's `json` module gives it."""

Schema: TypeAlias = dict[str, Any] | bool
"""A JSON Schema 2020-12, as written."""

Name = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9]*(-[a-z0-9]+)*\Z", max_length=80)]
"""A kebab-case name, unique among its kind."""

EventName = Annotated[
    str,
    Meta(pattern=r"\A[a-z][a-z0-9]*(-[a-z0-9]+)*\.[a-z][a-z0-9]*(-[a-z0-9]+)*\Z", max_length=160),
]
"""`<domain>.<entity>-<past participle>`."""

CommandName = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9]*(-[a-z0-9]+)*\.[a-z][A-Za-z0-9]*\Z", max_length=160)]
"""`<product>.<operationId>`."""

Text = Annotated[str, Meta(min_length=1, max_length=4000)]
"""A sentence for people."""

VersionText = Annotated[str, Meta(pattern=r"\A(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\Z")]
"""`major.minor.patch` as in Semantic Versioning 2.0.0, section 2; no pre-release part."""

Duration = Annotated[
    str,
    Meta(
        pattern=r"\AP(?=.)([0-9]{1,6}Y)?([0-9]{1,6}M)?([0-9]{1,6}W)?([0-9]{1,6}D)?(T(?=.)([0-9]{1,9}H)?([0-9]{1,9}M)?([0-9]{1,9}(\.[0-9]{1,6})?S)?)?\Z"
    ),
]
"""A length of time, ISO 8601-1 section 5.5.2, for example `P14D` or `PT2S`."""

Reconciliation = Annotated[
    str,
    Meta(
        pattern=r"\A(none|hourly|daily|weekly|P(?=.)([0-9]{1,6}D)?(T(?=.)([0-9]{1,9}H)?([0-9]{1,9}M)?)?)\Z",
        description="How often systems of record are compared: `none`, `hourly`, `daily`, `weekly`, or a duration such as `PT15M`.",
    ),
]
"""How often the systems of record are compared."""

Pointer = Annotated[str, Meta(pattern=r"\A(/([^~/]|~[01])*)*\Z", max_length=400)]
"""A JSON Pointer (RFC 6901)."""

Tier = Literal["T1", "T2", "T3"]
"""How critical a flow is: T1 quality, inventory, shipment; T2 orders and planning; T3 telemetry."""

Classification = Literal["public", "internal", "confidential", "restricted"]
"""Who may see it, lowest first; the CloudEvents extension `dataclassification` carries it."""

Audience = Literal["internal", "plant", "partner", "external-partner", "public"]
"""Whom a contract is offered to."""

Compatibility = Literal[
    "BACKWARD",
    "BACKWARD_TRANSITIVE",
    "FORWARD",
    "FORWARD_TRANSITIVE",
    "FULL",
    "FULL_TRANSITIVE",
    "NONE",
]
"""The registry world's seven modes. BACKWARD asks that new readers take old events; FORWARD that old readers take new events."""

OnInvalid = Literal["reject", "quarantine", "warn", "drop"]
"""What a consumer does with an event that fails its contract."""
