"""One attempt at one message: a block around the handler, entered with the event and left with an outcome."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, TypeVar

from .. import context
from ..events import Event
from ..violations import Violation
from . import names
from .case import Case
from .claims import claim_of, plain_claim
from .delivery import Delivery
from .documents import document
from .errors import StopConsuming
from .guarding import guarded
from .noticing import Fact, noticed
from .outcomes import Outcome, Receipt
from .protocols import Standing
from .reading import Reading, flagged, with_violations
from .reasons import promise
from .services import Services
from .threads import finished

T = TypeVar("T")
KEPT = dt.timedelta(days=30)
"""How long entries stay in quarantine after they were resolved."""


class Handling:
    """
    The block around a handler.

    Entering it gives the event, or None when the message is settled without the handler. Leaving it without an
    exception means: acknowledge. RetryLater and StopConsuming mean: do not.
    """

    def __init__(self, consumer: Services, delivery: Delivery) -> None:
        self.event: Event[Any] | None = None
        self._consumer = consumer
        self._case = Case(consumer, delivery)
        self._block: tuple[AbstractContextManager[object], ...] = ()

    @property
    def outcome(self) -> Outcome | None:
        """How it ended; None inside the block."""
        return self._case.outcome

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What was noticed about the event."""
        return self._case.facts

    @property
    def violations(self) -> tuple[Violation, ...]:
        """What is wrong with the message; of one that is handled all the same, too."""
        return self._case.violations

    @property
    def receipt(self) -> Receipt | None:
        """The evidence, once the delivery is settled."""
        return self._case.receipt

    # Entering and leaving

    def __enter__(self) -> Event[Any] | None:
        """Read the message and see whether the handler is to have it."""
        self._start()
        return self._enter_block()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Settle the message, or say when to try it again."""
        self._leave_block(kind, error, trace)
        return self._end(error)

    async def __aenter__(self) -> Event[Any] | None:
        """Read the message; stores that block do so in a thread."""
        await self._aside(self._start)
        return self._enter_block()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Settle the message, or say when to try it again."""
        self._leave_block(kind, error, trace)
        return await self._aside(lambda: self._end(error))

    async def _aside(self, step: Callable[[], T]) -> T:
        """Run a step that may block; with a database of the handler it stays in the handler's thread."""
        if self._case.delivery.connection is not None or not self._consumer.blocking:
            return step()
        return await finished(step, lambda _: self._case.break_off() if self._case.outcome is None else None)

    def _enter_block(self) -> Event[Any] | None:
        """Make the event what is being handled."""
        if self.event is not None:
            case, envelope = self._case, self.event.envelope
            state = envelope.get("tracestate")
            now = context.Context(
                correlationid=envelope.correlationid,
                causationid=envelope.id,
                traceparent=envelope.traceparent,
                tracestate=state if isinstance(state, str) else None,
                consumer=self._consumer.name,
                replayed=case.delivery.replayed,
            )
            span = self._consumer.telemetry.span(names.SPAN, case.labels, envelope.traceparent)
            self._block = (context.entered(now), span)
            for each in self._block:
                each.__enter__()
        return self.event

    def _leave_block(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Make the event no longer what is being handled."""
        for each in reversed(self._block):
            each.__exit__(kind, error, trace)

    # Before the handler

    def _start(self) -> None:
        """Bring the message as far as the handler, or settle it."""
        case = self._case
        self._consumer.pruning.in_time(case.delivery.received, KEPT)
        if case.delivery.connection is not None:
            with guarded("handler's database"):
                case.shared = self._consumer.inbox.sharing(case.delivery.connection)
        if case.reading.route.skipped:
            case.pass_by()
            case.settle(Outcome.SKIPPED)
            return
        try:
            case.reading = self._read()
        except Exception as error:  # noqa: BLE001 - a lookup or a fetch of the service may fail in any way
            self._unread(error)
            return
        if case.may_go_on(case.reading.violations):
            self._weigh(self._deliverable(case.reading))

    def _read(self) -> Reading:
        """Read the message."""
        delivery = self._case.delivery
        today = None if delivery.replayed else delivery.received.date()
        return self._consumer.eyes.read(delivery.message, self._case.reading, today)

    def _unread(self, error: Exception) -> None:
        """Treat a lookup or a fetch that failed like a handler that failed."""
        case = self._case
        claim = plain_claim(case.reading.seen, case.circumstances) if case.reading.route.row is not None else None
        if claim is None:
            case.fail(error)
        elif (standing := case.begun(claim)) is not None:
            case.attempt = standing.attempts
            case.fail(error)

    def _deliverable(self, reading: Reading) -> Event[Any]:
        """Return the event for the handler, with its violations when it has some."""
        contract = reading.route.contract
        if reading.event is not None:
            return with_violations(reading.event, reading.violations)
        assert contract is not None  # noqa: S101 - without a contract no policy lets go on
        return flagged(self._case.delivery.message, contract, reading.violations)

    def _weigh(self, event: Event[Any]) -> None:
        """Settle an event that needs no handler now, else begin an attempt."""
        case = self._case
        if self._is_expired(event):
            case.pass_by()
            case.settle(Outcome.DISCARDED, "expired")
            return
        if case.delivery.replayed:
            self.event = event
            return
        whole = document(event)
        standing = case.begun(claim_of(event, whole, case.circumstances))
        if standing is not None:
            self._try(event, whole, standing)

    def _is_expired(self, event: Event[Any]) -> bool:
        """Say whether an event of a tier whose events expire has done so."""
        case, expiry = self._case, event.envelope.expirytime
        expires = case.policy.expiry is not None and not case.delivery.replayed
        return expires and expiry is not None and expiry < case.delivery.received

    def _try(self, event: Event[Any], whole: dict[str, Any], standing: Standing) -> None:
        """Give the event to the handler, unless something about it speaks against it."""
        case = self._case
        case.attempt = standing.attempts
        if case.claim is not None:
            facts = tuple(noticed(event, whole, case.claim, standing))
            case.notice(facts)
            named = [fact for fact in facts if self._consumer.policies.named(case.reading.route.row, fact.name)]
            against = [promise(fact.name, fact.pointer) for fact in named]
            if standing.conflict:
                against.append(promise("key-reused", "/idempotencykey"))
            if not case.may_go_on(against):
                return
            event = with_violations(event, against)
        if standing.attempts > case.policy.retry.attempts + 1:
            case.give_up(None)
        elif self._open():
            self.event = event

    def _open(self) -> bool:
        """Begin the transaction that the handler shares; say whether the event is still to be handled."""
        case = self._case
        if case.shared is None or case.claim is None:
            return True
        try:
            with guarded("handler's database"):
                case.shared.open()
                again = case.shared.look(case.claim)
        except BaseException:
            case.undo()
            raise
        if again.repeats:
            case.undo()
        return not case.repeated(again)

    # After the handler

    def _end(self, error: BaseException | None) -> bool:
        """Settle the message by how the handler ended; say whether its exception ends here."""
        if self.event is None or self._case.outcome is not None:
            return False
        if error is None:
            self._case.succeed()
            return False
        if self._case.delivery.replayed:
            return self._is_suppressed(error)
        if isinstance(error, Exception) and not isinstance(error, StopConsuming):
            self._case.fail(error)
            return True
        self._case.break_off()
        return False

    def _is_suppressed(self, error: BaseException) -> bool:
        """Say whether a replay ended at a command that is not sent twice, which is no failure of the event."""
        if isinstance(error, context.Suppressed):
            self._case.settle(Outcome.HANDLED, "suppressed")
            return True
        return False
