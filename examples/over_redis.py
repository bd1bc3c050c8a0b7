"""Redis streams by redis-py: `python over_redis.py redis://localhost:6379 FOLDER`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from acme_contracts.services import AsyncForwarder, async_stop_on_signals
from acme_contracts.transports.redis import AsyncRedisSender, consume
from redis.asyncio import Redis
from warehouse import HOLDS, Warehouse


async def main(url: str, folder: Path) -> None:
    """Handle holds until SIGTERM; what a member that died had in hand is claimed by another."""
    warehouse = Warehouse(folder)
    stop = asyncio.Event()
    async_stop_on_signals(stop)
    async with Redis.from_url(url) as connection:
        forwarder = AsyncForwarder(warehouse.outbox, AsyncRedisSender(connection))
        sending = asyncio.create_task(forwarder.run())
        await consume(warehouse.consumer, warehouse.ablock, connection, HOLDS, member="one", stop=stop)
        forwarder.stop()
        await sending


if __name__ == "__main__":
    match sys.argv[1:]:
        case [url, folder]:
            asyncio.run(main(url, Path(folder)))
        case _:
            sys.exit(__doc__)
