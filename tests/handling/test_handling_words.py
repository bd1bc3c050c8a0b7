"""What is said: never a value of a payload, one clear sentence for each mistake of a user."""

from __future__ import annotations

import json
import logging
import traceback
from pathlib import Path
from typing import Any

import pytest
from handling_plant import (
    CATALOG,
    NOW,
    READER,
    Clock,
    Handler,
    asn,
    catalog,
    consumer,
    event,
    hold,
    message,
    moved,
    order,
)

from interlock_runtime import ContractViolation, RawMessage, Stage, Violation
from interlock_runtime.catalog import NotInCatalog
from interlock_runtime.handling.durations import duration
from interlock_runtime.handling.errors import Misuse, RetryLater, StopConsuming, StoreFault
from interlock_runtime.handling.safety import described, line, safe, short
from interlock_runtime.stores.json_lines import JsonLinesReceipts, as_json
from interlock_runtime.stores.memory import MemoryQuarantine, MemoryReceipts
from interlock_runtime.stores.sqlite_receipts import SqliteReceipts

PERSON = "Dr-Ada-Byron"


def secretive() -> list[RawMessage]:
    """Return messages that are refused, each with a secret somewhere in its payload."""
    long = f"{PERSON}-" * 40
    return [
        moved(version=PERSON),
        moved(data={"remark": [PERSON]}),
        moved(data={"lotId": f"{PERSON}!!"}, partitionkey="L-1"),
        order(change=PERSON, data={"orderId": 7, long: PERSON}),
        message(json.dumps(event("inventory.moved", {"lotId": "L"})).encode()[:-1] + f', "x": {PERSON}'.encode()),
        message(json.dumps({**event("quality.lot-on-hold", {}, major=9), "data": {"name": PERSON}})),
        message(json.dumps(event("sales.sold", {"customer": PERSON}))),
        asn(version=PERSON, causationid="x"),
    ]


def test_no_value_of_a_payload_is_said(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    """Not in logs, reasons, receipts or exceptions, for messages that are refused and handlers that quote them."""
    caplog.set_level(logging.DEBUG)
    quarantine, receipts = MemoryQuarantine(), MemoryReceipts()
    said = []
    for given in secretive():
        service = consumer(quarantine=quarantine, receipts=receipts, policies={"production.order-changed": "reject"})
        service.handle(given, Handler())
        try:
            with service.handling(given, rejects=True):
                pass
        except ContractViolation as refused:
            said.append("".join(traceback.format_exception(refused)))
    service = consumer(quarantine=quarantine, receipts=receipts, policies={"payload-invalid": "warn"})
    service.handle(hold(remark=PERSON), Handler(lambda _: ValueError(PERSON)))
    service.handle(order(change=5), Handler(lambda _: ValueError(PERSON)))
    reasons = repr([(entry.reasons, entry.why) for entry in quarantine.entries()])
    written = SqliteReceipts(tmp_path / "r.db")
    for receipt in receipts.kept:
        written.put(receipt)
    told = repr(list(written.each())) + json.dumps([as_json(receipt) for receipt in receipts.kept], default=str)
    written.close()
    assert len(list(quarantine.entries())) > 7
    assert len(caplog.records) > 15
    for text in (caplog.text, reasons, told, *said):
        assert PERSON not in text


def test_names_that_a_sender_chose_are_cut() -> None:
    """In pointers too: a name of a megabyte is no pointer."""
    found = safe([Violation(Stage.PAYLOAD, "payload-invalid", f"/data/{'x' * 10_000}/{'a/' * 10_000}", "text")])[0]
    assert len(found.pointer) < 2_200
    assert short("/data/lotId") == "/data/lotId"


def test_a_log_line_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    """Whatever a sender writes into its id: no line breaks, no control codes, no second field."""
    nasty = 'e-1" outcome=handled\r\n2026-01-01 ERROR \x1b[31mall is lost'
    consumer(quarantine=MemoryQuarantine()).handle(moved(version="x", id=nasty), Handler())
    (record,) = caplog.records
    text = record.getMessage()
    assert "\n" not in text
    assert "\x1b" not in text
    assert text.count("outcome=") == 2  # the second one inside quotes
    assert '\\" outcome=handled' in text
    assert line({"id": "x" * 500})[-2:] == '…"' or len(line({"id": "x" * 500})) < 100


def test_an_error_is_described_by_kind_and_line() -> None:
    """Its text may quote the payload."""
    try:
        int(PERSON)
    except ValueError as error:
        found = described(error)
    assert found.startswith("ValueError at test_handling_words.py:")
    assert PERSON not in found


@pytest.mark.parametrize(
    ("policies", "words"),
    [
        ({"payload-invalid": "ignore"}, "no policy 'ignore' .*choose one of reject, quarantine, warn, drop"),
        (
            {"payload-wrong": "warn"},
            "'payload-wrong' names neither an event of the catalog nor a reason; reasons are .*payload-invalid",
        ),
        ({"quality.lot-on-hold/payload-wrong": "warn"}, "nor a reason"),
        ({"quality.lot-held/late": "warn"}, "'quality.lot-held/late' names no event of the catalog"),
        ({"quality.lot-on-hold": "drop"}, "quality.lot-on-hold is T1 and must not be lost: quarantine it"),
        ({"quality.lot-on-hold/late": "drop"}, "is T1 and must not be lost"),
    ],
)
def test_a_policy_that_can_not_be_meant(policies: Any, words: str) -> None:
    """Is refused when the consumer is made, not when the first message breaks."""
    with pytest.raises(Misuse, match=words):
        consumer(policies=policies)


def test_names_that_the_catalog_does_not_have() -> None:
    """Each with the names that are near."""
    for ask, words in (
        (lambda: CATALOG.consumer("warehous"), "no reader named 'warehous': did you mean warehouse?"),
        (
            lambda: CATALOG.contract("quality.lot-on-hold@7"),
            "no contract named 'quality.lot-on-hold@7': did you mean quality.lot-on-hold@",
        ),
        (lambda: CATALOG.newest("lots"), "no event named 'lots': see the catalog"),
        (lambda: CATALOG.product("lots@1"), "no product named 'lots@1'"),
    ):
        with pytest.raises(NotInCatalog) as refused:
            ask()
        assert words in str(refused.value)
        assert isinstance(refused.value, KeyError)


def test_errors_say_what_to_do() -> None:
    """One sentence."""
    with pytest.raises(StopConsuming) as stopped, consumer().handling(moved(version="x")):
        pass
    assert str(stopped.value) == (
        "consuming stops and the message is not acknowledged: a message must be kept aside and the consumer has no "
        "quarantine: give it one"
    )
    with pytest.raises(ValueError, match="is no duration: write for example PT30S or P7D"):
        duration("soon")
    with pytest.raises(StoreFault, match=r"receipts can't be written to .*: No such file or directory"):
        JsonLinesReceipts("/nowhere/at/all/receipts.jsonl")
    with pytest.raises(RetryLater), consumer().handling(hold()):
        raise RuntimeError


def test_duplicates_do_not_repeat_the_first_receipt(tmp_path: Path) -> None:
    """A file of lines is not searched, so the store knows by heart what it wrote."""
    path = tmp_path / "receipts.jsonl"
    receipts = JsonLinesReceipts(path)
    service = consumer(receipts=receipts)
    for _ in range(3):
        service.handle(hold(id="a"), Handler())
    receipts.close()
    assert [json.loads(line)["outcome"] for line in path.read_text().splitlines()] == [
        "handled",
        "duplicate",
        "duplicate",
    ]


def test_receipts_are_lines_that_stay_whole(tmp_path: Path) -> None:
    """A last line that a crash cut off does not spoil the next one; what is unknown is left out."""
    path = tmp_path / "receipts.jsonl"
    first = JsonLinesReceipts(path)
    service = consumer(receipts=first, clock=Clock())
    service.handle(hold(id="a", recordedtime="2026-03-17T07:59:00Z", time="2026-03-17T07:58:59.5Z"), Handler())
    first.close()
    path.write_bytes(path.read_bytes() + b'{"consumer": "ware')
    second = JsonLinesReceipts(path)
    consumer(receipts=second).handle(hold(id="b", number="HD-2"), Handler())
    second.close()
    one, cut, two = path.read_text().splitlines()
    assert json.loads(two)["id"] == "b"
    assert cut == '{"consumer": "ware'
    assert json.loads(one) == {
        "consumer": "warehouse",
        "outcome": "handled",
        "received": "2026-03-17T08:00:00Z",
        "settled": "2026-03-17T08:00:00Z",
        "source": "https://muc1.example/mes",
        "id": "a",
        "type": "com.example.plant.quality.lot-on-hold.v2",
        "contract": "quality.lot-on-hold",
        "partitionkey": "L-1",
        "correlationid": "lot:1",
        "time": "2026-03-17T07:58:59.5Z",
        "recorded": "2026-03-17T07:59:00Z",
        "facts": ["late"],
        "attempts": 1,
        "late_by": 30.0,
    }


def test_receipts_come_back_as_they_were(tmp_path: Path) -> None:
    """From SQLite: all of one case, or since a moment."""
    kept, store = MemoryReceipts(), SqliteReceipts(tmp_path / "r.db")
    for receipts in (kept, store):
        service = consumer(receipts=receipts, quarantine=MemoryQuarantine())
        service.handle(
            hold(id="a", recordedtime="2026-03-17T07:50:00.123456Z", correlationid="lot:7", site="muc1"), Handler()
        )
        service.handle(moved("L-2", version="x", id="b"), Handler())
    assert list(store.each()) == kept.kept
    assert [receipt.id for receipt in store.each(correlationid="lot:7")] == ["a"]
    assert list(store.each(since=NOW)) == kept.kept
    assert store.prune(NOW) == 0
    store.close()


def test_a_catalog_without_policies_has_plain_ones() -> None:
    """T1 stops its key, T2 parks, T3 lets go."""
    bare = catalog(tiers={}, workflows=())
    assert [bare.policy(tier).retry.then for tier in ("T1", "T2", "T3")] == ["stop-partition", "park", "discard"]
    assert bare.sequences == {
        name: name
        for name in ("quality.lot-on-hold", "quality.lot-decided", "inventory.moved", "logistics.asn-received")
    }
    assert (
        CATALOG.sequences["quality.lot-on-hold"]
        == CATALOG.sequences["inventory.moved"]
        != CATALOG.sequences["logistics.asn-received"]
    )
    assert READER.name in CATALOG.readers
