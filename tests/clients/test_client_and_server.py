"""The client writes parameters and the server's middleware reads them: two programs that share no line about styles."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, Literal, get_args

import httpx2
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from interlock_runtime.clients.asynchronous import BaseAsyncClient
from interlock_runtime.clients.operations import Answer, Operation
from interlock_runtime.clients.parameters import Parameter, Place, Style
from interlock_runtime.clients.transports.httpx2 import AsyncHttpx2Transport
from interlock_runtime.products import IdempotencyPolicy, Product
from interlock_runtime.serving import Serving, served
from interlock_runtime.violations import ContractViolation

Kind = Literal["string", "array", "object"]
Way = tuple[Place, Style, bool, Kind]

SCHEMAS: dict[Kind, dict[str, Any]] = {
    "string": {"type": "string"},
    "array": {"type": "array", "items": {"type": "string"}, "minItems": 1},
    "object": {
        "type": "object",
        "minProperties": 1,
        "properties": {"R": {"type": "string"}, "G": {"type": "string"}, "B": {"type": "string"}},
    },
}
STYLES: dict[Place, tuple[Style, ...]] = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}
ALONE = {"spaceDelimited": False, "pipeDelimited": False, "deepObject": True}
"""Styles that are defined with one explode only (OpenAPI 3.1 section 4.8.12.3)."""
NOT_DEFINED = {
    ("spaceDelimited", "string"),
    ("pipeDelimited", "string"),
    ("deepObject", "string"),
    ("deepObject", "array"),
}
WAYS: list[Way] = [
    (place, style, explode, kind)
    for place, styles in STYLES.items()
    for style in styles
    for explode in (False, True)
    for kind in get_args(Kind)
    if ALONE.get(style, explode) == explode
    and (style, kind) not in NOT_DEFINED
    and not (place == "cookie" and explode and kind != "string")
]


def path_of(way: Way) -> str:
    """Return the path of the operation that takes a parameter in one way."""
    place, style, explode, kind = way
    rest = "/{color}" if place == "path" else ""
    return f"/{place}/{style}/{str(explode).lower()}/{kind}{rest}"


def document() -> dict[str, Any]:
    """Return an OpenAPI document with an operation for each way."""
    paths: dict[str, Any] = {}
    for number, way in enumerate(WAYS):
        place, style, explode, kind = way
        parameter = {
            "name": "color",
            "in": place,
            "style": style,
            "explode": explode,
            "required": place == "path",
            "schema": SCHEMAS[kind],
        }
        answer = {"204": {"description": "Read."}}
        paths[path_of(way)] = {"get": {"operationId": f"way{number}", "parameters": [parameter], "responses": answer}}
    return {"openapi": "3.1.1", "info": {"title": "Ways", "version": "1.0.0"}, "paths": paths}


class Service:
    """An application that keeps the value which the middleware read."""

    found: Any = None

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        """Keep it, and answer 204."""
        ((_, self.found),) = served(scope).parameters.items()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


class Client(BaseAsyncClient):
    """A client of all ways."""

    name: ClassVar[str] = "ways@1"

    async def send(self, way: Way, value: Any) -> None:
        """Send a value in one way."""
        place, style, explode, kind = way
        parameter = Parameter("color", place, lambda: SCHEMAS[kind], place == "path", style, explode)
        operation = Operation[None]("send", "GET", path_of(way), {"204": Answer()}, (parameter,))
        await self._call(operation, (value,))


SERVICE = Service()
PRODUCT = Product("ways", "Ways", "1.0.0", document, "/", idempotency=IdempotencyPolicy())
APP = Serving(SERVICE, PRODUCT, authenticate=None)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=6)
VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    "string": TEXTS,
    "array": st.lists(TEXTS, min_size=1, max_size=3),
    "object": st.dictionaries(st.sampled_from("RGB"), TEXTS, min_size=1),
}


def read_by_server(way: Way, value: Any) -> Any:
    """Return what the server reads of a value that the client sends."""

    async def sent() -> None:
        over = AsyncHttpx2Transport(httpx2.ASGITransport(APP))
        await Client("http://plant", transport=over).send(way, value)

    asyncio.run(sent())
    return SERVICE.found


@pytest.mark.parametrize("way", WAYS, ids=path_of)
@settings(max_examples=25)
@given(data=st.data())
def test_server_reads_what_client_wrote(way: Way, data: st.DataObject) -> None:
    """The server reads the value that was sent, or the client has refused to send it."""
    value = data.draw(VALUES[way[3]])
    assume(not (way[0] == "path" and "/" in str(value)))  # the server refuses an escaped slash, which others misread
    try:
        assert read_by_server(way, value) == value
    except ContractViolation:
        return


@pytest.mark.parametrize("way", WAYS, ids=path_of)
def test_plain_values_are_sent(way: Way) -> None:
    """The colours of the specification's table go through in every way."""
    value = {"string": "blue", "array": ["blue", "black", "brown"], "object": {"R": "100", "G": "200", "B": "150"}}[
        way[3]
    ]
    assert read_by_server(way, value) == value
