"""Pages that lead to each other, and warnings that an operation will end."""

from __future__ import annotations

import asyncio
import warnings

import pytest
from stock_clients import AsyncClient
from told import JSON, AsyncTold, client, page

from interlock_runtime.clients.errors import (
    RepeatedCursor,
)
from interlock_runtime.clients.exchange import (
    Response,
)
from interlock_runtime.clients.links import next_of


def test_pages_and_entries() -> None:
    """Pages are asked for one by one, as they are wanted, with the same other parameters."""
    stock, told = client(page("A", "B", cursor="c1"), page("C", cursor="c2"), page(), page("A", cursor="c1"))
    assert [entry.lot_id for entry in stock.get_stock_entries(site="muc1", lot_id="L")] == ["A", "B", "C"]
    assert [request.url.partition("?")[2] for request in told.sent] == [
        "lotId=L",
        "lotId=L&cursor=c1",
        "lotId=L&cursor=c2",
    ]
    pages = stock.get_stock_pages(site="muc1", cursor="c0")
    assert len(told.sent) == 3
    assert next(pages).stock[0].lot_id == "A"
    assert told.sent[3].url.endswith("cursor=c0")


def test_pages_for_tasks() -> None:
    """The same with `async for`."""

    async def lots() -> list[str]:
        told = AsyncTold(page("A", cursor="c1"), page("B"), page("C"))
        stock = AsyncClient("https://plant.example", transport=told)
        pages = [entry.lot_id async for one in stock.get_stock_pages(site="x") for entry in one.stock]
        return pages + [entry.lot_id async for entry in stock.get_stock_entries(site="x")]

    assert asyncio.run(lots()) == ["A", "B", "C"]


@pytest.mark.parametrize("cursors", [("c1", "c1"), ("c1", "c2", "c1"), ("c0",)])
def test_repeated_cursor(cursors: tuple[str, ...]) -> None:
    """A cursor that was followed before ends the reading, and says that it may be incomplete."""
    stock, told = client(*(page("A", cursor=cursor) for cursor in cursors))
    pages = stock.get_stock_pages(site="muc1", cursor="c0")
    for _ in cursors:
        next(pages)
    with pytest.raises(RepeatedCursor, match="may be incomplete"):
        next(pages)
    assert len(told.sent) == len(cursors)


def test_deprecation_is_told_once() -> None:
    """An operation that the contract deprecates warns before sending, once a client, at the caller's line."""
    stock, _ = client(Response(204), Response(204))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        stock.cancel_movement(movement_id="M1", if_match='"1"')
        stock.raw.cancel_movement(movement_id="M1", if_match='"1"')
    assert [(warning.category, warning.filename) for warning in caught] == [(DeprecationWarning, __file__)]


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Deprecation": "@1688169599"}, "the service says that it is deprecated since 2023-06-30"),
        ({"Sunset": "Sat, 31 Dec 2026 23:59:59 GMT"}, "the service says that it is answered until 2026-12-31"),
        (
            {"deprecation": " @1688169599 ", "SUNSET": "Sat, 31 Dec 2026 23:59:59 GMT"},
            "the service says that it is deprecated since 2023-06-30 and answered until 2026-12-31",
        ),
        ({"Deprecation": "true"}, None),
        ({"Deprecation": "@99999999999999"}, None),
        ({"Sunset": "soon"}, None),
        ({"Sunset": "Sat, 31 Dec 99999999999 23:59:59 GMT"}, None),
    ],
)
def test_service_tells_its_end(headers: dict[str, str], said: str | None) -> None:
    """Deprecation (RFC 9745) and Sunset (RFC 8594) of a response warn once, at the caller's line."""
    answer = Response(200, (*JSON, *headers.items()), b'{"stock": []}')
    stock, _ = client(answer, answer)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        stock.get_stock(site="muc1")
        stock.get_stock(site="muc1")
    expected = [] if said is None else [(f"stock@1 getStock: {said}", __file__)]
    assert [(str(warning.message), warning.filename) for warning in caught] == expected


def test_warning_in_a_task_names_the_caller() -> None:
    """The line that a warning names is the caller's in async code too."""

    async def call() -> None:
        told = AsyncTold(Response(200, (*JSON, ("Deprecation", "@1688169599")), b'{"stock": []}'))
        await AsyncClient("https://plant.example", transport=told).get_stock(site="muc1")

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        asyncio.run(call())
    assert [warning.filename for warning in caught] == [__file__]


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("<a>;rel=next", "a"),
        ('<a> ; rel = "next"', "a"),
        ("<a>;REL=NEXT", "a"),
        ("<b>;rel=prev,<a>;rel=next", "a"),
        (r'<b>;title="x\"y, <c>; rel=next",<a>;rel="last next"', "a"),
        ('<a>;rel="prev";rel=next', None),
        ("<a>;rel=next;anchor=b", None),
        ("<a>", None),
        ('<a>;rel="next', None),
        ("a;rel=next", None),
        ("<" * 60_000, None),
        ("<a>;" + "a" * 60_000, None),
        ("<a>;rel" + " " * 60_000 + "next", None),
        ('<a>;a="' + "\\" * 60_000, None),
        ('<a>;a="' * 9_000, None),
    ],
    ids=lambda text: str(text)[:30],
)
def test_links_are_read_as_the_standard_says(header: str, target: str | None) -> None:
    """The first link to the next page counts, however it is written (RFC 8288 section 3); a hostile header costs no time."""
    assert next_of([("Content-Type", "a"), ("link", header)]) == target
