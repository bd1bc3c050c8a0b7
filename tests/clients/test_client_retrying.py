"""When a request is sent again, and how long a call may take."""

from __future__ import annotations

from typing import Any

import pytest
from driving import NOW, Watch, options
from stock_clients import Client
from stock_product import PROBLEMS
from told import Told

from interlock_runtime.clients import retrying
from interlock_runtime.clients.errors import (
    StatusError,
    TimedOut,
)
from interlock_runtime.clients.exchange import (
    ConnectionFault,
    Request,
    Response,
    SizeFault,
    Timeout,
    TimeoutFault,
)
from interlock_runtime.clients.retrying import Retry
from interlock_runtime.clients.security import Bearer


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        ("120", 120.0),
        ("9" * 400, 9_999_999_999.0),
        ("-1", None),
        ("1.5", None),
        ("\u0661", None),
        ("", None),
        ("Mon, 23 Nov 2026 10:02:00 GMT", 120.0),
        ("Monday, 23-Nov-26 10:02:00 GMT", 120.0),
        ("Mon Nov 23 10:02:00 2026", 120.0),
        ("Mon, 23 Nov 2026 09:00:00 GMT", 0.0),
        ("Mon, 99 Nov 2026 10:02:00 GMT", None),
        ("soon", None),
    ],
)
def test_retry_after(text: str | None, seconds: float | None) -> None:
    """Both forms of Retry-After, the obsolete dates too (RFC 9110 sections 10.2.3 and 5.6.7), and whatever else comes."""
    assert retrying.retry_after(text, NOW) == seconds


def problem(name: str, status: int) -> Response:
    """Return a problem of the catalog."""
    body = f'{{"type": "{PROBLEMS}/{name}", "title": "x", "status": {status}}}'
    return Response(status, (("Content-Type", "application/problem+json"),), body.encode())


@pytest.mark.parametrize(
    ("outcome", "again"),
    [
        (Response(429), True),
        (Response(502), True),
        (Response(503), True),
        (Response(504), True),
        (Response(500), False),
        (Response(408), False),
        (Response(409), False),
        (problem("request-in-progress", 409), True),
        (problem("lot-on-hold", 409), False),
        (problem("request-in-progress", 422), False),
        (Response(200), False),
        (ConnectionFault("x"), True),
        (TimeoutFault("x"), True),
        (SizeFault("x"), False),
    ],
)
def test_what_passes(outcome: Any, again: bool) -> None:  # noqa: FBT001 - a row
    """What is tried again, and what looks alike and is not."""
    assert retrying.passing(outcome) is again


def test_waits_grow_and_spread() -> None:
    """Waits double up to the longest, each shortened by up to a half."""
    none, most = Retry(attempts=9, random=lambda: 0.0), Retry(attempts=9, random=lambda: 1.0)
    bad = Response(503)
    assert [none.pause(n, bad, NOW) for n in range(1, 8)] == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]
    assert [most.pause(n, bad, NOW) for n in range(1, 8)] == [0.25, 0.5, 1.0, 2.0, 4.0, 4.0, 4.0]
    assert none.pause(9, bad, NOW) is None
    assert Retry(attempts=10**6, random=lambda: 0.0).pause(10**5, bad, NOW) == 8.0


def test_who_asks_for_too_long_is_not_asked_again() -> None:
    """Retry-After counts up to a bound."""
    retry = Retry(longest_told=30.0)
    answers = [Response(429, (("Retry-After", text),)) for text in ("30", "31")]
    assert [retry.pause(1, answer, NOW) for answer in answers] == [30.0, None]


def test_whole_call_has_one_time() -> None:
    """Each attempt gets what is left of the call's time, and when nothing is left none is made."""
    watch = Watch()
    told = Told(Response(503, (("Retry-After", "9"),)), Response(503, (("Retry-After", "0"),)))
    stock = Client("https://plant.example", transport=told, options=options(watch, timeout=Timeout(5, 8, 10)))

    def late(request: Request) -> Response:
        watch.ahead += 20 if len(told.sent) == 1 else 0
        return Told.send(told, request)

    told.send = late  # type: ignore[method-assign]
    with pytest.raises(StatusError):
        stock.get_stock(site="muc1")
    first, second = (request.timeout for request in told.sent)
    assert first.read == 8
    assert second.total < 1.01
    assert second.read == second.total
    assert watch.waits == [9.0]


def test_timeout_that_is_a_number() -> None:
    """A plain number as timeout could mean three things, and is refused in a sentence."""
    wrong: Any = 5
    stock = Client("https://plant.example", transport=Told())
    with pytest.raises(TypeError, match=r"the timeout is of type int: give Timeout\(total=...\)"):
        stock.get_stock(site="muc1", timeout=wrong)


def test_time_is_over_before_sending() -> None:
    """A call whose time went by while it waited for a token is not sent."""
    watch = Watch()

    def slow() -> str:
        watch.ahead += 100
        return "token"

    told = Told()
    stock = Client(
        "https://plant.example", credentials={"oauth2": Bearer(slow)}, transport=told, options=options(watch)
    )
    with pytest.raises(TimedOut, match="not ended within 30 seconds"):
        stock.get_stock(site="muc1")
    assert told.sent == []
