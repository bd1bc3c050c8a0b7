"""A publisher to streams."""

from __future__ import annotations

import asyncio
import hashlib

from nats.aio.client import Client
from nats.errors import Error, MaxPayloadError, NoRespondersError
from nats.js import JetStreamContext
from nats.js.api import Header
from nats.js.errors import APIError, NoStreamResponseError

from ...messages import RawMessage
from ...sending import SendFailed
from ..batches import AsyncInBatches, Batch, acknowledged, begun
from ..bindings import HTTP, headers_for, once, refused, texts, value_of

Ready = tuple[str, bytes, dict[str, str]]
"""A subject, a value and its headers."""
_ORDERS = "nats-"
"""How headers begin that JetStream obeys, such as `Nats-Rollup`, which purges."""


class NatsSender(AsyncInBatches):
    """Sends to subjects; returns when the stream has a message on disk."""

    def __init__(self, connection: Client, *, patience: float = 10.0) -> None:
        self._stream: JetStreamContext = connection.jetstream(timeout=patience)

    async def send_all(self, batch: Batch) -> int:
        """Return how many first messages are acknowledged; raise SendFailed when the first one is not."""
        publishing = [self._published(*ready) for ready in begun(batch, _ready)]
        done, failure = acknowledged(await asyncio.gather(*publishing, return_exceptions=True))
        if failure is not None and not done:
            raise failure
        return done

    async def _published(self, subject: str, value: bytes, headers: dict[str, str]) -> None:
        """Publish one message; raise SendFailed unless the stream has it."""
        try:
            await self._stream.publish(subject, value, headers=headers)
        except MaxPayloadError:
            raise SendFailed(subject, "it is larger than the server takes", lasting=True) from None
        except (NoRespondersError, NoStreamResponseError, APIError) as fault:
            raise SendFailed(subject, f"no stream takes it ({type(fault).__name__})") from None
        except (TimeoutError, Error, ConnectionError, OSError) as fault:
            raise SendFailed(subject, f"NATS says {type(fault).__name__}") from None

    async def aclose(self) -> None:
        """Leave the connection to the one who gave it."""


def _ready(subject: str, message: RawMessage) -> Ready:
    """Return what is published; the stream drops a copy of what it has stored within its duplicate window."""
    headers = once(subject, texts(subject, headers_for(message, HTTP)))
    order = next((name for name in headers if name.lower().startswith(_ORDERS)), None)
    if order is not None:
        raise refused(subject, order, "would be an order to the stream")
    digest = hashlib.sha256(repr((message.value, message.headers)).encode()).hexdigest()
    return subject, value_of(subject, message, "NATS"), {**headers, Header.MSG_ID.value: digest}
