"""MQTT 5 by paho-mqtt: `python over_mqtt.py localhost 1883 FOLDER`."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from acme_contracts import catalog
from acme_contracts.quality.lot_on_hold.v2 import CONTRACT as LOT_ON_HOLD
from acme_contracts.services import Forwarder, stop_on_signals
from acme_contracts.transports.mqtt import Connection, MqttSender, consume
from warehouse import SITE, Warehouse

TOPIC = catalog.channel(LOT_ON_HOLD, SITE, slashes=True)
"""MQTT's topics have slashes: mfg/muc1/quality/lot-on-hold/v2."""


def main(host: str, port: int, folder: Path) -> None:
    """Handle holds until SIGTERM; the broker keeps for this client id what comes while it is away."""
    warehouse = Warehouse(folder)
    stop = threading.Event()
    stop_on_signals(stop)
    sender = MqttSender(Connection(host, port, f"{warehouse.consumer.name}-out"), prefix="mfg")
    forwarder = Forwarder(warehouse.outbox, sender)
    sending = threading.Thread(target=forwarder.run)
    sending.start()
    try:
        connection = Connection(host, port, warehouse.consumer.name)
        consume(warehouse.consumer, warehouse.block, connection, [TOPIC], stop=stop)
    finally:
        forwarder.stop()
        sending.join()


if __name__ == "__main__":
    match sys.argv[1:]:
        case [host, port, folder]:
            main(host, int(port), Path(folder))
        case _:
            sys.exit(__doc__)
