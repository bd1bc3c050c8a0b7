"""
Serves an API product as its contract says: a pure ASGI middleware around the service that carries the operations out.

What reaches the service is admitted; what is not is answered with a problem document. Commands run once for each
idempotency key, and what leaves is judged too.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Literal

from ..context import Context, entered
from ..parsing import LIMITS, Limits
from ..products import Product
from .addresses import is_of
from .admission import Admission, SiteOf, named_site
from .audits import AuditSink
from .callers import Authenticate
from .commands import Commands
from .description import Description, Operation
from .exchange import CORRELATION, Exchange
from .idempotency import Answer, Claim, IdempotencyStore, Pairs, Unavailable
from .lifecycles import notices
from .messages import App, Disconnected, Receive, Scope, Send, replayed
from .problems import PROBLEM_JSON, Declared, Problem, Refused, problem
from .replies import Outgoing, ResponseFault, answer, completed, faults
from .throttles import Buckets, ThrottleStore

Responses = Literal["enforce", "report", "pass"]
"""What happens to a response that breaks the contract: 500 instead of it, it goes out and is reported, or nobody asks."""
_log = logging.getLogger(__name__)
_RETRY_AFTER = ((b"retry-after", b"5"),)


def _now() -> dt.datetime:
    """Return the present moment."""
    return dt.datetime.now(dt.UTC)


def _logged(fault: ResponseFault) -> None:
    """Log a response that breaks the contract."""
    _log.warning("%s", fault)


class Serving:
    """
    One API product in front of an ASGI application; requests outside of the product's path pass untouched.

    `authenticate` says who calls; None when a gateway has asked already, and then neither scopes nor sites are. A
    product with idempotency keys needs `idempotency`, one that promises an audit needs `audit`. Without `throttles` each
    process counts for itself. Needs asyncio.
    """

    def __init__(
        self,
        app: App,
        product: Product,
        *,
        authenticate: Authenticate | None,
        idempotency: IdempotencyStore | None = None,
        audit: AuditSink | None = None,
        throttles: ThrottleStore | None = None,
        mode: Responses = "report",
        report: Callable[[ResponseFault], None] = _logged,
        base: str | None = None,
        site_of: SiteOf = named_site,
        limits: Limits = LIMITS,
        lease: dt.timedelta = dt.timedelta(minutes=5),
        patience: dt.timedelta = dt.timedelta(seconds=30),
        clock: Callable[[], dt.datetime] = _now,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read the product's document and compile all that judges; raise ValueError for a promise without its means."""
        operations = Description(product, limits, asks=authenticate is not None).operations()
        _need(operations, product, idempotency, audit)
        self.app = app
        self.product = product
        self._base = (product.base_path if base is None else base).rstrip("/")
        self._mode: Responses = mode
        self._report = report
        self._most = limits.size
        self._clock = clock
        self._notices = notices(product)
        self._anywhere: Declared = {way: uri for each in operations for way, uri in each.problems.items()}
        self._commands = Commands(product, idempotency, audit, lease, clock)
        self._admission = Admission(
            product, operations, base=self._base, notices=self._notices, authenticate=authenticate, site_of=site_of,
            throttles=throttles or Buckets(ticks), limits=limits, patience=patience.total_seconds(),
        )  # fmt: skip

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request of the product; pass on all that is not one."""
        if scope["type"] != "http" or not is_of(scope, self._base):
            await self.app(scope, receive, send)
            return
        exchange = Exchange.of(scope)
        try:
            operation = await self._admission.admit(exchange, receive, self._clock())
            claim = await self._claimed(exchange, operation)
        except Disconnected:
            return
        except Refused as refused:
            await self._refuse(exchange, refused, send)
            return
        except Unavailable as down:
            _log.error("%s: %s", self.product.key, down)
            detail = "A part that the product needs is down: ask again, with the same key where there is one."
            await self._refuse(exchange, Refused("unavailable", detail, headers=_RETRY_AFTER), send)
            return
        if claim is not None and claim.answer is not None:
            await self._repeat(exchange, claim.answer, send)
            return
        await self._run(exchange, operation, claim, receive, send)

    def _defaults(self, exchange: Exchange) -> Pairs:
        """Return the headers of every answer: the business case, and what the version's lifecycle says."""
        return ((CORRELATION.encode(), exchange.correlationid.encode()), *self._notices.headers)

    async def _claimed(self, exchange: Exchange, operation: Operation) -> Claim | None:
        """Claim a command's key and tell the audit that it begins."""
        if not operation.is_command:
            return None
        claim = await self._commands.claim(exchange)
        if claim is None or claim.answer is None:
            await self._commands.begin(exchange, claim)
        return claim

    async def _refuse(self, exchange: Exchange, refused: Refused, send: Send) -> None:
        """Answer with a problem document; of a known caller's command the audit is told."""
        operation = exchange.operation
        said = problem(refused, self._anywhere if operation is None else operation.problems)
        if operation is not None and operation.is_command and exchange.is_counted:
            await self._commands.note(exchange, "refused", said.status)
        await self._send_problem(exchange, said, send)

    async def _send_problem(self, exchange: Exchange, said: Problem, send: Send) -> None:
        """Send a problem document."""
        body = said.body(exchange.correlationid)
        is_old = str(exchange.scope.get("http_version", "1.1")).startswith("1")
        extra = [pair for pair in said.headers if is_old or pair[0] != b"connection"]  # RFC 9113 section 8.2.2
        headers = ((b"content-type", PROBLEM_JSON), (b"content-length", str(len(body)).encode()), *extra)
        await answer(
            send,
            Answer(said.status, completed(headers, self._defaults(exchange)), body),
            has_body=exchange.scope["method"] != "HEAD",
        )

    async def _repeat(self, exchange: Exchange, stored: Answer, send: Send) -> None:
        """Answer a repeated command with what was answered first."""
        if stored.body is None:
            detail = "The command was carried out, and its answer was too large to be kept: read what it changed."
            await self._refuse(exchange, Refused("unkept", detail), send)
            return
        await self._commands.note(exchange, "replayed", stored.status)
        await answer(send, stored)

    async def _run(
        self, exchange: Exchange, operation: Operation, claim: Claim | None, receive: Receive, send: Send
    ) -> None:
        """Let the service answer; what it answers is settled as soon as it is whole."""
        holds = claim is not None or self._mode == "enforce"
        settle = partial(self._settle, exchange, operation, claim, send)
        outgoing = Outgoing(send, self._defaults(exchange), self._most, hold=holds, settle=settle)
        context = Context(
            correlationid=exchange.correlationid, traceparent=exchange.traceparent, tracestate=exchange.tracestate
        )
        body = replayed(exchange.content, receive) if exchange.is_read else receive
        try:
            with entered(context):
                await self.app(exchange.told(self.product.key), body, outgoing)
        except Exception:
            await self._fail(exchange, operation, claim, outgoing)
            raise
        await self._fail(exchange, operation, claim, outgoing)

    async def _fail(self, exchange: Exchange, operation: Operation, claim: Claim | None, outgoing: Outgoing) -> None:
        """Give the claim of a command back whose service ended without a whole answer; what is held of one never leaves."""
        if outgoing.is_settled:
            return
        if operation.is_command:
            await self._commands.release(exchange, claim)
            await self._commands.note(exchange, "failed", outgoing.status or None)

    async def _settle(
        self, exchange: Exchange, operation: Operation, claim: Claim | None, send: Send, outgoing: Outgoing
    ) -> None:
        """Store and audit a command by its answer, send what is held, and judge it."""
        given = outgoing.answer
        fault = None if self._mode == "pass" else self._fault(exchange, operation, given)
        if fault is not None and self._mode == "enforce":
            await self._replace(exchange, operation, claim, fault, send)
        else:
            if operation.is_command:
                await self._commands.finish(exchange, claim, given)
            await outgoing.release()
        if fault is not None:
            self._report(fault)

    async def _replace(
        self, exchange: Exchange, operation: Operation, claim: Claim | None, fault: ResponseFault, send: Send
    ) -> None:
        """Answer 500 instead of a response that breaks the contract."""
        refused = Refused("response", "The service's response breaks the contract.", faults=fault.violations)
        said = problem(refused, operation.problems)
        if operation.is_command:
            await self._commands.finish(exchange, claim, Answer(said.status, (), b""))
        await self._send_problem(exchange, said, send)

    def _fault(self, exchange: Exchange, operation: Operation, given: Answer) -> ResponseFault | None:
        """Return what is wrong with a response, if anything."""
        if exchange.scope["method"] == "HEAD" or given.body is None:
            return None
        wrong = tuple(faults(operation, given))
        return ResponseFault(self.product.key, operation.id, given.status, wrong) if wrong else None


def _need(
    operations: tuple[Operation, ...],
    product: Product,
    idempotency: IdempotencyStore | None,
    audit: AuditSink | None,
) -> None:
    """Raise ValueError when the product promises what it was given no means for."""
    keyed = [operation.id for operation in operations if operation.key is not None]
    if keyed and idempotency is None:
        raise ValueError(
            f"{product.key} answers repeated commands with the stored answer ({keyed[0]}): give `idempotency`, "
            "for example SqliteIdempotency(path)"
        )
    commands = [operation.id for operation in operations if operation.is_command]
    if product.audit and commands and audit is None:
        raise ValueError(
            f"{product.key} promises an audit record of each command ({commands[0]}): give `audit`, "
            "for example SqliteAudit(path)"
        )
