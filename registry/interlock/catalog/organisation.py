"""Who owns, which systems, which plants: `teams.yaml`, `systems.yaml`, `sites.yaml`."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from interlock.catalog._base import Name, Text, Value


class Team(Value, frozen=True, kw_only=True):
    """People who answer for contracts."""

    name: Annotated[Text, Meta(description="The name that people read.")]
    contact: Annotated[
        str,
        Meta(
            pattern=r"\A(mailto:[^\s@]+@[^\s@]+|https://\S+)\Z",
            description="Where the team is reached: a `mailto:` or `https:` URI.",
        ),
    ]
    summary: Annotated[Text | None, Meta(description="What the team looks after.")] = None


class Teams(Value, frozen=True, kw_only=True):
    """The teams that own contracts, systems and readers, and where they are reached."""

    teams: Annotated[
        dict[Name, Team], Meta(description="By the name that contracts, systems and readers give as their `owner`.")
    ]


class System(Value, frozen=True, kw_only=True):
    """A system of the plant or the enterprise that produces or reads events, at its ISA-95 level."""

    name: Annotated[Text, Meta(description="The name that people read.")]
    level: Annotated[
        Literal[0, 1, 2, 3, 4],
        Meta(description="Level of the functional hierarchy, ISA-95 part 1 (IEC 62264-1) section 5.2."),
    ]
    owner: Annotated[Name, Meta(description="The team of `teams.yaml` that runs it.")]
    summary: Annotated[Text, Meta(description="What it does, and what it is the system of record for.")]


class Systems(Value, frozen=True, kw_only=True):
    """The systems that publish or read events, each at its level of the functional hierarchy."""

    systems: Annotated[
        dict[Name, System],
        Meta(description="By the name that `producers` and readers use, and the last part of an event's `source`."),
    ]


class Site(Value, frozen=True, kw_only=True):
    """A plant: a site of the role-based equipment hierarchy, ISA-95 part 1 section 5.3."""

    name: Annotated[Text, Meta(description="The name that people read.")]
    enterprise: Annotated[Name, Meta(description="The enterprise it belongs to, as an event's `source` has it.")]
    time_zone: Annotated[
        str, Meta(description="Time zone of its clocks and shifts, by IANA name, for example `Europe/Berlin`.")
    ]
    country: Annotated[str, Meta(pattern=r"\A[A-Z]{2}\Z", description="Country, ISO 3166-1 alpha-2, for example `DE`.")]
    systems: Annotated[tuple[Name, ...], Meta(description="The systems of `systems.yaml` that run for this site.")] = ()


class Sites(Value, frozen=True, kw_only=True):
    """The plants, each with its time zone and its systems."""

    sites: Annotated[dict[Name, Site], Meta(description="By the identifier that the envelope's `site` carries.")]
