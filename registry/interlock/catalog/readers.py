"""Reader contracts: what a consuming service needs from which events (`readers/<service>.yaml`)."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from interlock.catalog._base import Duration, EventName, Name, Text, Value
from interlock.judging.paths import FieldPath


class Assumption(Value, frozen=True, kw_only=True):
    """What the reader takes for granted about one member beyond the contract, as a JSON Schema."""

    at: Annotated[FieldPath, Meta(description="The member, as in `fields`.")]
    schema: Annotated[
        dict[str, Any], Meta(description="What its values must fit beside the contract, JSON Schema 2020-12.")
    ]
    why: Annotated[Text | None, Meta(description="What fails in the service when they do not.")] = None


class Reading(Value, frozen=True, kw_only=True):
    """One event that a service reads."""

    event: Annotated[EventName, Meta(description="Name of the event, without a version.")]
    versions: Annotated[
        str,
        Meta(
            pattern=r"\A(>=|>|<=|<|==)?[0-9]+(\.[0-9]+){0,2}( (>=|>|<=|<|==)?[0-9]+(\.[0-9]+){0,2})*\Z",
            description="The versions that the service takes: bounds separated by spaces, all of which hold, for example `>=1.1 <2`.",
        ),
    ]
    fields: Annotated[
        tuple[FieldPath, ...],
        Meta(
            min_length=1,
            description="Members that the service reads, under `/data` or in the envelope; `*` stands for each element.",
        ),
    ]
    assumptions: Annotated[
        tuple[Assumption, ...], Meta(description="What the service takes for granted beyond the contract.")
    ] = ()
    replay_window: Annotated[Duration | None, Meta(description="How far back the service replays after a failure.")] = (
        None
    )
    strict: Annotated[
        bool, Meta(description="The service validates the whole event, not only the fields it reads.")
    ] = False
    source: Annotated[str | None, Meta(description="Where this was seen: `declared`, or a file and line.")] = None


class ReaderContract(Value, frozen=True, kw_only=True):
    """A consuming service and what it reads."""

    service: Annotated[Name, Meta(description="Kebab-case, as the file is named.")]
    system: Annotated[Name, Meta(description="The system of `systems.yaml` that it is part of.")]
    owner: Annotated[Name, Meta(description="The team of `teams.yaml` that is told when a change would break it.")]
    summary: Annotated[Text, Meta(description="What the service does with these events.")]
    reads: Annotated[
        tuple[Reading, ...],
        Meta(min_length=1, description="Each event that it reads; one that reads two majors has two entries."),
    ]
