"""Messages: what an event says over every protocol, what a protocol adds to every event, and both together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from interlock.catalog import Catalog, Entry, EventContract, Example
from interlock_codegen.exports.asyncapi.headers import attributes, header, headers
from interlock_codegen.exports.asyncapi.protocols import (
    AMQP,
    KAFKA,
    MQTT,
    PROTOCOLS,
    Protocol,
    bound,
    component,
    offered,
    reference,
)
from interlock_codegen.exports.promises import promises

_JSON = "application/json"


def traits(catalog: Catalog) -> dict[str, Any]:
    """Return the traits of messages: one a protocol, with the CloudEvents headers, and one an event."""
    return {
        **{f"cloudevents-{protocol.name}": _of_protocol(catalog, protocol) for protocol in PROTOCOLS},
        **{component(entry.value): _of_event(catalog, entry) for entry in offered(catalog)},
    }


def messages(catalog: Catalog) -> dict[str, Any]:
    """Return a message for each event and protocol."""
    return {
        name_of(entry.value, protocol): _message(catalog, entry.value, protocol)
        for entry in offered(catalog)
        for protocol in PROTOCOLS
    }


def name_of(event: EventContract, protocol: Protocol) -> str:
    """Return the name of an event's message over a protocol."""
    return f"{component(event)}.{protocol.name}"


def type_of(catalog: Catalog, event: EventContract) -> str:
    """Return the CloudEvents type of an event."""
    return f"{catalog.settings.type_prefix}.{event.name}.v{event.major}"


def _of_protocol(catalog: Catalog, protocol: Protocol) -> dict[str, Any]:
    """Return what every message over a protocol has: the envelope in its headers."""
    schemas, required = attributes(catalog)
    return {
        "headers": headers(protocol, schemas, required),
        **({"correlationId": _correlation(protocol)} if "correlationid" in schemas else {}),
    }


def _correlation(protocol: Protocol) -> dict[str, str]:
    """Return where the business process is named."""
    return {
        "description": "The business process that the event belongs to.",
        "location": f"$message.header#/{header(protocol, 'correlationid')}",
    }


def _of_event(catalog: Catalog, entry: Entry[EventContract]) -> dict[str, Any]:
    """Return what an event says over every protocol."""
    event = entry.value
    schema = f"{catalog.settings.base_uri}/schemas/{event.name.replace('.', '/')}/{event.version}.json"
    shown = list(_examples(catalog, event))
    return {
        "name": type_of(catalog, event),
        "title": title(event),
        "summary": event.summary,
        "contentType": _JSON,
        "tags": [{"name": event.domain}, {"name": event.tier}],
        "externalDocs": {"url": schema, "description": "The schema of this version, as `dataschema` names it."},
        **({"deprecated": True} if event.lifecycle.status in ("deprecated", "retired") else {}),
        **({"examples": shown} if shown else {}),
        **promises(catalog, entry),
    }


def title(event: EventContract) -> str:
    """Return an event's name as people write it: `Lot on hold v2`."""
    return f"{event.name.partition('.')[2].replace('-', ' ').capitalize()} v{event.major}"


def _examples(catalog: Catalog, event: EventContract) -> Iterator[dict[str, Any]]:
    """Yield the accepted examples that carry their data with them."""
    for example in catalog.examples.get(event.key, ()):
        document = example.event
        if example.accepted and isinstance(document, dict) and "data" in document:
            yield {"name": _stem(example), "payload": document["data"]}


def _stem(example: Example) -> str:
    """Return the name of an example's file without its ending."""
    return example.path.rpartition("/")[2].removesuffix(".json")


def _message(catalog: Catalog, event: EventContract, protocol: Protocol) -> dict[str, Any]:
    """Return an event's message over a protocol."""
    named = {"type": "string", "const": type_of(catalog, event)}
    return {
        "traits": [
            reference("components", "messageTraits", component(event)),
            reference("components", "messageTraits", f"cloudevents-{protocol.name}"),
        ],
        "headers": {"type": "object", "properties": {f"{protocol.prefix}type": named}},
        "payload": reference("components", "schemas", component(event)),
        **_bindings(catalog, event, protocol),
    }


def _bindings(catalog: Catalog, event: EventContract, protocol: Protocol) -> dict[str, Any]:
    """Return what a protocol says of a message beside its headers; NATS has nothing."""
    if protocol is KAFKA:
        return {"bindings": bound(KAFKA, key=_key(catalog, event))}
    if protocol is MQTT:
        return {"bindings": bound(MQTT, payloadFormatIndicator=1, contentType=_JSON)}
    return {"bindings": bound(AMQP, messageType=type_of(catalog, event))} if protocol is AMQP else {}


def _key(catalog: Catalog, event: EventContract) -> dict[str, Any]:
    """Return the schema of a record's key, which keeps related events in order (Kafka binding section 3.1)."""
    attribute = attributes(catalog)[0].get("partitionkey", {"type": "string"})
    parts = ", ".join(f"`{pointer}`" for pointer in event.keys.partition)
    return {**attribute, "description": f"The envelope's `partitionkey`: {parts}, with colons between the parts."}
