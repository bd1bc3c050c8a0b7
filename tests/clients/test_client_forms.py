"""Files and bytes on a real service, through every transport: what one side gave is what the other has."""

from __future__ import annotations

from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any, Final

import pytest
from driving import TRANSPORTS, Watch, options, run
from hypothesis import given
from hypothesis import strategies as st
from plant_server import Plant
from stock_product import DEFINITIONS

from interlock_runtime.clients.forms import FilePart, FormFile, ValuePart, joined, written
from interlock_runtime.clients.operations import Answer, Opaque, Operation
from interlock_runtime.clients.parameters import Parameter

ATTACH: Final = Operation[None](
    name="attachPicture",
    method="POST",
    path="/pictures",
    parameters=(Parameter("Idempotency-Key", "header", DEFINITIONS.schema("Key"), fill="idempotency-key"),),
    form=(
        FilePart("picture", required=True, media_types=("image/*",)),
        ValuePart(Parameter("lotId", "form", DEFINITIONS.schema("Id"), required=True)),
    ),
    body_required=True,
    answers={"204": Answer()},
)
FETCH: Final = Operation[bytes](
    name="getPicture", method="GET", path="/pictures/1", answers={"200": Answer({"application/octet-stream": Opaque()})}
)
EVERY_BYTE: Final = bytes(range(256)) * 4 + b"\r\n--\r\n"


def attach(content: bytes, key: str = "k-1") -> tuple[str, dict[str, Any]]:
    """Return the call that attaches a picture."""
    return "_call", {"operation": ATTACH, "values": (key, FormFile("bore.png", content, "image/png"), "L 1/ä")}


def parts(content_type: str, body: bytes) -> list[Message]:
    """Return the parts of a form as the standard library reads them."""
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    return list(message.iter_parts())


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_form_arrives_as_it_was_given(transport: str, plant: Plant) -> None:
    """A service finds each part with its name, its kind and every byte of it."""
    plant.script = [{"status": 204}]
    (reply,) = run(transport, plant.url, [attach(EVERY_BYTE)], given=options(Watch()))
    assert reply.value is None, reply
    (seen,) = plant.seen
    picture, lot = parts(seen.header("content-type") or "", seen.body)
    assert (picture.get_filename(), picture.get_content_type()) == ("bore.png", "image/png")
    assert picture.get_payload(decode=True) == EVERY_BYTE
    assert lot.get_payload(decode=True) == "L 1/ä".encode()


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_form_that_is_sent_again_is_the_same_bytes(transport: str, plant: Plant) -> None:
    """Attempts of one call, and another call with its key, do not differ: a service knows the command again."""
    plant.script = [{"status": 503}, {"status": 204}, {"status": 204}, {"status": 204}]
    calls = [attach(EVERY_BYTE), attach(EVERY_BYTE), attach(EVERY_BYTE + b"x")]
    replies = run(transport, plant.url, calls, given=options(Watch()))
    assert [reply.status for reply in replies] == [204, 204, 204]
    sent = [(seen.header("content-type"), seen.body) for seen in plant.seen]
    assert len(sent) == 4
    assert len(set(sent[:3])) == 1
    assert sent[3] != sent[0]


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_large_file_arrives_whole(transport: str, plant: Plant) -> None:
    """A file of several megabytes is not cut, however many packets it takes."""
    content = EVERY_BYTE * 4000
    plant.script = [{"status": 204}]
    (reply,) = run(transport, plant.url, [attach(content)], given=options(Watch()))
    assert reply.status == 204
    (seen,) = plant.seen
    assert parts(seen.header("content-type") or "", seen.body)[0].get_payload(decode=True) == content


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_bytes_come_back_as_they_are(transport: str, plant: Plant) -> None:
    """What is no JSON is the bytes of the response, and no more of them are read than was said."""
    plant.script = [{"status": 200, "bytes": EVERY_BYTE, "type": "application/octet-stream"}] * 2
    fetch = ("_call", {"operation": FETCH})
    (reply,) = run(transport, plant.url, [fetch], given=options(Watch()))
    assert reply.value == EVERY_BYTE
    (failed,) = run(transport, plant.url, [fetch], given=options(Watch(), most_bytes=len(EVERY_BYTE) - 1))
    assert type(failed).__name__ == "ResponseTooLarge"


@given(contents=st.lists(st.binary(max_size=200), min_size=1, max_size=4))
def test_any_bytes_are_read_back(contents: list[bytes]) -> None:
    """Whatever files hold, a form inside a file included, no byte of them ends a part."""
    inner = joined(written("inner", [("", contents[0])]))[1]
    given_ = [*contents, inner, *contents]
    sent = (('; filename="f"\r\nContent-Type: application/octet-stream', content) for content in given_)
    media, body = joined(written("f", sent))
    boundary = media.rpartition("=")[2].encode()
    pieces = body.split(b"--" + boundary)
    assert (pieces[0], pieces[-1]) == (b"", b"--\r\n")
    assert [piece.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n") for piece in pieces[1:-1]] == given_
