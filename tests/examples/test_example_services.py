"""The examples do what they say, as processes on live brokers: a hold comes, the lot is blocked, what is broken is kept."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from codegen.generated import ROOT, shipped_files, written
from examples.ends import AmqpEnd, End, HttpEnd, KafkaEnd, MqttEnd, NatsEnd, RedisEnd, until
from interlock_runtime.stores.sqlite_quarantine import SqliteQuarantine
from support.brokers.fixtures import _rabbitmq_of_the_run, mock_cluster, mosquitto, nats_server, rabbitmq, redis_server
from support.brokers.process import free_port, is_open
from support.waiting import PATIENCE

__all__ = ["_rabbitmq_of_the_run", "mosquitto", "nats_server", "rabbitmq", "redis_server"]
EXAMPLES = ROOT / "examples"
HOLD = json.loads((ROOT / "tests" / "cases" / "scenarios" / "B.jsonl").read_text(encoding="utf-8").splitlines()[1])
LONGEST = 80
"""Lines of an example."""


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the package of the shipped catalog."""
    return written(shipped_files(), tmp_path_factory.mktemp("package"))


@pytest.fixture
def kafka_servers() -> Iterator[str]:
    """Return the addresses of Kafka; a mock cluster is this test's own, since the examples share a group."""
    real = os.environ.get("KAFKA_BOOTSTRAP")
    producer, addresses = (None, real) if real else mock_cluster()
    yield addresses
    del producer


@contextlib.contextmanager
def running(name: str, package: Path, folder: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run an example as a process until the end of the block; it must end well when asked to."""
    environment = {**os.environ, "PYTHONPATH": str(package)}
    with (folder / "output.log").open("wb") as output:
        command = [sys.executable, str(EXAMPLES / f"{name}.py"), *arguments]
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)  # noqa: S603 - our own
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            code = process.wait(PATIENCE)
        finally:
            process.kill()
            process.wait()
    assert code in (0, -signal.SIGTERM), (folder / "output.log").read_text(errors="replace")[-3000:]


def hold() -> dict[str, Any]:
    """Return a hold that no test had before."""
    number = f"HD-{uuid.uuid4().hex[:8]}"
    text = json.dumps({**HOLD, "id": str(uuid.uuid4())}).replace("HD-2001", number)
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.mark.parametrize(
    ("name", "broker"),
    [
        ("over_kafka", "kafka_servers"),
        ("over_aiokafka", "kafka_servers"),
        ("over_faststream", "kafka_servers"),
        ("over_mqtt", "mosquitto"),
        ("over_amqp", "rabbitmq"),
        ("over_nats", "nats_server"),
        ("over_redis", "redis_server"),
        ("over_http", None),
    ],
)
def test_the_warehouse_blocks_what_is_held(
    name: str, broker: str | None, package: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """One hold, told twice, is one movement caused by it; a broken one is in quarantine, byte for byte."""
    end = end_of(broker, request.getfixturevalue(broker) if broker else None)
    good = hold()
    bad = json.dumps({**hold(), "data": {"holdId": "HD-1"}, "partitionkey": "muc1:FG-2200:other"}).encode()
    with running(name, package, tmp_path, *end.arguments, str(tmp_path)):
        end.ready()
        for value in (json.dumps(good).encode(), bad, json.dumps(good).encode(), json.dumps(last := hold()).encode()):
            end.send(value)
        mine = {good["id"]: good, last["id"]: last}
        movements = until(lambda: caused(end, mine) if len(caused(end, mine)) >= len(mine) else None)
    assert [movement["causationid"] for movement in movements] == list(mine)
    assert {movement["correlationid"] for movement in movements} == {HOLD["correlationid"]}
    store = SqliteQuarantine(tmp_path / "consumer.db")
    assert [entry.message.value for entry in store.entries() if entry.event_id not in mine].count(bad) == 1
    assert not [entry for entry in store.entries() if entry.event_id in mine]
    store.close()


def caused(end: End, holds: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the movements that were heard, caused by these holds."""
    records = [json.loads(value) for value in end.heard()]
    return [record for record in records if record.get("causationid") in holds]


def end_of(broker: str | None, fixture: Any) -> End:
    """Return the other end of an example."""
    if broker is None:
        return HttpEnd()
    if broker == "kafka_servers":
        return KafkaEnd(fixture)
    ends: dict[str, Any] = {"mosquitto": MqttEnd, "rabbitmq": AmqpEnd, "nats_server": NatsEnd, "redis_server": RedisEnd}
    made: End = ends[broker](fixture.port)
    return made


def test_the_client_orders_a_repair_once(package: Path, tmp_path: Path) -> None:
    """The served product and its generated client: a repeated command gets the first answer, a stranger none."""
    port = free_port()
    with running("serve_maintenance", package, tmp_path, str(port), str(tmp_path)):
        until(lambda: is_open(port))
        done = subprocess.run(  # noqa: S603 - our own
            [sys.executable, str(EXAMPLES / "call_maintenance.py"), f"http://127.0.0.1:{port}/maintenance/v1"],
            env={**os.environ, "PYTHONPATH": str(package)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.stdout.splitlines()[:1] == ["MW-600 MW-600"], done.stderr
    assert done.stdout.splitlines()[1].startswith("401 ")


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
def test_an_example_is_short_and_named(path: Path) -> None:
    """Each example fits on a screen or two, and the page that lists them lists it."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST
    assert f"`{path.name}`" in (EXAMPLES / "README.md").read_text(encoding="utf-8")
