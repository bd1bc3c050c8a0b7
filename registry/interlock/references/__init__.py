"""References across files: what a contract reaches, its schema bundled into one document, and its identity."""

from interlock.references.bundles import ApiBundle, Bundle, bundle, bundle_api, identity
from interlock.references.following import (
    PROGRESS,
    RESOLVE,
    STAY,
    BadReference,
    Get,
    Reference,
    closure,
    faults,
    target,
)
from interlock.references.schemas import (
    ANNOTATIONS,
    LISTS,
    MAPS,
    SINGLES,
    children,
    mapped,
    references,
    subschemas,
    without_annotations,
)

__all__ = [
    "ANNOTATIONS",
    "LISTS",
    "MAPS",
    "PROGRESS",
    "RESOLVE",
    "SINGLES",
    "STAY",
    "ApiBundle",
    "BadReference",
    "Bundle",
    "Get",
    "Reference",
    "bundle",
    "bundle_api",
    "children",
    "closure",
    "faults",
    "identity",
    "mapped",
    "references",
    "subschemas",
    "target",
    "without_annotations",
]
