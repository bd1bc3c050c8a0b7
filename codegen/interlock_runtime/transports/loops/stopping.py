"""The wish to end: who sets the event, and how a loop of asyncio waits with an eye on it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading

TICK = 0.5
"""Seconds after which a waiting loop looks whether it is to stop."""
SIGNALS = (signal.SIGTERM, signal.SIGINT)


async def stopped(stop: asyncio.Event, patience: float) -> bool:
    """Wait for the event, at most so many seconds; return whether it came."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), patience)
    return stop.is_set()


def stop_on_signals(stop: threading.Event) -> None:
    """Set the event when the process is asked to end, so that the message in work is settled first."""
    for number in SIGNALS:
        signal.signal(number, lambda *_: stop.set())


def async_stop_on_signals(stop: asyncio.Event) -> None:
    """`stop_on_signals` for the running event loop."""
    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
