"""What a system publishes: by its contracts, judged, and following from what is handled."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import sqlite3
from importlib import import_module
from typing import Any

import pytest

from outbox.outbox_plant import AsyncBroker, Broker, away
from outbox.publishing_plant import SITE, Shop, event_of, published, recorded
from support.tables import TABLES


@pytest.mark.parametrize("scenario", list("ABCDE"))
def test_scenarios_are_published_as_they_were_recorded(shop: Shop, scenario: str) -> None:
    """Keys, subject, labels and personal data of each envelope are those of the recording; each is valid to its readers."""
    same = ("type", "subject", "time", "partitionkey", "idempotencykey", "site", "datacontenttype", "correlationid")
    personal = ("dataregulation", "datacategory")
    for event in recorded(scenario):
        made = published(shop, event).envelope
        assert {name: made.get(name) for name in (*same, *personal)} == {
            name: event.get(name) for name in (*same, *personal)
        }
        raised = "valueImpact" in event["data"]
        assert made.dataclassification == ("confidential" if raised else event["dataclassification"])
    for channel, document in shop.sent():
        contract = shop.catalog.of_type(document["type"])
        assert contract.errors(json.dumps(document).encode()) == []
        assert channel == shop.catalog.channel(contract, "muc1")
        TABLES.counts["scenario events published and valid to their readers"] += 1


def test_each_reader_of_one_event_sees_no_gap(shop: Shop) -> None:
    """Sequences count by event and major, whatever else the system publishes between."""
    for _ in range(3):
        published(shop, event_of("B", "lot-on-hold"))
        published(shop, event_of("B", "inspection-completed"))
    by_source: dict[str, list[str]] = {}
    for _, document in shop.sent():
        by_source.setdefault(document["source"], []).append(document["sequence"])
    assert by_source == {
        f"{SITE}/qms/{name}": ["000000000001", "000000000002", "000000000003"]
        for name in ("quality.lot-on-hold.v2", "quality.lot-on-hold.v1", "quality.inspection-completed.v1")
    }


def test_a_violation_raises_and_nothing_leaves(shop: Shop) -> None:
    """Undeclared members, a missing correlation, too much data: each is said, counted by reason, and nothing is put."""
    counted: list[tuple[str, dict[str, str]]] = []

    class Counting:
        def count(self, name: str, labels: dict[str, str], amount: int = 1) -> None:  # noqa: ARG002 - the protocol's
            counted.append((name, labels))

    violation = import_module("acme_contracts._runtime").ContractViolation
    contract = shop.catalog.contract("quality.lot-on-hold@2")
    data = event_of("B", "lot-on-hold")["data"]
    publisher = shop.publisher("qms", telemetry=Counting())
    huge = {"com.example.note": "x" * 70_000}
    for change, settings, sentence in (
        ({"goodQty": 1}, {"correlationid": "lot:1"}, "payload: undeclared-member at /data/goodQty"),
        ({}, {}, "/correlationid"),
        ({"extensions": huge}, {"correlationid": "lot:1"}, "too-large"),
    ):
        with pytest.raises(violation, match=sentence):
            publisher.publish(contract, contract.parse_data(json.dumps({**data, **change}).encode()), **settings)
    assert (shop.outbox.state().rows, [name for name, _ in counted]) == (0, ["interlock.violations"] * 3)
    assert [labels["reason"] for _, labels in counted] == ["undeclared-member", "envelope-invalid", "too-large"]


def test_a_system_that_is_no_producer_is_refused(shop: Shop) -> None:
    """The contract says who may state the fact."""
    contract = shop.catalog.contract("quality.lot-on-hold@2")
    data = contract.parse_data(json.dumps(event_of("B", "lot-on-hold")["data"]).encode())
    with pytest.raises(shop.publishing.NotAProducer) as refused:
        shop.publisher("wms").publish(contract, data, correlationid="lot:L-1")
    assert str(refused.value) == "wms is no producer of quality.lot-on-hold: its contract names qms"


def test_correlation_cause_and_trace_come_from_what_is_handled(shop: Shop) -> None:
    """Whatever is published inside a handler follows from the event, unless the service says otherwise."""
    trace = "00-56b7076656d05587d730d30aa4d55ae5-13a109d12c6899ee-01"
    contract = shop.catalog.contract("logistics.shipment-paused@1")
    data = contract.parse_data(json.dumps(event_of("B", "shipment-paused")["data"]).encode())
    with shop.context.entered(shop.context.Context("lot:L-9", "cause-1", trace, "vendor=1", consumer="tms")):
        made = shop.publisher("tms").publish(contract, data).envelope
        other = shop.publisher("tms").publish(contract, data, correlationid="mine").envelope
    assert (made.correlationid, made.causationid, made.traceparent, made.get("tracestate")) == (
        "lot:L-9", "cause-1", trace, "vendor=1",
    )  # fmt: skip
    assert (other.correlationid, other.causationid) == ("mine", "cause-1")


def test_nothing_is_published_while_an_event_is_told_again(shop: Shop) -> None:
    """The fact was stated the first time; who rebuilds a stream can ask for it. What is wrong still raises."""
    event = event_of("B", "lot-on-hold")
    with shop.context.entered(shop.context.Context("lot:L-1", replayed=True)):
        published(shop, event)
        assert shop.outbox.state().rows == 0
        published(shop, event, replays=True)
        assert shop.outbox.state().rows == 2


def test_events_of_a_tier_that_expires_say_until_when(shop: Shop) -> None:
    """T3: the moment of the fact and the tier's expiry."""
    made = published(shop, event_of("C", "machine-state-changed")).envelope
    assert (made.time.wire, made.expirytime.wire) == ("2026-03-19T08:03:11Z", "2026-03-19T08:18:11Z")


def test_an_event_that_was_made_before_keeps_its_number(shop: Shop) -> None:
    """And gets what it lacks."""
    contract = shop.catalog.contract("logistics.shipment-paused@1")
    data = contract.parse_data(json.dumps(event_of("B", "shipment-paused")["data"]).encode())
    event = contract.new(data, source=f"{SITE}/tms", site="muc1", correlationid="lot:L-1")
    made = shop.publisher("tms").publish(event)
    assert (made.envelope.id, made.envelope.source, made.envelope.sequence) == (
        event.envelope.id, f"{SITE}/tms", "000000000001",
    )  # fmt: skip


def test_business_transaction_holds_order_inbox_and_event(shop: Shop) -> None:
    """A handler that shares its connection: undone, nothing of the three is there; done, all three are, once."""
    runtime = import_module("acme_contracts._runtime")
    stores = import_module("acme_contracts._runtime.stores.sqlite_inbox")
    connection = sqlite3.connect(shop.path, isolation_level=None)
    connection.execute("CREATE TABLE pauses (hold TEXT)")
    consumer = shop.catalog.consumer(
        "tms-shipment-orchestration",
        inbox=stores.SqliteInbox(shop.path.with_name("inbox.db")),
        clock=lambda: dt.datetime(2026, 3, 17, 7, 15, 5, tzinfo=dt.UTC),
        sleep=lambda _: None,
    )
    contract = shop.catalog.contract("logistics.shipment-paused@1")
    data = contract.parse_data(json.dumps(event_of("B", "shipment-paused")["data"]).encode())
    message = runtime.RawMessage(json.dumps(event_of("B", "lot-on-hold")).encode(), b"muc1:FG-2200:L260316-01")
    publisher = shop.publisher("tms")
    tries: list[int] = []

    def handler(event: Any) -> None:
        connection.execute("INSERT INTO pauses VALUES (?)", (event.data.hold_id,))
        publisher.publish(contract, data, connection=connection)
        tries.append(shop.outbox.state().rows)
        if len(tries) < 3:
            raise OSError("the network is away")

    for _ in range(2):
        consumer.handle(message, handler, connection=connection)
    assert (tries, connection.execute("SELECT hold FROM pauses").fetchall()) == ([0, 0, 0], [("HD-2001",)])
    (made,) = shop.sent()
    cause = event_of("B", "lot-on-hold")
    assert (made[1]["causationid"], made[1]["correlationid"]) == (cause["id"], cause["correlationid"])
    assert made[1]["sequence"] == "000000000001"
    connection.close()


# Without an outbox


def test_straight_to_a_sender(shop: Shop) -> None:
    """The stream carries the start's own number; what is not acknowledged raises."""
    broker = Broker()
    publisher = shop.publisher("qms", sender=broker)
    contract = shop.catalog.contract("quality.inspection-completed@1")
    data = contract.parse_data(json.dumps(event_of("B", "inspection-completed")["data"]).encode())
    events = [publisher.publish(contract, data, correlationid="lot:L-1") for _ in range(2)]
    documents = [json.loads(message.value or b"") for _, message in broker.arrived]
    assert [event.envelope.sequence for event in events] == ["000000000001", "000000000002"]
    assert [document["id"] for document in documents] == [event.envelope.id for event in events]
    assert {document["source"].rpartition("/")[0] for document in documents} == {
        f"{SITE}/qms/quality.inspection-completed.v1"
    }
    broker.plan = away
    with pytest.raises(Exception, match="was not acknowledged: the broker is away"):
        publisher.publish(contract, data, correlationid="lot:L-1")
    other = shop.publisher("qms", sender=Broker()).publish(contract, data, correlationid="lot:L-1")
    assert (other.envelope.sequence, other.envelope.source == events[0].envelope.source) == ("000000000001", False)


def test_from_tasks(shop: Shop) -> None:
    """Into the outbox, to an asynchronous sender, and through a sender of threads."""
    contract = shop.catalog.contract("quality.lot-on-hold@2")
    data = contract.parse_data(json.dumps(event_of("B", "lot-on-hold")["data"]).encode())
    brokers = (AsyncBroker(), Broker())
    ways = [
        shop.publisher("qms"),
        shop.publisher("qms", async_sender=brokers[0]),
        shop.publisher("qms", sender=brokers[1]),
    ]

    async def main() -> list[Any]:
        return [await publisher.apublish(contract, data, correlationid="lot:L-1") for publisher in ways]

    made = asyncio.run(main())
    assert [event.envelope.sequence for event in made] == ["000000000001"] * 3
    assert (shop.outbox.state().rows, *(len(broker.arrived) for broker in brokers)) == (2, 2, 2)


def test_wrong_settings_are_sentences(shop: Shop) -> None:
    """No way out or two, a contract without data, a publisher of tasks used from a thread."""
    misuse = import_module("acme_contracts._runtime.handling.errors").Misuse
    with pytest.raises(misuse, match="one of outbox, sender and async_sender"):
        shop.catalog.publisher("qms", site="muc1", source=SITE)
    with pytest.raises(misuse, match="give the data beside the contract"):
        shop.publisher("qms").publish(shop.catalog.contract("quality.lot-on-hold@2"))
    contract = shop.catalog.contract("quality.inspection-completed@1")
    data = contract.parse_data(json.dumps(event_of("B", "inspection-completed")["data"]).encode())
    with pytest.raises(misuse, match="await apublish"):
        shop.publisher("qms", async_sender=AsyncBroker()).publish(contract, data, correlationid="lot:L-1")
    connection = sqlite3.connect(":memory:")
    with pytest.raises(misuse, match="in an outbox only: give the publisher one"):
        shop.publisher("qms", sender=Broker()).publish(contract, data, correlationid="lot:L-1", connection=connection)
    connection.close()


def test_buffers_are_those_of_the_tiers(shop: Shop) -> None:
    """As catalog.yaml says: T1 and T2 stop, T3 drops its oldest after four hours."""
    found = shop.publishing.buffers_of(shop.catalog, {"T3": 1000})
    assert {tier: (buffer.when_full, buffer.keep) for tier, buffer in found.items()} == {
        "T1": ("stop", dt.timedelta(hours=72)),
        "T2": ("stop", dt.timedelta(hours=24)),
        "T3": ("drop-oldest", dt.timedelta(hours=4)),
    }
    assert found["T3"].most_bytes == 1000
