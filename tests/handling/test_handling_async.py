"""The same block for coroutines: the event's context stays with its task, and stores that block do so in a thread."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from handling_plant import Clock, Handler, consumer, decided, hold, moved

from interlock_runtime.context import current
from interlock_runtime.handling.errors import Misuse, RetryLater, StopConsuming
from interlock_runtime.handling.outcomes import Outcome
from interlock_runtime.stores.memory import MemoryInbox, MemoryQuarantine, MemoryReceipts
from interlock_runtime.stores.sqlite_inbox import SqliteInbox
from interlock_runtime.stores.sqlite_quarantine import SqliteQuarantine
from support.waiting import PATIENCE


class Slow:
    """A store that says in which thread it was asked, and can be made to wait."""

    def __init__(self, store: Any) -> None:
        self.store = store
        self.threads: set[int] = set()
        self.gate = threading.Event()
        self.gate.set()

    def __getattr__(self, name: str) -> Any:
        """Return a method that notes its thread."""

        def call(*given: Any, **named: Any) -> Any:
            self.threads.add(threading.get_ident())
            self.gate.wait(PATIENCE)
            return getattr(self.store, name)(*given, **named)

        return call


def test_a_coroutine_handles_as_a_function_does(tmp_path: Path) -> None:
    """Attempts, waits, quarantine, drain; the loop's own thread never waits for a store."""
    inbox, quarantine = Slow(SqliteInbox(tmp_path / "i.db")), SqliteQuarantine(tmp_path / "q.db")
    clock = Clock()
    broken = True
    handler = Handler(lambda found: RuntimeError() if broken and found.envelope.id == "hold" else None)

    async def run() -> list[Outcome]:
        nonlocal broken
        service = consumer(clock=clock, inbox=inbox, quarantine=quarantine)
        first = [await service.ahandle(given, handler.later) for given in (hold(id="hold"), decided(id="decided"))]
        broken = False
        quarantine.release(1)
        assert await service.adrain(handler.later) == 2
        return [*first, await service.ahandle(moved(id="moved"), handler.later)]

    assert asyncio.run(run()) == ["quarantined", "parked", "handled"]
    assert handler.ids == ["hold", "decided", "moved"]
    assert clock.slept == [0.75, 1.5]
    assert threading.get_ident() not in inbox.threads
    inbox.store.close()
    quarantine.close()


def test_each_task_has_its_own_context() -> None:
    """Two events at once: what each publishes follows from its own."""

    async def run() -> list[tuple[str | None, str | None]]:
        service = consumer(receipts=MemoryReceipts())
        both = asyncio.Barrier(2)

        async def one(given: Any) -> tuple[str | None, str | None]:
            async with service.handling(given) as event:
                await both.wait()
                now = current()
                assert event is not None
                assert now is not None
                return event.envelope.id, now.causationid

        return await asyncio.gather(one(hold(id="a")), one(hold("L-2", "HD-2", id="b")))

    assert asyncio.run(run()) == [("a", "a"), ("b", "b")]


def test_a_failing_coroutine_says_when_to_come_again() -> None:
    """RetryLater leaves the block as it does without a loop."""

    async def run() -> None:
        async with consumer().handling(hold()):
            raise RuntimeError

    with pytest.raises(RetryLater):
        asyncio.run(run())


def test_a_task_that_is_cancelled_has_not_failed() -> None:
    """In the handler, and while a store still works in its thread: the attempt does not count."""

    async def run(inbox: Any, handler: Any) -> None:
        service = consumer(inbox=inbox)

        async def one() -> None:
            async with service.handling(hold(id="x")) as event:
                await handler(event)

        task = asyncio.create_task(one())
        await asyncio.sleep(0.05)
        task.cancel()
        if hasattr(inbox, "gate"):
            inbox.gate.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    async def forever(_: Any) -> None:
        await asyncio.sleep(60)

    memory = MemoryInbox()
    for _ in range(5):
        asyncio.run(run(memory, forever))
        slow = Slow(memory)
        slow.gate.clear()
        asyncio.run(run(slow, forever))
    handler = Handler(lambda _: RuntimeError())
    consumer(inbox=memory, quarantine=MemoryQuarantine()).handle(hold(id="x"), handler)
    assert handler.tried == 3


def test_a_shared_transaction_stays_in_its_thread(tmp_path: Path) -> None:
    """An sqlite3 connection belongs to one thread; the handler's writes and the inbox's row are committed together."""
    database = sqlite3.connect(tmp_path / "business.db")
    database.execute("CREATE TABLE effects (id TEXT)")
    database.commit()

    async def run(*, fails: bool) -> Outcome:
        async def handler(event: Any) -> None:
            database.execute("INSERT INTO effects VALUES (?)", (event.envelope.id,))
            if fails:
                raise RuntimeError

        service = consumer(inbox=SqliteInbox(tmp_path / "i.db"), quarantine=MemoryQuarantine())
        return await service.ahandle(
            hold(id="fails" if fails else "works", number=f"HD-{fails}"), handler, connection=database
        )

    assert asyncio.run(run(fails=False)) == "handled"
    assert asyncio.run(run(fails=False)) == "duplicate"
    assert asyncio.run(run(fails=True)) == "quarantined"
    assert database.execute("SELECT id FROM effects").fetchall() == [("works",)]
    database.close()


@pytest.mark.parametrize("level", ["", None])
@pytest.mark.parametrize("ends", ["commit", "rollback"])
def test_a_handler_that_ends_the_shared_transaction_is_told(tmp_path: Path, level: Any, ends: str) -> None:
    """The consumer stops; the event is not marked, since a rollback has undone its work."""
    database = sqlite3.connect(tmp_path / "business.db", isolation_level=level)
    database.execute("CREATE TABLE effects (id TEXT)")
    service = consumer(inbox=SqliteInbox(tmp_path / "i.db"))

    def handler(_: Any) -> None:
        database.execute("INSERT INTO effects VALUES ('x')")
        getattr(database, ends)()

    with pytest.raises(Misuse, match="the handler committed or rolled back the transaction that it shares"):
        service.handle(hold(id="x"), handler, connection=database)
    again = service.handling(hold(id="x"), connection=database)
    with again as event:
        assert event is not None
        database.execute("INSERT INTO effects VALUES ('x')")
    assert again.outcome == "handled"
    assert database.execute("SELECT count(*) FROM effects").fetchone() == (2 if ends == "commit" else 1,)
    database.close()


def test_an_inbox_in_memory_can_not_share(tmp_path: Path) -> None:
    """Said before the handler runs."""
    database = sqlite3.connect(tmp_path / "business.db")
    with (
        pytest.raises(Misuse, match="give the consumer an SqliteInbox"),
        consumer().handling(hold(), connection=database),
    ):
        pass
    database.close()


def test_a_stop_from_within_the_handler_is_a_stop() -> None:
    """A handler whose outbox is full must not use up its attempts."""
    kept = MemoryInbox()
    for _ in range(5):
        with pytest.raises(StopConsuming), consumer(inbox=kept).handling(hold(id="x")):
            raise StopConsuming("the outbox is full")
    assert consumer(inbox=kept).handle(hold(id="x"), Handler()) == "handled"
