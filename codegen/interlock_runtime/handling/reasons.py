"""Why a readable event is not handled, and what is noticed about one that is: reasons beside those of the event core."""

from __future__ import annotations

from ..violations import Stage, Violation

REASONS: dict[str, tuple[Stage, str]] = {
    "undeclared-member": (Stage.PAYLOAD, "this consumer reads strictly, and the contract does not declare the member"),
    "assumption-broken": (Stage.PAYLOAD, "the data breaks what this consumer assumes beyond the contract"),
    "sunset-passed": (Stage.PROMISES, "the major version is no longer published since its sunset"),
    "key-reused": (Stage.PROMISES, "the business key was used before, for other data"),
    "handler-failed": (Stage.PROMISES, "the handler failed as often as the tier allows"),
    "cannot-handle": (Stage.PROMISES, "the handler can't take the event"),
    "breaks-contract": (Stage.PROMISES, "what the handler makes breaks its contract"),
    "out-of-order": (Stage.PROMISES, "something that belongs before the event has not come"),
    "waits-in-sequence": (Stage.PROMISES, "an earlier event with the same key waits in quarantine"),
}
"""Reasons for not handling an event that its contract's gate may well take, with stage and words."""

FACTS: dict[str, str] = {
    "late": "the event came later than its SLA says",
    "from-the-future": "the event says that it happened later than now: a clock is wrong",
    "sequence-gap": "numbers of the source are missing before this one",
    "sequence-went-back": "the source's number is not above the last one",
    "version-went-back": "the entity was seen in a higher version already",
    "cause-unknown": "the event that is said to have caused this one was never seen here",
    "unknown-value": "an open enumeration has a value that the contract does not know yet",
}
"""What is noticed about an event that is handled all the same, unless a policy names it."""

_CLASSES = {
    "envelope-invalid": "SCHEMA_INVALID",
    "unknown-type": "UNKNOWN_TYPE",
    "unsupported-version": "UNKNOWN_TYPE",
    "sunset-passed": "SUNSET_PASSED",
    "out-of-order": "OUT_OF_ORDER",
    "version-went-back": "OUT_OF_ORDER",
    "waits-in-sequence": "OUT_OF_ORDER",
    "key-reused": "BUSINESS_REJECTED",
    "cannot-handle": "BUSINESS_REJECTED",
    "handler-failed": "TIMEOUT",
}
"""Kinds of failure by reason; what breaks the contract is SCHEMA_INVALID."""


def promise(reason: str, pointer: str = "", text: str = "") -> Violation:
    """Return a violation for a reason or a fact of these tables."""
    stage, words = REASONS[reason] if reason in REASONS else (Stage.PROMISES, FACTS[reason])
    return Violation(stage, reason, pointer, text or words)


def failure_class(violation: Violation) -> str:
    """Return the kind of failure as dead letters name it: it decides between retrying, mending and upgrading."""
    if violation.pointer == "/dataclassification":
        return "CLASSIFICATION_UNSUPPORTED"
    return _CLASSES.get(violation.reason, "SCHEMA_INVALID")
