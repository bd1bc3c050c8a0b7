"""The exported AsyncAPI document: valid by the official schema and by what that can't say, and true to the catalog."""

from __future__ import annotations

import copy
import functools
import json
from pathlib import Path
from typing import Any

import pytest
from asyncapi_judge import exact, faults, merged, payload_validator
from exports_catalogs import SMALL, catalog, event, loaded, shipped, type_
from jsonschema import Draft7Validator

from interlock.loading import load
from interlock.trees import WorkTree
from interlock_codegen.exports.asyncapi import asyncapi
from interlock_codegen.exports.asyncapi.protocols import AMQP, KAFKA, MQTT, NATS, PROTOCOLS
from interlock_codegen.exports.exporting import asyncapi_document
from interlock_codegen.exports.texts import written

OFFICIAL = Path(__file__).parent / "specs" / "asyncapi-3.0.0.json"
GOLDEN = Path(__file__).parent / "golden"
FORMATS: Any = ("2020-12", "draft-07")


@functools.cache
def document(schema_format: Any = "2020-12") -> dict[str, Any]:
    """The document of the shipped catalog."""
    return asyncapi(shipped().catalog, version="1.2.0", schema_format=schema_format).document


@functools.cache
def official() -> Draft7Validator:
    """The official schema."""
    assert OFFICIAL.is_file(), "run python tests/exports/specs/fetch.py"
    return Draft7Validator(json.loads(OFFICIAL.read_text(encoding="utf-8")))


@pytest.mark.parametrize("schema_format", FORMATS)
def test_it_is_valid(schema_format: Any) -> None:
    """The official JSON Schema of AsyncAPI 3.0.0 finds nothing."""
    assert [error.message for error in official().iter_errors(document(schema_format))] == []


@pytest.mark.parametrize("schema_format", FORMATS)
def test_it_is_sound(schema_format: Any) -> None:
    """References lead somewhere, parameters and messages belong where they stand, every example fits its payload."""
    assert faults(document(schema_format)) == []


MUTATIONS: dict[str, tuple[str, Any, str]] = {
    "a reference to nothing": ("/components/messages/quality.lot-on-hold.v2.kafka/payload", {"$ref": "#/components/schemas/x"}, "leads to nothing"),
    "a reference to the network": ("/components/messages/quality.lot-on-hold.v2.kafka/payload", {"$ref": "https://example.com"}, "leads to nothing"),
    "a parameter that is not declared": ("/channels/quality.lot-on-hold.v2/parameters", {}, "{site} is no parameter"),
    "a parameter that is not used": ("/channels/quality.lot-on-hold.v2/address", "quality", "site is not in the address"),
    "an address twice": ("/channels/quality.lot-on-hold.v2/address", "{site}.quality.batch-released.v1", "has its address"),
    "a variable that is not declared": ("/servers/kafka/variables", {}, "host is not both"),
    "another channel's message": ("/operations/qms.send.quality.lot-on-hold.v2/messages", [{"$ref": "#/channels/quality.batch-released.v1/messages/quality.batch-released.v1.kafka"}], "is no message of its channel"),
    "a message beside the channel": ("/operations/qms.send.quality.lot-on-hold.v2/messages", [{"$ref": "#/components/messages/quality.lot-on-hold.v2.kafka"}], "is no message of its channel"),
    "an example that does not fit": ("/components/messageTraits/quality.lot-on-hold.v2/examples/0/payload", {"holdId": 1}, "example"),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTATIONS)
def test_the_judge_sees_what_is_wrong(name: str) -> None:
    """One fault put into the document is found, so that its silence says something."""
    pointer, value, says = MUTATIONS[name]
    broken = copy.deepcopy(document())
    *above, last = pointer.split("/")[1:]
    place: Any = broken
    for token in above:
        place = place[int(token)] if isinstance(place, list) else place[token]
    assert place[last] != value
    place[last] = value
    assert any(says in fault for fault in faults(broken)), faults(broken)


def test_the_official_schema_is_asked_in_earnest() -> None:
    """A wrong binding deep inside is an error of its own."""
    broken = copy.deepcopy(document())
    broken["operations"]["qms.send.quality.lot-on-hold.v2.mqtt"]["bindings"]["mqtt"]["qos"] = "often"
    assert list(official().iter_errors(broken))


@pytest.mark.parametrize("schema_format", FORMATS)
def test_examples_and_counterexamples(schema_format: Any) -> None:
    """Each accepted example fits; each that the catalog rejects for its payload is refused, in both drafts."""
    found, refused = document(schema_format), 0
    for key, examples in shipped().catalog.examples.items():
        name, _, major = key.rpartition("@")
        validator = payload_validator(found, merged(found, found["components"]["messages"][f"{name}.v{major}.kafka"]))
        for example in examples:
            expect = example.document.data.get("expect", {})
            if "data" not in example.event or (not example.accepted and expect.get("stage") != "payload"):
                continue
            taken = validator.is_valid(exact(example.event["data"]))
            assert taken is example.accepted, example.path
            refused += not taken
    assert refused > 10


def test_draft_07_loses_nothing_of_the_shipped_catalog() -> None:
    """Contracts that keep to the profile are said exactly."""
    made = asyncapi(shipped().catalog, schema_format="draft-07")
    assert made.losses == ()
    assert "x-losses" not in made.document


def binary(event: dict[str, Any], protocol: Any) -> dict[str, str]:
    """An event's attributes as the CloudEvents binding of a protocol writes them into headers."""
    names = {
        KAFKA: lambda name: "content-type" if name == "datacontenttype" else f"ce_{name}",
        AMQP: lambda name: None if name == "datacontenttype" else f"cloudEvents:{name}",
        NATS: lambda name: f"ce-{name}",
        MQTT: lambda name: None if name == "datacontenttype" else name,
    }[protocol]
    texts = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in event.items()}
    return {names(name): text for name, text in texts.items() if name not in ("data", "dataref") and names(name)}


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol.name)
def test_headers_take_the_envelope(protocol: Any) -> None:
    """The headers of every accepted example fit its message, those of another protocol or event do not."""
    found, asked = document(), 0
    for key, examples in shipped().catalog.examples.items():
        name, _, major = key.rpartition("@")
        message = merged(found, found["components"]["messages"][f"{name}.v{major}.{protocol.name}"])
        validator = Draft7Validator(message["headers"])
        for example in examples:
            if example.accepted:
                headers = binary(example.event, protocol)
                assert list(validator.iter_errors(headers)) == [], example.path
                other = next(one for one in PROTOCOLS if one is not protocol)
                assert not validator.is_valid(binary(example.event, other))
                renamed = {**example.event, "type": "com.example.mfg.other.v1"}
                assert not validator.is_valid(binary(renamed, protocol))
                asked += 1
        if protocol in (KAFKA, NATS):
            assert message["correlationId"]["location"].endswith(f"{protocol.prefix}correlationid")
    assert asked > 40


def test_where_an_event_travels() -> None:
    """One address parted by dots, one by slashes; the plant is a parameter with the plants that there are."""
    channels = document()["channels"]
    assert channels["quality.lot-on-hold.v2"]["address"] == "{site}.quality.lot-on-hold.v2"
    assert channels["quality.lot-on-hold.v2.mqtt"]["address"] == "mfg/{site}/quality/lot-on-hold/v2"
    assert [server["$ref"] for server in channels["quality.lot-on-hold.v2.mqtt"]["servers"]] == ["#/servers/mqtt"]
    assert document()["components"]["parameters"]["site"]["enum"] == ["aus1", "lys1", "muc1"]
    assert len(channels) == 2 * len(shipped().catalog.events)
    assert (
        channels["quality.lot-on-hold.v2"]["bindings"]["kafka"]["topicConfiguration"]["retention.ms"] == 30 * 86_400_000
    )


def test_who_sends_and_who_receives() -> None:
    """Each producer sends, and each service whose range holds the major receives; nobody else does anything."""
    found = shipped().catalog
    wanted = {
        f"{system}.send.{e.value.name}.v{e.value.major}" for e in found.events.values() for system in e.value.producers
    }
    wanted |= {
        f"{reader.value.service}.receive.{reading.event}.v{reading.versions.partition('=')[2][0]}"
        for reader in found.readers.values()
        for reading in reader.value.reads
    }
    assert set(document()["operations"]) == wanted | {f"{name}.mqtt" for name in wanted}
    reading = document()["operations"]["wms-finished-goods.receive.quality.lot-on-hold.v2"]
    assert (reading["action"], reading["x-system"], reading["x-versions"]) == ("receive", "wms", ">=2.0 <3")
    assert reading["bindings"]["kafka"]["groupId"] == {"type": "string", "const": "wms-finished-goods"}
    sending = document()["operations"]["scada.send.equipment.machine-state-changed.v1.mqtt"]
    assert sending["bindings"]["mqtt"]["messageExpiryInterval"] == 900


def test_promises_and_keys() -> None:
    """What a contract promises stands with its message; a record's key is the partition key."""
    message = merged(document(), document()["components"]["messages"]["quality.lot-on-hold.v2.kafka"])
    contract = shipped().catalog.documents["events/quality/lot-on-hold/v2.yaml"].data
    for name in ("tier", "classification", "retention", "replay-window", "sla", "keys", "lifecycle", "lineage"):
        assert message[f"x-{name}"] == contract[name]
    assert message["x-owner"]["contact"] == "mailto:quality@example.com"
    assert message["name"] == "com.example.mfg.quality.lot-on-hold.v2"
    assert "`/data/lot/lotId`" in message["bindings"]["kafka"]["key"]["description"]
    assert "x-digest" in message


def test_an_approved_document() -> None:
    """The small catalog's document, whole; a stale one is mended by writing what the exporter says."""
    small = load(WorkTree(SMALL)).catalog
    for schema_format in FORMATS:
        text = written(asyncapi(small, version="1.0.0", schema_format=schema_format).document, "yaml")
        assert (GOLDEN / f"asyncapi-{schema_format}.yaml").read_bytes() == text


def test_losses_stand_in_the_document_and_are_told() -> None:
    """A contract that uses more than draft-07 has is weaker there, says the document at the place, and a line on stderr."""
    schema = {
        "type": "object",
        "properties": {"tag": {"$ref": "../../../types/tag/v1.yaml"}, "list": {"type": "array", "contains": {"const": 1}, "minContains": 2}},
    }  # fmt: skip
    files = {
        "events/line/tag-read/v1.yaml": event("line.tag-read", schema=schema),
        "types/tag/v1.yaml": type_("tag", {"type": "string", "format": "uuid"}),
    }
    made = asyncapi_document(loaded(files), "json", version="0.0.0", schema_format="draft-07")
    found = json.loads(made.files["asyncapi.json"])
    assert found["x-losses"] == [
        {"at": "/components/schemas/line.tag-read.v1/schema/properties/list", "keyword": "minContains", "weaker": True, "why": "draft-07 asks for one item that fits"},
        {"at": "/components/schemas/tag.v1/schema", "keyword": "format", "weaker": True, "why": "draft-07 has no such format"},
    ]  # fmt: skip
    assert made.losses[1] == "/components/schemas/tag.v1/schema: format is weaker: draft-07 has no such format"
    assert asyncapi_document(loaded(files), "json", version="0.0.0", schema_format="2020-12").losses == ()


def test_a_strict_reader_gets_types_of_its_own() -> None:
    """Its types are closed where another event's are open, and neither sees the other's."""
    schema = {"type": "object", "properties": {"a": {"$ref": "../../../types/pair/v1.yaml"}}}
    files = {
        "events/line/open-read/v1.yaml": event("line.open-read", schema=schema),
        "events/line/strict-read/v1.yaml": event("line.strict-read", schema=schema, readers="strict"),
        "types/pair/v1.yaml": type_("pair", {"type": "object", "properties": {"b": {"type": "string"}}}),
    }
    made = asyncapi(catalog(files)).document
    taken = {"a": {"b": "x", "c": 1}, "d": 2}
    for name, expected in (("line.open-read.v1", True), ("line.strict-read.v1", False)):
        message = merged(made, made["components"]["messages"][f"{name}.kafka"])
        assert payload_validator(made, message).is_valid(taken) is expected
        assert payload_validator(made, message).is_valid({"a": {"b": "x"}})
    assert faults(made) == []


def test_a_discriminator_keeps_its_member_only() -> None:
    """Its mapping names places of the catalog, which mean nothing in the document."""
    choice = {
        "oneOf": [{"$ref": "../../../types/pair/v1.yaml"}, {"type": "string"}],
        "discriminator": {"propertyName": "kind", "mapping": {"p": "../../../types/pair/v1.yaml"}},
    }
    schema = {"type": "object", "properties": {"a": choice}}
    files = {
        "events/line/stopped/v1.yaml": event("line.stopped", schema),
        "types/pair/v1.yaml": type_("pair", {"type": "object"}),
    }
    found = asyncapi(catalog(files)).document["components"]["schemas"]["line.stopped.v1"]["schema"]["properties"]["a"]
    assert found["discriminator"] == {"propertyName": "kind"}
    assert found["oneOf"][0] == {"$ref": "#/components/schemas/pair.v1/schema"}


def test_a_retired_event_travels_nowhere() -> None:
    """Nothing in the document speaks of an event that has ended."""
    ended = {
        "status": "retired",
        "since": "2025-01-01",
        "sunset": "2025-12-01",
        "successor": "line.stopped@2",
        "migration": "https://example.com/m",
    }
    files = {
        "events/line/stopped/v1.yaml": event("line.stopped", lifecycle=ended),
        "events/line/stopped/v2.yaml": event("line.stopped", version="2.0.0"),
    }
    made = asyncapi(catalog(files)).document
    assert set(made["components"]["schemas"]) == {"line.stopped.v2"}
    assert "line.stopped.v1" not in json.dumps({**made, "components": {}})


def test_an_empty_catalog_and_one_without_an_envelope() -> None:
    """Both are valid documents; the core attributes of CloudEvents stand in for the envelope."""
    for files in ({}, {"events/line/stopped/v1.yaml": event("line.stopped")}):
        made = asyncapi(catalog(files)).document
        assert list(official().iter_errors(made)) == []
        headers = made["components"]["messageTraits"]["cloudevents-kafka"]["headers"]
        assert headers["required"] == ["ce_specversion", "ce_id", "ce_source", "ce_type"]


@pytest.mark.parametrize(
    ("path", "content", "rule"),
    [
        ("events/line/stopped/v1.yaml", event("line.stopped", schema={"type": "object", "properties": 5}), "schema/is-valid"),
        ("types/tag/v1.yaml", type_("tag", {"maxLength": "9"}), "schema/is-valid"),
        ("events/line/stopped/v1.yaml", event("line.stopped", schema={"$ref": "../../../types/x/v1.yaml"}), "references/resolve"),
        ("events/line/stopped/v1.yaml", event("line.stopped", schema={"$ref": "//example.com/x"}), "references/stay-inside-the-catalog"),
        ("events/line/stopped/v1.yaml", [], "file/fits-its-kind"),
    ],
)  # fmt: skip
def test_a_broken_catalog_is_a_finding(path: str, content: Any, rule: str) -> None:
    """It names the file; nothing is exported, and nothing crashes."""
    made = asyncapi_document(loaded({path: content}), "yaml", version="0.0.0", schema_format="draft-07")
    assert made.files == {}
    assert {(finding.rule, finding.place.path) for finding in made.findings} == {(rule, path)}
