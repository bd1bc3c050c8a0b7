"""Which majors of a fact are published, and what of it each audience may see."""

from __future__ import annotations

import datetime as dt
import json
from importlib import import_module
from typing import Any

import pytest

from outbox.publishing_plant import NOW, SITE, Shop, event_of, published


def test_a_deprecated_major_is_published_beside_the_newest(shop: Shop) -> None:
    """In one put, under another number and its own channel, as the same fact, and marked as deprecated."""
    event = published(shop, event_of("B", "lot-on-hold"))
    (new_channel, new), (old_channel, old) = shop.sent()
    assert (new_channel, old_channel) == ("muc1.quality.lot-on-hold.v2", "muc1.quality.lot-on-hold.v1")
    assert (new["id"], new["sequence"]) == (event.envelope.id, event.envelope.sequence)
    assert new["id"] != old["id"]
    assert new["idempotencykey"] == old["idempotencykey"] == "lot-on-hold:HD-2001"
    assert (old["deprecated"], old["deprecationfrom"], old["deprecationsunset"]) == (
        True, "2026-01-15T00:00:00Z", "2028-06-30T00:00:00Z",
    )  # fmt: skip
    assert "deprecated" not in new
    assert old["source"] == f"{SITE}/qms/quality.lot-on-hold.v1"
    assert (new["sequence"], old["sequence"]) == ("000000000001", "000000000001")


def test_after_its_sunset_a_major_is_not_published(shop: Shop) -> None:
    """Neither beside the newest nor by name; the sentence says since when, and what to publish instead."""
    late = dt.datetime(2028, 7, 1, tzinfo=dt.UTC)
    published(shop, event_of("B", "lot-on-hold"), clock=lambda: late)
    assert [channel for channel, _ in shop.sent()] == ["muc1.quality.lot-on-hold.v2"]
    old = shop.catalog.contract("quality.lot-on-hold@1")
    with pytest.raises(shop.publishing.NoLongerPublished) as refused:
        shop.publisher("qms", clock=lambda: late).publish(old, old.model.model_construct(), correlationid="lot:L-1")
    assert str(refused.value) == (
        "quality.lot-on-hold@1 is not published any more since 2028-06-30: publish quality.lot-on-hold@2"
    )


def test_an_older_major_alone_stays_alone(shop: Shop) -> None:
    """A producer that has not migrated publishes what it knows; its readers bring it to theirs."""
    event = published(shop, event_of("B", "lot-on-hold"))
    shop.sent()
    old = shop.catalog.contract("quality.lot-on-hold@1")
    shop.publisher("qms").publish(old, old.cast(event).data, correlationid="lot:L-1")
    assert [channel for channel, _ in shop.sent()] == ["muc1.quality.lot-on-hold.v1"]


def test_what_cannot_be_told_in_the_old_major_leaves_in_none(shop: Shop) -> None:
    """The downcaster refuses a type of hold that version 1 has no name for: nothing is put, no sequence is taken."""
    event = event_of("B", "lot-on-hold")
    event["data"]["holdType"] = "CUSTOMER"
    violation = import_module("acme_contracts._runtime").ContractViolation
    with pytest.raises(violation, match="version 1 has no name for this type of hold"):
        published(shop, event)
    assert shop.outbox.state().rows == 0
    assert published(shop, event_of("B", "lot-on-hold")).envelope.sequence == "000000000001"


def test_an_audience_gets_the_fact_without_what_is_above_its_grant(shop: Shop) -> None:
    """Same number, keys and sequence, the label lowered to what is left; what is above as a whole does not go there."""
    settings = {"audiences": {"partners": "internal", "public": "public"}}
    published(shop, event_of("B", "inventory-adjusted"), **settings)
    published(shop, event_of("B", "lot-on-hold"), **settings)
    sent = shop.sent()
    assert [channel for channel, _ in sent] == [
        "muc1.inventory.inventory-adjusted.v1",
        "muc1.inventory.inventory-adjusted.v1.partners",
        "muc1.quality.lot-on-hold.v2",
        "muc1.quality.lot-on-hold.v1",
    ]
    (_, whole), (_, part) = sent[:2]
    assert ("valueImpact" in whole["data"], "valueImpact" in part["data"]) == (True, False)
    assert (whole["dataclassification"], part["dataclassification"]) == ("confidential", "internal")
    same = set(whole) - {"data", "dataclassification"}
    assert {name: whole[name] for name in same} == {name: part[name] for name in same}


def test_an_audience_takes_no_sequence_of_its_own(shop: Shop) -> None:
    """The whole event and the part count as one, so that neither channel has a gap."""
    for _ in range(3):
        published(shop, event_of("B", "inventory-adjusted"), audiences={"partners": "internal"})
    counted: dict[str, list[str]] = {}
    for channel, document in shop.sent():
        counted.setdefault(channel.rpartition(".")[2], []).append(document["sequence"])
    assert counted == {name: [f"{number:012d}" for number in (1, 2, 3)] for name in ("v1", "partners")}


def test_a_label_that_a_service_raised_stays(shop: Shop) -> None:
    """Stamping may raise a label and never lowers it."""
    contract = shop.catalog.contract("logistics.shipment-paused@1")
    data = contract.parse_data(json.dumps(event_of("B", "shipment-paused")["data"]).encode())
    given = {"correlationid": "lot:L-1", "extensions": {"dataclassification": "restricted"}}
    assert shop.publisher("tms").publish(contract, data, **given).envelope.dataclassification == "restricted"


def test_a_reader_of_both_majors_handles_each_fact_once(shop: Shop) -> None:
    """In the middle of its migration, in either order of arrival; the next hold is another fact."""
    runtime = import_module("acme_contracts._runtime")
    first = event_of("B", "lot-on-hold")
    published(shop, first)
    second = json.loads(json.dumps(first))
    second["data"]["holdId"] = "HD-2002"
    published(shop, second)
    arrived = [runtime.RawMessage(json.dumps(document).encode()) for _, document in shop.sent()]
    for messages in (arrived, arrived[::-1]):
        handled: list[Any] = []
        consumer = shop.catalog.consumer("regulatory-archive", clock=lambda: NOW, sleep=lambda _: None)
        outcomes = sorted(consumer.handle(one, handled.append) for one in messages)
        assert sorted(event.data.hold_id for event in handled) == ["HD-2001", "HD-2002"]
        assert outcomes == ["duplicate", "duplicate", "handled", "handled"]


def test_a_required_member_cannot_be_taken_out(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The event as a whole, or a member that its contract requires, above the grant: said, and nothing leaves."""
    event = published(shop, event_of("B", "inventory-adjusted"))
    publisher = shop.publisher("wms")
    with pytest.raises(shop.publishing.CannotProject, match="the event itself is internal"):
        publisher.projected(event, "public")
    schema = json.loads(json.dumps(event.contract.schema))
    schema["properties"]["lot"]["x-classification"] = "restricted"
    monkeypatch.setitem(event.contract.__dict__, "schema", schema)
    import_module("acme_contracts._runtime.publishing.annotations")._annotated.cache_clear()  # noqa: SLF001
    with pytest.raises(shop.publishing.CannotProject, match="/data/lot is restricted, and the contract requires it"):
        publisher.projected(event, "confidential")
    monkeypatch.undo()
    import_module("acme_contracts._runtime.publishing.annotations")._annotated.cache_clear()  # noqa: SLF001


class Sites:
    """What a publisher of work orders gives its downcasters."""

    def plant_number(self, site: str) -> str | None:
        """Know one plant."""
        return {"muc1": "1010"}.get(site)


def test_what_a_downcaster_asks_decides_whether_its_major_is_published(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    """Without a lookup that can answer, the old major is left out and this is said once; with one, both leave in one put."""
    event = event_of("A", "work-order-released")
    for _ in range(2):
        published(shop, event)
    assert [channel.rpartition(".")[2] for channel, _ in shop.sent()] == ["v2", "v2"]
    published(shop, event, lookup=Sites())
    (_, new), (_, old) = shop.sent()
    assert (old["data"]["plant"], old["idempotencykey"]) == ("1010", new["idempotencykey"])
    assert (old["time"], old["correlationid"]) == (new["time"], new["correlationid"])
    assert caplog.text.count("its downcaster asks for plant_number: give the publisher a lookup that has it") == 2


def test_a_lookup_that_does_not_know_refuses_the_fact(shop: Shop) -> None:
    """Whoever asked for both majors is told, rather than an old reader missing one order in silence."""
    event = event_of("A", "work-order-released")
    event["data"]["equipment"]["hierarchy"]["site"] = "lyo1"
    violation = import_module("acme_contracts._runtime").ContractViolation
    with pytest.raises(violation, match="ERP has no number for the site"):
        published(shop, event, lookup=Sites())
    assert shop.outbox.state().rows == 0
