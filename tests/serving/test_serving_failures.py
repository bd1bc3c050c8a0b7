"""Commands when processes die, stores fail and leases end: what is promised then is kept."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from serving_plant import (
    BODY,
    HOLD,
    QUALITY,
    Service,
    hold,
    json_request,
    mounted,
    run,
    scope_of,
)

from interlock_runtime.serving import (
    Answer,
    Key,
    MemoryIdempotency,
    SqliteIdempotency,
    Terms,
    Unavailable,
)
from interlock_runtime.serving.messages import Receive, Scope, Send

START = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
KEY = Key("quality@2", "mes-muc1", "k")


CRASHING = """
import asyncio, os, sys
sys.path[:0] = {paths!r}
from serving_plant import BODY, HOLD, QUALITY, asked, json_request, mounted, run
from interlock_runtime.serving import SqliteIdempotency
async def service(scope, receive, send):
    print("in the service", flush=True)
    await asyncio.sleep(60)
serving = mounted(service, QUALITY, idempotency=SqliteIdempotency({file!r}))
run(asked(serving, "POST", HOLD, **json_request(BODY, Idempotency_Key="k")))
"""


def test_a_process_that_dies_in_between_leaves_a_claim(tmp_path: Path) -> None:
    """Killed -9 inside the service: 409 while the lease lasts, then the repeat runs as attempt 2; never two at once."""
    file = str(tmp_path / "answers.db")
    paths = [str(Path(__file__).parent), *(path for path in sys.path if path)]
    script = CRASHING.format(paths=paths, file=file)
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:  # noqa: S603 - our own script
        assert process.stdout is not None
        assert process.stdout.readline() == b"in the service\n"
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    now = dt.datetime.now(dt.UTC)
    service = Service(201)
    moment = [now]
    with SqliteIdempotency(file) as store:
        serving = mounted(service, QUALITY, idempotency=store, clock=lambda: moment[0], mode="pass")
        assert run(hold(serving)).status == 409
        moment[0] = now + dt.timedelta(minutes=5, seconds=1)
        assert run(hold(serving)).status == 201
        assert service.reached[0][0].attempt == 2
        assert run(hold(serving)).status == 201
    assert len(service.reached) == 1


SHARED = """
import asyncio, sys
sys.path[:0] = {paths!r}
from interlock_runtime.serving import Key, SqliteIdempotency, Terms
async def main():
    with SqliteIdempotency({file!r}) as store:
        sys.stdin.readline()
        for number in range(100):
            claim = await store.claim(Key("p", "c", str(number)), b"f", Terms(0.0, 1e9, 1e9))
            print(claim.state)
asyncio.run(main())
"""


def test_processes_that_share_a_file_run_each_key_once(tmp_path: Path) -> None:
    """Three processes race for 100 keys: each key is claimed once."""
    script = SHARED.format(paths=[path for path in sys.path if path], file=str(tmp_path / "answers.db"))
    processes = [
        subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own script
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    states = [process.communicate()[0].split() for process in processes]
    assert [sum(each[number] == "run" for each in states) for number in range(100)] == [1] * 100


class Failing:
    """A store that is down at one of its steps."""

    def __init__(self, step: str) -> None:
        self._step = step
        self._inner = MemoryIdempotency()

    async def claim(self, key: Key, fingerprint: bytes, terms: Terms) -> Any:
        """Claim, unless this is the step."""
        self._fail("claim")
        return await self._inner.claim(key, fingerprint, terms)

    async def finish(self, key: Key, token: str, answer: Answer) -> bool:
        """Finish, unless this is the step."""
        self._fail("finish")
        return await self._inner.finish(key, token, answer)

    async def release(self, key: Key, token: str) -> None:
        """Release, unless this is the step."""
        self._fail("release")
        await self._inner.release(key, token)

    def _fail(self, step: str) -> None:
        if step == self._step:
            raise Unavailable("the disk is gone")


def test_nothing_runs_while_the_store_is_down(caplog: pytest.LogCaptureFixture) -> None:
    """A claim that can't be made is 503 and may be asked again; the service is not reached."""
    service = Service(201)
    given = run(hold(mounted(service, QUALITY, idempotency=Failing("claim"))))
    assert (given.status, given.headers["retry-after"]) == (503, "5")
    assert given.json["type"].endswith("/upstream-unavailable")
    assert not service.reached
    assert "the disk is gone" in caplog.text
    assert "the disk is gone" not in given.body.decode()


@pytest.mark.parametrize(("step", "status"), [("finish", 201), ("release", 503)])
def test_the_truth_goes_out_even_when_it_can_not_be_stored(step: str, status: int, caplog: Any) -> None:
    """When the store fails after the service ran, the client gets the answer, and repeats wait for the lease."""
    service = Service(status)
    serving = mounted(service, QUALITY, idempotency=Failing(step), mode="pass")
    with caplog.at_level(logging.ERROR):
        assert run(hold(serving)).status == status
    assert "could not be" in caplog.text
    assert run(hold(serving)).status == 409
    assert len(service.reached) == 1


def test_a_command_that_outlives_its_lease_is_told_to_whoever_runs_the_service(caplog: Any) -> None:
    """Its answer goes out, and the log says that the lease is too short."""
    moment = [START]
    store = MemoryIdempotency()

    async def outlived(scope: Scope, receive: Receive, send: Send) -> None:
        moment[0] += dt.timedelta(minutes=6)
        await store.claim(KEY, store._entries[KEY].fingerprint, Terms(moment[0].timestamp(), 2e9, 2e9))  # noqa: SLF001 - another process takes over
        await Service(201)(scope, receive, send)

    serving = mounted(outlived, QUALITY, idempotency=store, clock=lambda: moment[0], mode="pass")
    assert run(hold(serving)).status == 201
    assert "outlived its claim" in caplog.text


@pytest.mark.parametrize("raises", [True, False])
@pytest.mark.parametrize("mode", ["pass", "enforce"])
def test_half_an_answer_is_none(raises: bool, mode: Any) -> None:  # noqa: FBT001 - pytest's own call
    """A service that fails in the middle of a held answer has said nothing: no 201 leaves, and a repeat runs again."""

    async def half(_scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [(b"location", b"/x"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 201, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"holdId"', "more_body": True})
        if raises:
            raise ZeroDivisionError

    store, sent = MemoryIdempotency(), list[Any]()

    async def story() -> None:
        request = json_request(BODY, Idempotency_Key="k")

        async def receive() -> Any:
            return {"type": "http.request", "body": request["chunks"][0]}

        async def send(message: Any) -> None:
            sent.append(message)

        with contextlib.suppress(ZeroDivisionError):
            serving = mounted(half, QUALITY, idempotency=store, mode=mode)
            await serving(scope_of("POST", HOLD, request["headers"]), receive, send)

    run(story())
    assert not sent
    service = Service(201)
    assert run(hold(mounted(service, QUALITY, idempotency=store, mode="pass"))).status == 201
    assert service.reached[0][0].attempt == 2


def test_an_answer_too_large_to_keep_is_not_given_twice() -> None:
    """The command has run: a repeat is told so, and does not run it again."""
    service = Service(201, (), b"x" * 2_000_000)
    serving = mounted(service, QUALITY, mode="pass")
    first, again = run(hold(serving)), run(hold(serving))
    assert (first.status, len(first.body)) == (201, 2_000_000)
    assert (again.status, again.json["title"]) == (409, "Conflict")
    assert len(service.reached) == 1


@pytest.mark.parametrize("missing", ["idempotency", "audit"])
def test_a_promise_without_means_is_refused_at_the_start(missing: str) -> None:
    """A product that promises stored answers or an audit does not start without a place for them."""
    with pytest.raises(ValueError, match=f"give `{missing}`"):
        mounted(Service(), QUALITY, **{missing: None})


def test_a_store_that_can_not_be_opened_is_unavailable(tmp_path: Path) -> None:
    """A missing folder is one clear sentence, and the store works once the folder is there."""
    file = tmp_path / "later" / "answers.db"
    with SqliteIdempotency(file) as store:
        with pytest.raises(Unavailable, match="can't be used"):
            run(store.claim(KEY, b"f", Terms(0.0, 1.0, 2.0)))
        file.parent.mkdir()
        assert run(store.claim(KEY, b"f", Terms(0.0, 1.0, 2.0))).state == "run"


def test_answers_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    """Stored answers are as confidential as the product."""
    file = tmp_path / "answers.db"
    with SqliteIdempotency(file) as store:
        run(store.claim(KEY, b"f", Terms(0.0, 1.0, 2.0)))
        assert {path.name: path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {
            path.name: 0 for path in tmp_path.iterdir()
        }
