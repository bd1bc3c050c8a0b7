"""Reading and writing events: modes, stages, what is kept, what is refused, and what is never said."""

from __future__ import annotations

import base64
import json
import math
from decimal import Decimal
from typing import Any

import pytest
from pydantic import MISSING
from runtime_plant import ATTRIBUTES, DATA, HeldV2, Lot, event, family

from interlock_runtime import REASONS, Contract, ContractViolation, Event, Instant, RawMessage, Violation

HELD: Contract[HeldV2] = family()[2]


def found(message: bytes | RawMessage, contract: Contract[Any] = HELD) -> list[tuple[str, str, str]]:
    """Return what is wrong with a message, in short."""
    return [(violation.reason, violation.rule, violation.pointer) for violation in contract.errors(message)]


def binary(prefix: str, value: bytes | None = None, **changes: Any) -> RawMessage:
    """Return the event in binary mode, its attributes marked by a prefix."""
    attributes = {**ATTRIBUTES, **changes}
    content = attributes.pop("datacontenttype")
    headers = [(f"{prefix}{name}", text) for name, text in attributes.items() if text is not None]
    encoded = [(name, text if isinstance(text, bytes) else str(text).encode()) for name, text in headers]
    return RawMessage(
        json.dumps(DATA).encode() if value is None else value,
        b"key",
        (*encoded, ("Content-Type", str(content).encode())),
    )


def test_an_event_is_typed_and_keeps_what_it_came_from() -> None:
    """Envelope, data and the untouched message, in one value."""
    text = event()
    read = HELD.parse(RawMessage(text, b"\xff\x00", (("x", b"\xfe"), ("x", None))))
    assert (read.data.hold_id, read.data.lot.lot_id, read.data.quantity) == ("HD-1", "L-1", MISSING)
    assert (read.envelope.id, read.envelope.site, read.envelope.get("nothing")) == (ATTRIBUTES["id"], "muc1", None)
    assert isinstance(read.envelope.time, Instant)
    assert read.envelope.time.wire == "2026-03-17T07:15:01.123456789Z"
    assert read.raw == RawMessage(text, b"\xff\x00", (("x", b"\xfe"), ("x", None)))
    assert read.contract is HELD


@pytest.mark.parametrize("prefix", ["ce_", "ce-", "cloudEvents:", "cloudEvents_", ""])
def test_binary_mode_says_what_structured_mode_says(prefix: str) -> None:
    """The same event, whichever binding carried it."""
    assert HELD.parse(binary(prefix)) == HELD.parse(event())


def test_http_headers_are_percent_encoded() -> None:
    """CloudEvents HTTP binding section 3.1.3.2."""
    assert HELD.parse(binary("ce-", subject="holds/%E2%82%AC%20HD-1")).envelope.subject == "holds/€ HD-1"
    assert HELD.parse(binary("ce_", subject="holds/%E2%82%AC")).envelope.subject == "holds/%E2%82%AC"


def test_attributes_that_are_no_texts_keep_their_type_in_binary_mode() -> None:
    """`deprecated` is a boolean in JSON and `true` in a header."""
    read = HELD.parse(binary("ce_", deprecated="true"))
    assert read.envelope.get("deprecated") is True
    assert HELD.serialize(read, mode="binary").headers.count(("ce_deprecated", b"true")) == 1
    assert ("envelope-invalid", "type", "/deprecated") in found(binary("ce_", deprecated="yes"))


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (RawMessage(None), ("no-value", "", "")),
        (RawMessage(b""), ("malformed", "", "")),
        (RawMessage(b"[]"), ("envelope-invalid", "type", "")),
        (RawMessage(b"{}"), ("envelope-invalid", "required", "/type")),
        (RawMessage(event(type="com.example.mfg.quality.lot-lost.v2")), ("unknown-type", "", "/type")),
        (RawMessage(event(type="com.example.mfg.quality.lot-held.v9")), ("unsupported-version", "", "/type")),
        (RawMessage(event(type="com.example.mfg.quality.lot-held.v²")), ("unknown-type", "", "/type")),
        (RawMessage(event(type=5)), ("envelope-invalid", "type", "/type")),
        (RawMessage(event(schemaversion="3.0.0")), ("version-mismatch", "", "/schemaversion")),
        (RawMessage(event(id=None)), ("envelope-invalid", "required", "/id")),
        (RawMessage(event(time=None)), ("envelope-invalid", "required", "/time")),
        (RawMessage(event(dataclassification="secret")), ("envelope-invalid", "enum", "/dataclassification")),
        (RawMessage(event(BadName="x")), ("envelope-invalid", "propertyNames", "/BadName")),
        (RawMessage(event({**DATA, "holdId": None})), ("payload-invalid", "type", "/data/holdId")),
        (RawMessage(event({**DATA, "lot": {}})), ("payload-invalid", "required", "/data/lot/lotId")),
        (RawMessage(event({**DATA, "kind": "low"})), ("payload-invalid", "pattern", "/data/kind")),
        (RawMessage(event("text")), ("payload-invalid", "type", "/data")),
        (binary("ce_", b"{"), ("malformed", "", "")),
        (binary("ce_", b"\x00", datacontenttype="avro/binary"), ("unsupported-content", "", "/datacontenttype")),
        (binary("ce_", subject=b"\xff"), ("bad-header", "", "/subject")),
        (RawMessage(b"{}", None, (("ce_specversion", b"1.0"), ("ce_id", None))), ("bad-header", "", "/id")),
        (RawMessage(b"{}", None, (("ce_specversion", b"1.0"), ("ce_id", b"1"), ("CE_ID", b"2"))), ("bad-header", "", "/id")),
        (RawMessage(b"{}", None, (("ce_specversion", b"1.0"), ("ce_data", b"1"))), ("bad-header", "", "/data")),
    ],
)  # fmt: skip
def test_a_message_is_refused_at_the_stage_it_reached(message: RawMessage, expected: tuple[str, str, str]) -> None:
    """Each wrong message has its stable reason, the keyword and the place."""
    assert expected in found(message)
    assert all(violation.stage == REASONS[violation.reason][0] for violation in HELD.errors(message))


def test_every_violation_is_reported_at_once() -> None:
    """Envelope and data are judged in one pass."""
    wrong = event({"holdId": "-", "lot": {"lotId": 5}, "kind": "x"}, time="yesterday", site=None)
    assert {place for _, _, place in found(wrong)} == {
        "/time",
        "/site",
        "/data/holdId",
        "/data/lot/lotId",
        "/data/kind",
    }


def test_a_flood_of_violations_is_cut() -> None:
    """A hostile message does not become a hostile report."""
    assert len(HELD.errors(event(**{f"Bad{number}": 1 for number in range(500)}))) == 100


def test_no_violation_carries_a_value() -> None:
    """Confidential values stay out of texts, pointers and exceptions, also out of what `repr` shows of an event."""
    secret = "Str3ng-Geheim"  # noqa: S105 - a value to look for, no password
    messages = [
        event({**DATA, "holdId": f"-{secret}"}), event({**DATA, "kind": secret}), event({**DATA, "lot": secret}), event(time=secret),
        event(dataclassification=secret), event(source=f" {secret}"), event(type=f"x.{secret}.v1"), event(schemaversion=secret),
        event({**DATA, "placedAt": secret}), event({**DATA, "quantity": secret}), f'{{"a": "{secret}"'.encode(), f"[{secret}]".encode(),
        event(data_base64=secret), f'{{"a": "{secret}\\ud800"}}'.encode(),
    ]  # fmt: skip
    for message in messages:
        with pytest.raises(ContractViolation) as refused:
            HELD.parse(message)
        assert secret not in str(refused.value)
        assert secret not in repr(refused.value)
        assert refused.value.__cause__ is None
    assert secret not in repr(HELD.parse(event(subject=secret)).envelope)


def test_data_in_base64_is_read_when_it_is_json() -> None:
    """JSON format section 3.1.1: bytes that happen to be JSON are the data all the same."""
    packed = base64.b64encode(json.dumps(DATA).encode()).decode()
    document = {**ATTRIBUTES, "data_base64": packed}
    assert HELD.parse(json.dumps(document).encode()).data == HELD.parse(event()).data
    assert found(json.dumps({**document, "data": DATA}).encode()) == [("envelope-invalid", "oneOf", "")]
    assert found(json.dumps({**document, "data_base64": "%"}).encode()) == [("envelope-invalid", "", "/data_base64")]
    avro = json.dumps({**document, "datacontenttype": "avro/binary"}).encode()
    assert found(avro) == [("unsupported-content", "", "/datacontenttype")]


def test_a_claim_check_is_fetched_by_the_service_and_judged() -> None:
    """Data behind `dataref` is the event's data, when the service can fetch it."""
    document = json.dumps({**ATTRIBUTES, "dataref": "https://store.example/1"}).encode()
    assert found(document) == [("data-elsewhere", "", "/dataref")]
    store = {"https://store.example/1": json.dumps(DATA).encode()}
    assert HELD.parse(document, fetch=store.__getitem__).data.hold_id == "HD-1"
    with pytest.raises(ContractViolation, match="/data/holdId"):
        HELD.parse(document, fetch=lambda _: b'{"lot": {"lotId": "L"}}')


def test_unknown_members_are_kept_shown_and_not_sent_unasked() -> None:
    """What a newer minor added is readable, forwarded with the original bytes, and dropped only by name."""
    text = event({**DATA, "addedLater": 1, "lot": {"lotId": "L-1", "a/b": [None]}})
    read = HELD.parse(text)
    assert read.extra == {"/data/addedLater": 1, "/data/lot/a~1b": [None]}
    assert read.raw is not None
    assert read.raw.value == text
    with pytest.raises(ContractViolation) as refused:
        HELD.serialize(read)
    assert {violation.pointer for violation in refused.value.violations} == set(read.extra)
    assert {violation.reason for violation in refused.value.violations} == {"undeclared-member"}
    assert json.loads(HELD.serialize(read, drop=read.extra).value or b"")["data"] == DATA


def test_what_is_written_is_what_was_read() -> None:
    """Texts of instants, digits of numbers and missing members come out as they went in, in both modes."""
    data = {**DATA, "placedAt": "2016-12-31T23:59:60Z", "quantity": 0.1}
    read = HELD.parse(event(data))
    assert json.loads(HELD.serialize(read).value or b"") == json.loads(event(data))
    message = HELD.serialize(read, mode="binary")
    assert message.key == b"muc1:HD-1"
    assert json.loads(message.value or b"") == data
    assert HELD.parse(message) == read
    assert HELD.serialize(read) == HELD.serialize(HELD.parse(HELD.serialize(read)))


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_json_lacks_is_refused_on_writing(number: float) -> None:
    """NaN does not become null."""
    with pytest.raises(ContractViolation, match="not-json at /quantity"):
        HELD.serialize_data(HeldV2.model_construct(hold_id="H", lot=Lot(lot_id="L"), quantity=number))


def test_what_is_no_json_is_refused_on_writing() -> None:
    """Half a surrogate pair and foreign objects become violations and no tracebacks."""
    for value in ("\ud800", object(), {1: {2}}, b"\xff", {"a": object()}):
        with pytest.raises(ContractViolation):
            HELD.serialize_data(HeldV2.model_construct(hold_id=value, lot=Lot(lot_id="L")))


def test_writing_breaks_no_contract() -> None:
    """What the class lets pass the writer's gate refuses, and nothing leaves."""
    with pytest.raises(ContractViolation, match="/holdId: must match"):
        HELD.serialize_data(HeldV2(hold_id="-", lot=Lot(lot_id="L")))
    assert (
        HELD.serialize_data(HeldV2(hold_id="H", lot=Lot(lot_id="L")))
        == b'{"holdId":"H","lot":{"lotId":"L"},"kind":"QUALITY"}'
    )


def test_data_without_an_envelope() -> None:
    """For files and APIs: the same gate, without events."""
    assert HELD.parse_data(json.dumps(DATA).encode()).lot.lot_id == "L-1"
    assert [violation.pointer for violation in HELD.data_errors(b'{"holdId": 1}')] == ["/holdId", "/lot"]
    with pytest.raises(ContractViolation):
        HELD.parse_data(b"[]")


def test_a_new_event_has_all_that_the_contract_derives() -> None:
    """Number, times, keys and subject; what is missing is asked for when it is written."""
    data = HeldV2(hold_id="HD-7", lot=Lot(lot_id="L-1"), placed_at=Instant.of("2026-03-17T07:15:01Z"))
    made = HELD.new(
        data, source="https://muc1.exc.example/qms", site="muc1", correlationid="lot:L-1", sequence="000000000001"
    )
    got = made.envelope
    assert (got.subject, got.partitionkey, got.idempotencykey) == ("holds/HD-7", "muc1:HD-7", "lot-held:HD-7")
    assert (got.type, got.schemaversion, got.dataclassification) == (HELD.type, "2.1.0", "confidential")
    assert got.id[14] == "7"
    assert got.time is not None
    assert got.time == got.recordedtime
    again = HELD.parse(HELD.serialize(made))
    assert again == Event(got, data, HELD)
    with pytest.raises(ContractViolation, match="/sequence: is required"):
        HELD.serialize(HELD.new(data, source="https://x.example/y", site="muc1", correlationid="c"))
    with pytest.raises(ContractViolation, match="/site: is missing"):
        HELD.new(data, source="https://x.example/y")


def test_numbers_of_new_events_sort_by_time() -> None:
    """UUIDs of version 7, each different."""
    data = HeldV2(hold_id="HD-7", lot=Lot(lot_id="L-1"))
    numbers = [HELD.new(data, source="https://x.example/y", site="s").envelope.id for _ in range(50)]
    assert len(set(numbers)) == 50
    assert [number[:13] for number in numbers] == sorted(number[:13] for number in numbers)


def test_an_envelope_never_changes() -> None:
    """A change makes another one."""
    read = HELD.parse(event()).envelope
    other = read.replace(sequence="000000000003", tracestate=None)
    assert (read.sequence, other.sequence) == ("000000000002", "000000000003")
    with pytest.raises(TypeError):
        read.attributes["id"] = "x"  # type: ignore[index]
    assert read.extensions.keys() & {"id", "type"} == set()
    assert len({read, other}) == 2


def test_a_violation_reads_as_one_line() -> None:
    """For logs: stage, reason, place, words."""
    first: Violation = HELD.errors(event(site=None))[0]
    assert str(first) == "envelope: envelope-invalid at /site: is required and missing"


def test_the_schema_that_is_given_away_is_a_copy() -> None:
    """Whoever changes it changes nothing here."""
    schema = HELD.json_schema()
    schema["properties"].clear()
    assert HELD.json_schema()["properties"]


def test_decimals_are_exact_in_both_directions() -> None:
    """A decimal that no double holds goes through untouched."""
    digits = "0.1000000000000000055511151231257827"
    gate = HELD.reader_gate
    value = gate.load(f'{{"holdId":"H","lot":{{"lotId":"L"}},"quantity":{digits}}}'.encode())
    assert value["quantity"] == Decimal(digits)
