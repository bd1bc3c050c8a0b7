"""What holds of an outbox however puts, crashes, sends and restarts follow each other."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from interlock_runtime.outbox import Forwarder, Outbox
from interlock_runtime.outbox.rounds import Backoff
from outbox.outbox_plant import Broker, away, draft, names, sequences
from support.tables import TABLES

KEYS = st.sampled_from("ab")
SOURCES = st.sampled_from(["s", "t"])


class Plant(RuleBasedStateMachine):
    """
    One outbox, one broker, and what must have been put.

    Missing 0; first arrivals of each key in the order of the puts; sequences of each source contiguous.
    """

    @initialize()
    def start(self) -> None:
        """Begin with an empty file."""
        self.folder = Path(tempfile.mkdtemp(prefix="interlock-outbox-"))
        self.shop = sqlite3.connect(self.folder / "box", isolation_level=None)
        self.outbox = self.opened()
        self.broker = Broker(pipelined=True)
        self.forwarder = self.begun()
        self.put: list[tuple[str, str]] = []
        self.number = 0

    def opened(self) -> Outbox:
        """Open the outbox as after a start."""
        return Outbox.within(self.folder / "box", synchronous="NORMAL")

    def begun(self, batch: int = 3) -> Forwarder:
        """Begin a forwarder as after a start."""
        return Forwarder(self.outbox, self.broker, batch=batch, backoff=Backoff(0.0, 0.0))

    def next(self) -> str:
        """Return a name that was not there before."""
        self.number += 1
        TABLES.counts["outbox law: messages put"] += 1
        return f"m{self.number}"

    @rule(key=KEYS, source=SOURCES, times=st.integers(1, 3))
    def puts(self, key: str, source: str, times: int) -> None:
        """Put one or several at once."""
        chosen = [self.next() for _ in range(times)]
        self.outbox.put(*(draft(name, key=key, source=source) for name in chosen))
        self.put += [(name, key) for name in chosen]

    @rule(key=KEYS, source=SOURCES, ending=st.sampled_from(["COMMIT", "ROLLBACK", "crash"]))
    def puts_in_a_business_transaction(self, key: str, source: str, ending: str) -> None:
        """Put within a transaction that commits, is rolled back, or ends with its process."""
        self.shop.execute("BEGIN IMMEDIATE")
        name = self.next()
        self.outbox.put(draft(name, key=key, source=source), connection=self.shop)
        if ending == "crash":
            self.shop.close()
            self.shop = sqlite3.connect(self.folder / "box", isolation_level=None)
        else:
            self.shop.execute(ending)
        if ending == "COMMIT":
            self.put.append((name, key))

    @rule(taken=st.integers(0, 3))
    def forwards(self, taken: int) -> None:
        """Send a batch of which the broker acknowledges some."""
        self.broker.plan = lambda _: taken
        self.forwarder.forward()

    @rule(taken=st.integers(1, 3))
    def dies_between_acknowledgement_and_removal(self, taken: int) -> None:
        """Send a batch, and lose the process before anything is removed."""
        rows = self.forwarder.rounds.take()[:taken]
        self.broker.arrived += [(row.channel, row.message) for row in rows]
        TABLES.counts["outbox law: sent again after a crash"] += len(rows)
        self.forwarder.close()
        self.forwarder = self.begun()

    @rule()
    def broker_is_away(self) -> None:
        """Try while nothing gets through."""
        self.broker.plan = away
        self.forwarder.forward()

    @rule()
    def restarts(self) -> None:
        """Close everything and begin anew."""
        self.forwarder.close()
        self.outbox.close()
        self.outbox = self.opened()
        self.forwarder = self.begun()

    @precondition(lambda self: self.put)
    @rule(data=st.data())
    def refuses_one_forever(self, data: st.DataObject) -> None:
        """Let the broker refuse a message that waits, whatever its place; it is set aside and later tried again."""
        name, _ = data.draw(st.sampled_from(self.put))
        self.broker.refuses = {name}
        self.broker.plan = len
        self.forwarder.forward()
        self.forwarder.forward()
        self.broker.refuses = set()
        for row in self.outbox.aside():
            assert names([row]) == [name]
            self.outbox.retry(row.position)

    @invariant()
    def first_arrivals_keep_the_order_of_their_key(self) -> None:
        """Whatever was repeated."""
        arrived = list(dict.fromkeys(names(self.broker.arrived)))
        for key in "ab":
            wanted = [name for name, own in self.put if own == key]
            found = [name for name in arrived if name in set(wanted)]
            assert found == wanted[: len(found)], (found, wanted)

    def teardown(self) -> None:
        """Send what is left: then everything that was put has arrived, and nothing else."""
        self.broker.plan = len
        assert self.forwarder.drain()
        assert set(names(self.broker.arrived)) == {name for name, _ in self.put}
        for source in ("s", "t"):
            found = sequences(self.broker.arrived, source)
            assert sorted(found) == list(range(1, len(found) + 1))
        self.forwarder.close()
        self.outbox.close()
        self.shop.close()
        shutil.rmtree(self.folder)


TestPlant = Plant.TestCase
TestPlant.settings = settings(max_examples=40, stateful_step_count=25)
