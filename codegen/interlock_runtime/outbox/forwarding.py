"""
From an outbox to a broker, at least once: first arrivals come in the order in which they were put, key by key.

A message is removed after the broker's acknowledgement, so a crash between the two repeats it and never loses it.

Senders with many messages under way may let a later one through when the broker refuses an earlier one for good. So of
one key, in tiers that never drop, only one message is under way at a time; `overtaking` gives that up for speed. Senders
that send one by one anyhow (`sending.OneByOne`) get whole batches.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from typing import Self

from ..handling.threads import finished
from ..sending import AsyncOneByOne, AsyncSender, OneByOne, Sender, SendFailed
from .box import Outbox
from .failures import AlreadyForwarding, OutboxError
from .rounds import LOG, Backoff, Progress, Rounds
from .rows import Row
from .tables import MEMORY


class _Forwarding:
    """What the forwarder for threads and the one for tasks share."""

    def __init__(self, outbox: Outbox, batch: int, look: float, backoff: Backoff | None, *, by_key: bool) -> None:
        if outbox.path == MEMORY:
            raise OutboxError("an outbox in memory belongs to one connection: give it a file to forward from it")
        self.outbox = outbox
        self.rounds = Rounds(outbox, batch, by_key)
        self.look = look
        self.backoff = backoff or Backoff()
        self._stopped = threading.Event()
        self._said = ""

    @property
    def progress(self) -> Progress:
        """What it has done so far."""
        return self.rounds.progress

    def stop(self) -> None:
        """End `run` after the batch that is under way; from any thread, or a signal handler."""
        self._stopped.set()
        self.outbox.arrived.set()

    def close(self) -> None:
        """Let another be the forwarder."""
        self.rounds.end()

    def _waits(self, rows: list[Row], acknowledged: int, failure: SendFailed | None) -> float:
        """Settle a round and return how many seconds to wait after it."""
        self.rounds.settle(rows, acknowledged)
        if acknowledged:
            self.backoff.reset()
        if failure is not None and self.rounds.failed(rows[acknowledged], failure):
            pause = self.backoff.next()
            LOG.warning("outbox waits seconds=%.1f channel=%s: %s", pause, rows[acknowledged].channel, failure.why)
            return pause
        return 0.0 if rows else self.look

    def _stumbled(self, error: OutboxError) -> float:
        """Return how many seconds to wait when the outbox can't be used for now; the reason is logged once."""
        waits = isinstance(error, AlreadyForwarding)
        if str(error) != self._said:
            self._said = str(error)
            LOG.log(logging.INFO if waits else logging.WARNING, "outbox waits: %s", error)
        return self.look if waits else self.backoff.next()


def _failure(head: Row, error: SendFailed | OSError) -> SendFailed:
    """Return why nothing was acknowledged; a network that fails under a sender passes, as a broker that is away does."""
    return error if isinstance(error, SendFailed) else SendFailed(head.channel, error.strerror or type(error).__name__)


class Forwarder(_Forwarding):
    """Forwards from a thread or a process of its own."""

    def __init__(
        self,
        outbox: Outbox,
        sender: Sender,
        *,
        batch: int = 100,
        look: float = 0.1,
        backoff: Backoff | None = None,
        overtaking: bool = False,
    ) -> None:
        """`batch` is how many rows go to the sender at once, `look` how many seconds pass between looks at an empty outbox."""
        super().__init__(outbox, batch, look, backoff, by_key=not (overtaking or isinstance(sender, OneByOne)))
        self.sender = sender

    def forward(self) -> float:
        """Send one batch and return how many seconds to wait before the next; raise AlreadyForwarding."""
        rows = self.rounds.take()
        acknowledged, failure = 0, None
        if rows:
            try:
                acknowledged = self.sender.send_all([(row.channel, row.message) for row in rows])
            except (SendFailed, OSError) as error:
                failure = _failure(rows[0], error)
        return self._waits(rows, acknowledged, failure)

    def run(self) -> None:
        """Forward until `stop`. While another forwarder works on the same outbox, wait for its end."""
        self._stopped.clear()
        try:
            while not self._stopped.is_set():
                self.outbox.arrived.clear()
                try:
                    pause = self.forward()
                except OutboxError as error:
                    pause = self._stumbled(error)
                if pause == self.look:
                    self.outbox.arrived.wait(pause)
                elif pause:
                    self._stopped.wait(pause)
        finally:
            self.close()

    def drain(self, seconds: float = 30.0) -> bool:
        """Forward until nothing waits that can be sent, at most for so long; say whether it is empty."""
        end = time.monotonic() + seconds
        while self.rounds.take():
            pause = self.forward()
            if time.monotonic() + pause > end:
                return False
            time.sleep(pause)
        return not self.outbox.state().rows

    def __enter__(self) -> Self:
        """Become the one forwarder."""
        self.rounds.begin()
        return self

    def __exit__(self, *_: object) -> None:
        """Let another be it."""
        self.close()


class AsyncForwarder(_Forwarding):
    """Forwards from a task; the file is read and written in worker threads."""

    def __init__(
        self,
        outbox: Outbox,
        sender: AsyncSender,
        *,
        batch: int = 100,
        look: float = 0.1,
        backoff: Backoff | None = None,
        overtaking: bool = False,
    ) -> None:
        """Take what `Forwarder` takes."""
        super().__init__(outbox, batch, look, backoff, by_key=not (overtaking or isinstance(sender, AsyncOneByOne)))
        self.sender = sender

    async def forward(self) -> float:
        """Send one batch and return how many seconds to wait before the next; raise AlreadyForwarding."""
        rows = await finished(self.rounds.take)
        acknowledged, failure = 0, None
        if rows:
            try:
                acknowledged = await self.sender.send_all([(row.channel, row.message) for row in rows])
            except (SendFailed, OSError) as error:
                failure = _failure(rows[0], error)
        return await finished(lambda: self._waits(rows, acknowledged, failure))

    async def run(self) -> None:
        """Forward until `stop` or until the task is cancelled. While another forwarder works, wait for its end."""
        self._stopped.clear()
        try:
            while not self._stopped.is_set():
                try:
                    pause = await self.forward()
                except OutboxError as error:
                    pause = self._stumbled(error)
                await self._sleep(pause)
        finally:
            self.close()

    async def _sleep(self, seconds: float) -> None:
        """Sleep in short naps, so that `stop` is seen."""
        end = time.monotonic() + seconds
        while not self._stopped.is_set() and (left := end - time.monotonic()) > 0:  # noqa: ASYNC110 - see below
            await asyncio.sleep(min(left, self.look))  # `stop` may come from any thread, and no asyncio event does

    async def __aenter__(self) -> Self:
        """Become the one forwarder."""
        await finished(self.rounds.begin, lambda _: self.close())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let another be it."""
        await finished(self.close)
