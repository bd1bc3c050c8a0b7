"""What a client is set up with, and the values that it is made of."""

from __future__ import annotations

import asyncio
import datetime as dt
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from driving import Watch, options
from stock_clients import AsyncClient, Client
from told import JSON, AsyncTold, Told, client

from interlock_runtime.clients.definitions import Definitions
from interlock_runtime.clients.errors import (
    ApiError,
    UnreadableResponse,
)
from interlock_runtime.clients.exchange import (
    Response,
    Timeout,
)
from interlock_runtime.clients.forms import FormFile
from interlock_runtime.clients.operations import Content, Operation
from interlock_runtime.clients.parameters import Parameter
from interlock_runtime.clients.problems import Problem, essence
from interlock_runtime.clients.retrying import Retry
from interlock_runtime.clients.security import ApiKey, ClientCredentials, MutualTls
from interlock_runtime.clients.setting import Options
from interlock_runtime.gate import Gate
from interlock_runtime.violations import ModelMismatch


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Timeout(total=float("inf")), "the timeout 'total' is inf"),
        (lambda: Timeout(connect=0), "the timeout 'connect' is 0"),
        (lambda: Timeout(read=float("nan")), "the timeout 'read' is nan"),
        (lambda: Retry(attempts=0), "at least 1 attempt"),
        (lambda: Retry(first=9.0), "first=9.0 to longest=8.0"),
        (lambda: Client("plant.example"), "it needs http:// or https:// and a host"),
        (lambda: Client("file:///etc/passwd"), "it needs http:// or https:// and a host"),
        (lambda: Client("https://user:secret@plant.example"), "holds no user and no fragment"),
        (lambda: Client("https://plant.example?key=secret"), "holds no query"),
        (lambda: Client("https://plant.example#x"), "holds no user and no fragment"),
        (lambda: Client("https://plant.example:port"), "the base URL is no address"),
        (lambda: Client("https://[::1"), "the base URL is no address"),
        (lambda: Client("https://plant.example/a b"), "the base URL is no address"),
        (lambda: Client("https://plant.example/\n"), "the base URL is no address"),
        (lambda: Client(f"https://{'a' * 64}.example"), "the base URL is no address"),
        (lambda: Client("https://plant..example"), "the base URL is no address"),
        (lambda: Client("https://größe.example"), "write other letters of a host as xn--"),
        (lambda: Client("https://plant.example/größe"), "and of a path percent-encoded"),
        (lambda: Timeout(total=1e12), "the timeout 'total' is 1000000000000.0"),
        (lambda: Options(user_agent="mes\r\nX: y"), "the user agent holds what no header can carry"),
        (lambda: Options(most_bytes=0), "a response has room for at least 1 byte"),
        (
            lambda: Client("http://plant.example", credentials={"key": ApiKey("secret")}),
            "the base URL has no TLS, and secrets would travel readable",
        ),
        (
            lambda: Client("https://a.example", credentials={"oauth2": ClientCredentials("a", "secret", "http://b/t")}),
            "the token URL has no TLS",
        ),
        (lambda: Parameter("X:y", "header", dict), "'X:y' is no name for a header"),
        (lambda: Parameter("a=b", "cookie", dict), "'a=b' is no name for a cookie"),
        (lambda: Operation("a", "GET", ".evil.example/a", {}), "'.evil.example/a' is no path"),
        (lambda: Operation("a", "GET", "/a?b=c", {}), "'/a?b=c' is no path"),
        (lambda: Operation("a", "GET", "/a\r\nX: y", {}), "is no path"),
    ],
)
def test_bad_settings(make: Callable[[], object], said: str) -> None:
    """What can't work is refused when it is given, in one sentence without the secret."""
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the text is compared below
        make()
    assert said in str(refused.value)
    assert "secret" not in str(refused.value).replace("secrets", "")


def test_a_file_is_given_as_its_bytes() -> None:
    """An open file or a text is refused where it is given, not when it is sent."""
    with pytest.raises(TypeError, match="the content of a file is of type str: give its bytes"):
        FormFile("a.csv", "a;b")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url", ["http://localhost:8000", "http://erp.localhost", "http://127.0.0.2", "http://[::1]:80"]
)
def test_this_machine_needs_no_tls(url: str) -> None:
    """What stays on this machine may do without TLS, and elsewhere who says so."""
    told = Told()
    assert Client(url, credentials={"key": ApiKey("secret")}, transport=told)
    assert Client("http://plant", credentials={"mutualTls": MutualTls()}, transport=told)
    plain = Options(plain_http=True)
    assert Client("http://plant", credentials={"key": ApiKey("secret")}, transport=told, options=plain)


def test_given_transport_stays_open() -> None:
    """A client closes what it made, and nothing that it was given; a raw client is the same line."""
    stock, told = client()
    with stock as same:
        assert same is stock
        assert same.raw is same.raw
    tasks = AsyncTold()

    async def block() -> str:
        async with AsyncClient("https://plant.example", transport=tasks) as made:
            return repr(made)

    assert (asyncio.run(block()), repr(stock)) == ("<AsyncClient of stock@1>", "<Client of stock@1>")
    assert (told.closed, tasks.told.closed) == (0, 0)


def test_clients_open_and_close_their_own() -> None:
    """Without a transport a client uses httpx2, and closes it."""
    with Client("http://127.0.0.1:9", options=options(Watch())) as stock, pytest.raises(ApiError):
        stock.get_stock(site="muc1")

    async def call() -> None:
        async with AsyncClient("http://127.0.0.1:9", options=options(Watch())) as tasks:
            with pytest.raises(ApiError):
                await tasks.get_stock(site="muc1")

    asyncio.run(call())


def test_no_http_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without httpx2 a sentence says what to install."""
    for name in ("httpx2", "interlock_runtime.clients.transports.httpx2"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match="install this package with the extra 'httpx2', or give the client"):
        Client("https://plant.example")
    with pytest.raises(ImportError, match="install this package with the extra 'httpx2', or give the client"):
        AsyncClient("https://plant.example")


def test_imports_are_lazy() -> None:
    """Importing a client loads no HTTP library; importing the package of clients loads not even pydantic."""
    libraries = "{'httpx2', 'aiohttp', 'urllib3', 'requests', 'httpx', 'anyio'}"
    code = (
        "import sys, interlock_runtime.clients as clients\n"
        "assert not {'pydantic', 'jsonschema_rs'} & sys.modules.keys()\n"
        "clients.BaseClient, clients.BaseAsyncClient, clients.ClientCredentials\n"
        f"assert not {libraries} & sys.modules.keys(), {libraries} & sys.modules.keys()\n"
        "assert {clients.__getattr__(name) for name in clients.__all__}\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 - our own code
    import interlock_runtime.clients as package

    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        package.__getattr__("Nothing")


def test_errors_travel() -> None:
    """An error can be pickled, with its response and record: between processes, say."""
    stock, _ = client(Response(200, JSON, b'{"stock": 1}'))
    with pytest.raises(UnreadableResponse) as refused:
        stock.get_stock(site="muc1")
    again = pickle.loads(pickle.dumps(refused.value))  # noqa: S301 - our own
    assert (str(again), again.violations, again.content) == (
        str(refused.value),
        refused.value.violations,
        b'{"stock": 1}',
    )
    assert (again.status, again.headers, again.problem) == (200, JSON, None)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, Problem()),
        ({"type": 7, "status": "409", "title": ["x"]}, Problem(members={"type": 7, "status": "409", "title": ["x"]})),
        ({"status": True}, Problem(members={"status": True})),
        ({"type": "x", "status": 409}, Problem("x", 409, members={"type": "x", "status": 409})),
    ],
)
def test_problem_is_read_leniently(members: dict[str, Any], expected: Problem) -> None:
    """A member of another type than it should have is passed over (RFC 9457 section 3.1)."""
    assert Problem.reading(members) == expected
    assert repr(expected) == f"Problem(status={expected.status}, members={len(members)})"


def test_essence() -> None:
    """A media type without what does not matter."""
    assert [essence(text) for text in ("Text/HTML ; charset=utf-8", None, "")] == ["text/html", "", ""]


def test_definitions_hold_what_they_reach() -> None:
    """A schema comes with the definitions that it leads to, itself too when it holds itself, and no other."""
    schemas: dict[str, Any] = {
        "Tree": {"type": "object", "properties": {"next": {"$ref": "#/$defs/Tree"}, "a/b": {"$ref": "#/$defs/a~1b"}}},
        "a/b": {"enum": [1], "examples": [{"$ref": "#/$defs/Other"}]},
        "Other": {},
        "Never": False,
    }
    definitions = Definitions(lambda: {"$defs": schemas})
    found = definitions.schema("Tree")()
    assert found["$defs"].keys() == {"Tree", "a/b"}
    gate = Gate(found, closed=True)
    assert gate.accepts(b'{"next": {"a/b": 1}}')
    assert not gate.accepts(b'{"next": {"other": 1}}')
    assert not Gate(definitions.schema("Never")()).accepts(b"1")


def test_parameter_defaults() -> None:
    """Style and explode have the defaults of OpenAPI 3.1 section 4.8.12.2.2."""
    found = {
        place: (item.manner, item.exploded)
        for place in ("path", "query", "header", "cookie")
        for item in [Parameter("x", place, dict)]
    }
    assert found == {
        "path": ("simple", False),
        "query": ("form", True),
        "header": ("simple", False),
        "cookie": ("form", True),
    }


def test_now_is_a_moment() -> None:
    """The clock that is used when none is given tells UTC."""
    assert Options().clock.now().utcoffset() == dt.timedelta(0)


def test_class_that_does_not_fit_its_schema() -> None:
    """A class that refuses what its schema takes is a fault of the generator, told without the value."""
    content: Content[int] = Content(dict, lambda: int)
    assert content.read(b"7") == 7
    with pytest.raises(ModelMismatch, match="the class of the response refuses what its schema takes, at the top"):
        content.read(b'"secret"')
