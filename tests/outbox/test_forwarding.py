"""Forwarders: one at a time, at least once, and what they do about messages and brokers that fail."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from interlock_runtime import RawMessage
from interlock_runtime.outbox import AlreadyForwarding, AsyncForwarder, Backoff, Forwarder, Outbox, OutboxError
from interlock_runtime.sending import OneByOne
from outbox.outbox_plant import AsyncBroker, Broker, Parcel, away, draft, names
from support.waiting import PATIENCE, until

QUICK = Backoff(0.001, 0.002)


def test_only_one_forwards_at_a_time(tmp_path: Path) -> None:
    """The second says so in a sentence, and takes over once the first has ended, without the help of a clock."""
    outbox = Outbox(tmp_path / "box")
    outbox.put(draft("a"))
    first, second = Forwarder(outbox, Broker()), Forwarder(outbox, Broker())
    with first, pytest.raises(AlreadyForwarding, match=r"another forwarder works on .*box: stop it, or let `run` wait"):
        second.forward()
    assert second.drain()
    second.close()
    outbox.close()


def test_a_standby_takes_over(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """`run` waits while another forwards, says so once, and goes on where it ended."""
    caplog.set_level("INFO", "interlock.outbox")
    outbox = Outbox(tmp_path / "box", synchronous="NORMAL")
    broker = Broker()
    first, second = Forwarder(outbox, broker, look=0.01), Forwarder(outbox, broker, look=0.01)
    first.forward()
    thread = threading.Thread(target=second.run)
    thread.start()
    outbox.put(draft("a"))
    time.sleep(0.1)
    assert broker.arrived == []
    first.close()
    outbox.put(draft("b"))
    until(lambda: len(broker.arrived) == 2)
    second.stop()
    thread.join(PATIENCE)
    assert (names(broker.arrived), thread.is_alive()) == (["a", "b"], False)
    assert [record.message.split(": ")[1][:26] for record in caplog.records] == ["another forwarder works on"]
    outbox.close()


def test_a_message_that_no_broker_takes_holds_back_its_key_alone(tmp_path: Path) -> None:
    """It is set aside with the reason; later ones of its key wait, others go; retried or discarded, the key goes on."""
    outbox = Outbox(tmp_path / "box")
    outbox.put(draft("big", key="x"), draft("x1", key="x"), draft("y1", key="y"), draft("x2", key="x"))
    broker = Broker(refuses={"big"})
    forwarder = Forwarder(outbox, broker, backoff=QUICK)
    assert not forwarder.drain(1.0)
    (row,) = outbox.aside()
    assert (names(broker.arrived), names([row]), row.why) == (["y1"], ["big"], "larger than the broker takes")
    assert (outbox.state().tiers["T1"].aside, forwarder.progress.aside) == (1, 1)
    outbox.retry(row.position)
    broker.refuses = set()
    assert forwarder.drain()
    assert names(broker.arrived) == ["y1", "big", "x1", "x2"], "and in its order"
    with pytest.raises(OutboxError, match="no row at position 1 was set aside"):
        outbox.discard(1)
    forwarder.close()
    outbox.close()


def test_many_under_way_overtake_no_refused_one_of_their_key(tmp_path: Path) -> None:
    """A sender whose later messages arrive behind a refused one: of a key in T1 one is under way, in T3 all are."""
    outbox = Outbox(tmp_path / "box")
    outbox.put(*(draft(f"{key}{number}", key=key) for number in range(3) for key in "xyz"))
    outbox.put(*(draft(f"t{number}", key="t", tier="T3") for number in range(3)))
    rounds: list[list[str]] = []

    def plan(batch: Sequence[Parcel]) -> int:
        rounds.append(names(batch))
        return len(batch)

    broker = Broker(refuses={"y1"}, pipelined=True, plan=plan)
    with Forwarder(outbox, broker, backoff=QUICK) as forwarder:
        assert not forwarder.drain(1.0)
    assert rounds[0] == ["x0", "y0", "z0", "t0", "t1", "t2"]
    assert [name for name in names(broker.arrived) if name[0] == "y"] == ["y0"]
    assert names(outbox.aside()) == ["y1"]
    outbox.close()


def test_who_sends_one_by_one_gets_whole_batches(tmp_path: Path) -> None:
    """So does who lets messages overtake."""

    class Patient(OneByOne, Broker):
        def send(self, channel: str, message: RawMessage) -> None:
            self.arrived.append((channel, message))

    outbox = Outbox(tmp_path / "box")
    for sender, settings in ((Patient(), {}), (Broker(), {"overtaking": True})):
        outbox.put(*(draft(f"{number}", key="x") for number in range(5)))
        with Forwarder(outbox, sender, **settings) as forwarder:
            assert len(forwarder.rounds.take()) == 5
            assert forwarder.drain()
    outbox.close()


def test_memory_has_nothing_to_forward_from() -> None:
    """Said when the forwarder is made, since it would wait forever."""
    with Outbox(":memory:") as outbox, pytest.raises(OutboxError, match="give it a file to forward from it"):
        Forwarder(outbox, Broker())


def test_discarding_frees_the_key(tmp_path: Path) -> None:
    """What was given up is gone, and what waited for it is sent."""
    outbox = Outbox(tmp_path / "box")
    outbox.put(draft("big", key="x"), draft("x1", key="x"))
    broker = Broker(refuses={"big"})
    with Forwarder(outbox, broker, backoff=QUICK) as forwarder:
        forwarder.drain(1.0)
        outbox.discard(outbox.aside()[0].position)
        assert forwarder.drain()
    assert names(broker.arrived) == ["x1"]
    outbox.close()


def test_a_tier_that_drops_loses_what_no_broker_takes(tmp_path: Path) -> None:
    """Counted as dropped; nothing waits for it."""
    outbox = Outbox(tmp_path / "box")
    outbox.put(draft("big", tier="T3"), draft("next", tier="T3"))
    broker = Broker(refuses={"big"})
    with Forwarder(outbox, broker, backoff=QUICK) as forwarder:
        assert forwarder.drain()
    depth = outbox.state().tiers["T3"]
    assert (names(broker.arrived), depth.dropped, depth.rows, forwarder.progress.dropped) == (["next"], 1, 0, 1)
    outbox.close()


def test_outdated_events_of_a_tier_that_drops_are_not_sent(tmp_path: Path) -> None:
    """After an outage longer than the tier keeps, only what is still of use goes out, and T1 goes out whole."""
    now = [0.0]
    outbox = Outbox(tmp_path / "box", clock=lambda: now[0])
    outbox.put(draft("old", tier="T3"), draft("kept", tier="T1"))
    now[0] += 100 * 3600
    outbox.put(draft("new", tier="T2"))
    broker = Broker()
    with Forwarder(outbox, broker) as forwarder:
        assert forwarder.drain()
    assert (names(broker.arrived), outbox.state().tiers["T3"].dropped) == (["kept", "new"], 1)
    outbox.close()


def test_waits_longer_after_each_failure_and_not_all_at_once() -> None:
    """Doubling from the first to the longest, by chance between half of it and all; a success begins anew."""
    backoff = Backoff(first=1.0, longest=8.0, random=lambda: 1.0)
    assert [backoff.next() for _ in range(5)] == [1.0, 2.0, 4.0, 8.0, 8.0]
    backoff.reset()
    backoff.random = lambda: 0.0
    assert [backoff.next() for _ in range(2)] == [0.5, 1.0]
    backoff.failures = 10_000
    assert backoff.next() == 4.0


def test_failure_is_visibleuntil_a_success(tmp_path: Path) -> None:
    """The reason of the last failure, in the sender's words."""
    outbox = Outbox(tmp_path / "box")
    outbox.put(draft("a"))
    broker = Broker(plan=away)
    with Forwarder(outbox, broker, backoff=QUICK) as forwarder:
        assert forwarder.forward() > 0
        assert (forwarder.progress.failures, forwarder.progress.last_failure) == (1, "the broker is away")
        broker.plan = len
        assert forwarder.drain()
        assert (forwarder.progress.sent, forwarder.progress.last_failure) == (1, "")
    outbox.close()


def test_a_sender_that_raises_something_else_is_loud_and_loses_nothing(tmp_path: Path) -> None:
    """A fault of the sender ends `run`; the lock is free and the row is there."""
    outbox = Outbox(tmp_path / "box")
    outbox.put(draft("a"))

    class Faulty(Broker):
        def send_all(self, batch: object) -> int:  # noqa: ARG002 - as a sender's
            raise TypeError("a fault of the sender")

    with pytest.raises(TypeError):
        Forwarder(outbox, Faulty()).run()
    broker = Broker()
    with Forwarder(outbox, broker) as forwarder:
        assert forwarder.drain()
    assert names(broker.arrived) == ["a"]
    outbox.close()


def test_a_network_that_fails_under_a_sender_passes(tmp_path: Path) -> None:
    """An OSError is a broker that is away: the forwarder waits, says why, and sends again."""
    outbox = Outbox(tmp_path / "box")
    outbox.put(draft("a"))

    class Unplugged(Broker):
        def send_all(self, batch: object) -> int:  # noqa: ARG002 - as a sender's
            raise ConnectionResetError(104, "Connection reset by peer")

    with Forwarder(outbox, Unplugged(), backoff=QUICK) as forwarder:
        assert forwarder.forward() > 0
        assert forwarder.progress.last_failure == "Connection reset by peer"
    assert outbox.state().rows == 1
    outbox.close()


def test_removal_that_fails_sends_nothing_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While what arrived can't be removed, say on a full disk, the next round removes before it sends."""
    outbox = Outbox(tmp_path / "box")
    outbox.put(*(draft(f"{number}") for number in range(4)))
    broker = Broker()
    forwarder = Forwarder(outbox, broker, batch=2, overtaking=True)
    forwarder.rounds.begin()
    cursor = forwarder.rounds._cursor  # noqa: SLF001 - no public way to fill a disk

    class Full:
        def __getattr__(self, name: str) -> object:
            return getattr(cursor(), name)

        def executemany(self, *_: object) -> None:
            raise OutboxError("the disk is full")

    monkeypatch.setattr(forwarder.rounds, "_cursor", Full)
    for _ in range(3):
        with pytest.raises(OutboxError):
            forwarder.forward()
    assert names(broker.arrived) == ["0", "1"]
    monkeypatch.setattr(forwarder.rounds, "_cursor", cursor)
    assert forwarder.drain()
    assert names(broker.arrived) == ["0", "1", "2", "3"]
    forwarder.close()
    outbox.close()


def test_tasks_forward_too(tmp_path: Path) -> None:
    """Puts from tasks, a broker that comes back, `stop`, and a second forwarder meanwhile."""

    async def main() -> tuple[list[str], int]:
        outbox = Outbox(tmp_path / "box", synchronous="NORMAL")
        broker = AsyncBroker(plan=away)
        forwarder = AsyncForwarder(outbox, broker, look=0.01, backoff=Backoff(0.001, 0.01))
        running = asyncio.create_task(forwarder.run())
        await asyncio.gather(*(outbox.aput(draft(f"{number}")) for number in range(20)))
        await _passed(lambda: forwarder.progress.failures > 0)
        with pytest.raises(AlreadyForwarding):
            async with AsyncForwarder(outbox, broker):
                pass
        broker.plan = len
        await _passed(lambda: not outbox.state().rows)
        forwarder.stop()
        await asyncio.wait_for(running, PATIENCE)
        outbox.close()
        return names(broker.arrived), forwarder.progress.failures

    arrived, failures = asyncio.run(main())
    assert (sorted(map(int, arrived)), failures > 0) == (list(range(20)), True)


def test_cancelling_the_task_frees_the_lock(tmp_path: Path) -> None:
    """A forwarder that is cancelled lets another begin."""

    async def main() -> None:
        outbox = Outbox(tmp_path / "box")
        running = asyncio.create_task(AsyncForwarder(outbox, AsyncBroker(), look=0.01).run())
        await asyncio.sleep(0.1)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        async with AsyncForwarder(outbox, AsyncBroker()):
            pass
        outbox.close()

    asyncio.run(main())


async def _passed(true: Callable[[], bool]) -> None:
    """Wait in a task until something holds."""
    await asyncio.to_thread(until, true)
