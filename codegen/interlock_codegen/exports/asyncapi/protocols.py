"""The protocols over which events travel: their servers, addresses, headers and bindings differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from interlock.catalog import Catalog, Entry, EventContract

BINDINGS = {"kafka": "0.5.0", "amqp": "0.3.0", "mqtt": "0.2.0", "nats": "0.1.0"}
"""Version of each protocol's binding (github.com/asyncapi/bindings) that the documents follow."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """One protocol, and how CloudEvents binds to it in binary mode."""

    name: str
    """As bindings call it."""
    title: str
    scheme: str
    """As servers call it, with TLS."""
    version: str
    port: int
    prefix: str
    """What stands before an attribute's name in its header (the CloudEvents protocol bindings, section 3.1)."""
    content_type: str | None
    """The header that carries `datacontenttype`; None where it is a property of the message instead."""
    encoded: bool = False
    """Whether header values are percent-encoded, so that they may be longer than the attribute."""
    slashed: bool = False
    """Whether addresses are parted by slashes and begin with the catalog's prefix."""


KAFKA = Protocol("kafka", "Kafka", "kafka-secure", "3", 9093, "ce_", "content-type")
AMQP = Protocol("amqp", "AMQP", "amqps", "0.9.1", 5671, "cloudEvents:", None)
NATS = Protocol("nats", "NATS", "nats", "2", 4222, "ce-", "ce-datacontenttype", encoded=True)
MQTT = Protocol("mqtt", "MQTT", "secure-mqtt", "5", 8883, "", None, slashed=True)
PROTOCOLS = (KAFKA, AMQP, NATS, MQTT)
DOTTED = tuple(protocol for protocol in PROTOCOLS if not protocol.slashed)
SLASHED = tuple(protocol for protocol in PROTOCOLS if protocol.slashed)


def offered(catalog: Catalog) -> tuple[Entry[EventContract], ...]:
    """Return the events that travel: those that are not retired."""
    return tuple(entry for entry in catalog.events.values() if entry.value.lifecycle.status != "retired")


def component(event: EventContract) -> str:
    """Return the name of an event among the components: `quality.lot-on-hold.v2`."""
    return f"{event.name}.v{event.major}"


def address(catalog: Catalog, event: EventContract, *, slashed: bool) -> str:
    """Return where an event travels; minor versions share an address, and `{site}` stands for the plant."""
    parts = ["{site}", *event.name.split("."), f"v{event.major}"]
    prefix = catalog.settings.type_prefix.rpartition(".")[2]
    return "/".join([prefix, *parts]) if slashed else ".".join(parts)


def bound(protocol: Protocol, **members: Any) -> dict[str, Any]:
    """Return a binding of a protocol with its version."""
    return {protocol.name: {**members, "bindingVersion": BINDINGS[protocol.name]}}


def reference(*tokens: str) -> dict[str, str]:
    """Return a reference into the document; no name in it needs escaping."""
    return {"$ref": "#/" + "/".join(tokens)}
