"""FastStream on Kafka: `python over_faststream.py localhost:9092 FOLDER`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from acme_contracts import Event
from acme_contracts.services import AsyncForwarder, async_stop_on_signals, tell
from acme_contracts.transports.aiokafka import AioKafkaSender, received
from acme_contracts.transports.faststream import Guard
from faststream.kafka import KafkaBroker
from warehouse import HOLDS, Warehouse


async def main(servers: str, folder: Path) -> None:
    """Handle holds until SIGTERM; the guard stands before FastStream, which would commit what its models refuse."""
    warehouse = Warehouse(folder)
    stop = asyncio.Event()
    async_stop_on_signals(stop)
    broker = KafkaBroker(servers)
    guard = Guard(broker, warehouse.consumer, received)

    @guard.subscriber(HOLDS, group_id=warehouse.consumer.name, auto_offset_reset="earliest")
    async def block(event: Event[Any]) -> None:
        await warehouse.ablock(event)

    async with broker, AioKafkaSender({"bootstrap_servers": servers}) as sender:
        forwarder = AsyncForwarder(warehouse.outbox, sender)
        sending = asyncio.create_task(forwarder.run())
        await broker.start()
        await tell(warehouse.consumer, warehouse.ablock, stop=stop)
        forwarder.stop()
        await sending


if __name__ == "__main__":
    match sys.argv[1:]:
        case [servers, folder]:
            asyncio.run(main(servers, Path(folder)))
        case _:
            sys.exit(__doc__)
