"""pytest fixtures: a broker of each kind for as long as a worker runs, RabbitMQ once for the whole run."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.waiting import PATIENCE

from . import servers
from .process import Broker, is_open


def _served(start: Callable[[Path], Broker], folder: Path) -> Iterator[Broker]:
    """Yield a broker, and stop it afterwards."""
    broker = start(folder)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


@pytest.fixture(scope="session")
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """Return MQTT 5."""
    yield from _served(servers.mosquitto, tmp_path_factory.mktemp("mosquitto"))


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """Return Redis."""
    yield from _served(servers.redis, tmp_path_factory.mktemp("redis"))


@pytest.fixture(scope="session")
def nats_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """Return NATS with JetStream."""
    yield from _served(servers.nats, tmp_path_factory.mktemp("nats"))


@pytest.fixture(scope="session")
def _rabbitmq_of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the run's RabbitMQ, which takes long to start: workers share one, whose keeper ends it."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "rabbitmq"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def rabbitmq(_rabbitmq_of_the_run: Path) -> Iterator[Broker]:
    """Return RabbitMQ, for this test alone: one that kills it must not disturb another worker's."""
    state = _rabbitmq_of_the_run / "state.json"
    with (_rabbitmq_of_the_run / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        broker = servers.rabbitmq(_rabbitmq_of_the_run, **(json.loads(state.read_text()) if state.exists() else {}))
        if not is_open(broker.port):
            broker.start()
        try:
            yield broker
        finally:
            state.write_text(json.dumps(broker.adopted()))


@pytest.fixture(scope="session")
def kafka_servers() -> Iterator[str]:
    """Return the addresses of Kafka: of `KAFKA_BOOTSTRAP`, or of librdkafka's mock cluster in this process."""
    real = os.environ.get("KAFKA_BOOTSTRAP")
    if real:
        yield real
        return
    producer, addresses = mock_cluster()
    yield addresses
    del producer


def mock_cluster() -> tuple[Any, str]:
    """Return librdkafka's mock cluster, which lives as long as its producer, and its addresses."""
    from confluent_kafka import Producer

    producer = Producer({"test.mock.num.brokers": 1, "log_level": 0})
    brokers = producer.list_topics(timeout=PATIENCE).brokers.values()
    return producer, ",".join(f"{broker.host}:{broker.port}" for broker in brokers)
