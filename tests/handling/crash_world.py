"""A broker, a service on SQLite files that may die at any statement, and what people see of both."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handling_plant import NOW, Clock, consumer
from law_messages import Sent

from interlock_runtime.handling.entries import Entry, Held
from interlock_runtime.handling.errors import RetryLater, StopConsuming
from interlock_runtime.handling.outcomes import Origin
from interlock_runtime.stores.sqlite_inbox import SqliteInbox
from interlock_runtime.stores.sqlite_quarantine import SqliteQuarantine
from interlock_runtime.stores.sqlite_receipts import SqliteReceipts
from support.faulty_files import Crash, How, Life, living

TOPICS = ("quality", "others")
EVERY: tuple[Held, ...] = ("retrying", "quarantined", "parked", "released", "handled", "discarded")


@dataclass
class World:
    """What outlasts a process of the service."""

    folder: Path
    log: list[Sent]
    fails: dict[str, int]
    """How often the handler still fails at a fact."""
    stride: int
    """How many messages of a topic are acknowledged together."""
    shared: bool
    """Whether the inbox shares the handler's transaction."""
    tasks: bool
    """Whether the service is one of tasks."""

    def __post_init__(self) -> None:
        """Open the files as people do, who live on."""
        self.clock = Clock()
        self.committed = dict.fromkeys(TOPICS, 0)
        self.good = {sent.name: sent for sent in self.log if sent.fact}
        self.held: dict[int, tuple[int, set[str]]] = {}
        """By entry: the last effect when it was put aside, and the facts that stood before it."""
        self.happened = 0
        self.runner = asyncio.Runner()
        self.business = sqlite3.connect(self.folder / "business.db", isolation_level=None)
        self.business.execute("PRAGMA journal_mode = WAL")
        self.business.execute("CREATE TABLE effects (number INTEGER PRIMARY KEY, id TEXT)")
        self.quarantine = SqliteQuarantine(self.folder / "quarantine.db")
        self.receipts = SqliteReceipts(self.folder / "receipts.db")

    def live(self, steps: int | None, how: How, turns: int) -> None:
        """Let a process of the service work until it dies or has made its turns."""
        life = Life(how)
        with living(life), suppress(Crash, KeyboardInterrupt):
            service = _Service(self, life)
            life.left = steps
            service.work(turns)
        self.happened += life.happened
        for entry in self.quarantine.entries(status=("parked", "released")):
            self.quarantine.give_back(entry.id)

    def topic(self, name: str) -> list[Sent]:
        """Return what was sent to a topic."""
        return [sent for sent in self.log if sent.topic == name]

    def acknowledged(self) -> list[Sent]:
        """Return what was acknowledged."""
        return [sent for name, count in self.committed.items() for sent in self.topic(name)[:count]]

    def effects(self) -> list[tuple[int, Sent]]:
        """Return what the handler did, in order; it is done with nothing but good messages."""
        rows = self.business.execute("SELECT number, id FROM effects ORDER BY number")
        return [(number, self.good[name]) for number, name in rows]

    def is_good(self, entry: Entry) -> bool:
        """Say whether an entry of the quarantine is a good message."""
        sent = self.good.get(entry.event_id or "")
        return sent is not None and sent.raw == entry.message

    def mend(self, most: int) -> None:
        """Do what people do about what is put aside: mend and release it, or give up what is broken for good."""
        for entry in list(self.quarantine.entries(status=("quarantined",)))[:most]:
            if self.is_good(entry):
                self.fails[self.good[entry.event_id or ""].fact or ""] = 0
                self.quarantine.release(entry.id)
            else:
                self.quarantine.discard(entry.id, "broken for good", NOW)

    def put_aside(self, number: int | None) -> None:
        """Note when an entry was first seen to be put aside, and what stood before it then."""
        if number is None or number in self.held:
            return
        before = [entry for entry in self.quarantine.entries() if entry.id <= number]
        facts = {self.good[each.event_id or ""].fact or "" for each in before if self.is_good(each)}
        last = self.business.execute("SELECT coalesce(max(number), 0) FROM effects").fetchone()[0]
        self.held[number] = (last, facts)

    def close(self) -> None:
        """Close the files."""
        self.runner.close()
        self.business.close()
        self.quarantine.close()
        self.receipts.close()


class _Service:
    """One process: it takes a message of each topic in turn, and looks into the quarantine now and then."""

    def __init__(self, world: World, life: Life) -> None:
        self.world = world
        self.database = sqlite3.connect(world.folder / "business.db", isolation_level=None)
        self.connection = self.database if world.shared else None
        self.reached = dict(world.committed)
        life.interrupt = self._cancel if world.tasks else _signal
        self.task: asyncio.Task[Any] | None = None
        self.consumer = consumer(
            clock=world.clock,
            inbox=SqliteInbox(world.folder / "inbox.db"),
            quarantine=SqliteQuarantine(world.folder / "quarantine.db"),
            receipts=SqliteReceipts(world.folder / "receipts.db"),
        )

    def _cancel(self) -> None:
        """Cancel the task that runs, from whatever thread."""
        if self.task is not None:
            self.world.runner.get_loop().call_soon_threadsafe(self.task.cancel)

    def work(self, turns: int) -> None:
        """Make some turns; what is settled by then is acknowledged."""
        for turn in range(turns):
            self._unless_stopped(self._drain if turn % 3 == 2 else lambda at=TOPICS[turn % 2]: self._take(at))
        self.world.committed = self.reached

    def _unless_stopped(self, step: Callable[[], None]) -> None:
        """Go on after a step that was broken off, as a service does that consumes anew in the same process."""
        with suppress(StopConsuming, asyncio.CancelledError):
            step()

    def _take(self, topic: str) -> None:
        """Take the next message of a topic; acknowledge as many together as the broker's client does."""
        waiting = self.world.topic(topic)[self.reached[topic] :]
        if waiting and self._is_settled(waiting[0], Origin("law", topic, 0, self.reached[topic])):
            self.reached[topic] += 1
            if self.reached[topic] % self.world.stride == 0:
                self.world.committed[topic] = self.reached[topic]

    def _is_settled(self, sent: Sent, origin: Origin) -> bool:
        """Try a message once; say whether it is settled."""
        handling = self.consumer.handling(sent.raw, origin=origin, connection=self.connection)
        try:
            if self.world.tasks:
                self.world.runner.run(self._awaited(handling))
            else:
                with handling as event:
                    if event is not None:
                        self._handle(event)
        except RetryLater as later:
            self.world.clock.sleep(later.delay.total_seconds())
            return False
        self.world.put_aside(handling.receipt.entry if handling.receipt else None)
        return True

    async def _awaited(self, handling: Any) -> None:
        """Try a message once, in a task."""
        self.task = asyncio.current_task()
        async with handling as event:
            if event is not None:
                await self._later(event)

    def _drain(self) -> None:
        """Tell again what has its turn."""
        if self.world.tasks:
            self.world.runner.run(self._drained())
        else:
            self.consumer.drain(self._handle, connection=self.connection)

    async def _drained(self) -> None:
        """Tell again what has its turn, in a task."""
        self.task = asyncio.current_task()
        await self.consumer.adrain(self._later, connection=self.connection)

    async def _later(self, event: Any) -> None:
        """Do the work in a task, which others interrupt."""
        await asyncio.sleep(0)
        self._handle(event)
        await asyncio.sleep(0)

    def _handle(self, event: Any) -> None:
        """Do the work: one row; with a shared transaction a handler may fail after it has written."""
        fact = self.world.good[event.envelope.id].fact or ""
        fails = self.world.fails[fact] > 0
        self.world.fails[fact] -= 1
        if fails and not self.world.shared:
            raise RuntimeError
        self.database.execute("INSERT INTO effects (id) VALUES (?)", (event.envelope.id,))
        if fails:
            raise RuntimeError


def _signal() -> None:
    """Interrupt what runs, as a signal does."""
    raise KeyboardInterrupt
