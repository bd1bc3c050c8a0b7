"""Several instances of one service share keys and throttles in Redis, through deaths of theirs and of Redis."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import redis
import redis.asyncio
from serving_plant import QUALITY, Given, Service, hold, mounted, run, unthrottled
from serving_stores import RedisByCall

from interlock_runtime.products import Throttle
from interlock_runtime.serving import Answer, Key, Terms, Unavailable
from interlock_runtime.serving.messages import Receive, Scope, Send
from interlock_runtime.serving.redis import RedisIdempotency, RedisThrottles
from support.brokers import servers
from support.brokers.process import Broker
from support.waiting import until

KEY = Key("quality@2", "mes-muc1", "k")
TERMS = Terms(0.0, 300.0, 90_000.0)
FREE = unthrottled(QUALITY)


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[Broker]:
    """Return a Redis that the test may kill."""
    broker = servers.redis(tmp_path)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


@contextlib.asynccontextmanager
async def connected(port: int) -> AsyncIterator[Any]:
    """Return a client that does not wait for a Redis that is gone."""
    async with redis.asyncio.Redis(port=port) as client:
        yield client


INSTANCE = """
import asyncio, os, sys
sys.path[:0] = {paths!r}
import redis.asyncio
from serving_plant import QUALITY, Service, hold, mounted, unthrottled
from interlock_runtime.serving.redis import RedisIdempotency
async def service(scope, receive, send):
    with open({log!r}, "a") as log:
        log.write("ran\\n")
    print("in the service", flush=True)
    await asyncio.sleep({seconds})
    await Service(201, (("location", "/holds/HD-1"),))(scope, receive, send)
async def main():
    async with redis.asyncio.Redis(port={port}) as client:
        store = RedisIdempotency(client, prefix={prefix!r})
        serving = mounted(service, unthrottled(QUALITY), idempotency=store, mode="pass")
        print("ready", flush=True)
        sys.stdin.readline()
        answers = await asyncio.gather(*(hold(serving, str(number)) for number in range({keys})))
        print("statuses", *(answer.status for answer in answers), flush=True)
asyncio.run(main())
"""


def instance(port: int, folder: Path, *, keys: int, seconds: float) -> subprocess.Popen[str]:
    """Start an instance of the service in a process of its own, which asks itself once told to."""
    paths = [str(Path(__file__).parent), *(path for path in sys.path if path)]
    log = str(folder / "ran")
    script = INSTANCE.format(paths=paths, log=log, port=port, prefix=str(folder), keys=keys, seconds=seconds)
    process = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own script
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    """Let an instance begin."""
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def test_instances_that_race_for_keys_run_each_once(redis_server: Broker, tmp_path: Path) -> None:
    """Three processes send 20 commands with the same 20 keys at once: each runs once, the others wait or get its answer."""
    processes = [instance(redis_server.port, tmp_path, keys=20, seconds=0.2) for _ in range(3)]
    for process in processes:
        go(process)
    lines = [process.communicate()[0].splitlines()[-1] for process in processes]
    statuses = [line.removeprefix("statuses ").split() for line in lines]
    assert {status for each in statuses for status in each} <= {"201", "409"}
    assert all(any(each[number] == "201" for each in statuses) for number in range(20))
    assert (tmp_path / "ran").read_text().count("ran") == 20


def test_an_instance_that_is_killed_leaves_its_claim(redis_server: Broker, tmp_path: Path) -> None:
    """Killed -9 inside the service: the others answer 409 until the lease ends, then one runs it as attempt 2."""
    process = instance(redis_server.port, tmp_path, keys=1, seconds=600)
    go(process)
    assert process.stdout is not None
    assert process.stdout.readline() == "in the service\n"
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    service, store = Service(201), RedisByCall(redis_server.port, str(tmp_path))
    others = [mounted(service, FREE, idempotency=store, mode="pass") for _ in range(2)]
    assert [run(hold(other, "0")).status for other in others] == [409, 409]
    store.grow_older(299)
    assert run(hold(others[0], "0")).status == 409
    store.grow_older(2)
    assert [run(hold(other, "0")).status for other in others] == [201, 201]
    assert [found.attempt for found, _ in service.reached] == [2]


def test_a_lease_ends_by_the_clock_of_redis(redis_server: Broker, tmp_path: Path) -> None:
    """An instance whose clock is a year ahead takes no claim over, and time alone ends one."""
    store = RedisByCall(redis_server.port, str(tmp_path))
    ahead = 31_536_000.0
    assert run(store.claim(KEY, b"f", Terms(0.0, 300.0, 90_000.0))).state == "run"
    assert run(store.claim(KEY, b"f", Terms(ahead, ahead + 300.0, ahead + 90_000.0))).state == "running"
    other = Key("quality@2", "mes-muc1", "short")
    assert run(store.claim(other, b"f", Terms(0.0, 0.3, 90_000.0))).attempt == 1
    found: list[int] = []

    def taken() -> bool:
        claim = run(store.claim(other, b"f", TERMS))
        found.append(claim.attempt)
        return bool(claim.state == "run")

    until(taken)
    assert found[-1] == 2


async def ran(port: int, prefix: str, service: Any, *, keys: int = 1) -> list[Given]:
    """Send commands through an instance one after the other."""
    async with connected(port) as client:
        store = RedisIdempotency(client, prefix=prefix, patience=dt.timedelta(seconds=2))
        serving = mounted(service, FREE, idempotency=store, mode="pass")
        return [await hold(serving, str(number)) for number in range(keys)]


def test_nothing_runs_while_redis_is_down(own_redis: Broker) -> None:
    """503 and the service is not reached; once Redis is back its file knows what was answered before."""
    service = Service(201)
    assert [given.status for given in run(ran(own_redis.port, "a", service))] == [201]
    own_redis.kill()
    given = run(ran(own_redis.port, "a", service, keys=2))
    assert [one.status for one in given] == [503, 503]
    assert given[0].headers["retry-after"] == "5"
    assert str(own_redis.port) not in given[0].body.decode()
    own_redis.start()
    assert [given.status for given in run(ran(own_redis.port, "a", service, keys=2))] == [201, 201]
    assert len(service.reached) == 2


def test_nothing_runs_while_redis_hangs(own_redis: Broker) -> None:
    """A Redis that takes connections and answers nothing is given up after its patience."""
    service = Service(201)
    os.kill(own_redis.pid, signal.SIGSTOP)
    try:
        assert [given.status for given in run(ran(own_redis.port, "a", service))] == [503]
    finally:
        os.kill(own_redis.pid, signal.SIGCONT)
    assert not service.reached


def test_nothing_runs_while_redis_is_full(own_redis: Broker) -> None:
    """A Redis without room that evicts nothing takes no claim."""
    service = Service(201)
    with redis.Redis(port=own_redis.port) as client:
        client.config_set("maxmemory", 1)
        assert [given.status for given in run(ran(own_redis.port, "a", service))] == [503]
        client.config_set("maxmemory", 0)
    assert [given.status for given in run(ran(own_redis.port, "a", service))] == [201]
    assert len(service.reached) == 1


def test_the_truth_goes_out_when_redis_dies_meanwhile(own_redis: Broker, caplog: pytest.LogCaptureFixture) -> None:
    """Killed -9 while the service runs: the client gets the answer, and repeats wait, since the claim is on disk."""
    service = Service(201)

    async def deadly(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.to_thread(own_redis.kill)
        await service(scope, receive, send)

    assert [given.status for given in run(ran(own_redis.port, "a", deadly))] == [201]
    assert "answer of a command could not be stored" in caplog.text
    own_redis.start()
    assert [given.status for given in run(ran(own_redis.port, "a", service))] == [409]
    assert len(service.reached) == 1


def test_a_claim_whose_answer_was_lost_may_be_asked_again(
    redis_server: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """redis-py repeats what a broken connection swallowed: the same claim is the same attempt and does not lock itself out."""
    monkeypatch.setattr(secrets, "token_hex", lambda _: "the same")
    store = RedisByCall(redis_server.port, str(tmp_path))
    claims = [run(store.claim(KEY, b"f", TERMS)) for _ in range(2)]
    assert [(claim.state, claim.attempt) for claim in claims] == [("run", 1)] * 2
    assert [run(store.finish(KEY, "the same", Answer(201, (), None))) for _ in range(2)] == [True, True]
    assert run(store.claim(KEY, b"f", TERMS)).answer == Answer(201, (), None)


@pytest.mark.parametrize(
    "client",
    [redis.Redis(), redis.asyncio.Redis(decode_responses=True)],
    ids=["synchronous", "with texts"],
)
@pytest.mark.parametrize("made", [RedisIdempotency, RedisThrottles])
def test_another_client_is_refused_at_the_start(made: Callable[[Any], Any], client: Any) -> None:
    """A client that would block the loop, or read bytes as text, is one sentence and not a failure at the first command."""
    with pytest.raises(ValueError, match=r"must be a redis\.asyncio\.Redis without `decode_responses`"):
        made(client)


RARELY = Throttle(5, "P1D")


async def waits(port: int, prefix: str, times: int, **options: Any) -> list[float]:
    """Return what two instances say when they ask in turns."""
    async with connected(port) as one, connected(port) as other:
        both = [RedisThrottles(client, prefix=prefix, **options) for client in (one, other)]
        return [await both[turn % 2].wait("mes", "quality@2 commands", RARELY) for turn in range(times)]


def test_instances_count_together(redis_server: Broker, tmp_path: Path) -> None:
    """Of 20 requests to two instances as many pass as the product promises, and the rest learn when to come again."""
    patient = {"patience": dt.timedelta(seconds=60)}
    found = run(waits(redis_server.port, str(tmp_path), 20, **patient))
    assert [wait == 0 for wait in found] == [True] * 5 + [False] * 15
    assert all(86_400 / 5 - 600 < wait <= 86_400 / 5 for wait in found[5:])
    assert run(waits(redis_server.port, f"{tmp_path}-other", 1, **patient)) == [0.0]


def test_a_bucket_fills_by_the_clock_of_redis(redis_server: Broker, tmp_path: Path) -> None:
    """What a client has waited for is given to it, and never more than a burst."""
    throttle = Throttle(20, "PT1S")

    async def story() -> None:
        async with connected(redis_server.port) as client:
            shared = RedisThrottles(client, prefix=str(tmp_path), patience=dt.timedelta(seconds=60))
            while not (wait := await shared.wait("mes", "g", throttle)):
                pass
            await asyncio.sleep(wait)
            assert await shared.wait("mes", "g", throttle) == 0

    run(story())


def test_throttles_count_for_themselves_while_redis_is_away(own_redis: Broker, caplog: Any) -> None:
    """Nobody is stopped for want of a counter, nobody gets more than the rate, and a dead Redis is asked once in a while."""
    moment = [100.0]

    async def story() -> list[float]:
        async with connected(own_redis.port) as client:
            alone = RedisThrottles(client, ticks=lambda: moment[0], patience=dt.timedelta(seconds=2))
            first = [await alone.wait("mes", "g", RARELY) for _ in range(8)]
            assert [wait == 0 for wait in first] == [True] * 5 + [False] * 3
            assert caplog.text.count("counted in this process") == 1
            await asyncio.to_thread(own_redis.start)
            assert await alone.wait("mes", "g", RARELY) > 0
            moment[0] += 5.1
            return [await alone.wait("mes", "g", RARELY) for _ in range(6)]

    own_redis.kill()
    assert [wait == 0 for wait in run(story())] == [True] * 5 + [False]


def test_a_product_counts_across_its_instances(redis_server: Broker, tmp_path: Path) -> None:
    """Two mounted instances with shared throttles let through together what one of them would."""
    service = Service(201)

    async def story() -> list[int]:
        async with connected(redis_server.port) as client:
            shared = RedisThrottles(client, prefix=str(tmp_path), patience=dt.timedelta(seconds=60))
            slow = Throttle(3, "P1D")
            product = unthrottled(QUALITY)
            throttling = type(QUALITY.throttling)(slow, slow) if QUALITY.throttling else None
            both = [mounted(service, replace(product, throttling=throttling), throttles=shared) for _ in range(2)]
            return [(await hold(both[turn % 2], f"k{turn}")).status for turn in range(6)]

    assert run(story()) == [201] * 3 + [429] * 3


def test_unavailable_says_why(own_redis: Broker) -> None:
    """Whoever runs the service reads in the log what Redis said."""
    with redis.Redis(port=own_redis.port) as client:
        client.config_set("requirepass", "x")
    with pytest.raises(Unavailable, match=r"Redis can't be asked: .*authenticat"):
        run(RedisByCall(own_redis.port, "a").claim(KEY, b"f", TERMS))
