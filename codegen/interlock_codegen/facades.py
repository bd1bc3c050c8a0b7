"""
What a package offers of its runtime to whoever builds a service on it: names by module, loaded when first used.

The runtime is inside the package and private to it; these are the names that stay. Whoever renames one there, says so
here; a test loads each of them.
"""

from __future__ import annotations

from collections.abc import Iterator

Rows = list[tuple[str, str, str]]
"""Module, name in it (empty for the module itself), and the name that it has here."""

CLIENTS = {
    "clients.errors": (
        "ApiError", "BadLink", "ClientError", "ClientProblem", "CommandSuppressed", "ConnectionFailed", "NoCredentials", "ProblemError",
        "RepeatedCursor", "ResponseTooLarge", "ServerError", "ServerProblem", "StatusError", "TimedOut", "TokenRefused",
        "UndocumentedResponse", "UnknownProblem", "UnreadableResponse",
    ),
    "clients.exchange": ("AsyncTransport", "Request", "Response", "Timeout", "Transport", "TransportFault"),
    "clients.forms": ("FormFile",),
    "clients.hooks": ("Hook",),
    "clients.problems": ("Problem",),
    "clients.replies": ("Attempt", "CallRecord", "Reply"),
    "clients.retrying": ("Clock", "Retry"),
    "clients.security": ("ApiKey", "Basic", "Bearer", "ClientCredentials", "MutualTls"),
    "clients.setting": ("Options",),
    "clients.transports.aiohttp": ("AiohttpTransport",),
    "clients.transports.httpx2": ("AsyncHttpx2Transport", "Httpx2Transport"),
    "clients.transports.requests": ("RequestsTransport",),
    "clients.transports.urllib3": ("Urllib3Transport",),
}  # fmt: skip
"""What calling an API product takes, beside its own client."""

SERVICES = {
    "context": ("Context", "current", "entered"),
    "handling.consumer": ("Consumer",),
    "handling.errors": ("CannotHandle", "OutOfOrder", "RetryLater", "StopConsuming"),
    "handling.outcomes": ("Origin", "Outcome", "Receipt"),
    "handling.policies": ("Policies",),
    "outbox": (
        "AsyncForwarder", "Buffer", "Depth", "Draft", "Forwarder", "Outbox", "OutboxError", "OutboxFull", "OutboxUnusable", "State",
    ),
    "publishing": ("CannotProject", "NoLongerPublished", "NotAProducer", "NotPublished", "Publisher", "buffers_of"),
    "sending": ("AsyncSender", "SendFailed", "Sender"),
    "serving": (
        "Caller", "JsonLinesAudit", "MemoryIdempotency", "Served", "Serving", "SqliteAudit", "SqliteIdempotency", "served",
    ),
    "serving.redis": ("RedisIdempotency", "RedisThrottles"),
    "stores.json_lines": ("JsonLinesReceipts",),
    "stores.memory": ("MemoryInbox", "MemoryQuarantine", "MemoryReceipts"),
    "stores.redis": ("RedisInbox",),
    "stores.sqlite_inbox": ("SqliteInbox",),
    "stores.sqlite_quarantine": ("SqliteQuarantine",),
    "stores.sqlite_receipts": ("SqliteReceipts",),
    "transports.loops": ("async_stop_on_signals", "stop_on_signals", "tell"),
}  # fmt: skip
"""What handling and publishing events and serving API products take."""

OBSERVING = {
    "observing.answers": ("Answer", "Notified", "answer", "find"),
    "observing.declared": ("Declared", "Flow", "Listener", "declared_by"),
    "observing.evidence": ("Evidence", "Occurrence"),
    "observing.graph": ("Difference", "differences", "edges"),
    "observing.measures": ("Durations", "Span", "between", "durations", "put_aside", "reached"),
    "observing.otel": ("OpenTelemetry",),
    "observing.reading": ("BadEvidence", "read"),
    "observing.reconciling": ("BadSnapshot", "Discrepancy", "Figure", "Run", "discrepancies"),
    "observing.replaying": ("Choice", "Told", "replay"),
    "observing.sites": ("SiteHealth", "by_site", "missing", "tell"),
    "observing.steps": ("Action",),
}
"""What receipts and events tell afterwards."""

TRANSPORTS = {
    "aiokafka": ("AioKafkaSender", "consume", "received"),
    "amqp": ("AmqpSender", "consume", "received"),
    "faststream": ("Guard",),
    "http": ("AsyncHttpSender", "HttpSender", "receiver"),
    "kafka": ("EventSerializer", "KafkaSender", "RawDeserializer", "consume", "received"),
    "mqtt": ("Connection", "MqttSender", "consume", "received"),
    "nats": ("NatsSender", "consume", "received"),
    "redis": ("AsyncRedisSender", "RedisSender", "consume", "received"),
}
"""What each transport of events offers, by its module."""

STRATEGIES: dict[str, tuple[str, ...]] = {"testing.strategies": ("Invalid", "data", "events", "invalid", "messages")}
"""Samples for tests by Hypothesis."""

EXTRAS = {
    "aiohttp": "aiohttp>=3.11",
    "aiokafka": "aiokafka>=0.12",
    "amqp": "aio-pika>=9.5",
    "faststream": "faststream>=0.7",
    "httpx2": "httpx2>=2.16",
    "kafka": "confluent-kafka>=2.6",
    "mqtt": "paho-mqtt>=2.1",
    "nats": "nats-py>=2.10",
    "otel": "opentelemetry-api>=1.30",
    "redis": "redis>=5.2",
    "requests": "requests>=2.32",
    "urllib3": "urllib3>=2.3",
}
"""What a package's module asks for beside its dependencies, by the extra that brings it."""


def rows(names: dict[str, tuple[str, ...]], up: str = ".") -> Rows:
    """Return the rows of an index that offers names of the runtime."""
    return [(f"{up}_runtime.{module}", name, name) for module, group in names.items() for name in group]


def facades(*, products: bool) -> Iterator[tuple[str, str, str, Rows]]:
    """Yield each module that offers names of the runtime: path, what it is for, dots up to the package, rows."""
    if products:
        yield (
            "clients.py",
            "What calling any API product takes: credentials, options, transports, errors.",
            ".",
            rows(CLIENTS),
        )
    yield "services.py", "What handling and publishing events and serving API products takes.", ".", rows(SERVICES)
    yield (
        "observing.py",
        "What receipts and events tell afterwards: delays, gaps, missing deliveries, lineage.",
        ".",
        rows(OBSERVING),
    )
    homes = [(".", name, name) for name in TRANSPORTS]
    yield "transports/__init__.py", "One module for each way that events travel.", "..", homes
    for name, group in TRANSPORTS.items():
        yield f"transports/{name}.py", f"Events over {name}.", "..", rows({f"transports.{name}": group}, "..")
    yield (
        "testing/strategies.py",
        "Hypothesis strategies over contracts: `data`, `events`, `messages`, and `invalid` with the reason.",
        "..",
        rows(STRATEGIES, ".."),
    )
