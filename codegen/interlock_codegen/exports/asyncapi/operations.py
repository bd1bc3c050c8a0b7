"""Operations: which system sends an event, and which services receive it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from interlock.catalog import Catalog, EventContract, ReaderContract
from interlock.catalog.readers import Reading
from interlock.rules.durations import seconds
from interlock.rules.hits import readings
from interlock_codegen.exports.asyncapi.channels import channel_name, over
from interlock_codegen.exports.asyncapi.messages import name_of
from interlock_codegen.exports.asyncapi.protocols import AMQP, KAFKA, MQTT, NATS, bound, component, offered, reference
from interlock_codegen.exports.promises import owner, spelled


def operations(catalog: Catalog) -> dict[str, Any]:
    """Return what each system does with each event, from the system's point of view."""
    return dict(
        row
        for entry in offered(catalog)
        for slashed in (False, True)
        for row in (*_sent(catalog, entry.value, slashed=slashed), *_received(catalog, entry.value, slashed=slashed))
    )


def _sent(catalog: Catalog, event: EventContract, *, slashed: bool) -> Iterator[tuple[str, Any]]:
    """Yield the operation of each producer."""
    for system in event.producers:
        yield (
            _name(system, "send", event, slashed=slashed),
            {
                **_operation("send", event, slashed=slashed),
                "title": f"{system} sends {component(event)}",
                "bindings": _sending(catalog, event, slashed=slashed),
                **_of_system(catalog, system),
            },
        )


def _received(catalog: Catalog, event: EventContract, *, slashed: bool) -> Iterator[tuple[str, Any]]:
    """Yield the operation of each service whose reader contract takes this major."""
    for entry, _, reading in readings(catalog, event):
        reader = entry.value
        yield (
            _name(reader.service, "receive", event, slashed=slashed),
            {
                **_operation("receive", event, slashed=slashed),
                "title": f"{reader.service} receives {component(event)}",
                "bindings": _receiving(reader, slashed=slashed),
                "x-service": reader.service,
                **_of_system(catalog, reader.system),
                "x-owner": owner(catalog, reader.owner),
                **_of_reading(reading),
            },
        )


def _name(who: str, does: str, event: EventContract, *, slashed: bool) -> str:
    """Return the name of an operation: `qms.send.quality.lot-on-hold.v2`."""
    return f"{who}.{does}.{channel_name(event, slashed=slashed)}"


def _operation(action: str, event: EventContract, *, slashed: bool) -> dict[str, Any]:
    """Return what every operation on a channel says."""
    channel = channel_name(event, slashed=slashed)
    return {
        "action": action,
        "channel": reference("channels", channel),
        "messages": [
            reference("channels", channel, "messages", name_of(event, protocol)) for protocol in over(slashed=slashed)
        ],
    }


def _sending(catalog: Catalog, event: EventContract, *, slashed: bool) -> dict[str, Any]:
    """Return how it is sent: at least once, kept by the broker, and not beyond the tier's expiry."""
    policy = catalog.tier_policy(event.tier)
    expiry = seconds(policy.expiry) if policy is not None and policy.expiry is not None else None
    if slashed:
        lasting = {"messageExpiryInterval": int(expiry)} if expiry else {}
        return bound(MQTT, qos=1, retain=False, **lasting)
    lasting = {"expiration": int(expiry * 1000)} if expiry else {}
    return {**bound(KAFKA), **bound(AMQP, deliveryMode=2, mandatory=True, **lasting), **bound(NATS)}


def _receiving(reader: ReaderContract, *, slashed: bool) -> dict[str, Any]:
    """Return how it is received: the instances of a service share the events, and each is acknowledged."""
    if slashed:
        return bound(MQTT, qos=1)
    group = {"type": "string", "const": reader.service}
    return {**bound(KAFKA, groupId=group), **bound(AMQP, ack=True), **bound(NATS, queue=reader.service)}


def _of_system(catalog: Catalog, name: str) -> dict[str, Any]:
    """Return the system that does it, who runs it, and the plants where it runs."""
    system = catalog.systems.get(name)
    sites = [key for key, site in sorted(catalog.sites.items()) if name in site.systems]
    return {
        "x-system": name,
        **({"x-owner": owner(catalog, system.owner)} if system else {}),
        **({"x-sites": sites} if sites else {}),
    }


def _of_reading(reading: Reading) -> dict[str, Any]:
    """Return what a service takes of the event."""
    window = {"x-replay-window": spelled(reading.replay_window)} if reading.replay_window else {}
    return {"x-versions": reading.versions, "x-fields": list(reading.fields), **window}
