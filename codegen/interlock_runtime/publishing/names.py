"""Names of what publishing counts, beside those of handling; `observing` translates them for OpenTelemetry."""

from __future__ import annotations

PUBLISHED = "interlock.published"
"""Events that left, by contract and channel."""
SUPPRESSED = "interlock.suppressed"
"""Events that were not published since another was told again, by contract."""
DURATION = "interlock.publishing.duration"
"""Seconds until the outbox or the broker has an event, by contract."""
