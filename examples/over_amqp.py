"""AMQP 0-9-1 by aio-pika: `python over_amqp.py amqp://guest:guest@localhost/ FOLDER`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import aio_pika
from acme_contracts.services import AsyncForwarder, async_stop_on_signals
from acme_contracts.transports.amqp import AmqpSender, consume
from warehouse import HOLDS, Warehouse

EXCHANGE = "example-manufacturing"


async def bind(url: str, queue: str) -> None:
    """Make sure that the broker keeps holds for us; usually whoever runs the broker does this once."""
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        exchange = await channel.declare_exchange(EXCHANGE, aio_pika.ExchangeType.TOPIC, durable=True)
        declared = await channel.declare_queue(queue, durable=True)
        await declared.bind(exchange, HOLDS)


async def main(url: str, folder: Path) -> None:
    """Handle holds until SIGTERM; what is not settled goes back to its place in the queue."""
    warehouse = Warehouse(folder)
    stop = asyncio.Event()
    async_stop_on_signals(stop)
    await bind(url, warehouse.consumer.name)
    async with AmqpSender(url, EXCHANGE) as sender:
        forwarder = AsyncForwarder(warehouse.outbox, sender)
        sending = asyncio.create_task(forwarder.run())
        await consume(warehouse.consumer, warehouse.ablock, url, warehouse.consumer.name, stop=stop)
        forwarder.stop()
        await sending


if __name__ == "__main__":
    match sys.argv[1:]:
        case [url, folder]:
            asyncio.run(main(url, Path(folder)))
        case _:
            sys.exit(__doc__)
