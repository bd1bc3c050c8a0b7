"""Who calls is proved as the contract says, and no secret shows anywhere."""

from __future__ import annotations

import asyncio
import base64
import logging
from typing import Any, ClassVar

import pytest
from callers import GET, POST, POSTED, REFUSED, SECRET, STOCK, SlowTransport, sent
from driving import ASYNC, SYNC, TRANSPORTS, Watch, options, run
from plant_server import Plant
from stock_clients import Client
from stock_product import SCHEMES, Movement

from interlock_runtime.clients.errors import ApiError, NoCredentials
from interlock_runtime.clients.exchange import ConnectionFault, Request, Response
from interlock_runtime.clients.security import (
    ApiKey,
    ApiKeyScheme,
    Basic,
    Bearer,
    ClientCredentials,
    Credential,
    HttpScheme,
    MutualTls,
    Need,
    OAuth2Scheme,
    Proof,
    Scheme,
    chosen,
    proof,
)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_bearer_from_a_function(transport: str, plant: Plant) -> None:
    """A function is asked for each call, and once more when its token is refused."""
    tokens = iter(["one", "two", "three"])
    plant.script = [STOCK, REFUSED, STOCK]
    credentials = {"oauth2": Bearer(lambda: next(tokens))}
    run(transport, plant.url, [GET, GET], given=options(Watch()), credentials=credentials)
    assert sent(plant) == ["Bearer one", "Bearer two", "Bearer three"]


@pytest.mark.parametrize("transport", ASYNC)
def test_bearer_from_an_async_function(transport: str, plant: Plant) -> None:
    """An async client awaits a function that wants it."""

    async def token() -> str:
        await asyncio.sleep(0)
        return "awaited"

    plant.script = [STOCK]
    run(transport, plant.url, [GET], given=options(Watch()), credentials={"oauth2": Bearer(token)})
    assert sent(plant) == ["Bearer awaited"]


def test_fixed_bearer_is_not_renewed(plant: Plant) -> None:
    """A fixed token that is refused once is refused for good."""
    plant.script = [REFUSED]
    outcome = run("httpx2", plant.url, [GET], given=options(Watch()), credentials={"oauth2": Bearer("fixed")})[0]
    assert [attempt.status for attempt in outcome.attempts] == [401]


@pytest.mark.parametrize("made", [None, 7, f"{SECRET}\n", ""])
def test_unusable_bearer(made: Any) -> None:
    """What a function gives and no header can carry is refused in words without it."""
    client = Client("https://plant.example", credentials={"oauth2": Bearer(lambda: made)}, transport=SlowTransport())
    with pytest.raises((TypeError, ValueError), match="the bearer token") as refused:
        client.get_stock(site="muc1")
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_key_and_basic(transport: str, plant: Plant) -> None:
    """A key goes where the contract says, name and password in the Authorization header."""
    plant.script = [POSTED, POSTED]
    run(transport, plant.url, [POST], given=options(Watch()), credentials={"key": ApiKey("a b&c")})
    run(transport, plant.url, [POST], given=options(Watch()), credentials={"basic": Basic("erp", "pä:ss")})
    assert [seen.target for seen in plant.seen] == ["/movements?api%20key=a%20b%26c", "/movements"]
    assert sent(plant) == [None, f"Basic {base64.b64encode('erp:pä:ss'.encode()).decode()}"]


@pytest.mark.parametrize(
    ("scheme", "credential", "expected"),
    [
        (ApiKeyScheme("header", "X-Key"), ApiKey("k"), Proof(headers=(("X-Key", "k"),))),
        (ApiKeyScheme("query", "key"), ApiKey("k/"), Proof(query=("key=k%2F",))),
        (ApiKeyScheme("cookie", "key"), ApiKey("k"), Proof(cookies=("key=k",))),
        (HttpScheme("basic"), Basic("u", "p"), Proof(headers=(("Authorization", "Basic dTpw"),))),
        (HttpScheme("bearer"), Bearer("t"), Proof(headers=(("Authorization", "Bearer t"),))),
        (OAuth2Scheme(), Bearer("t"), Proof(headers=(("Authorization", "Bearer t"),))),
    ],
)
def test_proof(scheme: Scheme, credential: Credential, expected: Proof) -> None:
    """Each scheme has its place in a request."""
    tokens = {"it": "t"} if isinstance(credential, Bearer) else {}
    assert proof((Need("it", scheme, credential, ()),), tokens) == expected


def test_first_alternative_that_is_possible() -> None:
    """Of several ways the first is taken for which there are credentials; none at all is told before sending."""
    sent_to = SlowTransport()
    with pytest.raises(NoCredentials) as refused:
        Client("https://plant.example", transport=sent_to).post_movement(Movement(lot_id="L1", quantity=1.0))
    words = "not sent, because the client has no credentials for 'oauth2', or 'mutualTls', or 'key', or 'basic'"
    assert str(refused.value) == f"postMovement (POST /movements): {words}"
    assert Client("https://plant.example", transport=sent_to).get_stock(site="muc1").stock == ()


def test_who_has_credentials_shows_them() -> None:
    """That nobody needs to be known is the last alternative, wherever it stands."""
    key: dict[str, Credential] = {"key": ApiKey("k")}
    needs = chosen(({}, {"oauth2": ()}, {"key": ()}), SCHEMES, key)
    assert needs == (Need("key", SCHEMES["key"], key["key"], ()),)
    assert chosen(({}, {"oauth2": ()}), SCHEMES, key) == ()
    assert chosen((), SCHEMES, key) == ()
    assert chosen(({"oauth2": ()},), SCHEMES, key) is None


@pytest.mark.parametrize(
    ("credentials", "said"),
    [
        ({"oauth": Bearer("t")}, "there is no security scheme 'oauth': the contract declares 'oauth2', 'mutualTls'"),
        ({"oauth2": Basic("u", "p")}, "the security scheme 'oauth2' takes ClientCredentials or Bearer, and got Basic"),
        ({"mutualTls": Bearer("t")}, "the security scheme 'mutualTls' takes MutualTls, and got Bearer"),
    ],
)
def test_unfitting_credentials(credentials: dict[str, Credential], said: str) -> None:
    """Credentials that no scheme takes are refused when the client is made."""
    with pytest.raises((TypeError, ValueError), match=said):
        Client("https://plant.example", credentials=credentials, transport=SlowTransport())


class Keyed(Client):
    """A product whose key goes in a cookie, and whose tokens come from nowhere that the contract names."""

    schemes: ClassVar = SCHEMES | {"key": ApiKeyScheme("cookie", "key"), "oauth2": OAuth2Scheme()}


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Bearer(f"{SECRET}\n"), "the bearer token holds what no header can carry"),
        (lambda: ApiKey(f" {SECRET}"), "the API key holds what no header can carry"),
        (lambda: Basic("a:b", SECRET), "holds no colon"),
        (lambda: Keyed("https://a.example", credentials={"key": ApiKey(f"{SECRET};")}), "no cookie can carry"),
        (
            lambda: Keyed("https://a.example", credentials={"oauth2": ClientCredentials("a", SECRET)}),
            "names no token endpoint",
        ),
    ],
)
def test_unusable_secrets(make: Any, said: str) -> None:
    """A secret that can't be sent is refused where it is given, in words without it."""
    with pytest.raises(ValueError, match=said) as refused:
        make()
    assert SECRET not in str(refused.value)


SECRETS: list[Credential] = [
    ClientCredentials("mes", SECRET, parameters={"assertion": SECRET}),
    Bearer(SECRET),
    Basic("erp", SECRET),
    ApiKey(SECRET),
    MutualTls(),
]


@pytest.mark.parametrize("credential", SECRETS, ids=lambda credential: type(credential).__name__)
def test_no_secret_in_repr(credential: Credential) -> None:
    """Neither credentials nor what is made of them show a secret."""
    shown = [repr(credential), repr(Need("oauth2", SCHEMES["oauth2"], credential, ()))]
    if isinstance(credential, ClientCredentials | Bearer):
        client = Client("https://plant.example", credentials={"oauth2": credential}, transport=SlowTransport())
        shown += [repr(client), repr(client._line), repr(client._line.books)]  # noqa: SLF001 - what a debugger shows
    request = Request("GET", f"https://a.example?key={SECRET}", (("Authorization", SECRET),), SECRET.encode())
    shown += [repr(request), repr(proof((Need("basic", HttpScheme("basic"), Basic("e", SECRET), ()),), {}))]
    assert not any(SECRET in text for text in shown)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_no_secret_in_logs(transport: str, plant: Plant, caplog: pytest.LogCaptureFixture) -> None:
    """No transport logs a header or an address with a key; below DEBUG nothing at all of a call."""
    plant.script = [POSTED] * 3
    header: dict[str, Credential] = {"oauth2": Bearer(SECRET)}
    with caplog.at_level(logging.DEBUG):
        run(transport, plant.url, [POST], given=options(Watch()), credentials=header)
    assert SECRET not in caplog.text
    caplog.clear()
    with caplog.at_level(logging.INFO):
        run(transport, plant.url, [POST, POST], given=options(Watch()), credentials={"key": ApiKey(SECRET)})
    assert caplog.records == []


@pytest.mark.parametrize("transport", SYNC)
def test_secret_stays_out_of_tracebacks(transport: str) -> None:
    """A broken connection's traceback has no address with a key: the library's own exception is not chained."""
    import traceback

    credentials: dict[str, Credential] = {"key": ApiKey(SECRET)}
    error = run(transport, "http://127.0.0.1:9", [POST], given=options(Watch()), credentials=credentials)[0]
    assert isinstance(error, ApiError)
    assert SECRET not in "".join(traceback.format_exception(error))


def test_connection_fault_is_a_fault() -> None:
    """A service's own transport raises the same faults."""

    class Broken(SlowTransport):
        def send(self, request: Request) -> Response:  # noqa: ARG002 - it never gets there
            raise ConnectionFault("the line is down")

    client = Client("https://plant.example", transport=Broken(), options=options(Watch()))
    with pytest.raises(ApiError, match=r"getStock .* after 3 attempts: no response: the line is down"):
        client.get_stock(site="muc1")
