"""The catalog as frozen values: contracts, teams, systems, sites, readers, workflows, waivers and settings."""

from interlock.catalog.contracts import (
    AnyContract,
    Contract,
    EnvelopeContract,
    EventContract,
    ProductContract,
    TypeContract,
)
from interlock.catalog.index import Catalog, Entry, Example, place_in
from interlock.catalog.organisation import Site, Sites, System, Systems, Team, Teams
from interlock.catalog.readers import ReaderContract, Reading
from interlock.catalog.settings import CatalogSettings
from interlock.catalog.waivers import Waiver, Waivers
from interlock.catalog.workflows import Workflow

__all__ = [
    "AnyContract", "Catalog", "CatalogSettings", "Contract", "Entry", "EnvelopeContract", "EventContract", "Example",
    "ProductContract", "ReaderContract", "Reading", "Site", "Sites", "System", "Systems", "Team", "Teams",
    "TypeContract", "Waiver", "Waivers", "Workflow", "place_in",
]  # fmt: skip
