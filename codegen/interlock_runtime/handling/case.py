"""One delivery at work: what is known of it so far, and each way to settle it."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from ..catalog import TierPolicy
from ..violations import ContractViolation, Violation
from . import names
from .aside import Aside
from .claims import Circumstances, sequence_mark
from .delivery import Delivery, may_be, receipt_of
from .errors import RetryLater
from .failing import LASTING, failed
from .guarding import guarded
from .letters import event_of
from .noticing import Fact, counted
from .outcomes import Outcome, Receipt
from .owing import tell_owed
from .protocols import Claim, Inbox, SharedInbox, Standing
from .reading import Reading
from .reasons import promise
from .retries import wait
from .safety import described, line, safe
from .services import Services

LOG = logging.getLogger("interlock")
_LEVELS = {
    Outcome.QUARANTINED: logging.ERROR,
    Outcome.PARKED: logging.WARNING,
    Outcome.WARNED: logging.WARNING,
    Outcome.RETRYING: logging.WARNING,
    Outcome.DISCARDED: logging.WARNING,
    Outcome.DROPPED: logging.WARNING,
    Outcome.REJECTED: logging.WARNING,
}


class Case:
    """What is known about one delivery, and what can be done with it."""

    def __init__(self, consumer: Services, delivery: Delivery) -> None:
        self.consumer = consumer
        self.delivery = delivery
        self.reading: Reading = consumer.eyes.place(delivery.message, delivery.origin)
        row = self.reading.route.row
        self.policy: TierPolicy = consumer.catalog.policy(row.tier if row else "T2")
        """What the event's tier promises."""
        self.labels = {"consumer": consumer.name, "contract": row.name if row else "unknown"}
        """Labels of metrics: from the catalog alone, so that no sender can add to them."""
        self.claim: Claim | None = None
        self.attempt = 0
        self.shared: SharedInbox | None = None
        self.outcome: Outcome | None = None
        self.facts: tuple[Fact, ...] = ()
        self.violations: tuple[Violation, ...] = ()
        self.receipt: Receipt | None = None
        self.aside = Aside(consumer, delivery)

    # What is known

    @property
    def inbox(self) -> Inbox:
        """The inbox, within the handler's database when it was given."""
        return self.shared or self.consumer.inbox

    @property
    def circumstances(self) -> Circumstances:
        """What the claim depends on besides the event; asked only when the event has its row."""
        row, entry = self.reading.route.row, self.delivery.entry
        assert row is not None  # noqa: S101 - see above
        turn = entry.releases if entry else 0
        reader, route = self.consumer.reader, self.reading.route
        return Circumstances(row, reader, self.policy, self.delivery.received, turn, entry is not None, route.follows)

    @property
    def _is_critical(self) -> bool:
        """Whether the message is of tier T1, or may be."""
        consumer = self.consumer
        return may_be(consumer.reader, consumer.catalog, self.reading, lambda row: row.tier == "T1")

    def begun(self, claim: Claim) -> Standing | None:
        """Begin an attempt; None when the message is settled or has to wait for an earlier one."""
        self.claim = claim
        waits = self.aside.is_held(self.reading)
        with guarded("inbox"):
            standing = self.inbox.look(claim) if waits else self.inbox.begin(claim)
        if self.repeated(standing):
            return None
        if waits:
            self.park()
        return None if waits else standing

    # Judging

    def may_go_on(self, violations: Sequence[Violation]) -> bool:
        """Do what the policy says about violations; say whether the handler may have the event all the same."""
        if not violations:
            return True
        found = safe(violations)
        self.violations = (*self.violations, *found)
        for each in found:
            self.consumer.telemetry.count(
                names.VIOLATIONS, {**self.labels, "stage": each.stage.value, "reason": each.reason}
            )
        row = self.reading.route.row
        policy = self.consumer.policies.of(row, found, rejects=self.delivery.rejects, critical=self._is_critical)
        if policy == "warn":
            return True
        if policy == "quarantine" and self.delivery.replayed:
            policy = "reject"
        if policy == "drop":
            self.pass_by()
            self.settle(Outcome.DROPPED)
        elif policy == "reject":
            self.pass_by()
            self.settle(Outcome.REJECTED)
            raise ContractViolation(found, row.name if row else "")
        else:
            self.quarantine(found)
        return False

    def pass_by(self) -> None:
        """Move the source's counter on for a message that no handler gets."""
        mark = sequence_mark(self.reading.seen.source, self.reading.seen.sequence)
        if mark is not None and self.delivery.entry is None and not self.delivery.replayed:
            with guarded("inbox"):
                before = self.inbox.passed(self.consumer.name, mark, self.delivery.received)
            if before is not None:
                self.notice(tuple(counted(before, mark.value)))

    def notice(self, facts: Sequence[Fact]) -> None:
        """Keep and count what was noticed."""
        self.facts = (*self.facts, *facts)
        for fact in facts:
            self.consumer.telemetry.count(names.FACTS, {**self.labels, "fact": fact.name})

    # Settling

    def quarantine(self, violations: Sequence[Violation]) -> None:
        """Keep the message aside, as it came, until somebody mends what is wrong."""
        self.pass_by()
        self.aside.quarantine(self.reading, violations, self.attempt)
        self.settle(Outcome.QUARANTINED)
        tell_owed(self.consumer)

    def park(self) -> None:
        """Keep a good message aside until what it must not overtake is resolved."""
        self.pass_by()
        waits = (promise("waits-in-sequence", "/partitionkey"),)
        self.violations = (*self.violations, *waits)
        self.aside.park(self.reading, waits)
        self.settle(Outcome.PARKED)

    def repeated(self, standing: Standing) -> bool:
        """Settle a delivery that the inbox knows, and say whether it did."""
        if standing.repeats:
            self._recover(standing)
            self.settle(Outcome.DUPLICATE, standing.repeats)
        return bool(standing.repeats)

    def _recover(self, standing: Standing) -> None:
        """Write the receipt of the first delivery, when a crash came between it and the inbox."""
        receipts, claim = self.consumer.receipts, self.claim
        if receipts is None or claim is None or standing.repeats != "same-id" or standing.outcome is None:
            return
        with guarded("store of receipts"):
            if not receipts.has(claim.consumer, claim.source, claim.id, standing.outcome):
                at = standing.settled or claim.now
                receipts.put(
                    receipt_of(claim.consumer, self.delivery, self.reading, standing.outcome, at, reason="recovered")
                )

    def succeed(self) -> None:
        """Remember that the handler is done; with a shared database, in one transaction with what it wrote."""
        outcome = Outcome.WARNED if self.violations else Outcome.HANDLED
        if self.claim is not None:
            with guarded("inbox"):
                self._settle_claim(self.claim, outcome)
        self.settle(outcome)

    def _settle_claim(self, claim: Claim, outcome: Outcome) -> None:
        """Write down in the inbox that the event is done with."""
        if self.shared is None:
            self.consumer.inbox.settle(claim, outcome)
            return
        try:
            self.shared.finish(claim, outcome)
        except BaseException:
            self.shared.rollback()
            raise

    def fail(self, error: Exception) -> None:
        """Say when to try again, or after the last attempt do what the tier says; raise RetryLater."""
        self.undo()
        if self.claim is not None:
            with guarded("inbox"):
                self.inbox.abandon(self.claim, counts=True)
        retry = self.policy.retry
        if self.claim is not None and self.attempt <= retry.attempts and not isinstance(error, LASTING):
            self.consumer.failures.since(event_of(self.reading.seen), self.delivery.received)
            later = RetryLater(wait(retry, self.attempt, self.consumer.random), self.attempt, retry.attempts + 1)
            self.aside.hold(self.reading, failed(error), self.attempt, later.delay)
            self.report(Outcome.RETRYING, error=described(error), wait=f"{later.delay.total_seconds():.3f}")
            self.outcome = Outcome.RETRYING
            raise later from error
        self.give_up(error)

    def give_up(self, error: Exception | None) -> None:
        """Do what the tier says after the last attempt."""
        why = failed(error)
        self.violations = (*self.violations, why)
        if self.policy.retry.then != "discard":
            self.quarantine([why])
            return
        if self.claim is not None:
            with guarded("inbox"):
                self.inbox.settle(self.claim, Outcome.DISCARDED)
        self.settle(Outcome.DISCARDED)

    def undo(self) -> None:
        """Undo what was done in the handler's database since its transaction began."""
        if self.shared is not None:
            with guarded("handler's database"):
                self.shared.rollback()

    def break_off(self) -> None:
        """Undo what a handler that was broken off from outside has begun; that attempt does not count."""
        self.undo()
        if self.claim is not None:
            with guarded("inbox"):
                self.inbox.abandon(self.claim, counts=False)

    def settle(self, outcome: Outcome, reason: str = "") -> None:
        """Leave the evidence of a settled delivery; an entry is resolved after that, so that neither can be missing."""
        consumer = self.consumer
        self.receipt = receipt = self._receipt(outcome, reason)
        if consumer.receipts is not None:
            with guarded("store of receipts"):
                consumer.receipts.put(receipt)
        if outcome not in (Outcome.QUARANTINED, Outcome.PARKED):
            self.aside.resolve(receipt.settled)
        self.outcome = outcome
        consumer.failures.forget(event_of(self.reading.seen))
        self.report(outcome, reason=receipt.reason)
        self._measure(receipt)

    def _receipt(self, outcome: Outcome, reason: str) -> Receipt:
        """Return the evidence of this delivery."""
        return receipt_of(
            self.consumer.name,
            self.delivery,
            self.reading,
            outcome,
            self.consumer.clock(),
            reason=reason or " ".join(dict.fromkeys(each.reason for each in self.violations)),
            facts=tuple(dict.fromkeys(fact.name for fact in self.facts)),
            attempts=self.attempt,
            entry=self.aside.number,
        )

    def _measure(self, receipt: Receipt) -> None:
        """Measure how long handling took and how late the event was."""
        took = (receipt.settled - receipt.received).total_seconds()
        self.consumer.telemetry.measure(names.DURATION, {**self.labels, "outcome": receipt.outcome.value}, took)
        if receipt.late_by is not None:
            self.consumer.telemetry.measure(names.LATENESS, self.labels, receipt.late_by.total_seconds())

    def report(self, outcome: Outcome, **more: object) -> None:
        """Count an outcome and write it to the log."""
        self.consumer.telemetry.count(names.DELIVERIES, {**self.labels, "outcome": outcome.value})
        level = _LEVELS.get(outcome, logging.DEBUG)
        if LOG.isEnabledFor(level):
            seen = self.reading.seen
            fields = {"outcome": outcome.value, **self.labels, "source": seen.source, "id": seen.id}
            places = [each.pointer for each in self.violations if each.pointer][:5]
            LOG.log(level, "%s", line({**fields, **more, "at": " ".join(places), "attempt": self.attempt or None}))
