"""CloudEvents over HTTP, received by any ASGI server: `python over_http.py 8000 URL FOLDER`, where URL takes the answers."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import httpx2
import uvicorn
from acme_contracts.services import AsyncForwarder
from acme_contracts.transports.http import AsyncHttpSender, receiver
from warehouse import Warehouse


async def main(port: int, url: str, folder: Path) -> None:
    """Handle holds until SIGTERM; the answer 204 tells the sender that an event is settled, 503 to send it again."""
    warehouse = Warehouse(folder)
    app = receiver(warehouse.consumer, warehouse.ablock)
    server = uvicorn.Server(uvicorn.Config(app, port=port, lifespan="off", ws="none", log_level="warning"))
    async with httpx2.AsyncClient() as client:
        forwarder = AsyncForwarder(warehouse.outbox, AsyncHttpSender(client, lambda channel: f"{url}/{channel}"))
        sending = asyncio.create_task(forwarder.run())
        await server.serve()
        forwarder.stop()
        await sending


if __name__ == "__main__":
    match sys.argv[1:]:
        case [port, url, folder]:
            asyncio.run(main(int(port), url, Path(folder)))
        case _:
            sys.exit(__doc__)
