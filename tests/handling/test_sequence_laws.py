"""
Whatever happens, in whatever order: nothing is lost, nothing invalid is handled, nothing overtakes.

Two topics of one flow are worked off by a process that may die before and after each single step on a store, in the
handler too. Messages come again, handlers fail until somebody mends them, entries are released and told again, all
interleaved.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from handling_plant import NOW, Handler, consumer, decided, hold, moved
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from interlock_runtime import RawMessage
from interlock_runtime.handling.consumer import Consumer
from interlock_runtime.handling.errors import RetryLater
from interlock_runtime.stores.memory import MemoryInbox, MemoryQuarantine, MemoryReceipts
from interlock_runtime.stores.sqlite_inbox import InboxWithin

CRASHES = st.none() | st.integers(0, 24)


class Crash(BaseException):
    """The process died."""


class Life:
    """How many steps a process has left; once it is dead it does nothing more."""

    def __init__(self, left: int | None) -> None:
        self.left = left

    def step(self) -> None:
        """Go on, or die."""
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Crash


@dataclass(frozen=True)
class Sent:
    """A message and what it is."""

    name: str
    key: str
    topic: str
    valid: bool
    raw: RawMessage


class Mortal:
    """A store whose process may die before and after each call."""

    blocking = False

    def __init__(self, store: Any, life: Life) -> None:
        self._store = store
        self._life = life

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return a method that may not come back."""

        def call(*given: Any, **named: Any) -> Any:
            self._life.step()
            result = getattr(self._store, name)(*given, **named)
            self._life.step()
            return Mortal(result, self._life) if isinstance(result, InboxWithin) else result

        return call


class Sequences(RuleBasedStateMachine):
    """A service with an inbox beside its work: at least once."""

    shared = False

    def __init__(self) -> None:
        super().__init__()
        self.database = sqlite3.connect(":memory:", isolation_level=None)
        self.database.execute("CREATE TABLE effects (number INTEGER PRIMARY KEY, id TEXT, key TEXT)")
        self.inbox: Any = InboxWithin(self.database) if self.shared else MemoryInbox()
        self.quarantine = MemoryQuarantine()
        self.receipts = MemoryReceipts()
        self.log: list[Sent] = []
        self.committed = {"holds": 0, "others": 0}
        self.waiting: dict[str, tuple[str, int]] = {}
        """Events whose handler failed: their key, and the last effect before that."""
        self.failing: set[str] = set()

    # What comes

    @initialize()
    def start(self) -> None:
        """Begin with something to do."""
        self.send("L-1", 0, "good")

    @rule(
        key=st.sampled_from(["L-1", "L-2"]),
        kind=st.integers(0, 2),
        state=st.sampled_from(["good", "good", "failing", "broken"]),
    )
    def send(self, key: str, kind: int, state: str) -> None:
        """Let a message arrive in the log: a good one, one at which the handler fails until mended, or a broken one."""
        number = len(self.log)
        name = f"e-{number}"
        made = (
            lambda: hold(key, f"HD-{number}", id=name),
            lambda: decided(key, f"HD-{number}", id=name),
            lambda: moved(key, number, id=name),
        )
        broken = (lambda: RawMessage(b'{"id": "cut', key.encode()), lambda: moved(key, "no number", id=name))
        raw = broken[kind % 2]() if state == "broken" else made[kind]()
        self.log.append(Sent(name, key, "others" if kind else "holds", state != "broken", raw))
        if state == "failing":
            self.failing.add(name)

    # What the service does

    @rule(topic=st.sampled_from(["holds", "others"]), crash=CRASHES)
    def work(self, topic: str, crash: int | None) -> None:
        """Work a topic off from where it was acknowledged, until its end, a failure or the process's death."""
        with self._process(crash) as (service, handler, life):
            for sent in self._topic(topic)[self.committed[topic] :]:
                if not self._attempt(service, handler, sent):
                    break
                life.step()
                self.committed[topic] += 1

    @rule(which=st.integers(0, 50), crash=CRASHES)
    def come_again(self, which: int, crash: int | None) -> None:
        """Deliver an acknowledged message once more, as brokers do."""
        known = self._acknowledged()
        if which < len(known):
            with self._process(crash) as (service, handler, _):
                self._attempt(service, handler, known[which])

    def _attempt(self, service: Consumer, handler: Handler, sent: Sent) -> bool:
        """Try a message once; say whether it is settled, and note when it has to wait."""
        try:
            with service.handling(sent.raw, connection=self._connection) as event:
                if event is not None:
                    handler(event)
        except RetryLater:
            self.waiting.setdefault(sent.name, (sent.key, self._last()))
            return False
        return True

    def _topic(self, name: str) -> list[Sent]:
        """Return what was sent to a topic."""
        return [sent for sent in self.log if sent.topic == name]

    def _acknowledged(self) -> list[Sent]:
        """Return what was acknowledged."""
        return [sent for topic, count in self.committed.items() for sent in self._topic(topic)[:count]]

    def _last(self) -> int:
        """Return the number of the last effect."""
        return int(self.database.execute("SELECT coalesce(max(number), 0) FROM effects").fetchone()[0])

    @rule(crash=CRASHES)
    def drain(self, crash: int | None) -> None:
        """Tell again what has its turn."""
        with self._process(crash) as (service, handler, _):
            service.drain(handler, connection=self._connection)

    @contextmanager
    def _process(self, crash: int | None) -> Iterator[tuple[Consumer, Handler, Life]]:
        """Run the service in a process that dies after so many steps."""
        life = Life(None)
        inbox: Any = _Sharing(life) if self.shared else Mortal(self.inbox, life)
        stores: dict[str, Any] = {name: Mortal(getattr(self, name), life) for name in ("quarantine", "receipts")}
        service = consumer(inbox=inbox, **stores)
        life.left = crash
        try:
            yield service, Handler(lambda found: self._effect(found, life)), life
        except Crash:
            self._die()

    @property
    def _connection(self) -> sqlite3.Connection | None:
        """The database that the inbox shares with the handler."""
        return self.database if self.shared else None

    def _effect(self, found: Any, life: Life) -> RuntimeError | None:
        """Do the work: one row, in the transaction that is open or by itself."""
        life.step()
        name = found.envelope.id
        self.database.execute("INSERT INTO effects (id, key) VALUES (?, ?)", (name, found.envelope.partitionkey))
        life.step()
        if name not in self.failing:
            return None
        if not self.shared:  # a handler that fails has done nothing; with a shared transaction that need not be so
            self.database.execute("DELETE FROM effects WHERE number = (SELECT max(number) FROM effects)")
        return RuntimeError()

    def _die(self) -> None:
        """Lose what a dead process had not written, and let its leases end."""
        if self.database.in_transaction:
            self.database.execute("ROLLBACK")
        for entry in self.quarantine.entries(status=("parked", "released")):
            self.quarantine.give_back(entry.id)

    # What people do

    @rule(which=st.integers(0, 20))
    def mend(self, which: int) -> None:
        """Mend what an entry failed by and release it, or give up what is broken for good."""
        waiting = list(self.quarantine.entries(status=("quarantined",)))
        if waiting:
            entry = waiting[which % len(waiting)]
            self.failing.discard(str(entry.event_id))
            if any(sent.valid for sent in self.log if sent.name == entry.event_id):
                self.quarantine.release(entry.id)
            else:
                self.quarantine.discard(entry.id, "broken for good", NOW)

    # What always holds

    def _done(self) -> list[tuple[str, str]]:
        """Return id and key of each effect, in order."""
        return list(self.database.execute("SELECT id, key FROM effects ORDER BY number"))

    @invariant()
    def each_topic_keeps_the_order_of_a_key(self) -> None:
        """What happened is a beginning of what was sent, in that order, but for what was given up."""
        done = self._done()
        for key, topic in itertools.product(("L-1", "L-2"), self.committed):
            sent = [each.name for each in self._topic(topic) if each.key == key and each.valid]
            first = list(dict.fromkeys(name for name, _ in done if name in sent))
            assert first == sent[: len(first)]

    @invariant()
    def nothing_overtakes(self) -> None:
        """Once an event has failed, nothing with its key happens before it, from whichever topic."""
        effects = list(self.database.execute("SELECT number, id, key FROM effects ORDER BY number"))
        for name, (key, last) in self.waiting.items():
            later = [each for number, each, mine in effects if mine == key and number > last]
            assert later[:1] in ([], [name]) or name in [each for number, each, _ in effects if number <= last]

    @invariant()
    def nothing_invalid_is_handled(self) -> None:
        """Not one."""
        invalid = {sent.name for sent in self.log if not sent.valid}
        assert not invalid & {name for name, _ in self._done()}

    @invariant()
    def each_effect_is_there_once(self) -> None:
        """With a shared transaction, whatever crashed."""
        names = [name for name, _ in self._done()]
        assert not self.shared or len(names) == len(set(names))

    @invariant()
    def what_is_acknowledged_is_somewhere(self) -> None:
        """Handled, or kept as it came."""
        done = {name for name, _ in self._done()}
        every = self.quarantine.entries(status=("quarantined", "parked", "released", "handled", "discarded"))
        kept = {entry.message for entry in every}
        for sent in self._acknowledged():
            assert sent.name in done or sent.raw in kept

    def teardown(self) -> None:
        """In the end, mended and drained, each valid message has happened, and each has its receipt."""
        self.failing.clear()
        for _ in range(2 * len(self.log) + 2):
            self.work("holds", None)
            self.work("others", None)
            self.drain(None)
            self.mend(0)
        valid = {sent.name for sent in self.log if sent.valid}
        assert {name for name, _ in self._done()} == valid
        assert list(self.quarantine.entries()) == []
        self.nothing_overtakes()
        self.each_effect_is_there_once()
        told = {receipt.id for receipt in self.receipts.kept if receipt.outcome == "handled"}
        assert told == valid
        self.database.close()


class _Sharing:
    """An inbox that is always in the handler's database."""

    blocking = False

    def __init__(self, life: Life) -> None:
        self._life = life

    def sharing(self, connection: Any) -> Any:
        """Return the inbox in a database."""
        return Mortal(InboxWithin(connection), self._life)


class SharedSequences(Sequences):
    """A service whose inbox shares the transaction of its work: effectively once."""

    shared = True


TestAtLeastOnce = Sequences.TestCase
TestAtLeastOnce.settings = settings(max_examples=200, stateful_step_count=25)
TestEffectivelyOnce = SharedSequences.TestCase
TestEffectivelyOnce.settings = settings(max_examples=200, stateful_step_count=25)
