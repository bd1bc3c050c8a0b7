"""Stores of keys of each kind, and how time passes for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import redis
import redis.asyncio

from interlock_runtime.serving import Answer, Claim, Key, Terms
from interlock_runtime.serving.redis import RedisIdempotency


@dataclass(frozen=True)
class RedisByCall:
    """The store in Redis with a connection of its own for each step, since each test step has an event loop of its own."""

    port: int
    prefix: str

    async def claim(self, key: Key, fingerprint: bytes, terms: Terms) -> Claim:
        """Claim a key."""
        async with redis.asyncio.Redis(port=self.port) as client:
            return await RedisIdempotency(client, prefix=self.prefix).claim(key, fingerprint, terms)

    async def finish(self, key: Key, token: str, answer: Answer) -> bool:
        """Store an answer."""
        async with redis.asyncio.Redis(port=self.port) as client:
            return await RedisIdempotency(client, prefix=self.prefix).finish(key, token, answer)

    async def release(self, key: Key, token: str) -> None:
        """Give a claim back."""
        async with redis.asyncio.Redis(port=self.port) as client:
            await RedisIdempotency(client, prefix=self.prefix).release(key, token)

    def grow_older(self, seconds: float) -> None:
        """Let time pass: Redis goes by its own clock, so all that it keeps is moved into the past."""
        with redis.Redis(port=self.port) as client:
            for name in client.scan_iter(f"{self.prefix}:answer:*"):
                client.hincrbyfloat(name, "leased", -seconds * 1000)
                client.pexpire(name, client.pttl(name) - int(seconds * 1000))

    def held(self) -> int:
        """Return for how many keys something is kept."""
        with redis.Redis(port=self.port) as client:
            return sum(1 for _ in client.scan_iter(f"{self.prefix}:answer:*"))


@dataclass
class Clocked:
    """A store and the time that it goes by."""

    store: Any
    now: float = 1000.0

    def terms(self, lease: float = 300.0, retention: float = 98_000.0) -> Terms:
        """Return terms that begin now."""
        return Terms(self.now, self.now + lease, self.now + retention)

    def passes(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
        if isinstance(self.store, RedisByCall):
            self.store.grow_older(seconds)

    async def held(self) -> int:
        """Return for how many keys the store keeps something."""
        if isinstance(self.store, RedisByCall):
            return self.store.held()
        if hasattr(self.store, "_entries"):
            return len(self.store._entries)  # noqa: SLF001 - looks into the memory
        count = "SELECT count(*) FROM answers"
        found: int = await self.store._file.run(lambda c: c.execute(count).fetchone()[0])  # noqa: SLF001 - looks into the file
        return found
