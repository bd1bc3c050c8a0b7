"""Senders to streams, over connections that the service gives."""

from __future__ import annotations

import redis.asyncio as client
from redis import Redis
from redis.exceptions import RedisError

from ...messages import RawMessage
from ...sending import AsyncOneByOne, OneByOne, SendFailed
from .entries import fields_of


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
