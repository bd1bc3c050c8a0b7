"""Ways to have something said that is not so: settings that are no such thing, attributes and sources of others, labels."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest

from outbox.outbox_plant import Broker
from outbox.publishing_plant import SITE, Shop, event_of, published


def paused(shop: Shop) -> tuple[Any, Any]:
    """Return a contract, and data for it."""
    contract = shop.catalog.contract("logistics.shipment-paused@1")
    return contract, contract.parse_data(json.dumps(event_of("B", "shipment-paused")["data"]).encode())


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"system": "qsm"}, "the catalog has no system named 'qsm': did you mean qms"),
        ({"system": "audit-archive"}, "audit-archive publishes nothing: no contract names it among its producers"),
        ({"site": "muc2"}, "the catalog has no site named 'muc2': did you mean muc1"),
        ({"audiences": {"partners": "intern"}}, "no label 'intern' (for the audience 'partners'): did you mean internal"),
        ({"mode": "binry"}, "no mode 'binry': did you mean binary"),
        ({"source": "qms"}, "the source 'qms' is no absolute URI"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)  # fmt: skip
def test_a_wrong_setting_is_one_sentence_at_once(shop: Shop, settings: dict[str, Any], sentence: str) -> None:
    """Before anything is published, with the nearest name that there is."""
    given = dict(settings)
    with pytest.raises(import_module("acme_contracts._runtime").InterlockError) as refused:
        shop.publisher(given.pop("system", "qms"), **given)
    assert sentence in str(refused.value)


def test_a_label_that_there_is_not_gives_nobody_anything(shop: Shop) -> None:
    """A grant with a letter missing must not pass for the highest."""
    misuse = import_module("acme_contracts._runtime.handling.errors").Misuse
    event = published(shop, event_of("B", "inventory-adjusted"))
    with pytest.raises(misuse, match="no label 'intern'"):
        shop.publisher("wms").projected(event, "intern")


@pytest.mark.parametrize("name", ["id", "source", "type", "specversion", "site", "sequence", "partitionkey", "data"])
def test_extensions_are_extensions(shop: Shop, name: str) -> None:
    """What the contract and the publisher say of an event, no service says otherwise by the way."""
    contract, data = paused(shop)
    misuse = import_module("acme_contracts._runtime.handling.errors").Misuse
    with pytest.raises(misuse, match=f"{name} is no extension"):
        shop.publisher("tms").publish(contract, data, correlationid="lot:L-1", extensions={name: "mine"})
    assert shop.outbox.state().rows == 0


def test_an_event_of_another_source_is_not_numbered_here(shop: Shop) -> None:
    """Its sequence is its own publisher's to count; to forward it, its bytes are sent as they came."""
    contract, data = paused(shop)
    misuse = import_module("acme_contracts._runtime.handling.errors").Misuse
    for source in (f"{SITE}/tms-2/logistics.shipment-paused.v1", "https://elsewhere.example/tms"):
        event = contract.new(data, source=source, site="muc1", correlationid="lot:L-1")
        with pytest.raises(misuse, match="to forward it send"):
            shop.publisher("tms").publish(event)
    assert shop.outbox.state().rows == 0


def test_a_label_that_a_service_raised_keeps_the_event_from_lower_grants(shop: Shop) -> None:
    """Neither an audience below the label nor the older major's reader gets it under a lower one."""
    event = event_of("B", "inventory-adjusted")
    contract = shop.catalog.of_type(event["type"])
    data = contract.parse_data(json.dumps(event["data"]).encode())
    given = {"correlationid": "lot:L-1", "extensions": {"dataclassification": "restricted"}}
    shop.publisher("wms", audiences={"partners": "confidential"}).publish(contract, data, **given)
    assert [(channel, one["dataclassification"]) for channel, one in shop.sent()] == [
        ("muc1.inventory.inventory-adjusted.v1", "restricted")
    ]
    hold = event_of("B", "lot-on-hold")
    contract = shop.catalog.of_type(hold["type"])
    data = contract.parse_data(json.dumps(hold["data"]).encode())
    shop.publisher("qms").publish(contract, data, **given)
    assert [one["dataclassification"] for _, one in shop.sent()] == ["restricted", "restricted"]


def test_a_draft_of_the_next_major_changes_nothing(shop: Shop) -> None:
    """Until it is released, the newest that lives is published with the older one beside it."""
    newest = shop.catalog.majors("quality.lot-on-hold")[-1]
    draft = replace(newest, major=3, version="3.0.0", type=newest.type.replace(".v2", ".v3"), status="draft")
    catalog = replace(shop.catalog, rows=(*shop.catalog.rows, draft))
    event = event_of("B", "lot-on-hold")
    contract = catalog.of_type(event["type"])
    publisher = catalog.publisher("qms", site="muc1", source=f"{SITE}/qms", outbox=shop.outbox)
    publisher.publish(contract, contract.parse_data(json.dumps(event["data"]).encode()), correlationid="lot:L-1")
    assert [channel.rpartition(".")[2] for channel, _ in shop.sent()] == ["v2", "v1"]


def test_an_event_that_is_published_again_is_the_same_in_each_major(shop: Shop) -> None:
    """A service that does not know whether its first try left sends the same numbers."""
    recorded = event_of("B", "lot-on-hold")
    contract = shop.catalog.of_type(recorded["type"])
    data = contract.parse_data(json.dumps(recorded["data"]).encode())
    event = contract.new(data, source=f"{SITE}/qms", site="muc1", correlationid="lot:L-1")
    numbers: list[list[str]] = []
    for _ in range(2):
        shop.publisher("qms").publish(event)
        numbers.append([document["id"] for _, document in shop.sent()])
    assert numbers[0] == numbers[1]
    assert len({*numbers[0]}) == 2
    assert [uuid.UUID(number).version for number in numbers[0]] == [7, 8]


@pytest.mark.parametrize("mode", ["structured", "binary"])
@pytest.mark.parametrize("way", ["outbox", "sender"])
def test_what_leaves_is_no_larger_than_its_readers_take(shop: Shop, mode: str, way: str) -> None:
    """To the byte: what a publisher lets go, its own runtime's consumer does not refuse as too large."""
    contract, _ = paused(shop)
    recorded = event_of("B", "shipment-paused")["data"]
    violation = import_module("acme_contracts._runtime").ContractViolation
    broker = Broker()
    given = {"mode": mode, **({"sender": broker} if way == "sender" else {})}
    publisher = shop.publisher("tms", **given)

    def publish(length: int) -> None:
        noted = {**recorded, "extensions": {"com.example.note": "x" * length}}
        publisher.publish(contract, contract.parse_data(json.dumps(noted).encode()), correlationid="lot:L-1")

    def publish_ever_larger() -> None:
        while True:
            publish(63_000 + 40 * len(left))
            left.append(1)

    left: list[int] = []
    with pytest.raises(violation, match="too-large"):
        publish_ever_larger()
    if way == "outbox":
        with shop.outbox_module.Forwarder(shop.outbox, broker) as forwarder:
            assert forwarder.drain()
    size = import_module("acme_contracts._runtime.handling.reading").size
    sizes = [size(message) for _, message in broker.arrived]
    assert len(sizes) == len(left)
    assert 65_400 < max(sizes) <= 65_536


def test_an_event_that_was_made_before_is_published_as_it_is(shop: Shop) -> None:
    """Attributes beside it would be dropped in silence, and so would other data; a plant that there is not hears nothing."""
    contract, data = paused(shop)
    misuse = import_module("acme_contracts._runtime.handling.errors").Misuse
    unknown = import_module("acme_contracts._runtime.catalog").NotInCatalog
    event = contract.new(data, source=f"{SITE}/tms", site="muc1", correlationid="lot:L-1")
    for more, given in (((), {"correlationid": "lot:L-2"}), ((data,), {}), ((), {"subject": "mine"})):
        with pytest.raises(misuse, match="was made before"):
            shop.publisher("tms").publish(event, *more, **given)
    elsewhere = contract.new(data, source=f"{SITE}/tms", site="muc2", correlationid="lot:L-1")
    with pytest.raises(unknown, match="no site named 'muc2'"):
        shop.publisher("tms").publish(elsewhere)
    assert shop.outbox.state().rows == 0


def test_a_contract_that_the_catalog_does_not_have_is_not_published(shop: Shop) -> None:
    """Such as one of another package: nobody here said who may state it, and its channel has no readers."""
    contract, data = paused(shop)
    unknown = import_module("acme_contracts._runtime.catalog").NotInCatalog
    catalog = replace(shop.catalog, rows=tuple(row for row in shop.catalog.rows if row.name != contract.name))
    publisher = catalog.publisher("tms", site="muc1", source=f"{SITE}/tms", outbox=shop.outbox)
    with pytest.raises(unknown, match="no contract named"):
        publisher.publish(contract, data, correlationid="lot:L-1")


@pytest.mark.parametrize("wrong", [{"shipmentId": "S-1"}, "text", 7, None])
def test_data_of_another_class_is_one_sentence(shop: Shop, wrong: Any) -> None:
    """It is refused before anything leaves, never with a traceback out of a serializer."""
    contract, _ = paused(shop)
    with pytest.raises(import_module("acme_contracts._runtime").InterlockError):
        shop.publisher("tms").publish(contract, wrong, correlationid="lot:L-1")
    assert shop.outbox.state().rows == 0
