"""One member of a consumer group of a stream."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import redis.asyncio as client
from redis.exceptions import AuthenticationError, NoPermissionError, RedisError, ResponseError

from ...handling.consumer import Consumer
from ...handling.errors import StopConsuming
from ...handling.outcomes import Origin
from ...messages import RawMessage
from ..logs import log
from ..loops.attempts import AsyncHandler
from ..loops.connecting import reconnecting
from ..loops.stopping import TICK
from ..loops.turns import Channel, take_turns
from .entries import received

_LOST = (RedisError, ConnectionError, OSError, asyncio.TimeoutError)
Entry = tuple[bytes, Mapping[bytes, bytes]]
"""An entry's number and its fields; none when it was trimmed before anybody handled it."""


async def consume(
    consumer: Consumer,
    handler: AsyncHandler,
    connection: client.Redis,
    stream: str,
    *,
    member: str,
    stop: asyncio.Event,
    batch: int = 50,
    claim_after: float = 60.0,
) -> None:
    """
    Handle what a stream holds until `stop` is set; raise StopConsuming when a store can't be written.

    The group is the consumer's name; `member` names this process and stays the same when it starts again. Messages are
    handled one after the other; those in hand are claimed again and again, so that others take them only
    `claim_after` seconds after this process has died.
    """
    if connection.connection_pool.connection_kwargs.get("decode_responses"):
        raise ValueError("`decode_responses` would break values that are no text: leave it out")
    idle = int(claim_after * 1000)

    async def session() -> None:
        await _joined(connection, stream, consumer.name)
        await take_turns(_Member(connection, stream, consumer.name, member, batch, idle), consumer, handler, stop)

    await reconnecting(session, _LOST, stop)


async def _joined(connection: client.Redis, stream: str, group: str) -> None:
    """Create the group before the stream's first entry, unless there is one."""
    try:
        await connection.xgroup_create(stream, group, id="0", mkstream=True)
    except (AuthenticationError, NoPermissionError):
        raise StopConsuming("Redis refuses these credentials") from None
    except ResponseError as fault:
        if str(fault).startswith("WRONGTYPE"):
            raise StopConsuming(f"the key {stream} holds something else than a stream") from None
        if not str(fault).startswith("BUSYGROUP"):
            raise


class _Member(Channel[Entry]):
    """First what this member left, then what the dead left, then what is new."""

    def __init__(  # noqa: PLR0917 - what Redis asks for with each command
        self, connection: client.Redis, stream: str, group: str, member: str, batch: int, idle: int
    ) -> None:
        self._redis = connection
        self._stream = stream
        self._group = group
        self._member = member
        self._batch = batch
        self._idle = idle
        self._has_left = True
        self.beat = idle / 3000

    async def fetch(self) -> Sequence[Entry]:
        """Return a batch, without what was trimmed."""
        if self._has_left:
            left = await self._read("0")
            self._has_left = bool(left)
            return await self._whole(left)
        return await self._claimed() or await self._whole(await self._read(">"))

    async def _read(self, after: str) -> Sequence[Entry]:
        """Return entries: `0` those of this member that are not acknowledged, `>` new ones."""
        found: Any = await self._redis.xreadgroup(
            self._group, self._member, {self._stream: after}, count=self._batch, block=int(TICK * 1000)
        )
        if isinstance(found, dict):  # by the third version of Redis's protocol
            return [entry for batches in found.values() for entries in batches for entry in entries]
        return found[0][1] if found else ()

    async def _claimed(self) -> Sequence[Entry]:
        """Return entries that a member took and did not acknowledge for long; those trimmed since come as numbers."""
        found: Any = await self._redis.xautoclaim(
            self._stream, self._group, self._member, self._idle, count=self._batch
        )
        return await self._whole([*found[1], *((number, {}) for number in found[2])])

    async def _whole(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Return those that can be handled; what was trimmed can't be any more, and is told and acknowledged."""
        trimmed = [number for number, fields in entries if not fields]  # Redis gives no entry without fields
        for number in trimmed:
            log.error("entry-trimmed stream=%s number=%s", self._stream, number.decode())
            await self._redis.xack(self._stream, self._group, number)
        return [entry for entry in entries if entry[1]] if trimmed else entries

    def read(self, message: Entry) -> tuple[RawMessage, Origin]:
        """Return an entry's message and its place in the stream."""
        number, fields = message
        return received(fields), Origin("redis", f"{self._stream}/{number.decode()}")

    async def acknowledge(self, message: Entry) -> None:
        """Say that it is settled."""
        await self._redis.xack(self._stream, self._group, message[0])

    async def in_work(self, waiting: Sequence[Entry]) -> None:
        """Claim them anew, so that nobody else does."""
        numbers: list[Any] = [number for number, _ in waiting]
        await self._redis.xclaim(self._stream, self._group, self._member, 0, numbers, idle=0, justid=True)
