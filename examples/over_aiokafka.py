"""Kafka by aiokafka: `python over_aiokafka.py localhost:9092 FOLDER`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from acme_contracts.services import AsyncForwarder, async_stop_on_signals
from acme_contracts.transports.aiokafka import AioKafkaSender, consume
from warehouse import HOLDS, Warehouse


async def main(servers: str, folder: Path) -> None:
    """Handle holds until SIGTERM; handler and forwarder are tasks of one event loop."""
    warehouse = Warehouse(folder)
    stop = asyncio.Event()
    async_stop_on_signals(stop)
    async with AioKafkaSender({"bootstrap_servers": servers}) as sender:
        forwarder = AsyncForwarder(warehouse.outbox, sender)
        sending = asyncio.create_task(forwarder.run())
        settings = {"bootstrap_servers": servers, "group_id": warehouse.consumer.name}
        await consume(warehouse.consumer, warehouse.ablock, settings, [HOLDS], stop=stop)
        forwarder.stop()
        await sending


if __name__ == "__main__":
    match sys.argv[1:]:
        case [servers, folder]:
            asyncio.run(main(servers, Path(folder)))
        case _:
            sys.exit(__doc__)
