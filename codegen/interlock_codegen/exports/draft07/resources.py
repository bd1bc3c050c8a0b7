"""Where references of a document lead: its anchors, and the resources that are embedded in it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from interlock.references import subschemas


def anchors(schema: Any) -> dict[str, str]:
    """Return where each plain name leads; in one resource a dynamic anchor is one too (core section 8.2.3.2)."""
    others = embedded(schema)
    return {
        name: at
        for at, node in subschemas(schema)
        for keyword in ("$anchor", "$dynamicAnchor")
        if isinstance(name := node.get(keyword), str) and not inside(at, others)
    }


def inside(at: str, roots: Collection[str]) -> bool:
    """Say whether a place is in a resource that is embedded in the document."""
    return any(at == root or at.startswith(f"{root}/") for root in roots)


def embedded(schema: Any) -> frozenset[str]:
    """Return the places of schemas that begin a resource of their own, in which references start elsewhere."""
    return frozenset(at for at, node in subschemas(schema) if at and isinstance(node.get("$id"), str))
