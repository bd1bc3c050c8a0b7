"""The edge on a live broker: Mosquitto killed -9 twice and the forwarder twice, in the middle of their work."""

from __future__ import annotations

import subprocess
import threading
import time
from pathlib import Path
from typing import Any

from interlock_runtime import RawMessage
from interlock_runtime.outbox import Draft, Outbox
from outbox.test_outbox_kills import started
from support.brokers.fixtures import mosquitto
from support.brokers.process import Broker
from support.tables import TABLES
from support.waiting import until

__all__ = ["mosquitto"]
MESSAGES = 800
KEYS = 8


def listening(port: int, arrived: list[tuple[str, int]]) -> Any:
    """Return a client that notes what arrives, in a session that outlives connections."""
    from paho.mqtt.client import CallbackAPIVersion, Client, MQTTProtocolVersion
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties

    client = Client(CallbackAPIVersion.VERSION2, "center", protocol=MQTTProtocolVersion.MQTTv5)
    lasting = Properties(PacketTypes.CONNECT)
    lasting.SessionExpiryInterval = 3600
    client.on_message = lambda *given: arrived.append((given[2].topic, int(given[2].payload)))
    client.on_connect = lambda *_: client.subscribe("mfg/#", qos=1)
    client.reconnect_delay_set(0.05, 0.2)  # type: ignore[arg-type]
    client.connect("127.0.0.1", port, clean_start=False, properties=lasting)
    client.loop_start()
    return client


def test_broker_and_forwarder_killed_lose_nothing(mosquitto: Broker, tmp_path: Path) -> None:
    """Every message arrives, first arrivals of a key in the order of the puts; repeats are counted."""
    arrived: list[tuple[str, int]] = []
    center = listening(mosquitto.port, arrived)
    until(center.is_connected)
    box = str(tmp_path / "box")
    forwarder = started("mqtt", box, str(mosquitto.port))
    with Outbox(box) as outbox:
        producer = threading.Thread(target=_put, args=(outbox,))
        producer.start()
        for mark in (100, 250, 400, 550):
            until(lambda mark=mark: len(set(arrived)) >= mark)  # type: ignore[misc]
            if mark in (100, 400):
                mosquitto.kill()
                time.sleep(0.3)
                mosquitto.start()
            else:
                _kill(forwarder)
                forwarder = started("mqtt", box, str(mosquitto.port))
        producer.join()
        until(lambda: outbox.state().rows == 0)
    until(lambda: len(set(arrived)) == MESSAGES)
    _kill(forwarder)
    center.disconnect()
    center.loop_stop()
    firsts = list(dict.fromkeys(number for _, number in arrived))
    for key in range(KEYS):
        assert [number for number in firsts if number % KEYS == key] == list(range(key, MESSAGES, KEYS))
    assert {topic for topic, _ in arrived} == {"mfg/muc1/quality/lot-on-hold/v2"}
    TABLES.counts["outbox over MQTT, broker and forwarder killed twice each: messages, missing 0"] += len(firsts)
    TABLES.counts["outbox over MQTT: sent again"] += len(arrived) - len(firsts)


def _put(outbox: Outbox) -> None:
    """Put numbered messages, eight keys in turn, as fast as they come from a line of machines."""
    for number in range(MESSAGES):
        message = RawMessage(f"{number}".encode(), b"%d" % (number % KEYS), (("content-type", b"application/json"),))
        outbox.put(Draft("muc1.quality.lot-on-hold.v2", lambda _, m=message: m, "s", "T1"))  # type: ignore[misc]


def _kill(process: subprocess.Popen[str]) -> None:
    """Kill a process at once."""
    process.kill()
    process.communicate()
