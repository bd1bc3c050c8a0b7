"""OpenTelemetry: conventional names, spans that are linked to the event's trace, and no value of a payload anywhere."""

from __future__ import annotations

import datetime as dt
import json
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from observing.observing_plant import recorded

sdk = pytest.importorskip("opentelemetry.sdk", reason="pip install opentelemetry-sdk")
NOW = dt.datetime(2026, 3, 17, 7, 15, 5, tzinfo=dt.UTC)


class Watched:
    """Telemetry of the package's runtime into memory."""

    def __init__(self) -> None:
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.metrics.export import InMemoryMetricReader
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import SimpleSpanProcessor
        from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

        self.reader = InMemoryMetricReader()
        self.spans = InMemorySpanExporter()
        tracers = TracerProvider()
        tracers.add_span_processor(SimpleSpanProcessor(self.spans))
        meter = MeterProvider([self.reader]).get_meter("test")
        module: Any = import_module("acme_contracts._runtime.observing.otel")
        self.telemetry = module.OpenTelemetry(meter, tracers.get_tracer("test"))

    def points(self) -> dict[str, list[tuple[dict[str, Any], Any]]]:
        """Return what was counted and measured, by metric: attributes and value, of histograms the count."""
        found: dict[str, list[tuple[dict[str, Any], Any]]] = {}
        data = self.reader.get_metrics_data()
        for resource in data.resource_metrics if data else []:
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    for point in metric.data.data_points:
                        value = getattr(point, "value", None)
                        found.setdefault(metric.name, []).append(
                            (dict(point.attributes or {}), point.count if value is None else value)
                        )
        return found


def test_handling_and_publishing_are_seen_under_conventional_names(acme: ModuleType, tmp_path: Path) -> None:
    """A hold is handled and a pause published: counters, durations, a span with a link, and the pause carries the span."""
    watched = Watched()
    outbox = import_module("acme_contracts._runtime.outbox").Outbox(tmp_path / "box")
    publisher = acme.catalog.publisher(
        "tms",
        site="muc1",
        source="https://muc1.exc.example/tms",
        outbox=outbox,
        telemetry=watched.telemetry,
        clock=lambda: NOW,
    )
    consumer = acme.catalog.consumer("tms-shipment-orchestration", telemetry=watched.telemetry, clock=lambda: NOW)
    contract = acme.catalog.contract("logistics.shipment-paused@1")
    data = contract.parse_data(json.dumps(recorded("B")[3]["data"]).encode())
    hold = recorded("B")[1]
    made: list[Any] = []
    outcome = consumer.handle(
        acme.RawMessage(json.dumps(hold).encode()), lambda _: made.append(publisher.publish(contract, data))
    )
    assert outcome == "handled"
    points = watched.points()
    assert {
        "messaging.client.consumed.messages",
        "messaging.process.duration",
        "messaging.client.sent.messages",
        "messaging.client.operation.duration",
    } <= set(points)
    ((labels, value),) = points["messaging.client.consumed.messages"]
    assert (labels["messaging.consumer.group.name"], labels["interlock.outcome"], value) == (
        "tms-shipment-orchestration",
        "handled",
        1,
    )
    assert points["messaging.client.sent.messages"] == [
        (
            {
                "interlock.contract": "logistics.shipment-paused",
                "messaging.destination.name": "muc1.logistics.shipment-paused.v1",
            },
            1,
        )
    ]
    (span,) = watched.spans.get_finished_spans()
    assert (span.kind.name, [f"{link.context.trace_id:032x}" for link in span.links]) == (
        "CONSUMER",
        [hold["traceparent"].split("-")[1]],
    )
    assert made[0].envelope.traceparent.startswith(f"00-{span.context.trace_id:032x}-{span.context.span_id:016x}-")
    assert span.context.trace_id != span.links[0].context.trace_id, "the event's trace may have ended long ago"
    everything = json.dumps([points, dict(span.attributes or {})], default=str)
    assert "FG-2200" not in everything
    assert "HD-2001" not in everything
    outbox.close()


def test_violations_are_counted_by_reason(acme: ModuleType) -> None:
    """With contract, stage and reason; no pointer, since a sender may choose its names."""
    watched = Watched()
    stores: Any = import_module("acme_contracts._runtime.stores.memory")
    consumer = acme.catalog.consumer(
        "wms-finished-goods", telemetry=watched.telemetry, quarantine=stores.MemoryQuarantine(), clock=lambda: NOW
    )
    hold = recorded("B")[1]
    hold["data"]["scope"] = {"secret": "FG-2200"}
    assert consumer.handle(acme.RawMessage(json.dumps(hold).encode()), print) == "quarantined"
    ((labels, value),) = watched.points()["interlock.contract.violations"]
    assert (labels["interlock.reason"], labels["interlock.stage"], value) == ("payload-invalid", "payload", 1)
    assert "secret" not in json.dumps(labels)


def test_an_outbox_is_watched(acme: ModuleType, tmp_path: Path) -> None:
    """Depth and age by tier whenever metrics are collected."""
    watched = Watched()
    now = [1000.0]
    module: Any = import_module("acme_contracts._runtime.outbox")
    outbox = module.Outbox(tmp_path / "box", clock=lambda: now[0])
    watched.telemetry.watch(outbox, site="muc1")
    outbox.put(module.Draft.of("c", acme.RawMessage(b"12345"), tier="T1"))
    now[0] += 90
    points = watched.points()
    labels = {"interlock.site": "muc1", "interlock.tier": "T1"}
    assert points["interlock.outbox.rows"] == [(labels, 1)]
    assert points["interlock.outbox.oldest"] == [(labels, 90.0)]
    assert points["interlock.outbox.bytes"] == [(labels, 5)]
    outbox.close()


def test_a_broken_traceparent_links_to_nothing(acme: ModuleType) -> None:
    """None, a text that is none, and the invalid number of zeros."""
    assert acme.catalog
    watched = Watched()
    for number, text in enumerate((None, "00-x", f"00-{'0' * 32}-{'0' * 16}-01")):
        with watched.telemetry.span("process", {"consumer": "wms"}, text):
            pass
        assert list(watched.spans.get_finished_spans()[number].links) == []


def test_names_are_those_of_the_conventions() -> None:
    """Compared with OpenTelemetry's own package of conventions, where that is installed."""
    metrics = pytest.importorskip("opentelemetry.semconv._incubating.metrics.messaging_metrics")
    attributes = pytest.importorskip("opentelemetry.semconv._incubating.attributes.messaging_attributes")
    clouds = pytest.importorskip("opentelemetry.semconv._incubating.attributes.cloudevents_attributes")
    from interlock_runtime.observing import conventions

    known = {value for name, value in vars(metrics).items() if name.startswith("MESSAGING_")}
    assert {
        conventions.SENT,
        conventions.CONSUMED,
        conventions.OPERATION_DURATION,
        conventions.PROCESS_DURATION,
    } <= known
    given = {
        value
        for module in (attributes, clouds)
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str)
    }
    assert set(conventions.LABELS.values()) - {"error.type"} <= given
