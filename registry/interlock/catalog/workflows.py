"""Critical business flows as steps over commands and events (`workflows/<name>.yaml`)."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from interlock.catalog._base import CommandName, Duration, EventName, Name, Text, Tier, Value


class Step(Value, frozen=True, kw_only=True):
    """One step: a command that is sent or an event that is published, by a system, after other steps."""

    id: Annotated[Name, Meta(description="Name of the step, unique in the workflow.")]
    command: Annotated[
        CommandName | None, Meta(description="The operation that is called, as `<product>.<operationId>`.")
    ] = None
    event: Annotated[EventName | None, Meta(description="The event that is published, without a version.")] = None
    by: Annotated[Name, Meta(description="The system that sends the command or publishes the event.")]
    after: Annotated[tuple[Name, ...], Meta(description="Steps that come before it; none for a first step.")] = ()
    within: Annotated[Duration | None, Meta(description="Longest time after the last of `after`, ISO 8601.")] = None
    summary: Annotated[Text | None, Meta(description="What happens here, where the names do not say it.")] = None


class Workflow(Value, frozen=True, kw_only=True):
    """A business flow whose every step is covered by a governed contract."""

    workflow: Annotated[Name, Meta(description="Kebab-case, as the file is named.")]
    summary: Annotated[Text, Meta(description="What the flow is for.")]
    owner: Annotated[Name, Meta(description="The team of `teams.yaml` that answers for the whole flow.")]
    tier: Annotated[Tier, Meta(description="How critical the flow is.")]
    critical: Annotated[
        bool, Meta(description="Whether the plant stands still, or goods are lost, when it breaks.")
    ] = False
    sla: Annotated[Duration | None, Meta(description="Longest time from the first to the last step.")] = None
    steps: Annotated[tuple[Step, ...], Meta(min_length=1, description="The steps, each covered by a contract.")]
