"""
Claims, answers and throttles in Redis: shared by the instances of one service, on any number of machines.

`client` is a `redis.asyncio.Redis` that returns bytes. Leases, retention and rates go by the clock of Redis, so the
instances need not agree on the time. What Redis forgets is forgotten: give it a file that is written before it answers
(`appendonly yes`, `appendfsync always`) and no eviction (`maxmemory-policy noeviction`). A replica that takes over may
lack the last claims, since Redis does not wait for its replicas.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import inspect
import logging
import secrets
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from redis.exceptions import RedisError

from ..products import Throttle
from .idempotency import Answer, Claim, Key, Pairs, Terms, Unavailable
from .throttles import Buckets, pace

_log = logging.getLogger(__name__)
_PATIENCE = dt.timedelta(seconds=5)
_SHORTLY = dt.timedelta(milliseconds=250)
_AWAY = 5.0
"""Seconds for which a Redis that did not answer is not asked about throttles again."""
_pack = msgspec.msgpack.Encoder().encode
_pairs = msgspec.msgpack.Decoder(Pairs).decode

_CLAIM = """
local held = redis.call('HMGET', KEYS[1], 'fingerprint', 'token', 'attempt', 'leased', 'status', 'headers', 'body')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local attempt = tonumber(held[3]) or 0
if held[1] and held[1] ~= ARGV[1] then return {'reused'} end
if held[5] then return {'answered', tonumber(held[5]), held[6], held[7]} end
if held[2] == ARGV[2] then return {'run', attempt} end
if held[1] and tonumber(held[4]) > now then return {'running', attempt} end
redis.call('HSET', KEYS[1], 'fingerprint', ARGV[1], 'token', ARGV[2], 'attempt', attempt + 1, 'leased', now + ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return {'run', attempt + 1}
"""
_FINISH = """
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'status', ARGV[2], 'headers', ARGV[3])
if ARGV[4] then redis.call('HSET', KEYS[1], 'body', ARGV[4]) end
return 1
"""
_RELEASE = """
local held = redis.call('HMGET', KEYS[1], 'token', 'status')
if held[1] == ARGV[1] and not held[2] then redis.call('HSET', KEYS[1], 'leased', 0) end
"""
_TAKE = """
local held = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local fill, full = tonumber(ARGV[1]), tonumber(ARGV[2])
local tokens = math.min(full, (tonumber(held[1]) or full) + math.max(0, now - (tonumber(held[2]) or now)) * fill)
local wait = 0
if tokens < 1 then wait = (1 - tokens) / fill else tokens = tokens - 1 end
redis.call('HSET', KEYS[1], 'tokens', tokens, 'at', now)
redis.call('PEXPIRE', KEYS[1], math.ceil((full - tokens) / fill * 1000) + 1000)
return tostring(wait)
"""


class _Scripts:
    """Runs scripts within a time; a Redis that can't be asked is Unavailable."""

    def __init__(self, client: Any, patience: dt.timedelta) -> None:
        if not inspect.iscoroutinefunction(client.execute_command) or client.get_encoder().decode_responses:
            raise ValueError("the client must be a redis.asyncio.Redis without `decode_responses`: answers are bytes")
        self._client = client
        self._patience = patience.total_seconds()

    def script(self, text: str) -> Callable[[str, Sequence[Any]], Any]:
        """Return what runs a script for one name of Redis."""
        registered = self._client.register_script(text)

        async def ask(name: str, arguments: Sequence[Any]) -> Any:
            try:
                async with asyncio.timeout(self._patience):
                    return await registered(keys=[name], args=arguments)
            except (RedisError, OSError, TimeoutError) as error:
                raise Unavailable(f"Redis can't be asked: {str(error) or type(error).__name__}") from error

        return ask


class RedisIdempotency:
    """Claims and answers in Redis; of several instances that claim a key one runs, and the others get its answer."""

    def __init__(self, client: Any, *, prefix: str = "interlock", patience: dt.timedelta = _PATIENCE) -> None:
        """Take a client, what all names begin with, and how long Redis may take to answer."""
        scripts = _Scripts(client, patience)
        self._prefix = prefix
        self._claim, self._finish, self._release = map(scripts.script, (_CLAIM, _FINISH, _RELEASE))

    async def claim(self, key: Key, fingerprint: bytes, terms: Terms) -> Claim:
        """Claim a key in one atomic step; a claim whose answer was lost on the way may be asked for again."""
        token = secrets.token_hex(16)
        lengths = (_milliseconds(terms.leased - terms.now), _milliseconds(terms.expires - terms.now))
        state, *rest = await self._claim(self._name(key), (fingerprint, token, *lengths))
        match state:
            case b"run":
                return Claim("run", token, rest[0])
            case b"running":
                return Claim("running", attempt=rest[0])
            case b"answered":
                status, headers, body = rest
                return Claim("answered", answer=Answer(status, _pairs(headers), body))
            case _:
                return Claim("reused")

    async def finish(self, key: Key, token: str, answer: Answer) -> bool:
        """Store the answer of a claim."""
        body = () if answer.body is None else (answer.body,)
        return bool(await self._finish(self._name(key), (token, answer.status, _pack(answer.headers), *body)))

    async def release(self, key: Key, token: str) -> None:
        """Give a claim back; how often it was begun is remembered."""
        await self._release(self._name(key), (token,))

    def _name(self, key: Key) -> str:
        """Return the name of what is kept for a key."""
        return f"{self._prefix}:answer:{_digest(key.product, key.client, key.text)}"


class RedisThrottles:
    """
    Counts requests in Redis, so that all instances of a service together allow what the product promises.

    While Redis can't be asked each instance counts for itself: a plant is not stopped for want of a counter, and nobody
    gets more than the promised rate from one instance.
    """

    def __init__(
        self,
        client: Any,
        *,
        prefix: str = "interlock",
        patience: dt.timedelta = _SHORTLY,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take a client, what all names begin with, how long Redis may take to answer, and a clock in seconds."""
        self._take = _Scripts(client, patience).script(_TAKE)
        self._prefix = prefix
        self._ticks = ticks
        self._own = Buckets(ticks)
        self._away_until = 0.0

    async def wait(self, client: str, group: str, throttle: Throttle) -> float:
        """Take one request from a client's bucket; return 0, or the seconds after which there is one to take."""
        if self._away_until <= self._ticks():
            try:
                return float(await self._take(f"{self._prefix}:throttle:{_digest(client, group)}", pace(throttle)))
            except Unavailable as down:
                self._away_until = self._ticks() + _AWAY
                _log.error("throttles are counted in this process for %g seconds: %s", _AWAY, down)
        return await self._own.wait(client, group, throttle)


def _digest(*parts: str) -> str:
    """Return a short name for texts that clients chose, so that none can be like another's."""
    return hashlib.blake2b(_pack(parts), digest_size=16).hexdigest()


def _milliseconds(seconds: float) -> int:
    """Return a length of time as Redis counts it."""
    return max(1, int(seconds * 1000))
