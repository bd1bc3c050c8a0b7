"""The schema of a whole event: a catalog's envelope with a contract's data in it, so that one pass judges both."""

from __future__ import annotations

from .schemas import Schema

PAYLOAD = "urn:interlock:payload"


def event_schema(envelope: Schema, payload: Schema) -> Schema:
    """
    Return the schema of events that have this envelope and this data.

    The payload is a resource of its own (JSON Schema 2020-12 core section 9.3.1), so that the references inside both
    schemas go on meaning what they meant.
    """
    identified = {"$id": PAYLOAD, **payload}
    data = envelope.get("properties", {}).get("data")
    member = {**data} if isinstance(data, dict) else {}
    member["allOf"] = [*member.get("allOf", []), {"$ref": identified["$id"]}]
    return {
        **envelope,
        "properties": {**envelope.get("properties", {}), "data": member},
        "$defs": {**envelope.get("$defs", {}), PAYLOAD: identified},
    }
