"""A process that dies, or whose disk fails, at any statement of an outbox and its forwarder: nothing is lost uncounted."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from interlock_runtime.outbox import Buffer, Forwarder, Outbox, OutboxError
from interlock_runtime.sending import SendFailed
from outbox.outbox_plant import Broker, draft, names, sequences
from support.faulty_files import Crash, How, Life, living
from support.tables import TABLES

KEEP = Buffer("drop-oldest", keep=dt.timedelta(seconds=60))


@dataclass
class World:
    """What outlasts the process: the file, the broker, the clock, and what a service was told that it has put."""

    folder: Path
    now: float = 1_000.0
    broker: Broker = field(default_factory=lambda: Broker(refuses={"x4"}))
    put: list[str] = field(default_factory=list[str])
    perhaps: list[str] = field(default_factory=list[str])
    """Names of puts during which the process ended: they are there, or they are not."""

    def opened(self) -> Outbox:
        """Open the outbox as after a start."""
        return Outbox(self.folder / "box", buffers={"T3": KEEP}, shared=True, clock=lambda: self.now)

    def puts(self, outbox: Outbox, *given: tuple[str, str], business: sqlite3.Connection | None = None) -> None:
        """Put some names, each with its tier, by themselves or within a business transaction."""
        self.perhaps += [name for name, _ in given]
        drafts = [draft(name, key=name[0], tier=tier, source=tier) for name, tier in given]
        if business is None:
            outbox.put(*drafts)
        else:
            with business:
                business.execute("BEGIN IMMEDIATE")
                outbox.put(*drafts, connection=business)
        self.perhaps = self.perhaps[: -len(given)]
        self.put += [name for name, _ in given]

    def work(self) -> None:
        """Put and forward: in time, too late for a tier that drops, and what no broker takes."""
        outbox = self.opened()
        business = sqlite3.connect(self.folder / "box", isolation_level=None)
        self.puts(outbox, ("a1", "T1"), ("x1", "T3"))
        self.puts(outbox, ("x2", "T3"), business=business)
        self.now += 61
        self.puts(outbox, ("a2", "T1"), ("b1", "T1"), business=business)
        self.puts(outbox, ("x3", "T3"), ("x4", "T3"))
        with Forwarder(outbox, self.broker) as forwarder:
            for _ in range(6):
                forwarder.forward()

    def ended(self) -> dict[str, int]:
        """Start anew, forward what is left, and return how many were dropped, by tier."""
        with self.opened() as outbox, Forwarder(outbox, self.broker) as forwarder:
            assert forwarder.drain()
            return {tier: depth.dropped for tier, depth in outbox.state().tiers.items()}


@pytest.mark.parametrize("how", ["dies", "fails"])
def test_at_any_statement_nothing_is_lost_uncounted(how: How, tmp_path: Path) -> None:
    """What was put arrives, in the order of its key, without a gap; of the tier that drops each is there or is counted."""
    ends = 0
    for step in range(1000):
        world = World(tmp_path / str(step))
        world.folder.mkdir()
        life = Life(how)
        with living(life), suppress(Crash, OutboxError, SendFailed, sqlite3.Error):
            life.left = step
            world.work()
        _is_whole(world, world.ended())
        if not life.happened:
            break
        ends += 1
    TABLES.counts[f"outbox: processes ended at a statement ({how})"] += ends
    assert ends > 60


def _is_whole(world: World, dropped: dict[str, int]) -> None:
    """Check what a start after the end finds, sends and has counted."""
    arrived = list(dict.fromkeys(names(world.broker.arrived)))
    assert set(arrived) <= {*world.put, *world.perhaps}
    for key in "ab":
        critical = [name for name in world.put if name[0] == key]
        assert [name for name in arrived if name in critical] == critical
    assert dropped.get("T1", 0) == 0
    kept = [name for name in world.put if name[0] == "x" and name not in arrived]
    assert len(kept) <= dropped.get("T3", 0) <= len(kept) + sum(name[0] == "x" for name in world.perhaps)
    found = sequences(world.broker.arrived, "T1")
    assert sorted(found) == list(range(1, len(found) + 1))
