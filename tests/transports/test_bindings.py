"""What a message carries survives the way from one protocol binding to another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock_runtime import RawMessage
from interlock_runtime.sending import SendFailed
from interlock_runtime.transports.bindings import (
    AMQP,
    HTTP,
    KAFKA,
    MQTT,
    content_type,
    headers_for,
    once,
    texts,
    without_content_type,
)
from interlock_runtime.transports.framing import HEADER, framed, unframed
from support.brokers.tiny import DONE, good

CASES = sorted((Path(__file__).parent / "cases" / "bindings").glob("*.json"))
VALUES = st.none() | st.binary(max_size=20)
MESSAGES = st.builds(
    RawMessage,
    st.none() | st.binary(max_size=40),
    st.none() | st.binary(max_size=10),
    st.lists(st.tuples(st.text(max_size=20), VALUES), max_size=6).map(tuple),
)


def headers(pairs: list[list[Any]]) -> tuple[tuple[str, bytes | None], ...]:
    """Return headers as a message has them."""
    return tuple((name, None if value is None else value.encode()) for name, value in pairs)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_headers_of_each_binding(path: Path) -> None:
    """A header that carries an attribute gets the name and the encoding of the binding it is sent by."""
    case = json.loads(path.read_text())
    came = RawMessage(b"{}", None, headers(case["came"]))
    for prefix, expected in case["sent"].items():
        assert headers_for(came, prefix) == headers(expected), prefix


@pytest.mark.parametrize("prefix", [KAFKA, HTTP, AMQP, MQTT])
@pytest.mark.parametrize("number", [0, 1])
def test_an_event_is_the_same_by_each_binding(prefix: str, number: int) -> None:
    """Structured or binary, by whatever binding: parsing gives the same event, and the way back the same headers."""
    message = good(number)
    sent = RawMessage(message.value, message.key, headers_for(message, prefix))
    assert DONE.parse(sent).envelope == DONE.parse(message).envelope
    assert headers_for(sent, KAFKA) == message.headers


@given(MESSAGES, st.sampled_from([KAFKA, HTTP, AMQP, MQTT]))
def test_no_header_is_lost(message: RawMessage, prefix: str) -> None:
    """Whatever the headers, as many go out as came in, in their order."""
    assert len(headers_for(message, prefix)) == len(message.headers)


@given(MESSAGES)
def test_a_registry_prefix_is_put_back(message: RawMessage) -> None:
    """What `unframed` took off `framed` puts back, and a message without a prefix is not touched."""
    if HEADER not in [name for name, _ in message.headers]:
        assert framed(unframed(message)) == message


def test_a_registry_prefix_is_taken_off() -> None:
    """The value behind a zero byte and a schema's number is what is read."""
    message = unframed(RawMessage(b"\x00\x00\x00\x00\x07{}", b"k"))
    assert (message.value, message.headers) == (b"{}", ((HEADER, b"\x00\x00\x00\x00\x07"),))


@pytest.mark.parametrize(
    ("header", "why"),
    [((b"x", None), "has no value"), (("x", b"\xff"), "is no UTF-8 text"), ((b"\xff", b"x"), "is no UTF-8 text")],
)
def test_what_is_no_text_is_refused(header: tuple[Any, Any], why: str) -> None:
    """A protocol of texts refuses for good what it would lose, and the words carry no value."""
    with pytest.raises(SendFailed, match=why) as refused:
        list(texts("c", [header]))
    assert refused.value.lasting


@pytest.mark.parametrize("pairs", [[("x", "1"), ("x", "2")], [("x", "1\r\nce-id: 2")]])
def test_what_would_be_changed_is_refused(pairs: list[tuple[str, str]]) -> None:
    """A protocol with one header a name refuses a second one, and a line break that would make a new header."""
    with pytest.raises(SendFailed, match="stands twice or has several lines"):
        once("c", pairs)


def test_the_content_type_has_its_own_field() -> None:
    """The first content type goes to the protocol's field, a second one stays and is found out by the reader."""
    message = RawMessage(b"{}", None, (("Content-Type", b"a/b"), ("x", b"1"), ("content-type", b"c/d")))
    assert content_type(message) == "a/b"
    assert without_content_type(message.headers) == (("x", b"1"), ("content-type", b"c/d"))
