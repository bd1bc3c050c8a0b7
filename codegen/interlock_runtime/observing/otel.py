"""
Telemetry through OpenTelemetry's API, whose SDK, exporters and sampling are the service's choice (extra `otel`).

Counts, durations and spans carry names, stages and outcomes, never a value of a payload.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import replace

from opentelemetry import metrics, trace
from opentelemetry.metrics import CallbackOptions, Counter, Histogram, Meter, Observation
from opentelemetry.trace import Link, SpanKind, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from .. import context
from ..outbox import Outbox, State
from .conventions import BUCKETS, METRICS, UNITS, attribute

SCOPE = "interlock"
_W3C = TraceContextTextMapPropagator()


class OpenTelemetry:
    """Telemetry for consumers and publishers; give it a meter and a tracer, or it takes the global ones."""

    def __init__(self, meter: Meter | None = None, tracer: Tracer | None = None) -> None:
        self._meter = meter or metrics.get_meter(SCOPE)
        self._tracer = tracer or trace.get_tracer(SCOPE)
        self._counters: dict[str, Counter] = {}
        self._histograms: dict[str, Histogram] = {}

    def count(self, name: str, labels: Mapping[str, str], amount: int = 1) -> None:
        """Add to a counter."""
        known = METRICS.get(name, name)
        counter = self._counters.get(known)
        if counter is None:
            counter = self._counters[known] = self._meter.create_counter(known, unit=UNITS.get(known, "1"))
        counter.add(amount, _attributes(labels))

    def measure(self, name: str, labels: Mapping[str, str], value: float) -> None:
        """Add a duration in seconds to a histogram."""
        known = METRICS.get(name, name)
        histogram = self._histograms.get(known)
        if histogram is None:
            histogram = self._histograms[known] = self._meter.create_histogram(
                known, unit="s", explicit_bucket_boundaries_advisory=BUCKETS
            )
        histogram.record(value, _attributes(labels))

    @contextlib.contextmanager
    def span(self, name: str, labels: Mapping[str, str], link: str | None) -> Generator[object]:
        """
        Open the span of one handling, linked to the trace of the event.

        A link and no parent: the event may be hours old, or told again, and its trace has ended (the conventions on
        spans of consumers). What is published meanwhile carries this span.
        """
        links = [Link(found)] if (found := _trace(link)) is not None else []
        attributes = {**_attributes(labels), "messaging.operation.type": "process"}
        with (
            self._tracer.start_as_current_span(
                name, kind=SpanKind.CONSUMER, links=links, attributes=attributes
            ) as span,
            _carried(),
        ):
            yield span

    def watch(self, outbox: Outbox, **labels: str) -> None:
        """Observe how much waits in an outbox, and how old it is, whenever metrics are collected."""
        given = _attributes(labels)
        for name, unit, number in _GAUGES:
            self._meter.create_observable_gauge(name, [_observing(outbox, number, given)], unit)


Number = Callable[[State, str], float]
_GAUGES: tuple[tuple[str, str, Number], ...] = (
    ("interlock.outbox.rows", "{message}", lambda state, tier: state.tiers[tier].rows),
    ("interlock.outbox.bytes", "By", lambda state, tier: state.tiers[tier].bytes),
    ("interlock.outbox.oldest", "s", lambda state, tier: state.tiers[tier].oldest),
    ("interlock.outbox.aside", "{message}", lambda state, tier: state.tiers[tier].aside),
    ("interlock.outbox.dropped", "{message}", lambda state, tier: state.tiers[tier].dropped),
)


def _observing(
    outbox: Outbox, number: Number, labels: Mapping[str, str]
) -> Callable[[CallbackOptions], Iterable[Observation]]:
    """Return what reads one number of an outbox, by tier."""

    def observe(_: CallbackOptions) -> Iterable[Observation]:
        state = outbox.state()
        return [Observation(number(state, tier), {**labels, attribute("tier"): tier}) for tier in state.tiers]

    return observe


def _attributes(labels: Mapping[str, str]) -> dict[str, str]:
    """Return labels under the names of the conventions."""
    return {attribute(name): value for name, value in labels.items()}


def _trace(traceparent: str | None) -> trace.SpanContext | None:
    """Return the span that a `traceparent` names (W3C Trace Context section 3.2), None for none that is valid."""
    if traceparent is None:
        return None
    found = trace.get_current_span(_W3C.extract({"traceparent": traceparent})).get_span_context()
    return found if found.is_valid else None


@contextlib.contextmanager
def _carried() -> Generator[None]:
    """Let what is published inside carry the span that is open now."""
    now = context.current()
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    if now is None or "traceparent" not in carrier:
        yield
        return
    with context.entered(_with_trace(now, carrier)):
        yield


def _with_trace(now: context.Context, carrier: Mapping[str, str]) -> context.Context:
    """Return what is being handled, as part of the span that was injected into a carrier."""
    return replace(now, traceparent=carrier["traceparent"], tracestate=carrier.get("tracestate"))
