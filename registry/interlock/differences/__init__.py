"""Schemas read member by member: what an event has at each path, and what differs between two versions."""

from interlock.differences.flat import (
    MEANINGS,
    MOST_MEMBERS,
    Flat,
    Member,
    flattened,
    json_type,
    mark,
    members,
    places,
    same,
)
from interlock.differences.lines import differences, renames, shown, summary, word_of
from interlock.differences.locations import Location, Node, index_of, locate, reached

__all__ = [
    "MEANINGS", "MOST_MEMBERS", "Flat", "Location", "Member", "Node", "differences", "flattened", "index_of", "json_type", "locate",
    "mark", "members", "places", "reached", "renames", "same", "shown", "summary", "word_of",
]  # fmt: skip
