"""
The inbox in Redis, for many consumers beside each other.

Redis takes part in no transaction of the handler, so one side is marked first. `mark="after"`: a crash between handler
and mark repeats the event. `mark="before"`: a crash between mark and handler loses it; choose this only where a repetition
does more harm than a loss. A Redis that loses its memory forgets marks and attempts: give it a persistent one
(`appendonly yes`) without eviction (`maxmemory-policy noeviction`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from ..handling.errors import Misuse
from ..handling.outcomes import Outcome
from ..handling.protocols import UNUSED, Claim, Mark, SharedInbox, Standing
from .database import moment, stamp

_UNSETTLED = dt.timedelta(days=7)
_DIGITS = 18
"""As many digits as a counter may have; Redis compares them as texts of one length, since its Lua has doubles."""
_MOVE_ON = """
local before = redis.call('GET', KEYS[1])
if not before or ARGV[1] > before then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
return before
"""
_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder().decode


class RedisInbox:
    """Remembers in Redis; `client` is a `redis.Redis` that returns bytes."""

    def __init__(self, client: Any, *, mark: Literal["after", "before"] = "after", prefix: str = "interlock") -> None:
        if mark not in ("after", "before"):
            raise Misuse(f"mark={mark!r} is neither 'after' (a crash may repeat) nor 'before' (a crash may lose)")
        self._client = client
        self._before = mark == "before"
        self._prefix = prefix
        self._move_on = client.register_script(_MOVE_ON)

    def look(self, claim: Claim) -> Standing:
        """Return how a delivery stands, and change nothing."""
        done, used, tried, cause, sequence, version = self._client.mget(
            self._event(claim, "done"),
            self._name("key", claim.consumer, claim.key or ""),
            self._event(claim, f"tried-{claim.round}"),
            self._name("id", claim.consumer, claim.cause or ""),
            self._stream(claim, claim.sequence),
            self._stream(claim, claim.version),
        )
        if done is not None:
            outcome, at, digest = _unpack(done)
            if claim.agrees(claim.type, digest):
                return Standing(int(tried or 0), "same-id", outcome=Outcome(outcome), settled=moment(at))
        elif used is not None and claim.key is not None:
            outcome, at, digest, kind = _unpack(used)
            if claim.agrees(kind, digest):
                return Standing(0, "business-duplicate", outcome=Outcome(outcome), settled=moment(at))
        return Standing(
            attempts=int(tried or 0),
            conflict=done is not None or (used is not None and claim.key is not None),
            cause_known=claim.cause is None or cause is not None,
            sequence=None if sequence is None else int(sequence),
            version=None if version is None else int(version),
        )

    def begin(self, claim: Claim) -> Standing:
        """Count an attempt and move the source on; return how the delivery stands."""
        standing = self.look(claim)
        if claim.sequence is not None:
            self.passed(claim.consumer, claim.sequence, claim.now)
        if standing.repeats or standing.conflict:
            return standing
        if self._before and not self._claim(claim):
            return Standing(standing.attempts, "same-id", outcome=Outcome.HANDLED, settled=claim.now)
        with self._client.pipeline(transaction=True) as pipe:
            pipe.incr(self._event(claim, f"tried-{claim.round}"))
            pipe.pexpire(self._event(claim, f"tried-{claim.round}"), _milliseconds(claim.window or _UNSETTLED))
            attempts, _ = pipe.execute()
        return Standing(
            attempts, cause_known=standing.cause_known, sequence=standing.sequence, version=standing.version
        )

    def _claim(self, claim: Claim) -> bool:
        """Mark an event before its handler runs; say whether nobody else has."""
        if claim.window is None:
            return True
        mark = _pack((Outcome.HANDLED.value, stamp(claim.now), claim.digest))
        return bool(self._client.set(self._event(claim, "done"), mark, nx=True, px=_milliseconds(claim.window)))

    def settle(self, claim: Claim, outcome: Outcome) -> None:
        """Remember that the delivery is settled, its business key is used, and its entity has its version."""
        at = stamp(claim.now)
        if claim.version is not None:
            self.passed(claim.consumer, claim.version, claim.now)
        with self._client.pipeline(transaction=True) as pipe:
            if claim.window is not None:
                window = _milliseconds(claim.window)
                pipe.set(self._event(claim, "done"), _pack((outcome.value, at, claim.digest)), px=window)
                pipe.set(self._name("id", claim.consumer, claim.id), b"", px=window)
            if claim.window is not None and claim.key is not None and claim.key_window is not None:
                used = _pack((outcome.value, at, claim.digest, claim.type))
                pipe.set(self._name("key", claim.consumer, claim.key), used, px=_milliseconds(claim.key_window))
            pipe.delete(self._event(claim, f"tried-{claim.round}"))
            pipe.execute()

    def abandon(self, claim: Claim, *, counts: bool) -> None:
        """Take back an attempt that does not count, and a mark that was made before the handler."""
        if self._before:
            self._client.delete(self._event(claim, "done"))
        if not counts:
            self._client.decr(self._event(claim, f"tried-{claim.round}"))

    def passed(self, consumer: str, mark: Mark, now: dt.datetime) -> int | None:  # noqa: ARG002 - Redis has its own clock
        """Move a counter on, never back; return where it was."""
        stream = self._name("mark", consumer, mark.stream)
        before = self._move_on(keys=[stream], args=[str(mark.value).zfill(_DIGITS), _milliseconds(UNUSED)])
        return None if before is None else int(before)

    def sharing(self, connection: Any) -> SharedInbox:  # noqa: ARG002 - as the protocol has it
        """Refuse: Redis takes part in no transaction of a database."""
        raise Misuse("an inbox in Redis can't share the handler's transaction: give the consumer an SqliteInbox")

    def prune(self, now: dt.datetime) -> int:  # noqa: ARG002 - as the protocol has it
        """Do nothing: Redis forgets by itself."""
        return 0

    def _event(self, claim: Claim, what: str) -> str:
        """Return the name of what is kept about one event."""
        return self._name(what, claim.consumer, claim.source, claim.id)

    def _stream(self, claim: Claim, mark: Mark | None) -> str:
        """Return the name of a counter."""
        return self._name("mark", claim.consumer, mark.stream if mark else "")

    def _name(self, what: str, consumer: str, *parts: str) -> str:
        """Return a name of Redis: parts that senders chose are in it as a digest alone, so none can be like another."""
        return f"{self._prefix}:{consumer}:{what}:{_digest(parts)}"


def _digest(parts: Sequence[str]) -> str:
    """Return a short name for some texts."""
    return hashlib.blake2b(_pack(parts), digest_size=16).hexdigest()


def _milliseconds(window: dt.timedelta) -> int:
    """Return a length of time as Redis counts it."""
    return max(1, window // dt.timedelta(milliseconds=1))
