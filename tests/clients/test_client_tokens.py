"""Tokens by client credentials: fetched once, kept, renewed early and after a refusal."""

from __future__ import annotations

import asyncio
import base64
import threading
import time
from typing import Any

import pytest
from callers import GET, POST, POSTED, REFUSED, SECRET, STOCK, SlowAsyncTransport, SlowTransport, own, sent
from driving import TRANSPORTS, Watch, options, run
from plant_server import Plant
from stock_clients import AsyncClient, Client

from interlock_runtime.clients.errors import ApiError, TimedOut, TokenRefused
from interlock_runtime.clients.exchange import Timeout
from interlock_runtime.clients.replies import Reply
from interlock_runtime.clients.security import (
    ClientCredentials,
    Credential,
)
from support.waiting import PATIENCE


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_token_is_kept(transport: str, plant: Plant) -> None:
    """One token serves all calls with the same scopes; another scope has its own."""
    plant.script = [STOCK, STOCK, POSTED]
    outcomes = run(transport, plant.url, [GET, GET, POST], given=options(Watch()), credentials=own(plant))
    assert all(isinstance(outcome, Reply) for outcome in outcomes), outcomes
    assert sent(plant) == ["Bearer token-1", "Bearer token-1", "Bearer token-2"]
    forms = [asked.body.decode() for asked in plant.asked]
    assert forms == [
        "grant_type=client_credentials&scope=stock%3Aread",
        "grant_type=client_credentials&scope=stock%3Amove",
    ]
    pair = base64.b64encode(f"mes:{SECRET}".encode()).decode()
    assert {asked.header("authorization") for asked in plant.asked} == {f"Basic {pair}"}


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_refused_token_is_renewed_once(transport: str, plant: Plant) -> None:
    """A 401 gets a new token and another attempt, of a command without a key too: nothing was done yet."""
    plant.script = [REFUSED, POSTED, REFUSED, REFUSED]
    done, given_up = run(transport, plant.url, [POST, POST], given=options(Watch()), credentials=own(plant))
    assert [attempt.status for attempt in done.attempts] == [401, 201]
    assert [attempt.status for attempt in given_up.attempts] == [401, 401]
    assert type(given_up).__name__ == "UnauthorizedError"
    assert sent(plant) == ["Bearer token-1", "Bearer token-2", "Bearer token-2", "Bearer token-3"]
    assert len({seen.header("idempotency-key") for seen in plant.seen}) == 2


@pytest.mark.parametrize("transport", ["httpx2", "aiohttp"])
def test_renewal_takes_no_attempt(transport: str, plant: Plant) -> None:
    """A renewed token does not shorten the retries."""
    unavailable = {"status": 503, "text": "later"}
    plant.script = [REFUSED, unavailable, unavailable, STOCK]
    outcome = run(transport, plant.url, [GET], given=options(Watch()), credentials=own(plant))[0]
    assert [attempt.status for attempt in outcome.attempts] == [401, 503, 503, 200]


def test_token_is_renewed_early(plant: Plant) -> None:
    """A token is used until shortly before its end, and then another is fetched before the service refuses."""
    watch = Watch()
    plant.script = [STOCK, STOCK, STOCK]
    client = Client(plant.url, credentials=own(plant), options=options(watch))
    with client:
        client.get_stock(site="muc1")
        watch.ahead += 3600 - 31
        client.get_stock(site="muc1")
        watch.ahead += 2
        client.get_stock(site="muc1")
    assert sent(plant) == ["Bearer token-1", "Bearer token-1", "Bearer token-2"]


@pytest.mark.parametrize(
    ("lasts", "after", "fetched"),
    [(100, 89, 1), (100, 91, 2), ("100", 91, 2), (None, 10_000_000, 1), (0, 0, 2), (-5, 0, 2), (True, 10, 1)],
)
def test_life_of_a_token(lasts: Any, after: float, fetched: int, plant: Plant) -> None:
    """A short life loses a tenth; without one a token lives until it is refused."""
    watch = Watch()
    plant.script = [STOCK, STOCK]
    answer = {"access_token": "abc", "token_type": "bearer", "expires_in": lasts}
    plant.tokens = [{"json": {name: value for name, value in answer.items() if value is not None}}] * 2
    with Client(plant.url, credentials=own(plant), options=options(watch)) as client:
        client.get_stock(site="muc1")
        watch.ahead += after
        client.get_stock(site="muc1")
    assert len(plant.asked) == fetched


@pytest.mark.parametrize(
    ("reaction", "said"),
    [
        ({"status": 401, "json": {"error": "invalid_client"}}, "the token endpoint answers 401 with invalid_client"),
        ({"status": 400, "json": {"error": "Secret\nvalue"}}, "the token endpoint answers 400"),
        ({"status": 400, "text": "<h1>no</h1>"}, "the token endpoint answers 400"),
        ({"status": 302, "headers": {"Location": "https://elsewhere.example"}}, "the token endpoint answers 302"),
        ({"json": {"access_token": "a\nb", "token_type": "bearer"}}, "holds no access token"),
        ({"json": {"token_type": "bearer"}}, "holds no access token"),
        ({"json": ["abc"]}, "holds no access token"),
        ({"text": "<h1>yes</h1>"}, "holds no access token"),
        ({"json": {"access_token": "abc", "token_type": "mac"}}, "tokens of another type than bearer"),
        ({"size": 70_000}, "more than 65536 bytes"),
    ],
)
def test_no_token(reaction: dict[str, Any], said: str, plant: Plant) -> None:
    """Whatever the token endpoint answers, the call ends in one sentence, and nothing is sent to the service."""
    plant.tokens = [reaction]
    client = Client(plant.url, credentials=own(plant), options=options(Watch()))
    with client, pytest.raises(TokenRefused) as refused:
        client.get_stock(site="muc1")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert SECRET not in f"{refused.value} {refused.value!r}"
    assert plant.seen == []


@pytest.mark.parametrize("transport", ["httpx2", "aiohttp"])
def test_token_endpoint_is_asked_again(transport: str, plant: Plant) -> None:
    """A token may always be asked for again: what passes is retried like a call."""
    watch = Watch()
    plant.tokens = [{"status": 503}, {"status": 429, "headers": {"Retry-After": "3"}}]
    plant.script = [STOCK]
    outcome = run(transport, plant.url, [GET], given=options(watch), credentials=own(plant))[0]
    assert isinstance(outcome, Reply), outcome
    assert watch.waits == [0.5, 3.0]
    assert sent(plant) == ["Bearer token-3"]


def test_token_endpoint_is_away() -> None:
    """A token endpoint that is not there is told as such."""
    credentials = {"oauth2": ClientCredentials("mes", SECRET, token_url="http://127.0.0.1:9/token")}  # noqa: S106 - an address
    outcome = run("httpx2", "http://127.0.0.1:9", [GET], given=options(Watch()), credentials=credentials)[0]
    assert isinstance(outcome, TokenRefused)
    assert "the token endpoint does not answer: Connection refused" in str(outcome)


def test_ways_to_ask(plant: Plant) -> None:
    """The secret may go in the body; scopes and parameters may be given; without a secret the certificate speaks."""
    plant.script = [STOCK, STOCK]
    first = own(plant, scopes=("all",), parameters={"audience": "erp"}, secret_in="body")  # noqa: S106 - a place
    second: dict[str, Credential] = {"oauth2": ClientCredentials("edge", token_url=f"{plant.url}/token")}
    for credentials in (first, second):
        run("httpx2", plant.url, [GET], given=options(Watch()), credentials=credentials)
    assert [asked.header("authorization") for asked in plant.asked] == [None, None]
    assert [asked.body.decode() for asked in plant.asked] == [
        f"grant_type=client_credentials&audience=erp&scope=all&client_id=mes&client_secret={SECRET}",
        "grant_type=client_credentials&scope=stock%3Aread&client_id=edge",
    ]


def test_name_and_secret_are_encoded_for_basic(plant: Plant) -> None:
    """A colon in a name does not end it (RFC 6749 section 2.3.1)."""
    plant.script = [STOCK]
    credentials = {"oauth2": ClientCredentials("a:b", "c d&", token_url=f"{plant.url}/token")}
    run("httpx2", plant.url, [GET], given=options(Watch()), credentials=credentials)
    header = plant.asked[0].header("authorization") or ""
    assert base64.b64decode(header.removeprefix("Basic ")) == b"a%3Ab:c+d%26"


# One flight


def _outcomes(client: Client, slow: SlowTransport, count: int) -> list[Any]:
    """Return what the calls of many threads end in, which all wait for one fetch."""
    outcomes: list[Any] = []

    def call() -> None:
        try:
            outcomes.append(client.get_stock(site="muc1"))
        except ApiError as error:
            outcomes.append(error)

    asked = _asked_for(client)
    threads = [threading.Thread(target=call) for _ in range(count)]
    threads[0].start()
    assert slow.entered.wait(PATIENCE)
    for thread in threads[1:]:
        thread.start()
    while len(asked) < count + 1:  # the first asked again, once it had the lock
        time.sleep(0.01)
    time.sleep(0.05)
    slow.go_on.set()
    for thread in threads:
        thread.join(PATIENCE)
    return outcomes


def _asked_for(client: Client) -> list[str | None]:
    """Return a list that gets an entry each time a thread asks whether there is a token."""
    book = client._line.books["oauth2"]  # noqa: SLF001 - how far each thread is can't be seen from outside
    current, asked = book.current, list[str | None]()

    def counted(*args: Any) -> str | None:
        asked.append(current(*args))
        return asked[-1]

    book.current = counted  # type: ignore[assignment,method-assign]
    return asked


CREDENTIALS: dict[str, Credential] = {"oauth2": ClientCredentials("mes", SECRET, "https://identity.example/token")}


@pytest.mark.parametrize(("fails", "fetched"), [(False, 1), (True, 1)])
def test_one_flight_of_threads(fails: bool, fetched: int) -> None:  # noqa: FBT001 - a row
    """However many threads need a token, it is fetched once; when that fails, it fails for all who waited."""
    slow = SlowTransport(fails=fails)
    client = Client("https://plant.example", credentials=CREDENTIALS, transport=slow)
    outcomes = _outcomes(client, slow, 20)
    assert len(outcomes) == 20
    assert slow.fetched == fetched
    assert all(isinstance(outcome, TokenRefused) == fails for outcome in outcomes)


@pytest.mark.parametrize("fails", [False, True])
def test_one_flight_of_tasks(fails: bool) -> None:  # noqa: FBT001 - a row
    """However many tasks need a token, it is fetched once; when that fails, it fails for all who waited."""
    slow = SlowAsyncTransport(fails=fails)

    async def all_at_once() -> list[Any]:
        client = AsyncClient("https://plant.example", credentials=CREDENTIALS, transport=slow)
        calls = (client.get_stock(site="muc1") for _ in range(50))
        return await asyncio.gather(*calls, return_exceptions=True)

    outcomes = asyncio.run(all_at_once())
    assert slow.fetched == 1
    assert all(isinstance(outcome, TokenRefused) == fails for outcome in outcomes)


def test_cancelled_flight_hurts_nobody_else() -> None:
    """When the task that fetches is cancelled, the next one fetches."""
    slow = SlowAsyncTransport()

    async def cancelled_and_other() -> Any:
        client = AsyncClient("https://plant.example", credentials=CREDENTIALS, transport=slow)
        first = asyncio.create_task(client.get_stock(site="muc1"))
        second = asyncio.create_task(client.get_stock(site="muc1"))
        await asyncio.sleep(0.01)
        first.cancel()
        return await second

    assert asyncio.run(cancelled_and_other()).stock == ()
    assert slow.fetched == 1


def test_waiting_for_a_token_ends() -> None:
    """Who waits for another thread's fetch waits no longer than its own call may take."""
    slow = SlowTransport()
    client = Client("https://plant.example", credentials=CREDENTIALS, transport=slow)
    first = threading.Thread(target=lambda: client.get_stock(site="muc1"))
    first.start()
    assert slow.entered.wait(PATIENCE)
    with pytest.raises(TimedOut, match="another thread's request for a token did not end in time"):
        client.get_stock(site="muc1", timeout=Timeout(total=0.3))
    slow.go_on.set()
    first.join(PATIENCE)


def test_waiting_for_a_token_ends_for_tasks() -> None:
    """Who waits for another task's fetch waits no longer than its own call may take."""
    slow = SlowAsyncTransport()
    slow.seconds = 0.6

    async def two() -> list[Any]:
        client = AsyncClient("https://plant.example", credentials=CREDENTIALS, transport=slow)
        calls = (client.get_stock(site="muc1"), client.get_stock(site="muc1", timeout=Timeout(total=0.2)))
        return list(await asyncio.gather(*calls, return_exceptions=True))

    first, second = asyncio.run(two())
    assert first.stock == ()
    assert isinstance(second, TimedOut)
    assert "the token, which this or another task asked for, did not come in time" in str(second)
