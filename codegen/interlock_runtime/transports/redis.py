"""
Redis streams by redis-py: a consumer group's loop, and senders.

An entry has the fields `value`, `key` and `headers` (a JSON array of pairs, values in Base64), so nothing is lost. It
is acknowledged when its message is settled; what a member that died had taken is claimed by another.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Any

import redis.asyncio as client
from redis import Redis
from redis.exceptions import AuthenticationError, NoPermissionError, RedisError, ResponseError

from ..handling.consumer import Consumer
from ..handling.errors import StopConsuming
from ..handling.outcomes import Origin
from ..messages import Header, RawMessage
from ..sending import AsyncOneByOne, OneByOne, SendFailed
from .bindings import KAFKA, headers_for, text_of
from .loops import TICK, AsyncHandler, Telling, async_settled, kept_alive, log, reconnecting, told

_LOST = (RedisError, ConnectionError, OSError, asyncio.TimeoutError)
Entry = tuple[bytes, Mapping[bytes, bytes] | None]
"""An entry's number and its fields; none when it was trimmed before anybody handled it."""


def fields_of(message: RawMessage) -> dict[Any, Any]:
    """Return a message as the fields of an entry; a value or key that is null has no field."""
    pairs = [
        (text_of(name), None if value is None else base64.b64encode(value).decode())
        for name, value in headers_for(message, KAFKA)
    ]
    made = {b"headers": json.dumps(pairs).encode()}
    if message.value is not None:
        made[b"value"] = message.value
    if message.key is not None:
        made[b"key"] = message.key
    return made


def received(fields: Mapping[bytes, bytes]) -> RawMessage:
    """Return an entry's message; what is none of our fields is kept as a header."""
    rest = {name: value for name, value in fields.items() if name not in (b"value", b"key")}
    headers = _headers(rest.pop(b"headers")) if b"headers" in rest else ()
    return RawMessage(fields.get(b"value"), fields.get(b"key"), (*headers, *rest.items()))


def _headers(text: bytes) -> tuple[Header, ...]:
    """Return the headers of our field; one that is not as we write it is itself kept as a header."""
    try:
        pairs = [(name, value) for name, value in json.loads(text)]
        if all(isinstance(name, str) for name, _ in pairs):
            return tuple(
                (name, None if value is None else base64.b64decode(value, validate=True)) for name, value in pairs
            )
    except (ValueError, TypeError, binascii.Error, RecursionError):
        pass
    return ((b"headers", text),)


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
    loop = _Loop(
        consumer, handler, connection, stop, stream=stream, member=member, batch=batch, idle=int(claim_after * 1000)
    )
    await reconnecting(loop.run, _LOST, stop)


class _Loop:
    """One member of a consumer group."""

    def __init__(
        self,
        consumer: Consumer,
        handler: AsyncHandler,
        connection: client.Redis,
        stop: asyncio.Event,
        *,
        stream: str,
        member: str,
        batch: int,
        idle: int,
    ) -> None:
        self._consumer = consumer
        self._handler = handler
        self._redis = connection
        self._stream = stream
        self._member = member
        self._stop = stop
        self._batch = batch
        self._idle = idle

    async def run(self) -> None:
        """Take first what this member left, then what the dead left, then what is new."""
        await self._join()
        while await self._handled(await self._read("0")):
            pass
        with told(self._consumer) as telling:
            await self._until_stopped(telling)

    async def _until_stopped(self, telling: Telling) -> None:
        """Take turns between released messages, those of the dead and new ones."""
        while not self._stop.is_set():
            await telling.async_turn(self._handler)
            if not await self._handled(await self._claimed()):
                await self._handled(await self._read(">"))

    async def _join(self) -> None:
        """Create the group before the stream's first entry, unless there is one."""
        try:
            await self._redis.xgroup_create(self._stream, self._consumer.name, id="0", mkstream=True)
        except (AuthenticationError, NoPermissionError):
            raise StopConsuming("Redis refuses these credentials") from None
        except ResponseError as fault:
            if str(fault).startswith("WRONGTYPE"):
                raise StopConsuming(f"the key {self._stream} holds something else than a stream") from None
            if not str(fault).startswith("BUSYGROUP"):
                raise

    async def _read(self, after: str) -> list[Entry]:
        """Return entries: `0` those of this member that are not acknowledged, `>` new ones."""
        found: Any = await self._redis.xreadgroup(
            self._consumer.name, self._member, {self._stream: after}, count=self._batch, block=int(TICK * 1000)
        )
        return list(found[0][1]) if found else []

    async def _claimed(self) -> list[Entry]:
        """Return entries that a member took and did not acknowledge for long."""
        found: Any = await self._redis.xautoclaim(
            self._stream, self._consumer.name, self._member, self._idle, count=self._batch
        )
        return list(found[1])

    async def _handled(self, entries: Sequence[Entry]) -> bool:
        """Handle entries in order; return whether there were any and all are settled."""
        waiting = list(entries)

        async def in_work() -> None:
            numbers: list[Any] = [number for number, _ in waiting]
            await self._redis.xclaim(self._stream, self._consumer.name, self._member, 0, numbers, idle=0, justid=True)

        async with kept_alive(in_work, self._idle / 3000):
            while waiting and await self._settled(*waiting[0]):
                await self._redis.xack(self._stream, self._consumer.name, waiting.pop(0)[0])
        return bool(entries) and not waiting

    async def _settled(self, number: bytes, fields: Mapping[bytes, bytes] | None) -> bool:
        """Handle one entry; one that was trimmed can't be any more."""
        if not fields:  # Redis gives no entry without fields
            log.error("entry-trimmed stream=%s number=%s", self._stream, number.decode())
            return True
        origin = Origin("redis", f"{self._stream}/{number.decode()}")
        return await async_settled(self._consumer, received(fields), origin, self._handler, self._stop)


class RedisSender(OneByOne):
    """Sends to streams; returns when Redis has answered. Who trims a stream decides how long it keeps."""

    def __init__(self, connection: Redis) -> None:
        self._redis = connection

    def send(self, channel: str, message: RawMessage) -> None:
        """Send one message; raise SendFailed unless it is acknowledged."""
        try:
            self._redis.xadd(channel, fields_of(message))
        except (RedisError, OSError) as fault:
            raise SendFailed(channel, f"Redis says {type(fault).__name__}") from None

    def close(self) -> None:
        """Leave the connection to the one who gave it."""


class AsyncRedisSender(AsyncOneByOne):
    """`RedisSender` for asyncio."""

    def __init__(self, connection: client.Redis) -> None:
        self._redis = connection

    async def send(self, channel: str, message: RawMessage) -> None:
        """Send one message; raise SendFailed unless it is acknowledged."""
        try:
            await self._redis.xadd(channel, fields_of(message))
        except (RedisError, OSError) as fault:
            raise SendFailed(channel, f"Redis says {type(fault).__name__}") from None

    async def aclose(self) -> None:
        """Leave the connection to the one who gave it."""
