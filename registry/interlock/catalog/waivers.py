"""Waivers: accepted findings, each by its fingerprint and until a date (`waivers.yaml`)."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from msgspec import Meta

from interlock.catalog._base import Name, Text, Value


class Waiver(Value, frozen=True, kw_only=True):
    """Accepts the finding with this fingerprint until a date."""

    fingerprint: Annotated[
        str, Meta(pattern=r"\A[0-9]+:[0-9a-f]{16}\Z", description="The finding, as a report names it (`--json`).")
    ]
    contract: Annotated[str, Meta(description="`name@major` of the contract the finding is about.")]
    until: Annotated[dt.date, Meta(description="Last day on which it holds; after it the finding counts again.")]
    reason: Annotated[Text, Meta(description="Why the plant can live with the finding until then.")]
    approved_by: Annotated[Name, Meta(description="The team of `teams.yaml` that approved it.")]


class Waivers(Value, frozen=True, kw_only=True):
    """Findings that are accepted, each by its fingerprint and until a date."""

    waivers: Annotated[tuple[Waiver, ...], Meta(description="Counts from when it is on the base branch.")] = ()
