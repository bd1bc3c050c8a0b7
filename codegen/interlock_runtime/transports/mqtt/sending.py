"""Messages of QoS 1, sent and acknowledged by the broker."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ...messages import RawMessage
from ...sending import SendFailed
from ..batches import Batch, InBatches, begun
from .connecting import Connection
from .publishing import Publishing


class MqttSender(InBatches):
    """
    Sends to topics with QoS 1; returns when the broker has a message.

    With a `prefix` a channel's address with dots, `muc1.quality.lot-on-hold.v2`, becomes the topic
    `mfg/muc1/quality/lot-on-hold/v2`, as the AsyncAPI document has it; without, the channel is the topic.
    """

    def __init__(self, connection: Connection, *, prefix: str | None = None, patience: float = 10.0) -> None:
        self._prefix = prefix
        self._connection = connection
        self._patience = patience
        self._publishing: Publishing | None = None
        self._lock = threading.Lock()

    def send_all(self, batch: Batch) -> int:
        """Return how many first messages are acknowledged; raise SendFailed when the first one is not."""
        done = 0
        with self._lock:
            try:
                for answer in begun(batch, self._begun):
                    answer(self._patience)
                    done += 1
            except SendFailed as failed:
                if not failed.lasting:
                    self._give_up()
                if not done:
                    raise
        return done

    def _begun(self, address: str, message: RawMessage) -> Callable[[float], None]:
        """Hand one message to the client, which connects unless it has; return what waits for the answer."""
        topic = address if self._prefix is None else "/".join((self._prefix, *address.split(".")))
        publishing = self._publishing = self._publishing or Publishing(self._connection, topic, self._patience)
        return publishing.begin(topic, message)

    def _give_up(self) -> None:
        """Leave the connection and all that is under way on it, so that nothing old is sent later."""
        publishing, self._publishing = self._publishing, None
        if publishing is not None:
            publishing.end()

    def close(self) -> None:
        """Disconnect."""
        with self._lock:
            self._give_up()
