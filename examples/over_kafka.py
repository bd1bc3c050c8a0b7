"""Kafka by confluent-kafka: `python over_kafka.py localhost:9092 FOLDER`."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from acme_contracts.services import Forwarder, stop_on_signals
from acme_contracts.transports.kafka import KafkaSender, consume
from warehouse import HOLDS, Warehouse


def main(servers: str, folder: Path) -> None:
    """Handle holds until SIGTERM; an offset moves on when its message is settled, and not before."""
    warehouse = Warehouse(folder)
    stop = threading.Event()
    stop_on_signals(stop)
    forwarder = Forwarder(warehouse.outbox, KafkaSender({"bootstrap.servers": servers}))
    sending = threading.Thread(target=forwarder.run)
    sending.start()
    try:
        settings = {"bootstrap.servers": servers, "group.id": warehouse.consumer.name}
        consume(warehouse.consumer, warehouse.block, settings, [HOLDS], stop=stop)
    finally:
        forwarder.stop()
        sending.join()


if __name__ == "__main__":
    match sys.argv[1:]:
        case [servers, folder]:
            main(servers, Path(folder))
        case _:
            sys.exit(__doc__)
