"""Members of a Kafka group that come and go, and partitions that wait: nobody stops, and everybody has a turn."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition  # type: ignore[import-untyped]
from aiokafka.errors import IllegalStateError  # type: ignore[import-untyped]

from interlock_runtime import Event
from interlock_runtime.stores.memory_quarantine import MemoryQuarantine
from interlock_runtime.tiers import Retry
from interlock_runtime.transports.aiokafka.receiving import Loop
from support.brokers.harness import Running
from support.brokers.lines import AioKafkaLine, KafkaLine
from support.brokers.tiny import CATALOG, MOMENT, good


def test_members_come_and_go(kafka_servers: str) -> None:
    """Partitions change hands while their events are handled, fail and wait: each is handled once, and no member stops."""
    tries: Counter[int] = Counter()

    def handler(event: Event[Any]) -> None:
        time.sleep(0.02)
        tries[event.data["step"]] += 1
        if tries[event.data["step"]] == 1:
            raise ValueError("once")

    line = KafkaLine(kafka_servers)
    slow = replace(CATALOG.tiers["T2"], retry=Retry(3, 15 * MOMENT, 15 * MOMENT, "park"))  # so most partitions wait
    catalog = replace(CATALOG, tiers={**CATALOG.tiers, "T2": slow})
    one = Running(line, handler=handler, catalog=catalog)
    other = Running(line, handler=handler, catalog=catalog, inbox=one.inbox, quarantine=one.quarantine)
    sent = 0

    def together() -> list[int]:
        return sorted([*one.numbers(), *other.numbers()])

    def more(member: Running, than: int) -> bool:
        """Say whether a member has handled more; there is always something to handle."""
        nonlocal sent
        if sent - len(together()) < 10:
            line.send([good(number, lots=40) for number in range(sent, sent + 40)])
            sent += 40
        return len(member.numbers()) > than

    with one:
        for _ in range(2):
            one.until(partial(more, one, len(one.numbers()) + 5))
            with other:
                other.until(partial(more, other, len(other.numbers()) + 5))
        one.until(lambda: len(set(together())) == sent)
    assert (one.ended, other.ended) == (None, None)
    assert together() == list(range(sent))
    one.tell("members come and go", sent - len(other.numbers()))


@pytest.mark.parametrize("make", [KafkaLine, AioKafkaLine])
def test_partitions_that_wait_leave_others_their_turn(kafka_servers: str, make: type[KafkaLine]) -> None:
    """Two partitions whose attempts take longer than their waits are always due; a third is not kept waiting by them."""
    attempts = 60
    tries: Counter[str] = Counter()

    def handler(event: Event[Any]) -> None:
        if event.data["step"] < 2:
            tries[event.data["lot"]] += 1
            time.sleep(0.06)
            raise ValueError("poison")

    patient = replace(CATALOG.tiers["T2"], retry=Retry(attempts, MOMENT, MOMENT * 2, "park"))
    line = make(kafka_servers)
    with Running(line, handler=handler, catalog=replace(CATALOG, tiers={**CATALOG.tiers, "T2": patient})) as plant:
        line.send([good(number) for number in range(2)])
        plant.until(lambda: len(tries) == 2 and min(tries.values()) >= 2)
        line.send([good(number) for number in range(2, 10)])
        plant.until(lambda: len(plant.numbers()) > 0)
        assert max(tries.values()) < attempts
        plant.until(lambda: plant.settled() == 10)
    plant.tell("two partitions always due", 10, good=8)


# The mock cluster can't bear two members of aiokafka in one group: what its coordinator does to us is played here

HERE, THERE = TopicPartition("t", 0), TopicPartition("t", 1)


class Member:
    """Of a consumer of aiokafka what the loop uses: partitions that are not assigned can't be paused, nor committed."""

    def __init__(self) -> None:
        self.assigned = {HERE, THERE}
        self.records: list[tuple[TopicPartition, Any]] = []
        self.committed: dict[TopicPartition, int] = {}
        self.answers = asyncio.Event()
        self.answers.set()

    async def getmany(self, **_: Any) -> dict[TopicPartition, list[Any]]:
        """Return the next record."""
        place, record = self.records.pop(0)
        return {place: [record]}

    def pause(self, *places: TopicPartition) -> None:
        """Pause partitions as aiokafka does."""
        if not self.assigned.issuperset(places):
            raise IllegalStateError(f"No current assignment for {places}")

    resume = pause

    async def commit(self, offsets: dict[TopicPartition, int]) -> None:
        """Commit as aiokafka does."""
        self.pause(*offsets)
        await self.answers.wait()
        self.committed.update(offsets)


class Rebalancing:
    """A loop whose partition is taken while its handler is at work."""

    def __init__(self, *, fails: bool) -> None:
        self.member = Member()
        self.handled: list[int] = []
        self.fails = fails
        self.in_work = asyncio.Event()
        self.go_on = asyncio.Event()
        consumer = CATALOG.consumer("wms", quarantine=MemoryQuarantine())
        self.loop = Loop(consumer, self.handle, self.member, framing=False)

    def add(self, place: TopicPartition, number: int) -> None:
        """Add a record to what the next poll gives."""
        raw = good(number * 2)
        record = SimpleNamespace(value=raw.value, key=raw.key, headers=list(raw.headers), offset=number)
        self.member.records.append((place, record))

    async def handle(self, event: Event[Any]) -> None:
        """Work until told to go on."""
        self.in_work.set()
        await self.go_on.wait()
        if self.fails:
            raise ValueError("once")
        self.handled.append(event.data["step"])

    async def left(self) -> None:
        """Give one partition away as the coordinator does: the listener first, then the new assignment."""
        await self.loop.on_partitions_revoked([HERE, THERE])
        self.member.assigned = {THERE}
        await self.loop.on_partitions_assigned([THERE])


@pytest.mark.parametrize("fails", [False, True])
def test_a_partition_leaves_when_its_message_is_settled(fails: bool) -> None:  # noqa: FBT001 - a table
    """A rebalance waits for the message in work: settled it is committed by us, failed it is left to the next member."""

    async def main() -> Rebalancing:
        run = Rebalancing(fails=fails)
        run.add(HERE, 0)
        working = asyncio.create_task(run.loop.turn())
        await run.in_work.wait()
        leaving = asyncio.create_task(run.left())
        for _ in range(10):
            await asyncio.sleep(0)
        assert not leaving.done()
        run.go_on.set()
        await asyncio.gather(working, leaving)
        run.fails = False
        run.add(THERE, 1)
        await asyncio.sleep(MOMENT.total_seconds() * 3)  # what failed would be due by now
        await run.loop.turn()
        await run.loop.commit()
        return run

    run = asyncio.run(main())
    assert run.handled == ([2] if fails else [0, 2])
    assert run.member.committed == ({THERE: 2} if fails else {HERE: 1, THERE: 2})


def test_a_record_whose_partition_left_is_not_handled() -> None:
    """What is polled while partitions are being given away is left to the member that has them afterwards."""

    async def main() -> Rebalancing:
        run = Rebalancing(fails=False)
        run.go_on.set()
        run.add(HERE, 0)
        await run.loop.turn()
        run.member.answers.clear()
        leaving = asyncio.create_task(run.left())
        await asyncio.sleep(0)
        run.add(HERE, 1)
        working = asyncio.create_task(run.loop.turn())
        await asyncio.sleep(0)
        run.member.answers.set()
        await asyncio.gather(leaving, working)
        await run.loop.commit()
        return run

    run = asyncio.run(main())
    assert run.handled == [0]
    assert run.member.committed == {HERE: 1}
