"""Structured and binary mode: where a message carries the attributes of its event (CloudEvents 1.0 section 1.1)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal
from urllib.parse import unquote_to_bytes

from .envelope import Attribute, EnvelopeRules
from .messages import Header, RawMessage
from .parsing import LIMITS, Limits, loads
from .violations import ContractViolation, pointer, violation

Mode = Literal["structured", "binary"]
PREFIXES = ("ce_", "ce-", "cloudEvents:", "cloudEvents_", "")
"""How bindings mark an attribute's header: Kafka, HTTP, AMQP (both forms), MQTT 5 (none)."""
STRUCTURED = "application/cloudevents+json"
JSON = "application/json"
_JSON = re.compile(r"(?:[a-z]+/(?:[a-z0-9.-]+\+)?json)\s*(?:;.*)?\Z", re.IGNORECASE | re.DOTALL)
_INTEGER = re.compile(r"-?[0-9]{1,10}\Z")


def document_of(message: RawMessage, rules: EnvelopeRules, limits: Limits = LIMITS) -> dict[str, Any]:
    """Return the event of a message in the JSON format, whichever mode it came in."""
    if message.headers:
        headers = dict(_named(message.headers))
        prefix = next((prefix for prefix in PREFIXES if f"{prefix}specversion".lower() in headers), None)
        if prefix is not None and not headers.get("content-type", b"").lower().startswith(b"application/cloudevents"):
            return _from_binary(message, prefix, rules, limits)
    if message.value is None:
        raise ContractViolation([violation("no-value")])
    return _from_structured(message.value, limits)


def is_json(content: object) -> bool:
    """Say whether a media type is JSON; data without a type is (JSON format section 3.1)."""
    return content is None or (isinstance(content, str) and _JSON.match(content) is not None)


def _named(headers: Iterable[Header]) -> Iterator[tuple[str, bytes]]:
    """Yield the headers by lower-case name; those that can't name an attribute are passed over."""
    for name, value in headers:
        text = name if isinstance(name, str) else name.decode("latin-1")
        yield text.lower(), b"" if value is None else value


def _from_structured(value: bytes, limits: Limits) -> dict[str, Any]:
    """Return the event of a structured message, its data out of `data_base64` when that is JSON."""
    document = loads(value, limits)
    if not isinstance(document, dict):
        raise ContractViolation([violation("envelope-invalid", "", "must be of type object", "type")])
    packed = document.get("data_base64")
    if isinstance(packed, str) and "data" not in document and is_json(document.get("datacontenttype")):
        del document["data_base64"]
        document["data"] = loads(_unpacked(packed), limits)
    return document


def _unpacked(packed: str) -> bytes:
    """Return the bytes of a Base64 text (RFC 4648 section 4)."""
    try:
        return base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError):
        raise ContractViolation(
            [violation("envelope-invalid", "/data_base64", "is no Base64 (RFC 4648 section 4)")]
        ) from None


def _from_binary(message: RawMessage, prefix: str, rules: EnvelopeRules, limits: Limits) -> dict[str, Any]:
    """Return the event of a message that carries its attributes in headers."""
    document: dict[str, Any] = {}
    for name, value in message.headers:
        text = (name if isinstance(name, str) else name.decode("latin-1")).lower()
        if text == "content-type":
            _put(document, "datacontenttype", _text("datacontenttype", value))
        elif text.startswith(prefix.lower()) and text != prefix.lower():
            attribute = text[len(prefix) :]
            plain = unquote_to_bytes(value) if prefix == "ce-" and value is not None else value
            _put(document, attribute, _typed(attribute, _text(attribute, plain), rules))
    if message.value and is_json(document.get("datacontenttype")):
        document["data"] = loads(message.value, limits)
    elif message.value:
        raise ContractViolation([violation("unsupported-content", "/datacontenttype")])
    return document


def _put(document: dict[str, Any], name: str, value: Attribute) -> None:
    """Add an attribute; two headers for one attribute would let readers disagree."""
    if name in document or name in ("data", "data_base64"):
        raise ContractViolation(
            [violation("bad-header", pointer([name]), "stands in more than one header, or is no attribute")]
        )
    document[name] = value


def _text(name: str, value: bytes | None) -> str:
    """Return the text of a header."""
    try:
        if value is not None:
            return value.decode()
    except UnicodeDecodeError:
        pass
    raise ContractViolation([violation("bad-header", pointer([name]), "has no value, or one that is no UTF-8 text")])


def _typed(name: str, text: str, rules: EnvelopeRules) -> Attribute:
    """Return an attribute as its JSON form is; a text that is none of its type stays one, and the gate refuses it."""
    kind = rules.typed.get(name)
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return int(text) if kind == "integer" and _INTEGER.match(text) else text


def packed(document: dict[str, Any], body: bytes, data: bytes, mode: Mode) -> RawMessage:
    """Return the message of an event that the gate took; the key is the partition key (Kafka binding section 3.1)."""
    key = document.get("partitionkey")
    key_bytes = key.encode() if isinstance(key, str) else None
    if mode == "structured":
        return RawMessage(body, key_bytes, (("content-type", b"application/cloudevents+json; charset=UTF-8"),))
    return RawMessage(data, key_bytes, tuple(_headers(document)))


def _headers(document: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Yield an event's attributes as headers of the Kafka binding, from which each transport makes its own."""
    for name, value in document.items():
        if name == "datacontenttype":
            yield "content-type", str(value).encode()
        elif name not in ("data", "data_base64"):
            text = str(value).lower() if isinstance(value, bool) else str(value)
            yield f"ce_{name}", text.encode()
