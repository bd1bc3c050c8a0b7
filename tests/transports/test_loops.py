"""The parts that all loops share, without a broker."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal

import pytest

from interlock_runtime.stores.memory_quarantine import MemoryQuarantine
from interlock_runtime.transports.loops import async_stop_on_signals, tell
from interlock_runtime.transports.loops.connecting import kept_alive, reconnecting
from interlock_runtime.transports.loops.pauses import Pauses
from support.brokers.tiny import CATALOG
from support.waiting import PATIENCE


def test_pauses_give_back_what_has_waited() -> None:
    """A message comes out when its time is over, the longest overdue first, and a poll does not oversleep it."""
    now = [0.0]
    pauses: Pauses[str, str] = Pauses(lambda: now[0])
    assert pauses.due() is None
    assert pauses.patience() == 0.5
    pauses.hold("a", "late", 2.0)
    pauses.hold("b", "soon", 0.2)
    pauses.hold("c", "gone", 0.1)
    pauses.drop(["c", "unknown"])
    assert pauses.due() is None
    assert pauses.patience() == pytest.approx(0.2)
    now[0] = 3.0
    assert pauses.patience() == 0.0
    assert [pauses.due(), pauses.due(), pauses.due()] == [("b", "soon"), ("a", "late"), None]


def test_a_lost_connection_is_opened_again() -> None:
    """A session is begun again until it ends by itself; what is no lost connection is raised."""
    sessions: list[int] = []

    async def session() -> None:
        sessions.append(len(sessions))
        if len(sessions) < 3:
            raise ConnectionError

    async def main() -> None:
        await reconnecting(session, (ConnectionError,), asyncio.Event(), first=0.001)
        assert sessions == [0, 1, 2]
        sessions.clear()
        with pytest.raises(ConnectionError):
            await reconnecting(session, (TimeoutError,), asyncio.Event(), first=0.001)

    asyncio.run(main())
    assert sessions == [0]


def test_waiting_for_a_connection_can_be_stopped() -> None:
    """A consumer that waits for its broker ends at once when it is told to."""
    stop = asyncio.Event()

    async def session() -> None:
        asyncio.get_running_loop().call_later(0.01, stop.set)
        raise ConnectionError

    async def main() -> None:
        async with asyncio.timeout(PATIENCE):
            await reconnecting(session, (ConnectionError,), stop, first=60.0, longest=60.0)

    asyncio.run(main())


def test_a_failing_beat_disturbs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """Work goes on while the broker can't be told so, and the next beat is tried."""
    beats: list[int] = []

    async def beat() -> None:
        beats.append(1)
        raise ConnectionError

    async def main() -> None:
        async with kept_alive(beat, 0.01):
            while len(beats) < 3:  # noqa: ASYNC110 - it counts beats
                await asyncio.sleep(0.005)

    asyncio.run(main())
    assert "keepalive-failed error=ConnectionError" in caplog.text


def test_a_beat_that_swallows_its_end_is_the_last() -> None:
    """Some clients lose a cancellation while they mend a connection; the work that is done goes on all the same."""
    begun = asyncio.Event()

    async def beat() -> None:
        begun.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(PATIENCE)

    async def main() -> None:
        async with asyncio.timeout(PATIENCE / 2), kept_alive(beat, 0.001):
            await begun.wait()

    asyncio.run(main())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_a_loop(number: signal.Signals) -> None:
    """Asked to end, a process sets the event, and what waits for it goes on."""

    async def main() -> None:
        stop = asyncio.Event()
        async_stop_on_signals(stop)
        asyncio.get_running_loop().call_later(0.01, os.kill, os.getpid(), number)
        async with asyncio.timeout(PATIENCE):
            await tell(CATALOG.consumer("wms", quarantine=MemoryQuarantine()), nothing, stop=stop)
        for each in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().remove_signal_handler(each)

    asyncio.run(main())


async def nothing(_: object) -> None:
    """Handle nothing."""
