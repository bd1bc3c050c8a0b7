"""NATS JetStream by nats-py: `python over_nats.py nats://localhost:4222 FOLDER`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import nats
from acme_contracts.services import AsyncForwarder, async_stop_on_signals
from acme_contracts.transports.nats import NatsSender, consume
from warehouse import HOLDS, SITE, Warehouse

STREAM = "events"


async def main(url: str, folder: Path) -> None:
    """Handle holds until SIGTERM; the server gives the next one when the one before is acknowledged."""
    warehouse = Warehouse(folder)
    stop = asyncio.Event()
    async_stop_on_signals(stop)
    connection = await nats.connect(url)
    await connection.jetstream().add_stream(name=STREAM, subjects=[f"{SITE}.>"])
    forwarder = AsyncForwarder(warehouse.outbox, NatsSender(connection))
    sending = asyncio.create_task(forwarder.run())
    name = warehouse.consumer.name
    await consume(warehouse.consumer, warehouse.ablock, connection, STREAM, durable=name, subject=HOLDS, stop=stop)
    forwarder.stop()
    await sending
    await connection.close()


if __name__ == "__main__":
    match sys.argv[1:]:
        case [url, folder]:
            asyncio.run(main(url, Path(folder)))
        case _:
            sys.exit(__doc__)
