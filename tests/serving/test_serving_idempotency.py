"""Commands run once for each key: under concurrency, across processes, after a crash, and with stores that fail."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from typing import Any

import pytest
from serving_plant import (
    BODY,
    HOLD,
    QUALITY,
    Given,
    Records,
    Service,
    hold,
    json_request,
    mounted,
    run,
    scope_of,
    unthrottled,
)
from serving_stores import Clocked

from interlock_runtime.serving import (
    Answer,
    IdempotencyStore,
    Key,
    MemoryIdempotency,
    served,
)
from interlock_runtime.serving.messages import Receive, Scope, Send

START = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
KEY = Key("quality@2", "mes-muc1", "k")


class Slow(Service):
    """A service that takes a while, so that requests meet inside it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait, then answer."""
        await asyncio.sleep(0.1)
        await super().__call__(scope, receive, send)


def test_fifty_requests_at_once_run_once(store: IdempotencyStore) -> None:
    """Of 50 parallel requests with one key one runs; the others are told to wait, and repeats get its answer."""
    service = Slow(201, (("location", "/holds/HD-1"),), b"{}")
    serving = mounted(service, QUALITY, idempotency=store, ticks=time.monotonic)

    async def all_of_them() -> tuple[list[Given], Given]:
        busy = mounted(service, unthrottled(QUALITY), idempotency=store)
        given = await asyncio.gather(*(hold(busy) for _ in range(50)))
        return list(given), await hold(serving)

    given, later = run(all_of_them())
    assert len(service.reached) == 1
    statuses = sorted(one.status for one in given)
    assert statuses == [201] + [409] * 49
    waiting = next(one for one in given if one.status == 409)
    assert waiting.json["type"].endswith("/request-in-progress")
    assert waiting.headers["retry-after"] == "1"
    first = next(one for one in given if one.status == 201)
    assert (later.status, later.headers, later.body) == (201, first.headers, first.body)


def test_keys_do_not_wait_for_each_other(store: IdempotencyStore) -> None:
    """Fifty commands with fifty keys all run, at the same time."""
    service = Slow(201)
    serving = mounted(service, unthrottled(QUALITY), idempotency=store)

    async def all_of_them() -> list[Given]:
        return list(await asyncio.gather(*(hold(serving, f"k{number}") for number in range(50))))

    assert {one.status for one in run(all_of_them())} == {201}
    assert len(service.reached) == 50


def test_an_answer_is_stored_in_full(store: IdempotencyStore) -> None:
    """Status, headers in order, doubled ones too, and bytes of the body come back."""
    headers = (("location", "/x"), ("set-cookie", "a=1"), ("set-cookie", "b=2"), ("x-odd", "\xe4"))
    service = Service(200, headers, b"\x00\xff not text")
    serving = mounted(service, QUALITY, idempotency=store, mode="pass")
    first, again = run(hold(serving)), run(hold(serving))
    assert len(service.reached) == 1
    assert again.messages == first.messages


def test_the_answer_is_stored_before_it_is_sent() -> None:
    """A client that disappears while the answer goes out finds it stored when it comes again."""
    store = MemoryIdempotency()
    serving = mounted(Service(201, (("location", "/x"),)), QUALITY, idempotency=store)

    class Gone(Exception):  # noqa: N818 - what it says
        pass

    async def main() -> Any:
        request = json_request(BODY, Idempotency_Key="k")

        async def receive() -> Any:
            return {"type": "http.request", "body": request["chunks"][0]}

        async def send(_: Any) -> None:
            raise Gone

        with pytest.raises(Gone):
            await serving(scope_of("POST", HOLD, request["headers"]), receive, send)
        return await hold(serving)

    assert run(main()).status == 201


def test_a_service_that_raises_gives_the_claim_back(store: IdempotencyStore) -> None:
    """An exception reaches the server, and a repeat runs again and is told so."""
    attempts: list[int] = []

    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        attempts.append(served(scope).attempt)
        if len(attempts) == 1:
            raise ZeroDivisionError
        await Service(201)(scope, receive, send)

    records = Records()
    serving = mounted(failing, QUALITY, idempotency=store, audit=records, mode="pass")
    with pytest.raises(ZeroDivisionError):
        run(hold(serving))
    assert run(hold(serving)).status == 201
    assert attempts == [1, 2]
    assert [record.outcome for record in records.kept] == ["begun", "failed", "begun", "done"]


def test_a_service_that_never_answers_gives_the_claim_back() -> None:
    """A service that returns without an answer has failed, whatever it did."""

    async def silent(_scope: Scope, _receive: Receive, _send: Send) -> None:
        return

    records = Records()
    store = MemoryIdempotency()
    assert run(hold(mounted(silent, QUALITY, idempotency=store, audit=records))).messages == []
    assert run(hold(mounted(Service(201), QUALITY, idempotency=store, mode="pass"))).status == 201
    assert records.kept[-1].outcome == "failed"


def test_a_claim_holds_until_its_lease_ends(store: IdempotencyStore) -> None:
    """After a death in between, repeats wait for the lease and then one runs again; the dead one's answer is refused."""
    clocked = Clocked(store)

    async def story() -> None:
        first = await store.claim(KEY, b"f", clocked.terms())
        assert (first.state, first.attempt) == ("run", 1)
        clocked.passes(299)
        assert (await store.claim(KEY, b"f", clocked.terms())).state == "running"
        clocked.passes(2)
        second = await store.claim(KEY, b"f", clocked.terms())
        assert (second.state, second.attempt) == ("run", 2)
        assert not await store.finish(KEY, first.token, Answer(201, (), b"late"))
        assert await store.finish(KEY, second.token, Answer(201, (), b"true"))
        third = await store.claim(KEY, b"f", clocked.terms())
        assert third.answer == Answer(201, (), b"true")
        await store.release(KEY, second.token)
        assert (await store.claim(KEY, b"f", clocked.terms())).state == "answered"
        assert (await store.claim(KEY, b"other", clocked.terms())).state == "reused"

    run(story())


def test_a_late_release_takes_nothing_from_another(store: IdempotencyStore) -> None:
    """A claim that was taken over stays with who holds it now; what its first holder gives back is not its own."""
    clocked = Clocked(store)

    async def story() -> None:
        first = await store.claim(KEY, b"f", clocked.terms())
        clocked.passes(301)
        await store.claim(KEY, b"f", clocked.terms())
        await store.release(KEY, first.token)
        assert (await store.claim(KEY, b"f", clocked.terms())).state == "running"

    run(story())


def test_what_has_expired_is_forgotten(store: IdempotencyStore) -> None:
    """After the retention a key is new, and the store does not grow with old ones."""
    clocked = Clocked(store)

    async def story() -> None:
        for number in range(200):
            key = Key("quality@2", "c", f"k{number}")
            assert (await store.claim(key, b"f", clocked.terms(1.0, 2.0))).state == "run"
            clocked.passes(1)
        assert await clocked.held() < 10

    run(story())
