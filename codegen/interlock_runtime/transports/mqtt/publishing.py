"""One connection to send by: what is handed to it, and the broker's answers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, MQTTMessageInfo
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from ...messages import RawMessage
from ...sending import SendFailed
from ..bindings import (
    ATTRIBUTE,
    MQTT,
    content_type,
    headers_for,
    prefix_of,
    refused,
    texts,
    value_of,
    without_content_type,
)
from .connecting import FOREVER, Connection, ended

_HEAD = 16
"""Bytes of a PUBLISH beside topic, properties and payload, at most (section 3.3)."""


class Publishing:
    """One connection to send by; the broker ends an older one of the same client id."""

    def __init__(self, connection: Connection, channel: str, patience: float) -> None:
        self._ready = threading.Event()
        self._largest = FOREVER
        self._refusal = ""
        self._refusals: dict[int, str] = {}
        self._client = connection.client(manual_ack=False)
        self._client.on_connect = self._on_connect
        self._client.on_publish = self._on_publish
        try:
            self._client.connect(connection.host, connection.port, connection.keepalive, clean_start=True)
        except OSError as fault:
            raise SendFailed(channel, f"no connection ({type(fault).__name__})") from None
        self._client.loop_start()
        if not self._ready.wait(patience) or self._refusal:
            self.end()
            raise SendFailed(channel, self._refusal or "the broker did not answer in time")

    def _on_connect(
        self, client: Client, data: Any, flags: ConnectFlags, reason: ReasonCode, properties: Properties | None
    ) -> None:
        """Note how large a packet the broker takes (MQTT 5 section 3.2.2.3.6), or why it takes none."""
        del client, data, flags
        self._refusal = f"the broker refuses the connection: {reason}" if reason.is_failure else ""
        self._largest = getattr(properties, "MaximumPacketSize", FOREVER)
        self._ready.set()

    def _on_publish(self, client: Client, data: Any, mid: int, reason: ReasonCode, properties: Properties) -> None:
        """Note a refusal: paho counts a message as published whatever the answer says (MQTT 5 section 3.4.2.1)."""
        del client, data, properties
        if reason.is_failure:
            self._refusals[mid] = str(reason)

    def begin(self, channel: str, message: RawMessage) -> Callable[[float], None]:
        """Hand one message to the client; return what waits for its answer and raises SendFailed at a bad one."""
        value = value_of(channel, message, "MQTT")
        properties = _properties(channel, message)
        head = len(properties.pack())  # type: ignore[no-untyped-call]
        if head + len(value) + len(channel.encode()) + _HEAD > self._largest:
            raise SendFailed(channel, f"the broker takes {self._largest} bytes and it is larger", lasting=True)
        try:
            info = self._client.publish(channel, value, qos=1, properties=properties)
        except ValueError as fault:  # a topic with wildcards, or a payload beyond the protocol's limit
            raise SendFailed(channel, str(fault), lasting=True) from None
        return lambda patience: self._answer(channel, info, patience)

    def _answer(self, channel: str, info: MQTTMessageInfo, patience: float) -> None:
        """Wait for the answer to one message; raise SendFailed at a bad one."""
        try:
            info.wait_for_publish(patience)
        except (RuntimeError, ValueError):
            raise SendFailed(channel, f"the client says {MQTTErrorCode(info.rc).name}") from None
        if not info.is_published():
            raise SendFailed(channel, "the broker did not answer in time")
        if info.mid in self._refusals:
            raise SendFailed(channel, f"the broker says {self._refusals.pop(info.mid)}")

    def end(self) -> None:
        """Disconnect, and forget what is under way."""
        ended(self._client)


def _properties(channel: str, message: RawMessage) -> Properties:
    """Return the properties of a PUBLISH; what a reader would take for an attribute and is none is refused."""
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    kind = content_type(message)
    if kind is not None:
        properties.ContentType = kind
    pairs = list(texts(channel, without_content_type(headers_for(message, MQTT))))
    stranger = next((name for name, _ in pairs if not ATTRIBUTE.match(name)), None)
    if stranger is not None and prefix_of(message.headers) not in (None, MQTT):
        raise refused(channel, stranger, "is no attribute of the event")
    if pairs:
        properties.UserProperty = pairs
    return properties
