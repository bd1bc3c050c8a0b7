"""An outbox's buffers as the catalog's tiers promise them."""

from __future__ import annotations

from collections.abc import Mapping

from ..catalog import Catalog
from ..outbox import BUFFERS, Buffer


def buffers_of(catalog: Catalog, most_bytes: Mapping[str, int] | None = None) -> dict[str, Buffer]:
    """
    Return a buffer for each tier that has one, with room in bytes by tier where it is given.

    A tier that may be kept in memory is kept on the disk too, which promises more.
    """
    room = most_bytes or {}
    made: dict[str, Buffer] = {}
    for name, policy in catalog.tiers.items():
        if policy.edge_buffer is not None:
            most = room.get(name, BUFFERS.get(name, Buffer()).most_bytes)
            made[name] = Buffer(policy.edge_buffer.when_full, policy.edge_buffer.keep, most)
    return made
