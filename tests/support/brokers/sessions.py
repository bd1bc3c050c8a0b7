"""MQTT sessions of tests: begun, confirmed by the broker, and kept by it when the client goes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from support.waiting import PATIENCE

Heard = Callable[[str, bytes], None]
"""What a message that came is given to: topic and payload."""


def mqtt_session(port: int, name: str, topics: Iterable[str] = (), heard: Heard | None = None) -> Client:
    """
    Return a running client whose session outlives it, once the broker has confirmed the subscriptions.

    It subscribes at each connect, not once: the client forgets what was asked when a connection ends before the answer.
    """
    client = Client(CallbackAPIVersion.VERSION2, name, protocol=MQTTProtocolVersion.MQTTv5)
    properties = Properties(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = 86_400
    wanted, ready = [(topic, 1) for topic in topics], threading.Event()

    def ask(*_: Any) -> None:
        client.subscribe(wanted) if wanted else ready.set()

    client.on_connect = ask
    client.on_subscribe = lambda *_: ready.set()
    if heard is not None:
        client.on_message = lambda _, __, message: heard(message.topic, bytes(message.payload))
    client.reconnect_delay_set(1, 1)
    client.connect("127.0.0.1", port, clean_start=False, properties=properties)
    client.loop_start()
    assert ready.wait(PATIENCE), f"the broker on port {port} has not answered {name}"
    return client


def ended(client: Client) -> None:
    """End the client; what its session subscribed to waits for it at the broker."""
    client.disconnect()
    client.loop_stop()
    client.on_connect = client.on_subscribe = client.on_message = None  # paho keeps its sockets while they hold it
