"""
Whatever a plant sends and wherever its service dies: all that is good is handled, and nothing else.

A service on SQLite files works two topics off. Its process dies, its disk fails or it is interrupted, before or after any
single statement on any of its files, as often as the script says; then it starts again on what the files hold. The broker
delivers again what was not committed.
"""

from __future__ import annotations

import logging
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from crash_world import EVERY, TOPICS, World
from hypothesis import given, settings
from hypothesis import strategies as st
from law_messages import ALONE, FLOW, KINDS, Sent, composed

from interlock_runtime.handling.entries import EVERY_FLOW
from interlock_runtime.handling.outcomes import Outcome
from support.faulty_files import How
from support.tables import TABLES

ALWAYS = 99
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - folders of random names are made in it
"""Where files cost no disk: the law is not about power cuts."""
Line = tuple[str, str, int, int]
Process = tuple[int, How, int, bool]
LINES: st.SearchStrategy[list[Line]] = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.sampled_from(["L-1", "L-2"]),
        st.integers(0, 9),
        st.sampled_from([0, 0, 0, 1, 2, ALWAYS]),
    ),
    min_size=1,
    max_size=14,
)
"""Kind, key, which earlier message is meant, and how often its handler fails."""
HOWS: st.SearchStrategy[How] = st.sampled_from(["dies", "dies", "fails", "is interrupted"])
PROCESSES: st.SearchStrategy[list[Process]] = st.lists(
    st.tuples(st.integers(0, 150), HOWS, st.integers(4, 30), st.booleans()), min_size=1, max_size=6
)
"""After how many statements what happens, how many turns are made, and whether people mend something afterwards."""


@pytest.fixture(scope="module", autouse=True)
def _quiet() -> Iterator[None]:
    """Keep a hundred thousand lines out of the report."""
    log = logging.getLogger("interlock")
    log.setLevel(logging.CRITICAL)
    yield
    log.setLevel(logging.NOTSET)


@pytest.mark.parametrize("tasks", [False, True], ids=["threads", "tasks"])
@pytest.mark.parametrize("shared", [False, True], ids=["beside", "shared"])
@settings(max_examples=60)
@given(lines=LINES, processes=PROCESSES, stride=st.integers(1, 3))
def test_wherever_a_process_ends(
    *, shared: bool, tasks: bool, lines: list[Line], processes: list[Process], stride: int
) -> None:
    """What is good is handled in order, at least once, or exactly once with a shared transaction; the rest is kept."""
    log = composed([(kind, key, which) for kind, key, which, _ in lines])
    fails = {sent.fact: lines[sent.number % len(lines)][3] for sent in log if sent.fact}
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        world = World(Path(folder), log, fails, stride, shared=shared, tasks=tasks)
        for steps, how, turns, mends in processes:
            world.live(steps, how, turns)
            _holds_always(world)
            world.mend(1 if mends else 0)
        _end_well(world)
        _holds_at_the_end(world)
        TABLES.counts[f"handling: processes ended at a statement ({'shared' if shared else 'beside'})"] += (
            world.happened
        )
        TABLES.counts["handling: messages over processes that ended"] += len(log)
        world.close()


def _end_well(world: World) -> None:
    """Let a process work that nothing happens to, and people mend everything."""
    for _ in range(len(world.log) + 2):
        world.live(None, "dies", 6 * len(world.log) + 30)
        world.mend(100)
    _holds_always(world)


def _holds_always(world: World) -> None:
    """Check what holds at any moment."""
    effects = world.effects()
    _keeps_order([sent for _, sent in effects], world)
    _nothing_overtakes(effects, world)
    kept = [entry.message for entry in world.quarantine.entries(status=EVERY)]
    done = {sent.fact for _, sent in effects}
    assert all(each in [sent.raw for sent in world.log] for each in kept)
    told = {receipt.id for receipt in world.receipts.each()}
    for sent in world.acknowledged():
        assert sent.fact in done or sent.raw in kept or sent.tier == "T3" or sent.kind == "bad state"
        assert not sent.name or sent.name in told
    often = Counter(sent.fact for _, sent in effects if sent.tier != "T3")
    assert sum(often.values()) - len(often) <= (0 if world.shared else world.happened)


def _keeps_order(done: list[Sent], world: World) -> None:
    """What happened of a topic, a key and a flow is a beginning of what was sent, in that order."""
    for topic in TOPICS:
        for key, flow in {(sent.key, sent.flow) for sent in world.log if sent.tier == "T1"}:
            sent = [each.fact for each in world.topic(topic) if each.fact and (each.key, each.flow) == (key, flow)]
            first = [each.fact for each in done if each.topic == topic and (each.key, each.flow) == (key, flow)]
            happened = list(dict.fromkeys(first))
            assert happened == list(dict.fromkeys(sent))[: len(happened)]


def _nothing_overtakes(effects: list[tuple[int, Sent]], world: World) -> None:
    """Once a message is put aside, nothing with its key happens before it is resolved, from whichever topic."""
    for entry in world.quarantine.entries(status=("quarantined",)):
        last, before = world.held.get(entry.id, (len(effects) + 10**6, set[str]()))
        flows = (FLOW, ALONE) if entry.flow == EVERY_FLOW else (entry.flow,)
        later = [sent for number, sent in effects if number > last and sent.key == entry.key and sent.flow in flows]
        assert not entry.holding or not [sent for sent in later if sent.fact not in before]


def _holds_at_the_end(world: World) -> None:
    """Check what holds once everything was delivered, mended and told again."""
    assert world.committed == {topic: len(world.topic(topic)) for topic in TOPICS}
    assert list(world.quarantine.entries()) == []
    done = {sent.fact for _, sent in world.effects()}
    receipts = list(world.receipts.each())
    let_go = {receipt.id for receipt in receipts if receipt.outcome == Outcome.DISCARDED}
    for sent in world.log:
        assert sent.fact is None or sent.fact in done or (sent.tier == "T3" and sent.name in let_go)
    told = {receipt.id for receipt in receipts if receipt.outcome == Outcome.HANDLED}
    assert {sent.name for _, sent in world.effects() if sent.tier != "T3" or sent.name not in let_go} <= told
    entries = list(world.quarantine.entries(status=EVERY))
    why = {reason.reason for entry in entries if world.is_good(entry) for reason in entry.reasons}
    assert why <= {"handler-failed", "waits-in-sequence"}
    kept = [entry.message for entry in entries]
    assert all(sent.fact or sent.raw in kept for sent in world.log if sent.kind != "bad state")
    nameless = sum(not sent.name for sent in world.log)
    assert sum(receipt.id is None for receipt in receipts) >= nameless
