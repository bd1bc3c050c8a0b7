"""
What our counts and labels are called in OpenTelemetry: its semantic conventions for messaging where they have a name.

The one place to change when the conventions move; those for messaging are still in development.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..handling import names as handling
from ..publishing import names as publishing

SENT: Final = "messaging.client.sent.messages"
CONSUMED: Final = "messaging.client.consumed.messages"
OPERATION_DURATION: Final = "messaging.client.operation.duration"
PROCESS_DURATION: Final = "messaging.process.duration"
VIOLATIONS: Final = "interlock.contract.violations"

METRICS: Final[Mapping[str, str]] = {
    publishing.PUBLISHED: SENT,
    publishing.DURATION: OPERATION_DURATION,
    handling.DELIVERIES: CONSUMED,
    handling.DURATION: PROCESS_DURATION,
    handling.VIOLATIONS: VIOLATIONS,
}
"""Conventional names by ours; what is not here keeps its own."""

LABELS: Final[Mapping[str, str]] = {
    "channel": "messaging.destination.name",
    "transport": "messaging.system",
    "operation": "messaging.operation.name",
    "consumer": "messaging.consumer.group.name",
    "error": "error.type",
    "id": "cloudevents.event_id",
    "source": "cloudevents.event_source",
    "type": "cloudevents.event_type",
    "subject": "cloudevents.event_subject",
}
"""Conventional attributes by our labels; others are put under `interlock.`."""

UNITS: Final[Mapping[str, str]] = {SENT: "{message}", CONSUMED: "{message}", VIOLATIONS: "{violation}"}
"""Units of counters, in UCUM's annotations, as the conventions write them."""
BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
"""Boundaries that the conventions advise for durations, in seconds."""


def attribute(label: str) -> str:
    """
    Return the attribute of a label.

    >>> attribute("consumer"), attribute("outcome")
    ('messaging.consumer.group.name', 'interlock.outcome')
    """
    return LABELS.get(label, f"interlock.{label}")
