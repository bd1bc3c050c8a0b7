"""
Repeated commands get the stored answer (draft-ietf-httpapi-idempotency-key-header), whatever happened in between.

A claim is made before the service runs and the answer is stored before it is sent. Between the two the process may die;
then nobody knows whether the command took effect. Until the claim's lease ends, repeats get 409; after it the next repeat
runs the service again with `attempt` 2, so that the service can look for the effect of the first. A service that commits
its effect together with the key carries each command out once; any other one, at least once after such a crash.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from itertools import islice
from typing import Literal, Protocol

from ..violations import InterlockError

Pairs = tuple[tuple[bytes, bytes], ...]


_FORGOTTEN = 4
"""Entries that go with each new one, at most."""


class Unavailable(InterlockError):  # noqa: N818 - the name says what happened
    """A store can't be reached or written: the request is answered with 503 and may be sent again."""


@dataclass(frozen=True, slots=True)
class Key:
    """What a key is unique within: one client's commands to one version of a product."""

    product: str
    client: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A response in full; `body` is None when it was too large, or a stream, and could not be kept."""

    status: int
    headers: Pairs
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Claim:
    """What a store says of a key: run it, or do not."""

    state: Literal["run", "running", "reused", "answered"]
    token: str = ""
    """Proves at the end that the claim is still this one's."""
    attempt: int = 1
    """How often the command was begun: above 1 an earlier attempt died or failed, and may have had an effect."""
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """When a claim is made, until when it holds without an answer, and until when the answer is kept; in seconds."""

    now: float
    leased: float
    expires: float


class IdempotencyStore(Protocol):
    """Keeps claims and answers; raises Unavailable when it can't."""

    async def claim(self, key: Key, fingerprint: bytes, terms: Terms) -> Claim:
        """Claim a key for a request in one atomic step."""
        ...

    async def finish(self, key: Key, token: str, answer: Answer) -> bool:
        """Store the answer of a claim; False when the claim was lost to another attempt."""
        ...

    async def release(self, key: Key, token: str) -> None:
        """Give a claim back, so that a repeat runs at once."""
        ...


@dataclass(slots=True)
class Entry:
    """What a store holds for one key."""

    fingerprint: bytes
    token: str
    attempt: int
    leased: float
    expires: float
    answer: Answer | None = None


def decided(held: Entry | None, fingerprint: bytes, now: float) -> Claim:
    """Return what is said of a key, given what is held for it; a claim to run gets a token of its own."""
    if held is None or held.expires <= now:
        return Claim("run", secrets.token_hex(16))
    if held.fingerprint != fingerprint:
        return Claim("reused")
    if held.answer is not None:
        return Claim("answered", answer=held.answer)
    if held.leased > now:
        return Claim("running", attempt=held.attempt)
    return Claim("run", secrets.token_hex(16), held.attempt + 1)


def fingerprint(method: str, *parts: bytes) -> bytes:
    """Return what tells one request from another: a hash of its method and all that it says."""
    digest = hashlib.sha256()
    for part in (method.encode(), *parts):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


class MemoryIdempotency:
    """Claims and answers in the memory of one process: for tests, and for services that may forget them on restart."""

    def __init__(self) -> None:
        self._entries: dict[Key, Entry] = {}

    async def claim(self, key: Key, fingerprint: bytes, terms: Terms) -> Claim:
        """Claim a key; nothing else runs in between."""
        claim = decided(self._entries.get(key), fingerprint, terms.now)
        if claim.state == "run":
            self._forget(terms.now)
            self._entries[key] = Entry(fingerprint, claim.token, claim.attempt, terms.leased, terms.expires)
        return claim

    async def finish(self, key: Key, token: str, answer: Answer) -> bool:
        """Store the answer of a claim."""
        held = self._entries.get(key)
        if held is None or held.token != token:
            return False
        held.answer = answer
        return True

    async def release(self, key: Key, token: str) -> None:
        """Give a claim back; how often it was begun is remembered."""
        held = self._entries.get(key)
        if held is not None and held.token == token:
            held.leased = 0.0

    def _forget(self, now: float) -> None:
        """Drop the oldest entries once their time is over, a few at each claim."""
        for key, held in list(islice(self._entries.items(), _FORGOTTEN)):
            if held.expires > now:
                return
            del self._entries[key]
