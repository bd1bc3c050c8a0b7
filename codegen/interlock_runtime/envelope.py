"""The envelope: CloudEvents 1.0 attributes, as they are on the wire, with typed access."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from .instants import Instant
from .schemas import Schema, pointed

Attribute = str | bool | int
"""What an attribute can be in JSON (CloudEvents 1.0 section 3, JSON format section 2.2)."""

CORE = frozenset({"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema"})
"""The context attributes that CloudEvents itself defines (section 3.1)."""
DATA = frozenset({"data", "data_base64"})
"""Members of the JSON format that are no attributes (JSON format section 3.1)."""


class Envelope:
    """The attributes of one event; immutable, `replace` returns another."""

    __slots__ = ("_attributes",)

    def __init__(self, attributes: Mapping[str, Attribute]) -> None:
        self._attributes = dict(attributes)

    @classmethod
    def owning(cls, attributes: dict[str, Attribute]) -> Envelope:
        """Return an envelope of a dictionary that nobody else keeps."""
        made = cls.__new__(cls)
        made._attributes = attributes  # noqa: SLF001 - its own class
        return made

    @property
    def attributes(self) -> Mapping[str, Attribute]:
        """Every attribute by name, as it is on the wire."""
        return MappingProxyType(self._attributes)

    @property
    def extensions(self) -> dict[str, Attribute]:
        """The attributes beside those that CloudEvents itself defines."""
        return {name: value for name, value in self._attributes.items() if name not in CORE}

    def get(self, name: str) -> Attribute | None:
        """Return an attribute, or None when the event does not carry it; null is no attribute (section 3)."""
        return self._attributes.get(name)

    def replace(self, **changes: Attribute | None) -> Envelope:
        """Return an envelope with other attributes; None takes one away."""
        merged = {**self._attributes, **changes}
        return Envelope({name: value for name, value in merged.items() if value is not None})

    def _text(self, name: str) -> str:
        """Return a text attribute that every event has."""
        return str(self._attributes[name])

    def _maybe(self, name: str) -> str | None:
        """Return a text attribute that an event may lack."""
        value = self._attributes.get(name)
        return None if value is None else str(value)

    def _instant(self, name: str) -> Instant | None:
        """Return an instant that an event may lack."""
        value = self._attributes.get(name)
        return Instant.of(value) if isinstance(value, str) else None

    @property
    def id(self) -> str:
        """Number of the event, unique together with `source`; a re-send keeps it."""
        return self._text("id")

    @property
    def source(self) -> str:
        """Who published; `sequence` counts within it."""
        return self._text("source")

    @property
    def type(self) -> str:
        """The contract and its major version."""
        return self._text("type")

    @property
    def subject(self) -> str | None:
        """The business object that the event is about."""
        return self._maybe("subject")

    @property
    def time(self) -> Instant | None:
        """When it happened at the source."""
        return self._instant("time")

    @property
    def recordedtime(self) -> Instant | None:
        """When the event was created or left the edge buffer."""
        return self._instant("recordedtime")

    @property
    def expirytime(self) -> Instant | None:
        """After this moment the event may be dropped."""
        return self._instant("expirytime")

    @property
    def datacontenttype(self) -> str | None:
        """Media type of the data."""
        return self._maybe("datacontenttype")

    @property
    def dataschema(self) -> str | None:
        """URI of the schema with its full version."""
        return self._maybe("dataschema")

    @property
    def schemaversion(self) -> str | None:
        """Full version of the contract that the producer wrote by."""
        return self._maybe("schemaversion")

    @property
    def correlationid(self) -> str | None:
        """The business process that the event belongs to."""
        return self._maybe("correlationid")

    @property
    def causationid(self) -> str | None:
        """The `id` of the event that directly led to this one."""
        return self._maybe("causationid")

    @property
    def partitionkey(self) -> str | None:
        """What the broker orders by."""
        return self._maybe("partitionkey")

    @property
    def sequence(self) -> str | None:
        """Counter without gaps for each `source`."""
        return self._maybe("sequence")

    @property
    def idempotencykey(self) -> str | None:
        """Name of the event and its business key."""
        return self._maybe("idempotencykey")

    @property
    def site(self) -> str | None:
        """The plant that the fact belongs to."""
        return self._maybe("site")

    @property
    def dataclassification(self) -> str | None:
        """Who may see the data."""
        return self._maybe("dataclassification")

    @property
    def dataref(self) -> str | None:
        """Claim check: where the data is fetched."""
        return self._maybe("dataref")

    @property
    def traceparent(self) -> str | None:
        """Technical trace (W3C Trace Context)."""
        return self._maybe("traceparent")

    def __eq__(self, other: object) -> bool:
        """Say whether another envelope has the same attributes."""
        return isinstance(other, Envelope) and self._attributes == other._attributes

    def __hash__(self) -> int:
        """Hash by what makes an event unique (section 3.1.1)."""
        return hash((self._attributes.get("source"), self._attributes.get("id")))

    def __repr__(self) -> str:
        """Name the event without its texts, which may be confidential."""
        return f"Envelope(type={self._attributes.get('type')!r}, id={self._attributes.get('id')!r})"


CLOUDEVENTS: Schema = {
    "type": "object",
    "required": ["specversion", "id", "source", "type"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "minLength": 1},
        "source": {"type": "string", "minLength": 1, "format": "uri-reference"},
        "type": {"type": "string", "minLength": 1},
        "subject": {"type": "string", "minLength": 1},
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"type": "string", "minLength": 1},
        "dataschema": {"type": "string", "minLength": 1, "format": "uri"},
        "data": True,
        "data_base64": {"type": "string"},
    },
    "propertyNames": {"pattern": "^([a-z0-9]+|data_base64)$"},
    "additionalProperties": {"type": ["string", "boolean", "integer"]},
}
"""The rules of CloudEvents 1.0 alone, for a contract whose catalog has no envelope of its own (CloudEvents section 3)."""


def _cloudevents() -> Schema:
    """Return the rules of CloudEvents alone."""
    return CLOUDEVENTS


@dataclass(frozen=True)
class EnvelopeRules:
    """What a catalog asks of every envelope: its schema, loaded when first needed."""

    load_schema: Callable[[], Schema] = field(default=_cloudevents, repr=False)

    @cached_property
    def schema(self) -> Schema:
        """The schema of the envelope with `data` in it."""
        return self.load_schema()

    @cached_property
    def typed(self) -> Mapping[str, str]:
        """The attributes that are no texts, which binary mode carries as texts: `boolean` or `integer` by name."""
        members: dict[str, Any] = self.schema.get("properties", {})
        return {
            name: kind for name, member in members.items() if (kind := self._type(member)) in ("boolean", "integer")
        }

    def _type(self, member: Any) -> str | None:
        """Return the type of an attribute's schema."""
        while isinstance(member, dict) and isinstance(member.get("$ref"), str):
            member = pointed(self.schema, member["$ref"])
        kind = member.get("type") if isinstance(member, dict) else None
        return kind if isinstance(kind, str) else None


PLAIN_CLOUDEVENTS = EnvelopeRules()
"""CloudEvents 1.0 without more."""
