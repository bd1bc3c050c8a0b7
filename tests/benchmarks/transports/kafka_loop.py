"""
What a Kafka poll loop costs with us, as ratios to named peers from the same run.

Run it with `python tests/benchmarks/transports/kafka_loop.py [MESSAGES]`. All read the same holds from one partition of
librdkafka's mock cluster, in turns; each keeps its best round, of the CPU time from the first message to the last.
JSONDeserializer reads the data alone (it knows no envelope), validated by its schema; FastStream builds a pydantic model.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
ROOT = HERE.parents[3]
sys.path[:0] = [str(HERE.parents[2]), *(str(ROOT / folder) for folder in ("registry", "codegen", "cli"))]

from confluent_kafka import Consumer, Producer  # noqa: E402 - it lies beside what is put on the path

ROUNDS = 3
MESSAGES = 1500
Run = Callable[[str], None]
"""Reads a topic to its end; calls the meter for each message."""


class Meter:
    """Measures from the first message to the last."""

    def __init__(self, messages: int) -> None:
        self.messages = messages
        self.restart()

    def restart(self) -> None:
        """Begin anew."""
        self.seen, self.begun, self.took = 0, 0.0, 0.0

    def tick(self) -> bool:
        """Count a message; say whether it was the last."""
        self.seen += 1
        if self.seen == 1:
            self.begun = time.process_time()
        if self.seen == self.messages:
            self.took = time.process_time() - self.begun
        return self.seen >= self.messages


def package() -> Any:
    """Return the generated package of the shipped catalog."""
    from codegen.generated import shipped_files, written

    sys.path.insert(0, str(written(shipped_files(), Path(tempfile.mkdtemp(prefix="interlock-bench-")))))
    return importlib.import_module("acme_contracts")


def fill(servers: str, topic: str, values: list[bytes]) -> None:
    """Write messages to one partition."""
    producer = Producer({"bootstrap.servers": servers, "linger.ms": 20})
    for value in values:
        producer.produce(topic, value, b"one key, one partition")
        producer.poll(0)
    assert producer.flush(30) == 0


def polled(servers: str, meter: Meter, take: Callable[[bytes], object]) -> Run:
    """Return a bare poll loop."""

    def run(topic: str) -> None:
        settings = {"bootstrap.servers": servers, "group.id": uuid.uuid4().hex, "auto.offset.reset": "earliest"}
        member = Consumer(settings)
        member.subscribe([topic])
        while True:
            message = member.poll(1)
            if message is not None and not message.error():
                take(message.value() or b"")
                if meter.tick():
                    break
        member.close()

    return run


def ours(servers: str, meter: Meter, acme: Any, *, durable: bool) -> Run:
    """Return our loop; with stores in files when durable."""
    services = importlib.import_module("acme_contracts.services")
    kafka = importlib.import_module("acme_contracts.transports.kafka")

    def run(topic: str) -> None:
        folder, stop = Path(tempfile.mkdtemp(prefix="interlock-bench-")), threading.Event()
        stores = {
            "inbox": services.SqliteInbox(folder / "inbox.db"),
            "receipts": services.SqliteReceipts(folder / "receipts.db"),
        }
        consumer = acme.catalog.consumer("wms-finished-goods", **(stores if durable else {}))
        settings = {"bootstrap.servers": servers, "group.id": uuid.uuid4().hex}
        kafka.consume(consumer, lambda _: stop.set() if meter.tick() else None, settings, [topic], stop=stop)

    return run


def faststream(servers: str, meter: Meter, model: Any) -> Run:
    """Return FastStream's loop on the same client, with a model for its handler."""
    from faststream.confluent import KafkaBroker

    async def reading(topic: str) -> None:
        broker = KafkaBroker(servers, logger=None, allow_auto_create_topics=False)
        done = asyncio.Event()

        async def handle(event: Any) -> None:
            del event
            if meter.tick():
                done.set()

        handle.__annotations__ = {"event": model}
        broker.subscriber(topic, group_id=uuid.uuid4().hex, auto_offset_reset="earliest")(handle)
        async with broker:
            await broker.start()
            await done.wait()

    return lambda topic: asyncio.run(reading(topic))


def deserializer(schema: dict[str, Any], topic: str) -> tuple[Callable[[bytes], object], Callable[[Any], bytes]]:
    """Return confluent-kafka's JSONDeserializer with validation, and what frames data for it."""
    from confluent_kafka.schema_registry import SchemaRegistryClient
    from confluent_kafka.schema_registry.json_schema import JSONDeserializer, JSONSerializer
    from confluent_kafka.serialization import MessageField, SerializationContext

    registry = SchemaRegistryClient.new_client({"url": "mock://bench"})
    context = SerializationContext(topic, MessageField.VALUE)
    text = json.dumps(schema)
    write = JSONSerializer(text, registry)
    read = JSONDeserializer(text, schema_registry_client=registry, conf={"validate": True})
    return lambda value: read(value, context), lambda data: write(data, context)


def model() -> Any:
    """Return a pydantic model of the envelope and the data's first level, as a service developer would write it."""
    from pydantic import BaseModel, create_model

    data = create_model(
        "Data", holdId=(str, ...), lot=(dict[str, Any], ...), affectedQuantity=(dict[str, Any], ...), scope=(str, ...),
        holdType=(str, ...), stockStatus=(str, ...), reason=(dict[str, Any], ...), isRegulated=(bool, ...),
    )  # fmt: skip
    return create_model(
        "Event",
        id=(str, ...),
        source=(str, ...),
        type=(str, ...),
        time=(str, ...),
        data=(data, ...),
        __base__=BaseModel,
    )


def main(arguments: list[str]) -> None:
    """Print the ratios."""
    from support.brokers.fixtures import mock_cluster

    logging.disable(logging.ERROR)
    meter = Meter(int(arguments[0]) if arguments else MESSAGES)
    acme = package()
    contract = acme.catalog.contract("quality.lot-on-hold@2")
    recorded = json.loads((ROOT / "tests/cases/scenarios/B.jsonl").read_text().splitlines()[1])
    holder, servers = mock_cluster()
    read, write = deserializer({**contract.schema, "title": "LotOnHold"}, "framed")
    holds = [
        {**recorded, "id": str(uuid.uuid4()), "idempotencykey": f"lot-on-hold:HD-{n}"} for n in range(meter.messages)
    ]
    for number, hold in enumerate(holds):
        hold["data"] = {**recorded["data"], "holdId": f"HD-{number}"}
    fill(servers, "holds", [json.dumps(hold).encode() for hold in holds])
    fill(servers, "framed", [write(hold["data"]) for hold in holds])
    runs: dict[str, tuple[str, Run]] = {
        "poll, json.loads": ("holds", polled(servers, meter, json.loads)),
        "interlock: envelope, payload, types, inbox in memory": ("holds", ours(servers, meter, acme, durable=False)),
        "interlock: the same, inbox and receipts in SQLite": ("holds", ours(servers, meter, acme, durable=True)),
        "confluent-kafka JSONDeserializer, validating": ("framed", polled(servers, meter, read)),
        "FastStream with a pydantic model": ("holds", faststream(servers, meter, model())),
    }
    best = dict.fromkeys(runs, float("inf"))
    for _ in range(ROUNDS):
        for name, (topic, run) in runs.items():
            meter.restart()
            run(topic)
            best[name] = min(best[name], meter.took / (meter.messages - 1))
    base = best["poll, json.loads"]
    print(
        f"Kafka poll loop, {meter.messages:,} messages a round ({base * 1e6:.1f} us for poll and json.loads on this machine)"
    )
    for name, took in best.items():
        print(f"  {name:58} {took / base:8.2f} x  {took * 1e6:8.1f} us")
    del holder


if __name__ == "__main__":
    main(sys.argv[1:])
