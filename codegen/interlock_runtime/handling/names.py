"""Names of what is counted and measured; `observing` translates them for OpenTelemetry."""

from __future__ import annotations

DELIVERIES = "interlock.deliveries"
"""Settled and broken-off deliveries, by consumer, contract and outcome."""
VIOLATIONS = "interlock.violations"
"""Violations by consumer, contract, stage and reason."""
FACTS = "interlock.facts"
"""What was noticed about good events, by consumer, contract and fact."""
LATENESS = "interlock.lateness"
"""Seconds beyond the SLA."""
DURATION = "interlock.handling.duration"
"""Seconds from reading a message to its outcome."""
SPAN = "process"
"""The span around a handler."""
