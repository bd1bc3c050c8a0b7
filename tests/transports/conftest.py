"""Each transport on its broker, as the parameter `line`."""

from __future__ import annotations

import pytest

from support.brokers.fixtures import (  # noqa: F401 - fixtures
    _rabbitmq_of_the_run,
    kafka_servers,
    mosquitto,
    nats_server,
    rabbitmq,
    redis_server,
)
from support.brokers.line import Line
from support.brokers.lines import LINES

FIXTURES = {
    "mqtt": "mosquitto",
    "kafka": "kafka_servers",
    "aiokafka": "kafka_servers",
    "amqp": "rabbitmq",
    "nats": "nats_server",
    "redis": "redis_server",
    "http": None,
}
KILLABLE = ("mqtt", "amqp", "nats", "redis")


def new_line(name: str, request: pytest.FixtureRequest) -> Line:
    """Return a new channel of a transport."""
    fixture = FIXTURES[name]
    return LINES[name](request.getfixturevalue(fixture)) if fixture else LINES[name]()


@pytest.fixture(params=list(FIXTURES))
def line(request: pytest.FixtureRequest) -> Line:
    """Return a channel of each transport in turn."""
    return new_line(request.param, request)


@pytest.fixture(params=KILLABLE)
def killable(request: pytest.FixtureRequest) -> Line:
    """Return a channel of each transport whose broker is a process that can be killed."""
    return new_line(request.param, request)
