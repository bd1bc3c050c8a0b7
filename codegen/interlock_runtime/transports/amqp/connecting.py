"""How a broker is reached, and what says that it no longer is."""

from __future__ import annotations

import asyncio

import aio_pika as client
from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError

LOST = (AMQPError, ChannelInvalidStateError, ConnectionError, OSError, asyncio.TimeoutError)
PATIENCE = 30.0
"""Seconds after which a host that does not answer counts as one that can't be reached."""


async def connected(url: str, patience: float = PATIENCE) -> AbstractConnection:
    """Return a connection that does not mend itself: what it carried must come again, in order."""
    return await client.connect(url, timeout=patience)
