"""Servers, channels and their parameters: where events travel."""

from __future__ import annotations

from typing import Any

from interlock.catalog import Catalog, EventContract
from interlock.rules.durations import seconds
from interlock_codegen.exports.asyncapi.messages import name_of, title
from interlock_codegen.exports.asyncapi.protocols import (
    AMQP,
    DOTTED,
    KAFKA,
    PROTOCOLS,
    SLASHED,
    Protocol,
    address,
    bound,
    component,
    offered,
    reference,
)

CERTIFICATE = "clientCertificate"


def servers() -> dict[str, Any]:
    """Return a server for each protocol; where a site's broker listens is a variable, for a catalog does not know it."""
    return {protocol.name: _server(protocol) for protocol in PROTOCOLS}


def _server(protocol: Protocol) -> dict[str, Any]:
    """Return the broker of a protocol."""
    return {
        "host": "{host}:{port}",
        "protocol": protocol.scheme,
        "protocolVersion": protocol.version,
        "title": f"{protocol.title} broker of a site",
        "variables": {
            "host": {"description": "Name of the broker in the site's network.", "examples": ["broker.example.com"]},
            "port": {"description": "Port that takes TLS.", "default": str(protocol.port)},
        },
        "security": [reference("components", "securitySchemes", CERTIFICATE)],
    }


def security_schemes() -> dict[str, Any]:
    """Return how a system proves to a broker who it is."""
    text = "Client certificate of the system, over TLS; what it may send and receive is the broker's to say."
    return {CERTIFICATE: {"type": "X509", "description": text}}


def channels(catalog: Catalog) -> dict[str, Any]:
    """Return the channels of each event: one whose address is parted by dots, and one by slashes."""
    return {
        channel_name(entry.value, slashed=slashed): _channel(catalog, entry.value, slashed=slashed)
        for entry in offered(catalog)
        for slashed in (False, True)
    }


def channel_name(event: EventContract, *, slashed: bool) -> str:
    """Return the name of an event's channel."""
    return f"{component(event)}.mqtt" if slashed else component(event)


def over(*, slashed: bool) -> tuple[Protocol, ...]:
    """Return the protocols of a channel."""
    return SLASHED if slashed else DOTTED


def _channel(catalog: Catalog, event: EventContract, *, slashed: bool) -> dict[str, Any]:
    """Return one channel; each protocol on it has its own form of the message, told apart by the headers' names."""
    protocols = over(slashed=slashed)
    return {
        "address": address(catalog, event, slashed=slashed),
        "title": f"{title(event)} over {_either([protocol.title for protocol in protocols])}",
        "messages": {
            name_of(event, protocol): reference("components", "messages", name_of(event, protocol))
            for protocol in protocols
        },
        "servers": [reference("servers", protocol.name) for protocol in protocols],
        "parameters": {"site": reference("components", "parameters", "site")},
        "tags": [{"name": event.domain}],
        **({} if slashed else {"bindings": _bindings(catalog, event)}),
    }


def _either(names: list[str]) -> str:
    """
    Return names as alternatives.

    >>> _either(["Kafka", "AMQP", "NATS"])
    'Kafka, AMQP or NATS'
    """
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last


def _bindings(catalog: Catalog, event: EventContract) -> dict[str, Any]:
    """Return how brokers are set up: a topic keeps events for replay, an exchange routes by address."""
    kept = int((seconds(event.replay_window) or 0) * 1000)
    exchange = {"name": catalog.settings.name, "type": "topic", "durable": True, "autoDelete": False}
    return {
        **bound(KAFKA, topicConfiguration={"cleanup.policy": ["delete"], "retention.ms": kept}),
        **bound(AMQP, **{"is": "routingKey", "exchange": exchange}),
    }


def parameters(catalog: Catalog) -> dict[str, Any]:
    """Return the parameters of addresses."""
    listed = ", ".join(f"`{key}` {site.name}" for key, site in sorted(catalog.sites.items()))
    text = "The plant that the event belongs to, as the envelope's `site` says" + (f": {listed}." if listed else ".")
    return {"site": {"description": text, **({"enum": sorted(catalog.sites)} if catalog.sites else {})}}
