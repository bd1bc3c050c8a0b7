"""A session with a broker, and what has come by its newest connection."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Generator, Sequence
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from ...handling.errors import StopConsuming
from ..logs import log
from ..loops.stopping import TICK
from .connecting import FOREVER, Connection, ended

_HOPELESS = (
    "Not authorized",
    "Bad user name or password",
    "Client identifier not valid",
    "Unsupported protocol version",
)
"""Why a broker refuses a connection for as long as nobody changes something (section 3.2.2.2)."""


class Subscriber:
    """A session with a broker, and the messages that have come by its newest connection."""

    def __init__(self, connection: Connection, filters: Sequence[str], unacknowledged: int) -> None:
        self._connection = connection
        self._filters = filters
        self._unacknowledged = unacknowledged
        self._came: queue.SimpleQueue[tuple[int, MQTTMessage]] = queue.SimpleQueue()
        self._connections = 0
        self._lock = threading.Lock()
        self._refusal = ""
        self.subscribed = threading.Event()
        """Set once the broker keeps what comes for this session."""
        self._client = connection.client(manual_ack=True)
        self._client.on_subscribe = self.on_subscribe
        self._client.on_connect = self._on_connect
        self._client.on_message = self._on_message
        self._client.on_disconnect = self._on_disconnect

    @contextlib.contextmanager
    def connected(self) -> Generator[None]:
        """Keep the connection, again and again when it is lost, until the block ends."""
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = FOREVER
        properties.ReceiveMaximum = self._unacknowledged
        at = self._connection
        self._client.reconnect_delay_set(1, 10)
        self._client.connect_async(at.host, at.port, at.keepalive, clean_start=False, properties=properties)
        self._client.loop_start()
        try:
            yield
        finally:
            ended(self._client)

    def _on_connect(
        self, client: Client, _: Any, flags: ConnectFlags, reason: ReasonCode, properties: Properties | None
    ) -> None:
        """Subscribe again, which a broker that lost the session needs; what came before comes again."""
        del flags, properties
        if reason.is_failure:
            log.warning("mqtt-refused reason=%s", reason)
            self._refusal = f"the broker refuses the connection: {reason}" if str(reason) in _HOPELESS else ""
            return
        try:
            client.subscribe([(filter_, SubscribeOptions(qos=1)) for filter_ in self._filters])
        except ValueError as fault:  # raised further it would end the client's thread, and nothing would ever come
            self._refusal = f"{list(self._filters)} can't be subscribed to: {fault}"

    def on_subscribe(
        self, client: Client | None, data: Any, mid: int, reasons: list[ReasonCode], properties: Properties | None
    ) -> None:
        """Note a refusal: a consumer to which nothing comes must not look like one with nothing to do."""
        del client, data, mid, properties
        refusals = (f"the broker refuses the subscription: {reason}" for reason in reasons if reason.is_failure)
        self._refusal = next(refusals, "")
        self.subscribed.set()

    def _on_disconnect(
        self, _: Client, data: Any, flags: DisconnectFlags, reason: ReasonCode, properties: Properties | None
    ) -> None:
        """From here on nothing that came is acknowledged: by the next connection its number may be another's."""
        del data, flags, properties
        with self._lock:
            self._connections += 1
        if reason.is_failure:
            log.warning("connection-lost reason=%s", reason)

    def _on_message(self, _: Client, data: Any, message: MQTTMessage) -> None:
        """Queue a message; the broker sends no more than the Receive Maximum before we acknowledge."""
        del data
        self._came.put((self._connections, message))

    def next(self) -> tuple[int, MQTTMessage] | None:
        """Return the next message of the newest connection; None when none has come in a moment."""
        if self._refusal:
            raise StopConsuming(self._refusal)
        with contextlib.suppress(queue.Empty):
            taken = self._came.get(timeout=TICK)
            if taken[0] == self._connections or taken[1].qos == 0:
                return taken
        return None

    def acknowledge(self, connections: int, message: MQTTMessage) -> None:
        """Acknowledge a settled message, unless its connection is gone; then it comes again."""
        with self._lock:
            if connections == self._connections:
                self._client.ack(message.mid, message.qos)
