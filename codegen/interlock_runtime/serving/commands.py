"""Commands: claimed before the service runs, stored before they are answered, and told to the audit."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from ..products import Product, length
from .audits import AuditRecord, AuditSink, Outcome
from .exchange import Exchange
from .idempotency import Answer, Claim, IdempotencyStore, Key, Terms, Unavailable
from .problems import Refused

_log = logging.getLogger(__name__)
_NOT_KEPT = frozenset({401, 403, 408, 425, 429})
"""Answers about the caller or the moment and not about the command: a repeat is tried anew, as after 5xx."""
_SERVER_ERRORS = 500


@dataclass(frozen=True)
class Commands:
    """Carries out commands under a product's idempotency policy."""

    product: Product
    store: IdempotencyStore | None
    audit: AuditSink | None
    lease: dt.timedelta
    clock: Callable[[], dt.datetime]

    @cached_property
    def _retention(self) -> float:
        """For how many seconds an answer is kept."""
        return length(self.product.idempotency.retention).total_seconds()

    async def claim(self, exchange: Exchange) -> Claim | None:
        """Claim a command's key; raise Refused while it runs or when it belongs to another request."""
        if exchange.key is None or exchange.fingerprint is None or self.store is None:
            return None
        now = self.clock().timestamp()
        terms = Terms(now, now + self.lease.total_seconds(), now + self._retention)
        claim = await self.store.claim(self._key(exchange), exchange.fingerprint, terms)
        if claim.state == "running":
            detail = "The first request with this key has not ended: ask again with the same key."
            raise Refused("running", detail, headers=[(b"retry-after", b"1")])
        if claim.state == "reused":
            raise Refused("reused", "This key was used for another request: choose a new one for each command.")
        exchange.attempt = claim.attempt
        return claim

    def _key(self, exchange: Exchange) -> Key:
        """Return the key of a command within what it is unique in."""
        return Key(self.product.key, exchange.caller.client, exchange.key or "")

    async def begin(self, exchange: Exchange, claim: Claim | None) -> None:
        """Tell the audit that a command begins; give the claim back when that is impossible."""
        try:
            await self.record(exchange, "begun", None)
        except Unavailable:
            await self.release(exchange, claim)
            raise

    async def release(self, exchange: Exchange, claim: Claim | None) -> None:
        """Give a claim back; where that fails, its lease ends in time."""
        if claim is None or self.store is None:
            return
        try:
            await self.store.release(self._key(exchange), claim.token)
        except Unavailable as down:
            _log.error("%s: the claim of a command could not be given back: %s", self.product.key, down)

    async def finish(self, exchange: Exchange, claim: Claim | None, answer: Answer) -> None:
        """Store a command's answer and tell the audit; the answer is true and goes out even when that fails."""
        is_failed = answer.status >= _SERVER_ERRORS
        if is_failed or answer.status in _NOT_KEPT:
            await self.release(exchange, claim)
        elif claim is not None and self.store is not None:
            await self._keep(self.store, exchange, claim, answer)
        await self.note(exchange, "failed" if is_failed else "done", answer.status)

    async def _keep(self, store: IdempotencyStore, exchange: Exchange, claim: Claim, answer: Answer) -> None:
        """Store an answer in full."""
        try:
            kept = await store.finish(self._key(exchange), claim.token, answer)
        except Unavailable as down:
            _log.error("%s: the answer of a command could not be stored: %s", self.product.key, down)
            return
        if not kept:
            _log.error("%s: a command outlived its claim; it may have run twice: lengthen `lease`", self.product.key)

    async def note(self, exchange: Exchange, outcome: Outcome, status: int | None) -> None:
        """Tell the audit what can't be undone any more; a failure of the audit is logged."""
        try:
            await self.record(exchange, outcome, status)
        except Unavailable as down:
            _log.error("%s: the audit record of a command (%s) was lost: %s", self.product.key, outcome, down)

    async def record(self, exchange: Exchange, outcome: Outcome, status: int | None) -> None:
        """Write one audit record; raise Unavailable when it can't be kept."""
        if self.audit is None or exchange.operation is None:
            return
        await self.audit.write(AuditRecord(
            time=self.clock().astimezone(dt.UTC).isoformat().replace("+00:00", "Z"),
            product=self.product.name,
            version=self.product.version,
            operation=exchange.operation.id,
            client=exchange.caller.client,
            person=exchange.caller.person,
            site=exchange.site,
            key=exchange.key,
            request=exchange.fingerprint.hex() if exchange.fingerprint else None,
            correlationid=exchange.correlationid,
            attempt=exchange.attempt,
            outcome=outcome,
            status=status,
            results=tuple(exchange.results),
        ))  # fmt: skip
