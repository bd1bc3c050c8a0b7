"""What is left when a handler's database fails, or a task is cancelled, at whatever step."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections import Counter
from pathlib import Path

import pytest
from handling_plant import NOW, Handler, consumer, hold, stores

from interlock_runtime.handling.entries import Placing
from interlock_runtime.handling.errors import RetryLater, StopConsuming
from interlock_runtime.handling.outcomes import Origin
from interlock_runtime.stores.memory import MemoryQuarantine
from interlock_runtime.stores.sqlite_inbox import SqliteInbox
from support.faulty_files import Life, living


def ending(folder: Path, step: int) -> tuple[str, bool, int]:
    """Handle a hold while the disk fails at a step: how it ended, whether a transaction was left open, and its effects."""
    life = Life("fails")
    with living(life):
        database = sqlite3.connect(folder / "business.db", isolation_level=None)
        database.execute("CREATE TABLE effects (id TEXT)")
        service = consumer(**{**stores(), "inbox": SqliteInbox(folder / "inbox.db")})
        life.left = step
        said = "settled"
        try:
            with service.handling(hold(id="h"), connection=database) as event:
                assert event is not None
                database.execute("INSERT INTO effects VALUES (?)", (event.envelope.id,))
        except (StopConsuming, RetryLater) as error:
            said = str(error)
        life.left = None
        is_open = database.in_transaction
        (effects,) = database.execute("SELECT count(*) FROM effects").fetchone() if not is_open else (0,)
        return (said if life.happened else "nothing happened"), is_open, effects


def test_a_full_disk_leaves_no_transaction_open(tmp_path: Path) -> None:
    """At each statement the block stops the consumer, or has it try again, and says why; the connection is free then."""
    endings: Counter[str] = Counter()
    for step in range(200):
        folder = tmp_path / str(step)
        folder.mkdir()
        said, is_open, effects = ending(folder, step)
        assert not is_open
        assert effects <= 1
        if said == "nothing happened":
            break
        endings[said.partition(":")[0].partition("(")[0]] += 1
    assert step > 20
    assert set(endings) <= {"attempt 1 of 3 failed", "consuming stops and the message is not acknowledged", "settled"}
    assert endings["consuming stops and the message is not acknowledged"] > 15


class Slow(MemoryQuarantine):
    """A quarantine whose file is slow."""

    blocking = True

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()
        self.goes = threading.Event()

    def take(self, *given: object) -> object:  # type: ignore[override]
        """Take an entry once the disk has moved."""
        self.asked.set()
        assert self.goes.wait(30)
        return super().take(*given)  # type: ignore[arg-type]


def test_a_task_that_is_cancelled_leaves_what_it_took_to_others() -> None:
    """The entry goes to the next that asks, and does not wait for the end of a lease."""
    quarantine = Slow()
    what = Placing("warehouse", NOW)
    number = quarantine.put(hold(), where=Origin(), reasons=(), what=what)
    quarantine.release(number)
    service = consumer(quarantine=quarantine)

    async def cancelled() -> None:
        telling = asyncio.create_task(service.adrain(Handler().later))
        assert await asyncio.to_thread(quarantine.asked.wait, 30)
        telling.cancel()
        quarantine.goes.set()
        with pytest.raises(asyncio.CancelledError):
            await telling

    asyncio.run(cancelled())
    taken = service.take()
    assert taken is not None
    assert taken.id == number
