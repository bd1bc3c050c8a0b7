"""The forwarder of the edge run, in a process of its own, to be killed: `forwarding.py BOX PORT`."""

from __future__ import annotations

import logging
import sys

from interlock_runtime.outbox import Backoff, Forwarder, Outbox
from interlock_runtime.transports.mqtt import Connection, MqttSender


def main(box: str, port: str) -> None:
    """Forward from an outbox to MQTT until killed."""
    logging.disable(logging.ERROR)  # a killed broker is no news here
    sender = MqttSender(Connection("127.0.0.1", int(port), "edge-out"), prefix="mfg", patience=5)
    Forwarder(Outbox(box), sender, look=0.02, backoff=Backoff(longest=0.5)).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
