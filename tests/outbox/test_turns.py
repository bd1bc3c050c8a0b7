"""Turns at a file: handed on in order, the same for all that have the file open, and never lost."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import pytest

from interlock_runtime.outbox import Forwarder, Outbox
from interlock_runtime.outbox.turns import Turns
from outbox.outbox_plant import Broker, draft, names
from support.waiting import until


def asking(turns: Turns, name: str, had: list[str]) -> threading.Thread:
    """Start a thread that asks for the turn, and return once it waits for it."""
    before = turns.waiting

    def work() -> None:
        with turns:
            had.append(name)

    thread = threading.Thread(target=work)
    thread.start()
    until(lambda: turns.waiting > before)
    return thread


def test_whoever_asked_first_is_first() -> None:
    """However many wait."""
    turns, had = Turns(), list[str]()
    with turns:
        threads = [asking(turns, str(number), had) for number in range(20)]
        assert had == []
    for thread in threads:
        thread.join()
    assert had == [str(number) for number in range(20)]
    with turns:
        assert turns.waiting == 0


def test_who_is_interrupted_while_waiting_waits_no_longer() -> None:
    """The turn passes over it to the next."""
    turns, had, holds, goes = Turns(), list[str](), threading.Event(), threading.Event()

    def work() -> None:
        with turns:
            holds.set()
            goes.wait(60)

    holder = threading.Thread(target=work)
    holder.start()
    assert holds.wait(60)
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        with pytest.raises(KeyboardInterrupt), turns:
            had.append("interrupted")
    finally:
        signal.signal(signal.SIGALRM, before)
    next_one = asking(turns, "next", had)
    goes.set()
    holder.join()
    next_one.join()
    assert had == ["next"]


def test_a_file_has_the_same_turns_under_each_name(tmp_path: Path) -> None:
    """Two outboxes of one file share them, over a link too; another file has its own, and so has each in memory."""
    (tmp_path / "link").symlink_to(tmp_path / "box")
    with Outbox(tmp_path / "box") as one, Outbox(tmp_path / "link") as two, Outbox(tmp_path / "other") as other:
        assert one.turns is two.turns
        assert one.turns is not other.turns
    with Outbox(":memory:") as memory, Outbox(":memory:") as another:
        assert memory.turns is not another.turns


def test_a_forwarder_and_other_outboxes_take_their_turns(tmp_path: Path) -> None:
    """While somebody has the turn, neither a put nor a removal happens; then each does, in the order of asking."""
    broker = Broker()
    with Outbox(tmp_path / "box") as one, Outbox(tmp_path / "box") as two, Forwarder(one, broker) as forwarder:
        one.put(draft("a"))
        steps = [forwarder.forward, lambda: two.put(draft("b")), lambda: one.put(draft("c"))]
        threads = [threading.Thread(target=step) for step in steps]
        with one.turns:
            for number, thread in enumerate(threads):
                thread.start()
                until(lambda wanted=number + 1: one.turns.waiting == wanted)
            assert names(broker.arrived) == ["a"]
            assert one.state().rows == 1
        for thread in threads:
            thread.join()
        assert one.state().rows == 2
        assert forwarder.drain()
        assert names(broker.arrived) == ["a", "b", "c"]
