"""Steps that may block, for tasks: each runs in a thread to its end, whatever becomes of the task meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def finished(step: Callable[[], T], undo: Callable[[T], object] = lambda _: None) -> T:
    """
    Return what a step gives that runs in a thread.

    A task that is cancelled ends after the step, so that nothing goes on behind its back, and undoes it.
    """
    running = asyncio.ensure_future(asyncio.to_thread(step))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        while not running.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait([running])
        if running.exception() is None:
            await asyncio.to_thread(undo, running.result())
        raise
