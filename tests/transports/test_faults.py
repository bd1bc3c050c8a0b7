"""What goes wrong in a plant, on every transport and on live brokers: nothing is lost, and order is kept where promised."""

from __future__ import annotations

import datetime as dt
import os
import random
import threading
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from interlock_runtime import Event, RawMessage
from interlock_runtime.handling.errors import StopConsuming
from interlock_runtime.stores.memory import MemoryInbox
from interlock_runtime.stores.memory_quarantine import MemoryQuarantine
from interlock_runtime.tiers import Retry, TierPolicy
from support.brokers.harness import Running
from support.brokers.line import Line
from support.brokers.tiny import CATALOG, HELD, bad, good


class DownError(Exception):
    """What a store raises that can't be reached."""


class BrokenQuarantine(MemoryQuarantine):
    """A quarantine that can't be written for a while."""

    name = "quarantine"
    down = True
    refusals = 0

    def put(self, *arguments: Any, **named: Any) -> int:
        """Refuse while down."""
        if self.down:
            self.refusals += 1
            raise DownError
        return super().put(*arguments, **named)


class BrokenInbox(MemoryInbox):
    """An inbox that can't be written for a while."""

    name = "inbox"
    down = True
    refusals = 0

    def begin(self, claim: Any) -> Any:
        """Refuse while down."""
        if self.down:
            self.refusals += 1
            raise DownError
        return super().begin(claim)


CHUNK = 5_000
MANY = int(os.environ.get("SOAK_EVENTS", CHUNK))
"""Events that go through each transport; `SOAK_EVENTS=100000` for a soak."""
PATIENT = replace(
    CATALOG, tiers={"T2": TierPolicy("T2", Retry(3, dt.timedelta(seconds=1), dt.timedelta(seconds=1), "park"))}
)
"""A catalog whose waits are long enough to stop in."""


def stopped(plant: Running) -> bool:
    """Say whether a consumer has stopped because of a store."""
    return isinstance(plant.ended, StopConsuming)


@pytest.mark.parametrize("broken", [BrokenQuarantine, BrokenInbox])
def test_a_store_that_is_down_stops_the_consumer(line: Line, broken: type[BrokenQuarantine | BrokenInbox]) -> None:
    """A consumer whose store can't be written stops and acknowledges nothing; started again it loses nothing."""
    store = broken()
    messages = [good(0), bad()["malformed"], *(good(number) for number in range(1, 20))]
    plant = Running(line, **{store.name: store})  # type: ignore[arg-type]
    sending = threading.Thread(target=line.send, args=(messages,))
    with plant:
        sending.start()
        plant.until(lambda: store.refusals > 0 and (stopped(plant) or line.answers))
    assert plant.kept() == []
    store.down = False
    with plant:
        plant.until(lambda: plant.settled() == len(messages))
    sending.join()
    plant.tell(f"{store.name} down", len(messages), good=20)


def test_poison_ends_in_quarantine(line: Line) -> None:
    """A handler that always fails for one event is tried so often as its tier says; events of other keys go on."""
    tries: Counter[int] = Counter()

    def handler(event: Event[Any]) -> None:
        tries[event.data["step"]] += 1
        if event.data["step"] == 0:
            raise ValueError("poison")

    with Running(line, handler=handler) as plant:
        line.send([good(number) for number in range(12)])
        plant.until(lambda: plant.settled() == 12)
    assert 3 <= tries[0] <= 4  # whether the first try counts as a retry is the business of handling
    assert sorted(plant.numbers()) == list(range(1, 12))
    plant.tell("poison at the head", 12, good=11)


def test_a_critical_sequence_waits(line: Line) -> None:
    """A T1 event that fails holds back later ones of its key, in order; resolved, they are told in that order."""
    mended = threading.Event()

    def handler(event: Event[Any]) -> None:
        if event.data["step"] == 0 and not mended.is_set():
            raise ValueError("not yet")

    with Running(line, handler=handler) as plant:
        line.send([good(number, lots=3, contract=HELD) for number in range(12)])
        plant.until(lambda: plant.settled() == 12)
        entries = list(plant.quarantine.entries())
        assert [entry.status for entry in entries] == ["quarantined", "parked", "parked", "parked"]
        assert [number % 3 for number in plant.numbers()].count(0) == 0
        mended.set()
        plant.quarantine.release(entries[0].id)
        plant.until(lambda: len(plant.numbers()) == 12)
    assert [number for number in plant.numbers() if number % 3 == 0] == [0, 3, 6, 9]
    plant.tell("T1 event fails, is released", 12, good=12)


def test_duplicates_out_of_order(line: Line) -> None:
    """A storm of redeliveries in any order is handled once each."""
    dice = random.Random(7)  # noqa: S311 - a storm that is the same each time
    messages = [good(number) for number in range(60)]
    storm = [message for message in messages for _ in range(5)]
    dice.shuffle(storm)
    with Running(line) as plant:
        line.send(storm)
        plant.until(lambda: len(plant.receipts.all) >= (60 if line.broker_dedupes else 300))
    assert sorted(plant.numbers()) == list(range(60))
    plant.tell("redelivery storm", 60, good=60)


def test_stopping_leaves_what_waits(line: Line) -> None:
    """A consumer that is told to stop while a message waits for its next attempt leaves it, and it comes again."""
    tries: Counter[int] = Counter()

    def handler(event: Event[Any]) -> None:
        tries[event.data["step"]] += 1
        if tries[0] == 1:
            plant.ask_to_stop()
            raise ValueError("once")

    plant = Running(line, handler=handler, catalog=PATIENT)
    plant.start()
    sending = threading.Thread(target=line.send, args=([good(0, lots=1), good(1, lots=1)],))
    sending.start()
    plant.until(lambda: not plant.runs())
    assert plant.numbers() == [] or line.answers
    with plant:
        plant.until(lambda: plant.settled() == 2)
    sending.join()
    assert tries[0] == 2
    assert sorted(plant.numbers()) == [0, 1]
    plant.tell("stopped while waiting", 2, good=2)


def test_thousands_of_events(line: Line) -> None:
    """Thousands of events, one in a hundred bad: nothing lost, nothing bad handled, nothing good in quarantine."""
    with Running(line) as plant:
        for begin in range(0, MANY, CHUNK):  # librdkafka's mock cluster keeps the newest 5 MB of a partition
            line.send([one(number, line) for number in range(begin, min(begin + CHUNK, MANY))])
            plant.until(lambda begin=begin: plant.settled() == min(begin + CHUNK, MANY))
    wrong = [number for number in range(MANY) if number % 100 == 50]
    assert len(plant.kept()) == len(wrong)
    assert not set(plant.numbers()) & set(wrong)
    assert max(Counter(plant.numbers()).values()) == 1
    plant.tell(f"{MANY:,} events, 1 % bad", MANY, good=MANY - len(wrong))


def one(number: int, line: Line) -> RawMessage:
    """Return a good message, or one in a hundred a bad one."""
    return bad_one(number, line) if number % 100 == 50 else good(number, lots=500)


def bad_one(number: int, line: Line) -> RawMessage:
    """Return a bad message, of another kind each time."""
    kinds = list(bad(line.lacks | {"oversized"}, number).values())
    return kinds[number // 100 % len(kinds)]
